/** At most so many a second: what a bulk verb may ask of a server that others need too. */
import type { Clock } from '../../client/api.js';

export interface Rate {
  /** Takes up to `wanted` of what is allowed by now, 0 where nothing is. */
  take(wanted: number): number;
  /** Gives back what was taken and not used. */
  giveBack(count: number): void;
  /** Until one more is allowed, ms. */
  readonly delayMs: number;
}

/** What may go at once: a tenth of a second's worth, so that the load is even. */
const BURST_SECONDS = 0.1;

export function createRate(perSecond: number, clock: Clock): Rate {
  const burst = Math.max(1, perSecond * BURST_SECONDS);
  let allowed = burst;
  let countedAt = clock.now();

  function count(): void {
    const now = clock.now();
    allowed = Math.min(burst, allowed + ((now - countedAt) * perSecond) / 1000);
    countedAt = now;
  }

  return {
    take(wanted) {
      count();
      const taken = Math.min(wanted, Math.floor(allowed));
      allowed -= taken;
      return taken;
    },
    giveBack(unused) {
      allowed += unused;
    },
    get delayMs() {
      count();
      return allowed >= 1 ? 0 : Math.ceil(((1 - allowed) * 1000) / perSecond);
    },
  };
}

export const NO_RATE: Rate = { take: (wanted) => wanted, giveBack: () => {}, delayMs: 0 };
