/** Keeps the heap of a long run small. V8 lets garbage grow to a multiple of what lives, which over a million znodes is a lot. */
import { setFlagsFromString } from 'node:v8';

/** Runs that stay below do not pay for it. */
const RSS_BYTES = 110 * 1024 * 1024;
/** How much the heap may grow between two collections, in percent of what lives. */
const GROWTH_PERCENT = 20;

let isRestrained = false;

/** To be called now and then while a verb runs. */
export function restrainHeap(): void {
  if (isRestrained || process.memoryUsage.rss() < RSS_BYTES) {
    return;
  }
  isRestrained = true;
  setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
