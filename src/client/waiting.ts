/**
 * Ends the wait for a request: its deadline, and the caller's AbortSignal. It never touches the wire; a reply that comes
 * later is read and dropped.
 */
import type { Clock, RequestOptions } from './api.js';
import type { InFlight } from './in-flight.js';

export class Waiting {
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  /** One listener a signal, however many requests it ends: a signal looks through all its listeners to add one more. */
  readonly #bySignal = new WeakMap<AbortSignal, Set<InFlight>>();

  constructor(clock: Clock, deadlineMs: number) {
    this.#clock = clock;
    this.#deadlineMs = deadlineMs;
  }

  /** Requests without options have a deadline. */
  get hasDefault(): boolean {
    return this.#deadlineMs > 0;
  }

  /** Watches over `request` until it is settled. */
  begin(request: InFlight, options: RequestOptions | undefined): void {
    const deadlineMs = options?.deadlineMs ?? this.#deadlineMs;
    const signal = options?.signal;
    if (deadlineMs <= 0 && signal === undefined) {
      return;
    }
    const timer = deadlineMs > 0 ? this.#startTimer(request, deadlineMs) : undefined;
    if (signal !== undefined) {
      this.#follow(request, signal);
    }
    if (!request.isSettled) {
      request.whenSettled(() => {
        this.#clock.clearTimeout(timer);
        if (signal !== undefined) {
          this.#bySignal.get(signal)?.delete(request);
        }
      });
    }
  }

  #startTimer(request: InFlight, deadlineMs: number): unknown {
    request.hasDeadline = true;
    return this.#clock.setTimeout(() => request.end('TIMEOUT', `no answer within ${deadlineMs} ms`), deadlineMs);
  }

  #follow(request: InFlight, signal: AbortSignal): void {
    if (signal.aborted) {
      request.end('INTERRUPTED', 'interrupted');
      return;
    }
    const group = this.#bySignal.get(signal);
    if (group !== undefined) {
      group.add(request);
      return;
    }
    const requests = new Set([request]);
    this.#bySignal.set(signal, requests);
    signal.addEventListener(
      'abort',
      () => {
        for (const waiting of requests) {
          waiting.end('INTERRUPTED', 'interrupted');
        }
      },
      { once: true },
    );
  }
}
