/** Takes apart what servers send, for tests. Shares no code with src/protocol, on purpose: it is the second opinion. */
import type { StatNumbers } from './byte-builder.js';

export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** What has not been read yet. */
  rest(): Buffer {
    return this.#take(this.remaining);
  }

  byte(): number {
    return this.#take(1).readUInt8(0);
  }

  int(): number {
    return this.#take(4).readInt32BE(0);
  }

  long(): bigint {
    return this.#take(8).readBigInt64BE(0);
  }

  buffer(): Buffer | null {
    const length = this.int();
    return length === -1 ? null : Buffer.from(this.#take(length));
  }

  string(): string | null {
    return this.buffer()?.toString('utf8') ?? null;
  }

  strings(): (string | null)[] {
    return this.list(() => this.string());
  }

  list<T>(element: () => T): T[] {
    return Array.from({ length: this.int() }, element);
  }

  stat(): Required<StatNumbers> {
    return {
      czxid: this.long(),
      mzxid: this.long(),
      ctime: this.long(),
      mtime: this.long(),
      version: this.int(),
      cversion: this.int(),
      aversion: this.int(),
      ephemeralOwner: this.long(),
      dataLength: this.int(),
      numChildren: this.int(),
      pzxid: this.long(),
    };
  }

  #take(length: number): Buffer {
    if (length < 0 || length > this.remaining) {
      throw new Error(`${length} bytes wanted at offset ${this.#at}, ${this.remaining} left`);
    }
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}
