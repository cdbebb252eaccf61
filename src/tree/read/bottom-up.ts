/**
 * A walk in tree order turned round: what is below a znode comes before it. Holds no more than the way from the root to where
 * the walk is, whatever the size of the tree.
 */
import { isWithin, type ZnodePath } from '../../protocol/path.js';

/** @param batches parent first, depth first */
export async function* bottomUp<E extends { readonly path: ZnodePath }>(
  batches: AsyncIterable<readonly E[]>,
): AsyncGenerator<E[]> {
  const open: E[] = [];
  for await (const batch of batches) {
    const whole: E[] = [];
    for (const entry of batch) {
      for (let last = open.at(-1); last !== undefined && !isWithin(entry.path, last.path); last = open.at(-1)) {
        whole.push(last);
        open.pop();
      }
      open.push(entry);
    }
    if (whole.length > 0) {
      yield whole;
    }
  }
  yield open.reverse();
}
