/** Failures of a run over many znodes: the first ones are told with all that can be found out, the others are counted. */
import { isKeeperError, LocalError } from '../errors.js';
import { isWithin, type ZnodePath } from '../protocol/path.js';
import type { CommandContext } from './context.js';
import { explained } from './explained.js';
import type { LongRun } from './long-run.js';
import type { Result } from './results.js';

export interface Failures {
  add(path: ZnodePath, error: unknown): AsyncGenerator<Result>;
  /** How many were not shown. */
  end(): Generator<Result>;
}

/** Nobody reads more of them. */
const TOLD_MAX = 20;

export function createFailures({ session, signal }: CommandContext, run: LongRun): Failures {
  let toldCount = 0;
  let untoldCount = 0;
  /** The last one that failed for a reason of its own; what is below it fails because of it. */
  let cause: ZnodePath | null = null;
  return {
    async *add(path, error) {
      const isConsequence = cause !== null && path !== cause && isWithin(path, cause) && isKeeperError(error, 'NONODE');
      if (isConsequence || toldCount >= TOLD_MAX) {
        untoldCount += 1;
        run.progress.fail();
        return;
      }
      cause = path;
      toldCount += 1;
      const asked = { op: 'create', path } as const;
      yield* run.fail(
        await explained(session, Promise.reject(error), asked, { signal }).catch((told: unknown) => told),
      );
    },
    *end() {
      if (untoldCount > 0) {
        const what = untoldCount === 1 ? 'one more failure is' : `${untoldCount} more failures are`;
        yield {
          kind: 'failure',
          error: new LocalError(`${what} not shown, for like reasons or because a parent is missing`),
        };
      }
    },
  };
}
