/**
 * How many znodes the next request asks for, from what replies have weighed so far: so that neither a wide tree with large
 * data makes a reply of many megabytes, nor a deep one a request a znode. Counts; sends nothing.
 */

/** Znodes in a request, at most. */
export const BATCH_MAX = 1_000;
/** Of paths in a request, bytes: well below jute.maxbuffer. */
export const REQUEST_BYTES = 256 * 1024;
/** What a reply should weigh at most; one znode may weigh more by itself. */
export const REPLY_BYTES = 1024 * 1024;
/** Of siblings of which nothing is known yet, so many are asked for first. */
export const PROBE_MAX = 16;
/** What one znode counts at most in the average over all: a single long list of names says little of the others. */
const COUNTED_BYTES_MAX = 16 * 1024;
/** The average is that of about so many znodes. */
const REMEMBERED_MAX = 2_048;
/** Bytes of a name in a list, where nothing is known. */
const NAME_BYTES = 24;

/** What is known of the replies about a group of znodes. */
export class Sample {
  #bytes: number;
  #count: number;
  readonly #countedBytesMax: number;

  /** @param guess bytes a znode, until something is known */
  constructor(guess = 0, countedBytesMax = Number.POSITIVE_INFINITY) {
    this.#bytes = guess;
    this.#count = guess === 0 ? 0 : 1;
    this.#countedBytesMax = countedBytesMax;
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Bytes a znode. */
  get average(): number {
    return this.#count === 0 ? 0 : this.#bytes / this.#count;
  }

  add(bytes: number, count: number): void {
    this.#bytes += Math.min(bytes, count * this.#countedBytesMax);
    this.#count += count;
    if (this.#count > REMEMBERED_MAX) {
      this.#bytes /= 2;
      this.#count /= 2;
    }
  }
}

export interface Pace {
  /** Over all znodes: of what is read of each. */
  readonly znodes: Sample;
  /** Of the names in lists. */
  readonly names: Sample;
}

export function createPace(want: 'names' | 'stat' | 'data'): Pace {
  return {
    znodes: want === 'names' ? new Sample(64, COUNTED_BYTES_MAX) : new Sample(512),
    names: new Sample(NAME_BYTES),
  };
}
