/**
 * Things that end unless they are touched, in buckets of one interval: what is due in the same interval goes together.
 * Knows no timers; whoever owns it asks `poll` what is due. Follows ExpiryQueue (3.9), which sessions and connections share.
 */
export class ExpiryQueue<E> {
  readonly #intervalMs: number;
  readonly #due = new Map<E, number>();
  /** Emptied buckets stay until they are due, as in the original: `dump` shows them. */
  readonly #buckets = new Map<number, Set<E>>();
  #nextMs: number;

  /** Times are ms of one monotonic clock. */
  constructor(intervalMs: number, nowMs: number) {
    this.#intervalMs = intervalMs;
    this.#nextMs = this.#roundUp(nowMs);
  }

  get size(): number {
    return this.#due.size;
  }

  /** When poll will next give something; null: nothing is in it. */
  get nextDueMs(): number | null {
    return this.#buckets.size === 0 ? null : Math.max(this.#nextMs, Math.min(...this.#buckets.keys()));
  }

  has(element: E): boolean {
    return this.#due.has(element);
  }

  /**
   * Adds it, or gives it its whole time again: until the next multiple of the interval behind `nowMs` + `timeoutMs`.
   * Returns whether that is another one than before.
   */
  touch(element: E, timeoutMs: number, nowMs: number): boolean {
    const due = this.#roundUp(nowMs + timeoutMs);
    const before = this.#due.get(element);
    if (before === due) {
      return false;
    }
    if (before !== undefined) {
      this.#buckets.get(before)?.delete(element);
    }
    this.#due.set(element, due);
    const bucket = this.#buckets.get(due);
    if (bucket === undefined) {
      this.#buckets.set(due, new Set([element]));
    } else {
      bucket.add(element);
    }
    return true;
  }

  remove(element: E): void {
    const due = this.#due.get(element);
    if (due !== undefined) {
      this.#due.delete(element);
      this.#buckets.get(due)?.delete(element);
    }
  }

  /** What is due by now, earliest first; it is in the queue no longer. */
  poll(nowMs: number): E[] {
    const times = [...this.#buckets.keys()].filter((time) => time <= nowMs).sort((a, b) => a - b);
    const elements: E[] = [];
    for (const time of times) {
      for (const element of this.#buckets.get(time) ?? []) {
        this.#due.delete(element);
        elements.push(element);
      }
      this.#buckets.delete(time);
    }
    this.#nextMs = Math.max(this.#nextMs, this.#roundUp(nowMs));
    return elements;
  }

  /** By time, with what is due then. */
  buckets(): { readonly dueMs: number; readonly elements: readonly E[] }[] {
    return [...this.#buckets]
      .sort(([a], [b]) => a - b)
      .map(([dueMs, elements]) => ({ dueMs, elements: [...elements] }));
  }

  #roundUp(timeMs: number): number {
    return (Math.floor(timeMs / this.#intervalMs) + 1) * this.#intervalMs;
  }
}
