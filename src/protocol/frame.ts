/**
 * Takes frames off a stream of chunks, however they are cut. Knows no socket and nothing of what is in a frame.
 * The work is linear in the bytes: a frame inside one chunk is a view of it, one that spans chunks is put together once, and a
 * large one where it ends up, as its chunks come, so that it is never there twice.
 */
import { ProtocolError } from '../errors.js';
import { FRAME_HEADER_BYTES } from './limits.js';

/**
 * `push` every chunk, then call `next` until it gives null. One splitter a connection: bytes of an old one would be taken
 * for the beginning of a frame.
 */
export class FrameSplitter {
  readonly #frameBytesMax: number;
  #chunks: Buffer[] = [];
  /** Index of the first chunk not used up, and how much of it is. */
  #head = 0;
  #offset = 0;
  #available = 0;
  /** Of the frame that is coming in; null while its length is. */
  #frameLength: number | null = null;
  /** A large frame that is coming in, and how much of it is there. */
  #large: Buffer | null = null;
  #largeBytes = 0;
  #failure: ProtocolError | null = null;

  /** @param frameBytesMax longest frame accepted, without the four bytes of its length */
  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** Bytes held that belong to no complete frame yet, once `next` has given null. */
  get pendingBytes(): number {
    return this.#available + this.#largeBytes;
  }

  /** The chunk is kept, not copied: its memory must not be used again. */
  push(chunk: Buffer): void {
    const rest = this.#large === null ? chunk : this.#fill(this.#large, chunk);
    if (rest.length > 0) {
      this.#chunks.push(rest);
      this.#available += rest.length;
    }
  }

  /** What of `chunk` is not part of the large frame. */
  #fill(large: Buffer, chunk: Buffer): Buffer {
    const copied = chunk.copy(large, this.#largeBytes);
    this.#largeBytes += copied;
    return chunk.subarray(copied);
  }

  /**
   * The next complete frame, without its length; null until more is pushed.
   * @throws ProtocolError where a length is negative or too large; the stream cannot be used any further
   */
  next(): Buffer | null {
    if (this.#failure !== null) {
      throw this.#failure;
    }
    this.#frameLength ??= this.#readLength();
    if (this.#frameLength === null) {
      return null;
    }
    if (this.#large === null && this.#isWorthGathering(this.#frameLength)) {
      this.#beginLarge(this.#frameLength);
    }
    const frame = this.#large === null ? this.#takeSmall(this.#frameLength) : this.#takeLarge(this.#large);
    if (frame !== null) {
      this.#frameLength = null;
    }
    return frame;
  }

  /** An announced length alone takes no memory: only what has come in part is believed. */
  #isWorthGathering(length: number): boolean {
    return length > LARGE_BYTES && this.#available < length && this.#available >= length / LARGE_SHARE;
  }

  #takeSmall(length: number): Buffer | null {
    return this.#available < length ? null : this.#take(length);
  }

  #takeLarge(large: Buffer): Buffer | null {
    if (this.#largeBytes < large.length) {
      return null;
    }
    this.#large = null;
    this.#largeBytes = 0;
    return large;
  }

  #beginLarge(length: number): void {
    this.#large = Buffer.allocUnsafeSlow(length);
    const chunks = this.#chunks.slice(this.#head);
    const offset = this.#offset;
    this.#chunks = [];
    this.#head = 0;
    this.#offset = 0;
    this.#available = 0;
    for (const [index, chunk] of chunks.entries()) {
      this.#fill(this.#large, index === 0 ? chunk.subarray(offset) : chunk);
    }
  }

  #readLength(): number | null {
    if (this.#available < FRAME_HEADER_BYTES) {
      return null;
    }
    const length = this.#take(FRAME_HEADER_BYTES).readInt32BE(0);
    if (length < 0 || length > this.#frameBytesMax) {
      const why = length < 0 ? 'a negative length' : `more than the ${this.#frameBytesMax} accepted`;
      const message = `a frame of ${length} bytes: ${why}`;
      this.#failure = new ProtocolError(message, { record: 'Frame', field: 'length', offset: 0 });
      throw this.#failure;
    }
    return length;
  }

  #take(length: number): Buffer {
    const head = this.#chunks[this.#head];
    if (head !== undefined && head.length - this.#offset >= length) {
      const view = head.subarray(this.#offset, this.#offset + length);
      this.#advance(length);
      return view;
    }
    const parts: Buffer[] = [];
    for (let missing = length; missing > 0; ) {
      const chunk = this.#chunks[this.#head] as Buffer;
      const part = chunk.subarray(this.#offset, this.#offset + missing);
      parts.push(part);
      missing -= part.length;
      this.#advance(part.length);
    }
    return Buffer.concat(parts, length);
  }

  /** Never over the end of the first chunk. */
  #advance(length: number): void {
    this.#available -= length;
    this.#offset += length;
    if (this.#offset === this.#chunks[this.#head]?.length) {
      this.#head++;
      this.#offset = 0;
    }
    if (this.#head === this.#chunks.length) {
      this.#chunks = [];
      this.#head = 0;
    }
  }
}

/** Smaller frames are cheaper put together at the end. */
const LARGE_BYTES = 256 * 1024;
/** And so much of a large one must be there before it gets its place. */
const LARGE_SHARE = 4;
