/**
 * The clock and the dice that a client has where it is given none: the only place in src/client with real
 * timers and real chance.
 */
import type { Clock } from './api.js';

/** Node fires a longer timer at once. */
const TIMER_MS_MAX = 0x7fff_ffff;

export const systemClock: Clock = {
  // Not `performance`: to load it costs a start two milliseconds. Both begin with the process.
  now: () => process.uptime() * 1000,
  setTimeout: (callback, ms) => setTimeout(callback, Math.min(ms, TIMER_MS_MAX)),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout | undefined),
};

export const systemRandom = (): number => Math.random();
