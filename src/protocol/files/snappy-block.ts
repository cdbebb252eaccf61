/** One raw block of snappy (its format_description.txt): a length, then literals and copies of what was unpacked before. */
import { Malformed } from '../jute.js';

/** The two low bits of what each piece begins with. */
const LITERAL = 0;
const COPY_NEAR = 1;
const COPY = 2;

/** No block of ours is larger: a length beyond that is not one. */
const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;

/** Lengths of literals from here on stand in 1 to 4 bytes of their own. */
const LENGTH_FOLLOWS = 60;

/** The bytes that a block stands for. @throws Malformed */
export function unpackSnappyBlock(block: Uint8Array): Buffer {
  const reader = new BlockReader(block);
  const output = Buffer.allocUnsafe(reader.unpackedLength());
  let length = 0;
  while (!reader.isAtEnd) {
    const tag = reader.byte();
    if ((tag & 3) === LITERAL) {
      const size = tag >> 2;
      const bytes = reader.bytes((size < LENGTH_FOLLOWS ? size : reader.number(size - LENGTH_FOLLOWS + 1)) + 1);
      checkRoom(output, length, bytes.length);
      output.set(bytes, length);
      length += bytes.length;
    } else {
      const { size, distance } = reader.copy(tag);
      if (distance === 0 || distance > length) {
        throw new Malformed(`a copy from ${distance} bytes back, and there are ${length}`, reader.offset);
      }
      checkRoom(output, length, size);
      // A copy may reach into what it writes itself: that is how runs are written.
      for (const end = length + size; length < end; length++) {
        output[length] = output[length - distance] as number;
      }
    }
  }
  if (length !== output.length) {
    throw new Malformed(`${length} bytes unpacked, and there should be ${output.length}`, reader.offset);
  }
  return output;
}

class BlockReader {
  readonly #block: Uint8Array;
  offset = 0;

  constructor(block: Uint8Array) {
    this.#block = block;
  }

  get isAtEnd(): boolean {
    return this.offset === this.#block.length;
  }

  byte(): number {
    return this.bytes(1)[0] as number;
  }

  bytes(count: number): Uint8Array {
    const end = this.offset + count;
    if (end > this.#block.length) {
      throw new Malformed(`${count} bytes wanted, ${this.#block.length - this.offset} left`, this.offset);
    }
    const bytes = this.#block.subarray(this.offset, end);
    this.offset = end;
    return bytes;
  }

  /** Little-endian, `count` bytes. */
  number(count: number): number {
    return this.bytes(count).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  /** Seven bits a byte, the low ones first. */
  unpackedLength(): number {
    let length = 0;
    for (let factor = 1; factor <= 2 ** 28; factor *= 128) {
      const byte = this.byte();
      length += (byte & 127) * factor;
      if (byte < 128 && length <= UNPACKED_BYTES_MAX) {
        return length;
      }
    }
    throw new Malformed('a block that is too large to be one', 0);
  }

  copy(tag: number): { readonly size: number; readonly distance: number } {
    if ((tag & 3) === COPY_NEAR) {
      return { size: ((tag >> 2) & 7) + 4, distance: (tag >> 5) * 256 + this.byte() };
    }
    return { size: (tag >> 2) + 1, distance: this.number((tag & 3) === COPY ? 2 : 4) };
  }
}

function checkRoom(output: Uint8Array, length: number, more: number): void {
  if (length + more > output.length) {
    throw new Malformed(`more than the ${output.length} bytes that it said`, 0);
  }
}
