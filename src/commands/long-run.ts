/**
 * A verb that goes through many znodes: counts them, tells how far it is, what it skipped and what failed, and at the end
 * the figures and the status.
 */
import { isKeeperError } from '../errors.js';
import { EXIT, exitStatus } from '../exit-codes.js';
import type { ZnodePath } from '../protocol/path.js';
import { createProgress, type Progress } from '../tree/progress.js';
import type { Sifted, WalkEntry } from '../tree/read/walk.js';
import type { CommandContext } from './context.js';
import { statusOfAll, stopsAll } from './each-path.js';
import { explained } from './explained.js';
import type { Result } from './results.js';

type Batch = Pick<Sifted<unknown>, 'znodesCount' | 'bytes' | 'errors'>;

export interface LongRun {
  readonly progress: Progress;
  /** Counts what a walk has brought; what could not be read is told, what vanished is left out. */
  count(batch: Batch): Generator<Result>;
  /** The same for entries: those that could be read, and those that `keeps` although they could not. */
  take(entries: readonly WalkEntry[], keeps?: (entry: WalkEntry) => boolean): Generator<Result, readonly WalkEntry[]>;
  /** Something that failed and does not stop the rest. */
  fail(error: unknown): Generator<Result>;
  /** Each root by itself: one that cannot be read does not stop the others. */
  eachRoot(roots: readonly ZnodePath[], run: (root: ZnodePath) => AsyncIterable<Result>): AsyncGenerator<Result>;
  /** A row of progress, where it is time for one. */
  due(): Generator<Result>;
  /** The figures, and the status where something failed. @param status of a run in which nothing did */
  end(status?: number): Generator<Result>;
}

export interface LongRunOptions {
  /** `reading`. */
  readonly doing: string;
  /** `read`. */
  readonly did: string;
  /** How many znodes there will be, where the server can be asked: everything below these. */
  readonly allBelow?: readonly ZnodePath[];
}

export function createLongRun(context: CommandContext, { doing, did, allBelow = [] }: LongRunOptions): LongRun {
  const progress = createProgress(context.clock, { doing });
  const lostRoots: number[] = [];
  let isPartly = false;
  let hasAsked = allBelow.length === 0;

  function* due(): Generator<Result> {
    const figures = progress.due();
    if (figures !== null) {
      if (!hasAsked && figures.elapsedMs >= ASK_TOTAL_MS && context.settings.showsProgress === true) {
        hasAsked = true;
        void askTotal(context, allBelow).then((total) => {
          progress.totalCount = total;
        });
      }
      yield { kind: 'progress', ...figures };
    }
  }

  function* fail(error: unknown): Generator<Result> {
    isPartly = true;
    progress.fail();
    yield { kind: 'failure', error };
  }

  function* count({ znodesCount, bytes, errors }: Batch): Generator<Result> {
    progress.add(znodesCount, bytes);
    for (const error of errors) {
      if (error.code === 'NONODE') {
        progress.skip(VANISHED);
      } else {
        yield* fail(error);
      }
    }
    yield* due();
  }

  return {
    progress,
    due,
    fail,
    count,
    *take(entries, keeps = () => false) {
      const read = entries.filter(({ error }) => error === null);
      const bytes = read.reduce((sum, { stat }) => sum + (stat?.dataLength ?? 0), 0);
      const errors = entries.flatMap(({ error }) => error ?? []);
      yield* count({ znodesCount: read.length, bytes, errors });
      return errors.length === 0 ? entries : entries.filter((entry) => entry.error === null || keeps(entry));
    },
    async *eachRoot(roots, run) {
      for (const root of roots) {
        try {
          yield* run(root);
        } catch (error) {
          const told =
            isKeeperError(error, 'NONODE', 'NOAUTH') && error.path === root
              ? await explain(context, error, root)
              : error;
          if (roots.length === 1 || stopsAll(told)) {
            throw told;
          }
          lostRoots.push(exitStatus(told));
          yield { kind: 'failure', error: told };
        }
      }
      // All of them for the same reason: then that is the status of the whole.
      isPartly ||= lostRoots.length > 0 && statusOfAll(lostRoots, roots.length) === EXIT.failed.status;
    },
    *end(status = EXIT.ok.status) {
      yield { kind: 'summary', did, ...progress.summary() };
      const ended = isPartly ? EXIT.failed.status : (lostRoots[0] ?? status);
      if (ended !== EXIT.ok.status) {
        yield { kind: 'ended', status: ended };
      }
    },
  };
}

/** More at once would be megabytes of text. */
const SHOWN_AT_ONCE = 1_000;

/** What is to be shown, in portions. */
export function* inPortions<T>(all: readonly T[]): Generator<readonly T[]> {
  if (all.length <= SHOWN_AT_ONCE) {
    yield all;
    return;
  }
  for (let from = 0; from < all.length; from += SHOWN_AT_ONCE) {
    yield all.slice(from, from + SHOWN_AT_ONCE);
  }
}

/** Why a znode is missing that was there a moment ago. */
export const VANISHED = 'vanished meanwhile';

/** Shorter runs are over before the answer comes. */
const ASK_TOTAL_MS = 400;

/** null: the server does not say (before 3.6), or not to us. */
async function askTotal({ session, signal }: CommandContext, roots: readonly ZnodePath[]): Promise<number | null> {
  try {
    const below = await Promise.all(roots.map((root) => session.getAllChildrenNumber(root, { signal })));
    return below.reduce((sum, count) => sum + count + 1, 0);
  } catch {
    return null;
  }
}

/** With what the server's refusal leaves open. */
function explain({ session, signal }: CommandContext, error: unknown, path: ZnodePath): Promise<unknown> {
  return explained(session, Promise.reject(error), { op: 'getChildren', path }, { signal }).catch(
    (told: unknown) => told,
  );
}
