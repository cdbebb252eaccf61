import { expect, test } from 'vitest';
import { formatSessionId, formatZxid, parseSessionId, parseZxid } from '../../src/protocol/ids.js';

test.each([
  [0n, '0x0'],
  [0x13n, '0x13'],
  [0x2_0000_00afn, '0x2000000af'],
  [-1n, '0xffffffffffffffff'],
  [-0x8000_0000_0000_0000n, '0x8000000000000000'],
  [0x0100_003b_bac2_0001n, '0x100003bbac20001'],
])('%d is written %s, and read back', (number, text) => {
  expect(formatZxid(number)).toBe(text);
  expect(formatSessionId(number)).toBe(text);
  expect(parseZxid(text)).toBe(number);
  expect(parseSessionId(text.toUpperCase().replace('0X', '0x'))).toBe(number);
});

test.each([
  ['19', 19n],
  ['-1', -1n],
  ['9223372036854775807', 0x7fff_ffff_ffff_ffffn],
  ['-9223372036854775808', -0x8000_0000_0000_0000n],
])('%s is decimal', (text, number) => {
  expect(parseZxid(text)).toBe(number);
});

test.each(['', '0x', '0xg', '0x10000000000000000', '9223372036854775808', '1.5', ' 1', '1n', '--1', '0x-1', 'abc'])(
  '%j is no number of 64 bits',
  (text) => {
    expect(parseZxid(text)).toBeNull();
  },
);
