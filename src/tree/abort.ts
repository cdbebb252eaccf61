/** Waiting that an AbortSignal ends. */
import type { Clock } from '../client/api.js';
import { ConnectionError, isZkshError } from '../errors.js';

/** What to throw for an aborted signal: its reason where that is an error of ours (a time-out), else INTERRUPTED. */
export function abortReason(signal: AbortSignal): unknown {
  return isZkshError(signal.reason)
    ? signal.reason
    : new ConnectionError('INTERRUPTED', 'interrupted', { cause: signal.reason });
}

/** `promise`, or the end of the wait for it; what it does goes on. */
export async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(abortReason(signal));
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) {
      stop();
    }
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

export async function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  let timer: unknown;
  const over = new Promise<void>((resolve) => {
    timer = clock.setTimeout(resolve, ms);
  });
  await orAborted(over, signal).finally(() => clock.clearTimeout(timer));
}
