/**
 * A file's bytes as they come, in pieces of any size, for readers that take one thing after the other. Keeps a window of
 * what was not taken yet; counts, and sums up, what was.
 */
import { ADLER32_START, adler32 } from './adler32.js';

export class ByteSource {
  /** What is at hand, from `at` on. Another buffer after each `ensure`. */
  bytes: Buffer = Buffer.alloc(0);
  /** Where the next thing begins in `bytes`: readers move it forward. */
  at = 0;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #isOver = false;
  /** Of the first byte of `bytes` in the file. */
  #start = 0;
  #sum = ADLER32_START;
  #summedTo = 0;
  readonly #sums: boolean;

  /** `pieces`: each need only be good until the next one is asked for. `sums`: whether `checksum` will be asked for. */
  constructor(pieces: AsyncIterable<Uint8Array>, sums: boolean) {
    this.#pieces = pieces[Symbol.asyncIterator]();
    this.#sums = sums;
  }

  /** Offset in the file of what comes next. */
  get offset(): number {
    return this.#start + this.at;
  }

  get available(): number {
    return this.bytes.length - this.at;
  }

  /** Adler-32 of everything in front of `offset`. */
  checksum(): number {
    this.#sum = adler32(this.bytes, this.#summedTo, this.at, this.#sum);
    this.#summedTo = this.at;
    return this.#sum;
  }

  /** Fetches until `count` bytes are at hand; false: the file ends before that, and `bytes` holds the rest of it. */
  async ensure(count: number): Promise<boolean> {
    if (this.available >= count) {
      return true;
    }
    if (this.#sums) {
      this.checksum();
    }
    const pieces: Uint8Array[] = [this.bytes.subarray(this.at)];
    let length = this.available;
    while (length < count && !this.#isOver) {
      const next = await this.#pieces.next();
      if (next.done === true) {
        this.#isOver = true;
      } else {
        length += next.value.length;
        // Whoever makes the pieces may use their memory again for the next one.
        pieces.push(length < count ? Buffer.from(next.value) : next.value);
      }
    }
    this.#start += this.at;
    this.at = 0;
    this.#summedTo = 0;
    this.bytes = Buffer.concat(pieces, length);
    return length >= count;
  }

  /** Lets go of the rest: whoever makes the pieces can close their file. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
