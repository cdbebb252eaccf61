/** Randomness that a seed repeats: everything in a sandbox that is left to chance draws from one of these. */

/** Numbers in [0, 1), the same for the same seed (mulberry32). Not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A seed for whoever gave none; it can be typed. */
export function chooseSeed(): number {
  return Math.floor(Math.random() * 0x8000_0000);
}
