/** A clock that goes only when told. Timers fire in their order, each at its own time. */
import type { Clock } from '../../src/client/api.js';

interface Timer {
  readonly at: number;
  readonly number: number;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  #now = 0;
  #number = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    this.#number += 1;
    const timer = { at: this.#now + Math.max(0, ms), number: this.#number, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.#timers.delete(handle as Timer);
  }

  get timersCount(): number {
    return this.#timers.size;
  }

  /** Lets `ms` pass. */
  pass(ms: number): void {
    const until = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers]
        .filter(({ at }) => at <= until)
        .sort((a, b) => a.at - b.at || a.number - b.number);
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
    }
    this.#now = until;
  }

  /** Our process stood still for `ms`: every timer that is due fires late, at the end. */
  stall(ms: number): void {
    this.#now += ms;
    this.pass(0);
  }
}
