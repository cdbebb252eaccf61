/**
 * The primitives of jute: a reader over one frame and a writer over one growing buffer, big-endian, without padding.
 * Knows no records: what goes wrong is a Malformed (reading) or Misfit (writing), to which record.ts adds the field.
 */
import { INT_MAX, INT_MIN } from './limits.js';
import { decodeString, encodeString, type StringForm, stringBytesMax } from './strings.js';

/** Bytes that cannot be what they should be. The fields it happened in are added on the way out, innermost first. */
export class Malformed extends Error {
  readonly offset: number;
  readonly fields: string[] = [];
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** A value that its field cannot hold. */
export class Misfit extends Error {
  readonly fields: string[] = [];
}

export interface ReaderOptions {
  /** Buffers are copied out (default), or share the frame's memory and keep all of it alive. */
  readonly copies?: boolean;
  /** `server` reads as a Java server does: surrogate pairs are U+FFFD, any negative count but -1 is an empty list. */
  readonly form?: StringForm;
}

/** Longest span for which a 64-bit number passes through a double without loss: 21 bits above the low word. */
const HIGH_WORD_EXACT = 0x20_0000;

export class JuteReader {
  readonly bytes: Buffer;
  readonly form: StringForm;
  offset: number;
  readonly #end: number;
  readonly #copies: boolean;

  /** Reads `bytes` from `offset` on. */
  constructor(bytes: Buffer, offset = 0, options: ReaderOptions = {}) {
    this.bytes = bytes;
    this.offset = offset;
    this.form = options.form ?? 'client';
    this.#end = bytes.length;
    this.#copies = options.copies ?? true;
  }

  get remaining(): number {
    return this.#end - this.offset;
  }

  int(): number {
    const at = this.take(4);
    const bytes = this.bytes;
    return (
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
    );
  }

  long(): bigint {
    const high = this.int();
    const low = this.int() >>> 0;
    // Most zxids and owners fit a double, and one conversion is much cheaper than arithmetic on bigints.
    return high < HIGH_WORD_EXACT && high >= -HIGH_WORD_EXACT
      ? BigInt(high * 0x1_0000_0000 + low)
      : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A long as a number; beyond 2^53 the nearest one. */
  longNumber(): number {
    const high = this.int();
    return high * 0x1_0000_0000 + (this.int() >>> 0);
  }

  /** Any byte but 0 is true. */
  boolean(): boolean {
    return this.bytes[this.take(1)] !== 0;
  }

  string(): string | null {
    const length = this.#length('string');
    if (length < 0) {
      return null;
    }
    const at = this.take(length);
    return decodeString(this.bytes, at, at + length, this.form);
  }

  buffer(): Buffer | null {
    const length = this.#length('buffer');
    if (length < 0) {
      return null;
    }
    const at = this.take(length);
    const view = this.bytes.subarray(at, at + length);
    return this.#copies ? Buffer.from(view) : view;
  }

  /** Moves over a string. */
  skipString(): void {
    const length = this.#length('string');
    if (length > 0) {
      this.take(length);
    }
  }

  /** The count of a vector whose elements take at least `bytesMin` each; -1 is the null vector. */
  count(bytesMin: number): number {
    const at = this.offset;
    const count = this.int();
    if (count < -1) {
      if (this.form === 'server') {
        return 0;
      }
      throw new Malformed(`a count of ${count}`, at);
    }
    if (count * bytesMin > this.remaining) {
      throw new Malformed(`a count of ${count}, and only ${this.remaining} bytes left`, at);
    }
    return count;
  }

  /** Moves over `length` bytes and says where they begin. */
  take(length: number): number {
    const at = this.offset;
    const next = at + length;
    if (next > this.#end) {
      throw new Malformed(`${length} ${length === 1 ? 'byte' : 'bytes'} wanted, ${this.#end - at} left`, at);
    }
    this.offset = next;
    return at;
  }

  /** A length in front of bytes: -1 is null, less is nonsense. */
  #length(what: string): number {
    const at = this.offset;
    const length = this.int();
    if (length < -1) {
      throw new Malformed(`a ${what} of length ${length}`, at);
    }
    if (length > this.remaining) {
      throw new Malformed(`a ${what} of length ${length}, and only ${this.remaining} bytes left`, at);
    }
    return length;
  }
}

/** What a writer starts with: room for almost every request. */
const WRITER_BYTES = 1024;

/** Up to here take() copies and the writer keeps its buffer; something larger is handed over as it is. */
const COPY_BYTES_MAX = 16 * 1024;

/** Strings up to this many characters are written here; longer ones pay for a call into the platform. */
const SHORT_STRING_CHARS = 48;

export class JuteWriter {
  readonly #form: StringForm;
  #bytes: Buffer;
  /** The same bytes: what writes 64 bits in one step, where Buffer's own method takes thirty times as long. */
  #numbers: DataView;
  #length = 0;

  constructor(form: StringForm = 'client') {
    this.#form = form;
    this.#bytes = Buffer.allocUnsafe(WRITER_BYTES);
    this.#numbers = viewOf(this.#bytes);
  }

  /** Bytes written since the last take(). */
  get length(): number {
    return this.#length;
  }

  /** Forgets everything behind `length`. */
  truncate(length: number): void {
    this.#length = Math.min(length, this.#length);
  }

  /** What was written from `start` on, without a copy: only until something else is written. */
  view(start: number): Buffer {
    return this.#bytes.subarray(start, this.#length);
  }

  /** What was written, the caller's to keep. The writer starts anew. */
  take(): Buffer {
    const written = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    if (written.length <= COPY_BYTES_MAX) {
      return Buffer.from(written);
    }
    this.#replace(Buffer.allocUnsafe(WRITER_BYTES));
    return written;
  }

  int(value: number): void {
    if ((value | 0) !== value) {
      throw new Misfit(`${value} is not an integer from ${INT_MIN} to ${INT_MAX}`);
    }
    this.#putInt(this.#reserve(4), value);
  }

  /** Puts `value` where an int was written before. */
  patchInt(at: number, value: number): void {
    this.#putInt(at, value);
  }

  long(value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) {
      throw new Misfit(`${value} does not fit 64 bits`);
    }
    const at = this.#reserve(8);
    this.#numbers.setBigInt64(at, value);
  }

  longNumber(value: number): void {
    if (!Number.isSafeInteger(value)) {
      throw new Misfit(`${value} is not an integer`);
    }
    const at = this.#reserve(8);
    this.#putInt(at, Math.floor(value / 0x1_0000_0000));
    this.#putInt(at + 4, value);
  }

  boolean(value: boolean): void {
    this.byte(value ? 1 : 0);
  }

  byte(value: number): void {
    const at = this.#reserve(1);
    this.#bytes[at] = value;
  }

  string(value: string | null): void {
    if (value === null) {
      this.int(-1);
      return;
    }
    const start = this.#length;
    const at = this.#reserve(4 + stringBytesMax(value)) + 4;
    const written = this.#putAscii(value, at) ? value.length : encodeString(value, this.#bytes, at, this.#form);
    this.#putInt(start, written);
    this.#length = at + written;
  }

  buffer(value: Uint8Array | null): void {
    if (value === null) {
      this.int(-1);
      return;
    }
    const at = this.#reserve(4 + value.length);
    this.#putInt(at, value.length);
    this.#bytes.set(value, at + 4);
  }

  /** Bytes as they are, without a length. */
  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** A buffer, given as a text of one character (U+0000 to U+00FF) a byte. */
  latin1(value: string | null): void {
    if (value === null) {
      this.int(-1);
      return;
    }
    const at = this.#reserve(4 + value.length);
    this.#putInt(at, value.length);
    this.#bytes.write(value, at + 4, 'latin1');
  }

  /** False where it is long or not all ASCII: then nothing of what was put counts. */
  #putAscii(value: string, at: number): boolean {
    if (value.length > SHORT_STRING_CHARS) {
      return false;
    }
    const bytes = this.#bytes;
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 0x7f) {
        return false;
      }
      bytes[at + index] = unit;
    }
    return true;
  }

  #putInt(at: number, value: number): void {
    const bytes = this.#bytes;
    bytes[at] = value >>> 24;
    bytes[at + 1] = value >>> 16;
    bytes[at + 2] = value >>> 8;
    bytes[at + 3] = value;
  }

  /** Room for `count` more bytes, counted as written. Returns where they begin. */
  #reserve(count: number): number {
    const at = this.#length;
    const needed = at + count;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, at);
      this.#replace(larger);
    }
    this.#length = needed;
    return at;
  }

  #replace(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#numbers = viewOf(bytes);
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
