/** A copy compared with what it was made of: what cp --verify tells, and what mv must know before it deletes. */
import { LocalError } from '../errors.js';
import type { CommandContext } from './context.js';
import { type Compared, type CopyOptions, compareCopy, createCopyRun } from './copying.js';
import { createFailures } from './failures.js';
import type { LongRun } from './long-run.js';
import type { Result } from './results.js';
import type { TransferPlaces } from './transfer-places.js';

/** Differences are failures of `run`. */
export async function* verifyCopy(
  context: CommandContext,
  places: TransferPlaces,
  options: CopyOptions,
  run: LongRun,
): AsyncGenerator<Result> {
  const { isDeep } = options;
  const looking = createCopyRun(context, places, { doing: 'verifying', did: 'verified', isDeep });
  const failures = createFailures({ ...context, session: places.target.session }, run);
  for await (const batch of compareCopy(context, places, { ...options, ifExists: 'same' }, run)) {
    for (const compared of batch) {
      const error = differenceIn(compared, 'cp');
      if (error !== null) {
        yield* failures.add(compared.write.path, error);
      }
    }
    looking.progress.add(batch.length);
    yield* looking.due();
  }
  yield* failures.end();
}

/** null: it is there, the same. */
export function differenceIn({ write, verdict }: Compared, verb: 'cp' | 'mv'): LocalError | null {
  const { path, from, role } = write;
  if (role === 'parent' || (verdict.verdict === 'skip' && verdict.why === 'same')) {
    return null;
  }
  const hint =
    verb === 'mv'
      ? 'It stays where it was. To make the copy as it is now and move the rest: mv --overwrite'
      : undefined;
  if (verdict.verdict === 'create') {
    return new LocalError(`${from} has no copy at ${path}`, {
      why: 'It was created since the copy was made, or the copy was deleted.',
      ...(hint === undefined ? {} : { hint }),
    });
  }
  const what = verdict.verdict === 'skip' ? 'an ephemeral of another session' : 'not the same';
  return new LocalError(`${from} and its copy ${path} differ: ${what}`, {
    why: 'One of them was written since the copy was made.',
    ...(hint === undefined ? {} : { hint }),
  });
}
