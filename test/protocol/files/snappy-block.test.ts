import { expect, test } from 'vitest';
import { unpackSnappyBlock } from '../../../src/protocol/files/snappy-block.js';

test.each([
  ['nothing', '00', ''],
  ['a literal', '03 08 616263', 'abc'],
  ['a literal whose length follows in one byte', `3d f0 3c ${'61'.repeat(61)}`, 'a'.repeat(61)],
  ['a literal whose length follows in two bytes', `3d f4 3c00 ${'61'.repeat(61)}`, 'a'.repeat(61)],
  ['a near copy', '08 0c 61626364 01 04', 'abcdabcd'],
  ['a copy that reaches into itself', '09 00 61 1d 01 00'.replace('1d 01 00', '1e 0100'), 'aaaaaaaaa'],
  ['a copy with four bytes of distance', '06 08 616263 0b 03000000', 'abcabc'],
])('%s', (_name, hex, text) => {
  expect(unpackSnappyBlock(Buffer.from(hex.replaceAll(' ', ''), 'hex')).toString()).toBe(text);
});

test.each([
  ['a length without an end', 'ffffffffff'],
  ['a literal that is cut', '03 08 6162'],
  ['a copy from before the beginning', '08 0c 61626364 01 05'],
  ['less than it said', '09 0c 61626364'],
  ['more than it said', '02 08 616263'],
  ['no bytes at all', ''],
])('%s is refused', (_name, hex) => {
  expect(() => unpackSnappyBlock(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toThrow();
});
