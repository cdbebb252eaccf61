/**
 * The results of a verb, with an end always at hand: a verb that does not hear its signal is left behind. For whoever runs
 * verbs.
 */
import type { Clock } from '../client/api.js';
import { ConnectionError, isZkshError } from '../errors.js';

/** How long a verb that was told to end may take for its last words. */
const LAST_WORDS_MS = 250;

/** The results; once aborted, those that still come within LAST_WORDS_MS. @throws ConnectionError INTERRUPTED */
export async function* untilAborted<T>(
  results: AsyncGenerator<T>,
  signal: AbortSignal,
  clock: Clock,
): AsyncGenerator<T> {
  let timer: unknown = null;
  let isAbandoned = false;
  let abandon = (): void => {};
  const giveUp = (): void => {
    timer = clock.setTimeout(() => {
      isAbandoned = true;
      abandon();
    }, LAST_WORDS_MS);
  };
  // Not a race of promises: one that outlives them all keeps every result that it ever ran against.
  function nextOrAbandoned(): Promise<IteratorResult<T>> {
    return new Promise((resolve, reject) => {
      abandon = () => reject(new ConnectionError('INTERRUPTED', 'interrupted'));
      if (isAbandoned) {
        abandon();
        return;
      }
      results.next().then(resolve, reject);
    });
  }
  if (signal.aborted) {
    giveUp();
  }
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    for (;;) {
      const { value, done } = await nextOrAbandoned();
      if (done === true) {
        break;
      }
      yield value;
    }
    if (signal.aborted) {
      throw new ConnectionError('INTERRUPTED', 'interrupted');
    }
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
    // Not waited for: a verb that hangs would hang its runner.
    results.return(undefined).catch(() => {});
  }
}

/** What --timeout makes of the failure that it caused; the path is kept, and whether a write may have been applied. */
export function timedOut(error: unknown, timeoutMs: number): ConnectionError {
  const known = isZkshError(error) ? error : null;
  const span = timeoutMs % 1000 === 0 ? `${timeoutMs / 1000}s` : `${timeoutMs}ms`;
  const isUnknown = known?.applied === 'unknown';
  return new ConnectionError('TIMEOUT', `not done within ${span}`, {
    ...(known === null ? {} : { applied: known.applied }),
    ...(known?.path === undefined ? {} : { path: known.path }),
    ...(known?.op === undefined ? {} : { op: known.op }),
    ...(isUnknown ? {} : { why: 'The time given with --timeout is over.', hint: '' }),
    cause: error,
  });
}
