import { expect, test } from 'vitest';
import { ByteSource } from '../../../src/protocol/files/byte-source.js';

/** As the reader of files does: the memory of a piece is used again for the next one. */
async function* pieces(text: string, length: number): AsyncGenerator<Buffer> {
  const memory = Buffer.alloc(length);
  for (let at = 0; at < text.length; at += length) {
    const piece = text.slice(at, at + length);
    memory.write(piece, 'latin1');
    yield memory.subarray(0, piece.length);
  }
}

test.each([1, 2, 3, 7, 26])(
  'what spans pieces of %i bytes is put together, whoever owns their memory',
  async (length) => {
    const source = new ByteSource(pieces('abcdefghijklmnopqrstuvwxyz', length), true);
    for (const [count, wanted] of [
      [5, 'abcde'],
      [20, 'fghijklmnopqrstuvwxy'],
      [1, 'z'],
    ] as const) {
      expect(await source.ensure(count)).toBe(true);
      expect(source.bytes.toString('latin1', source.at, source.at + count)).toBe(wanted);
      source.at += count;
    }
    expect(await source.ensure(1)).toBe(false);
    // zlib.adler32(b'abcdefghijklmnopqrstuvwxyz')
    expect(source.checksum()).toBe(0x90860b20);
  },
);
