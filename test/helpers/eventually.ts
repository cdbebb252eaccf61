/** Waiting for a fact, with a deadline. The only place in the tests that lets time pass. */

export interface Patience {
  /** Said when the deadline passes: `the leader`, `imok from 127.0.0.1:2181`. */
  readonly what: string;
  /** Default 30,000; generous, because machines are slow and busy. */
  readonly deadlineMs?: number;
  /** Between two looks. Default 20. */
  readonly everyMs?: number;
}

/**
 * The first value of `look` that is neither undefined, null nor false. A throwing `look` is asked again.
 * @throws Error naming `what`, with the last error of `look` as its cause
 */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { what, deadlineMs = 30_000, everyMs = 20 }: Patience,
): Promise<Exclude<T, undefined | null | false>> {
  const deadline = performance.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== undefined && seen !== null && seen !== false) return seen as Exclude<T, undefined | null | false>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${deadlineMs} ms in vain for ${what}`, last === undefined ? undefined : { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
