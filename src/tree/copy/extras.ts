/** What stands below a znode and is not in a list: the two are gone through side by side, so memory is bounded. */
import type { Session } from '../../client/api.js';
import { isKeeperError } from '../../errors.js';
import { isWithin, type ZnodePath } from '../../protocol/path.js';
import { comparePaths } from '../order.js';
import { type WalkEntry, walk } from '../read/walk.js';

export interface ExtrasOptions {
  readonly isExcluded: (path: ZnodePath) => boolean;
  readonly signal: AbortSignal;
}

/**
 * The highest znode of each subtree of which nothing is expected, in tree order.
 * @param expected in tree order
 */
export async function* findExtras(
  session: Session,
  root: ZnodePath,
  expected: AsyncIterable<readonly string[]>,
  { isExcluded, signal }: ExtrasOptions,
): AsyncGenerator<ZnodePath> {
  const wanted = oneByOne(expected);
  let next = await wanted.next();
  let last: ZnodePath | null = null;
  const enter = ({ path }: WalkEntry) => !isExcluded(path);
  for await (const entries of walk(session, root, { want: 'names', enter, signal })) {
    for (const { path, error } of entries) {
      if (isExcluded(path) || error?.code === 'NONODE' || (last !== null && isWithin(path, last))) {
        continue;
      }
      while (next.done !== true && comparePaths(next.value, path) < 0) {
        next = await wanted.next();
      }
      // An expected one further down means that its parents stand on purpose.
      if (next.done !== true && isWithin(next.value, path)) {
        continue;
      }
      last = path;
      yield path;
    }
  }
}

async function* oneByOne(batches: AsyncIterable<readonly string[]>): AsyncGenerator<string> {
  for await (const batch of batches) {
    yield* batch;
  }
}

/** Whether a subtree holds ephemerals, which belong to living sessions. What is gone by now holds none. */
export async function holdsEphemerals(session: Session, root: ZnodePath, signal: AbortSignal): Promise<boolean> {
  try {
    for await (const entries of walk(session, root, { want: 'stat', signal })) {
      if (entries.some(({ stat }) => stat !== null && stat.ephemeralOwner !== 0n)) {
        return true;
      }
    }
  } catch (error) {
    if (!isKeeperError(error)) {
      throw error;
    }
  }
  return false;
}
