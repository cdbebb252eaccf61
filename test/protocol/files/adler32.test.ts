import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { adler32 } from '../../../src/protocol/files/adler32.js';

test('the checksum of known texts', () => {
  expect(adler32(Buffer.from(''))).toBe(1);
  expect(adler32(Buffer.from('a'))).toBe(0x00620062);
  expect(adler32(Buffer.from('Wikipedia'))).toBe(0x11e60398);
});

test('it is the one that zlib puts at the end of a stream, also where the sums are largest', () => {
  for (const length of [1, 7, 8, 9, 5_551, 5_552, 5_553, 100_000]) {
    for (const bytes of [Buffer.alloc(length, 0xff), Buffer.from({ length, 0: 1 }).fill('0123456789abc')]) {
      expect(adler32(bytes), `${length} bytes`).toBe(deflateSync(bytes).readUInt32BE(deflateSync(bytes).length - 4));
    }
  }
});

test('it can be continued at any byte', () => {
  const bytes = Buffer.from('snapshots are summed up piece by piece');
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(adler32(bytes, cut, bytes.length, adler32(bytes, 0, cut))).toBe(adler32(bytes));
  }
});
