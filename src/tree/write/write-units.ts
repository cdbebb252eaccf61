/** Cuts a stream of planned writes into units: what goes into one multi, bounded in bytes and in count. Sends nothing. */
import type { PlannedWrite } from './planned-write.js';

export interface UnitBounds {
  readonly countMax: number;
  /** Asked for each write: it shrinks where a server hangs up. */
  bytesMax(): number;
  bytesOf(write: PlannedWrite): number;
}

/** A write that is larger than the bound is a unit of its own. */
export class UnitCutter<W extends PlannedWrite> {
  readonly #bounds: UnitBounds;
  readonly #full: W[][] = [];
  #open: W[] = [];
  #bytes = 0;

  constructor(bounds: UnitBounds) {
    this.#bounds = bounds;
  }

  add(writes: readonly W[]): void {
    for (const write of writes) {
      const bytes = this.#bounds.bytesOf(write);
      if (this.#open.length > 0 && this.#bytes + bytes > this.#bounds.bytesMax()) {
        this.#close();
      }
      this.#open.push(write);
      this.#bytes += bytes;
      if (this.#open.length >= this.#bounds.countMax) {
        this.#close();
      }
    }
  }

  get hasFull(): boolean {
    return this.#full.length > 0;
  }

  /** The next unit: a full one, or what there is of one. */
  take(): W[] | undefined {
    if (this.#full.length === 0 && this.#open.length > 0) {
      this.#close();
    }
    return this.#full.shift();
  }

  #close(): void {
    this.#full.push(this.#open);
    this.#open = [];
    this.#bytes = 0;
  }
}
