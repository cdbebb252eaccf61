/** What only a real process has: signals, an end at once, a time at which it began; and the wall clock of cli. */
import { systemClock } from '../client/clock.js';

export interface Host {
  on(name: NodeJS.Signals, listener: () => void): unknown;
  off(name: NodeJS.Signals, listener: () => void): unknown;
  /** Ends the process now, whatever is still open. */
  exit(status: number): void;
  /** When the process began, on the client's clock; null: with this call. */
  readonly startedAtMs: number | null;
}

/** No signals come. */
export const HOST_OF_TESTS: Host = { on() {}, off() {}, exit() {}, startedAtMs: null };

/** The process that this is. The client's clock begins with it. */
export const PROCESS_HOST: Host = {
  on: (name, listener) => process.on(name, listener),
  off: (name, listener) => process.off(name, listener),
  exit: (status) => process.exit(status),
  startedAtMs: 0,
};

/** ms since the epoch. */
export const wallClock = (): number => Date.now();

/** ms since the process began. */
export function elapsedMs({ startedAtMs }: Host, calledAtMs: number): number {
  return systemClock.now() - (startedAtMs ?? calledAtMs);
}
