/**
 * A deadline that does not count time in which our own event loop stood still: what the server sent meanwhile still lies
 * unread in the kernel, and deserves to be read before the server is called silent.
 */
import type { Clock } from './api.js';

/** A timer that is later than this was held up by us. */
const LATE_MS = 100;

/** Calls `expired` once, after `ms` in which this process could run. The function returned ends it. */
export function startDeadline(clock: Clock, ms: number, expired: () => void): () => void {
  let dueAt = clock.now() + ms;
  const look = (): void => {
    const lateMs = clock.now() - dueAt;
    if (lateMs <= LATE_MS) {
      expired();
      return;
    }
    const moreMs = Math.min(lateMs, ms);
    dueAt = clock.now() + moreMs;
    handle = clock.setTimeout(look, moreMs);
  };
  let handle = clock.setTimeout(look, ms);
  return () => clock.clearTimeout(handle);
}
