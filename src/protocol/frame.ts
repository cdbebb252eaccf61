/**
 * Takes frames off a stream of chunks, however they are cut. Knows no socket and nothing of what is in a frame.
 * The work is linear in the bytes: a frame inside one chunk is a view of it, one that spans chunks is put together once.
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
  #failure: ProtocolError | null = null;

  /** @param frameBytesMax longest frame accepted, without the four bytes of its length */
  constructor(frameBytesMax: number) {
    this.#frameBytesMax = frameBytesMax;
  }

  /** Bytes held that belong to no complete frame yet, once `next` has given null. */
  get pendingBytes(): number {
    return this.#available;
  }

  /** The chunk is kept, not copied: its memory must not be used again. */
  push(chunk: Buffer): void {
    if (chunk.length > 0) {
      this.#chunks.push(chunk);
      this.#available += chunk.length;
    }
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
    if (this.#frameLength === null || this.#available < this.#frameLength) {
      return null;
    }
    const frame = this.#take(this.#frameLength);
    this.#frameLength = null;
    return frame;
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
