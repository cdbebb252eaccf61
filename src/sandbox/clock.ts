/** The clocks of a sandbox: the system's, and one that faults can move. The only place in src/sandbox with real timers. */
import { performance } from 'node:perf_hooks';
import type { SandboxClock } from './sandbox.js';

/** Node fires a longer timer at once. */
const TIMER_MS_MAX = 0x7fff_ffff;

export const systemClock: SandboxClock = {
  wallClock: () => Date.now(),
  now: () => performance.now(),
  setTimeout: (callback, ms) => {
    const timer = setTimeout(callback, Math.min(Math.max(0, ms), TIMER_MS_MAX));
    // What keeps a process alive is the port that listens; nobody waits for a session to time out.
    timer.unref();
    return timer;
  },
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout | undefined),
};

/** Another clock with an offset on both of its times. Timers keep their spans: who measures by them looks again after a move. */
export class MovableClock implements SandboxClock {
  readonly #clock: SandboxClock;
  #offsetMs = 0;

  constructor(clock: SandboxClock) {
    this.#clock = clock;
  }

  move(ms: number): void {
    this.#offsetMs += ms;
  }

  wallClock(): number {
    return Math.floor(this.#clock.wallClock() + this.#offsetMs);
  }

  now(): number {
    return this.#clock.now() + this.#offsetMs;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    return this.#clock.setTimeout(callback, ms);
  }

  clearTimeout(handle: unknown): void {
    this.#clock.clearTimeout(handle);
  }
}
