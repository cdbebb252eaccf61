import { describe, expect, test } from 'vitest';
import { JuteReader, JuteWriter, Malformed, Misfit } from '../../src/protocol/jute.js';
import { build, fromHex } from '../helpers/byte-builder.js';

describe('numbers', () => {
  test.each([
    [0, '00000000'],
    [1, '00000001'],
    [-1, 'ffffffff'],
    [2_147_483_647, '7fffffff'],
    [-2_147_483_648, '80000000'],
    [0x0102_0304, '01020304'],
  ])('the int %d is %s', (value, hex) => {
    expect(written((writer) => writer.int(value))).toEqual(fromHex(hex));
    expect(new JuteReader(fromHex(hex)).int()).toBe(value);
  });

  test.each([
    [0n, '0000000000000000'],
    [-1n, 'ffffffffffffffff'],
    [0xffff_ffffn, '00000000ffffffff'],
    [-0x1_0000_0000n, 'ffffffff00000000'],
    [0x001f_ffff_ffff_ffffn, '001fffffffffffff'],
    [0x0020_0000_0000_0000n, '0020000000000000'],
    [0x0020_0000_0000_0001n, '0020000000000001'],
    [-0x0020_0000_0000_0000n, 'ffe0000000000000'],
    [-0x0020_0000_0000_0001n, 'ffdfffffffffffff'],
    [0x7fff_ffff_ffff_ffffn, '7fffffffffffffff'],
    [-0x8000_0000_0000_0000n, '8000000000000000'],
    [0x0100_003b_bac2_0001n, '0100003bbac20001'],
  ])('the long %d is %s', (value, hex) => {
    expect(written((writer) => writer.long(value))).toEqual(fromHex(hex));
    expect(new JuteReader(fromHex(hex)).long()).toBe(value);
  });

  test.each([
    [0, '0000000000000000'],
    [-1, 'ffffffffffffffff'],
    [1_795_344_875_307, '000001a202e4bf2b'],
    [-4_294_967_297, 'fffffffeffffffff'],
    [9_007_199_254_740_991, '001fffffffffffff'],
  ])('the long %d can be a number as well', (value, hex) => {
    expect(written((writer) => writer.longNumber(value))).toEqual(fromHex(hex));
    expect(new JuteReader(fromHex(hex)).longNumber()).toBe(value);
  });

  test.each([2 ** 31, -(2 ** 31) - 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d does not fit an int', (value) => {
    expect(() => written((writer) => writer.int(value))).toThrow(Misfit);
  });

  test('what does not fit 64 bits is refused', () => {
    expect(() => written((writer) => writer.long(1n << 63n))).toThrow(Misfit);
    expect(() => written((writer) => writer.longNumber(2 ** 53))).toThrow(Misfit);
    expect(() => written((writer) => writer.longNumber(0.5))).toThrow(Misfit);
  });

  test('any byte but 0 is true', () => {
    const reader = new JuteReader(fromHex('00 01 02 ff'));
    expect([reader.boolean(), reader.boolean(), reader.boolean(), reader.boolean()]).toEqual([false, true, true, true]);
  });
});

describe('strings', () => {
  const long = 'x'.repeat(5_000);
  test.each([
    ['null', null],
    ['empty', ''],
    ['ASCII', '/a b'],
    ['two bytes', 'é'],
    ['three bytes', '漢字'],
    ['beyond the basic plane', '/😀!'],
    ['a BOM in front', '\ufeffx'],
    ['U+FFFD itself', 'a\ufffdb'],
    ['long ASCII', long],
    ['long, with one other at its end', `${long}é`],
    ['exactly as long as the short ones', 'y'.repeat(48)],
    ['one longer', 'y'.repeat(49)],
  ])('%s: real UTF-8 out, the same string in', (_, text) => {
    const bytes = build().string(text).done();
    expect(written((writer) => writer.string(text))).toEqual(bytes);
    expect(new JuteReader(bytes).string()).toBe(text);
  });

  test('null and empty are different bytes', () => {
    expect(written((writer) => writer.string(null))).toEqual(fromHex('ffffffff'));
    expect(written((writer) => writer.string(''))).toEqual(fromHex('00000000'));
  });

  test.each([
    ['a pair of surrogates', '2f eda0bd edb880', '/😀'],
    ['a pair between other letters', '61 eda0bd edb880 c3a9', 'a😀é'],
    ['two pairs', 'eda0bd edb880 eda0bd edb881', '😀😁'],
    ['a pair and real UTF-8', 'eda0bd edb880 f09f9880', '😀😀'],
    ['a high surrogate alone', '61 eda0bd 62', 'a\ufffdb'],
    ['a low surrogate alone', '61 edb880 62', 'a\ufffdb'],
    ['a pair the wrong way round', 'edb880 eda0bd', '\ufffd\ufffd'],
    ['two high surrogates, then a low one', 'eda0bd eda0bd edb880', '\ufffd😀'],
    ['a pair that is cut', 'eda0bd edb8 2f', '\ufffd\ufffd\ufffd/'],
    ['bytes that are no UTF-8', '2f ff fe', '/\ufffd\ufffd'],
    ['an overlong zero', 'c080', '\ufffd\ufffd'],
  ])('a client reads %s', (_, hex, text) => {
    const bytes = fromHex(hex);
    expect(new JuteReader(build().buffer(bytes).done()).string()).toBe(text);
  });

  test('a server reads a surrogate as U+FFFD, pair or not', () => {
    const bytes = build().buffer(fromHex('2f eda0bd edb880')).done();
    expect(new JuteReader(bytes, 0, { form: 'server' }).string()).toBe('/\ufffd\ufffd');
  });

  test('a server writes each half of a pair by itself', () => {
    expect(written((writer) => writer.string('/😀é漢'), 'server')).toEqual(
      build().buffer(fromHex('2f eda0bd edb880 c3a9 e6bca2')).done(),
    );
  });

  test('a lone surrogate goes out as U+FFFD', () => {
    expect(written((writer) => writer.string('\ud83d'))).toEqual(build().buffer(fromHex('efbfbd')).done());
  });
});

describe('buffers', () => {
  test('null and empty are different, both ways', () => {
    expect(written((writer) => writer.buffer(null))).toEqual(fromHex('ffffffff'));
    expect(written((writer) => writer.buffer(Buffer.alloc(0)))).toEqual(fromHex('00000000'));
    expect(new JuteReader(fromHex('ffffffff')).buffer()).toBeNull();
    expect(new JuteReader(fromHex('00000000')).buffer()).toEqual(Buffer.alloc(0));
  });

  test('are copied out of the frame, unless asked otherwise', () => {
    const frame = build().buffer(fromHex('0102')).done();
    const copied = new JuteReader(frame).buffer();
    const shared = new JuteReader(frame, 0, { copies: false }).buffer();
    frame.fill(9);
    expect(copied).toEqual(fromHex('0102'));
    expect(shared).toEqual(fromHex('0909'));
  });
});

describe('lengths that cannot be', () => {
  const read = { string: (reader: JuteReader) => reader.string(), buffer: (reader: JuteReader) => reader.buffer() };
  test.each([
    ['string', '00000003 6162', 'a string of length 3, and only 2 bytes left'],
    ['string', '7fffffff 6162', 'a string of length 2147483647, and only 2 bytes left'],
    ['string', 'fffffffe 6162', 'a string of length -2'],
    ['buffer', '00000003 6162', 'a buffer of length 3, and only 2 bytes left'],
    ['buffer', '80000000 6162', 'a buffer of length -2147483648'],
  ] as const)('a %s of %s', (kind, hex, message) => {
    const reader = new JuteReader(fromHex(`00 ${hex}`), 1);
    expect(() => read[kind](reader)).toThrow(expect.objectContaining({ message, offset: 1 }));
  });

  test('a count is held against the bytes that are left', () => {
    expect(new JuteReader(fromHex('00000002 0000000000000000')).count(4)).toBe(2);
    expect(() => new JuteReader(fromHex('00000003 0000000000000000')).count(4)).toThrow(Malformed);
    expect(() => new JuteReader(fromHex('7fffffff 0000000000000000')).count(4)).toThrow(Malformed);
  });

  test('a count below -1 is nonsense to a client and an empty list to a server', () => {
    expect(() => new JuteReader(fromHex('fffffffb')).count(4)).toThrow('a count of -5');
    expect(new JuteReader(fromHex('fffffffb'), 0, { form: 'server' }).count(4)).toBe(0);
    expect(new JuteReader(fromHex('ffffffff')).count(4)).toBe(-1);
  });
});

describe('a writer', () => {
  test('grows as it must, and begins anew after take', () => {
    const writer = new JuteWriter();
    const large = Buffer.alloc(300_000, 7);
    writer.int(1);
    writer.buffer(large);
    writer.string('end');
    expect(writer.take().equals(build().int(1).buffer(large).string('end').done())).toBe(true);
    expect(writer.length).toBe(0);
    writer.int(2);
    expect(writer.take()).toEqual(fromHex('00000002'));
  });

  test.each<[string, (writer: JuteWriter) => void, Buffer]>([
    ['an int', (writer) => writer.int(-2), build().int(-2).done()],
    ['a long', (writer) => writer.long(-3n), build().long(-3n).done()],
    ['a long from a number', (writer) => writer.longNumber(-4), build().long(-4n).done()],
    ['a boolean', (writer) => writer.boolean(true), build().boolean(true).done()],
    ['an ASCII string', (writer) => writer.string('/abc'), build().string('/abc').done()],
    ['another string', (writer) => writer.string('/é漢😀'), build().string('/é漢😀').done()],
    ['a null string', (writer) => writer.string(null), build().string(null).done()],
    ['a buffer', (writer) => writer.buffer(Buffer.from('abc')), build().buffer(Buffer.from('abc')).done()],
  ])('grows under %s, wherever it begins', (_, write, bytes) => {
    for (let before = 1_000; before <= 1_030; before++) {
      const writer = new JuteWriter();
      for (let index = 0; index < before; index++) writer.boolean(false);
      write(writer);
      expect(writer.take().equals(Buffer.concat([Buffer.alloc(before), bytes])), `behind ${before} bytes`).toBe(true);
    }
  });

  test('gives bytes away for good: writing on does not change them', () => {
    const writer = new JuteWriter();
    const taken = [1, 2, 3].map((value) => {
      writer.buffer(Buffer.alloc(value * 9_000, value));
      return writer.take();
    });
    expect(taken).toEqual(
      [1, 2, 3].map((value) =>
        build()
          .buffer(Buffer.alloc(value * 9_000, value))
          .done(),
      ),
    );
  });

  test('forgets what is cut off', () => {
    const writer = new JuteWriter();
    writer.int(1);
    writer.string('gone');
    writer.truncate(4);
    writer.int(2);
    expect(writer.take()).toEqual(fromHex('00000001 00000002'));
  });

  test('puts an int where one was', () => {
    const writer = new JuteWriter();
    writer.int(0);
    writer.int(5);
    writer.patchInt(0, -2);
    expect(writer.take()).toEqual(fromHex('fffffffe 00000005'));
  });
});

function written(write: (writer: JuteWriter) => void, form?: 'server'): Buffer {
  const writer = new JuteWriter(form);
  write(writer);
  return writer.take();
}
