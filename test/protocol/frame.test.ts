import { describe, expect, test } from 'vitest';
import { FrameSplitter } from '../../src/protocol/frame.js';
import { build, fromHex } from '../helpers/byte-builder.js';

const FRAMES = [
  build().hex('00000001 0000000000000013 00000000').done(),
  Buffer.alloc(0),
  build().string('/x').stat().done(),
  build().byte(7).done(),
  build().int(-1).done(),
];
const STREAM = Buffer.concat(FRAMES.map((frame) => build().raw(frame).frame()));

test('one chunk with all of them', () => {
  expect(split([STREAM])).toEqual(FRAMES);
});

test('the stream cut in two, at every place', () => {
  for (let at = 0; at <= STREAM.length; at++) {
    expect(split([STREAM.subarray(0, at), STREAM.subarray(at)]), `cut at ${at}`).toEqual(FRAMES);
  }
});

test('the stream cut in three, at every two places', () => {
  for (let first = 0; first <= STREAM.length; first++) {
    for (let second = first; second <= STREAM.length; second++) {
      const chunks = [STREAM.subarray(0, first), STREAM.subarray(first, second), STREAM.subarray(second)];
      const frames = split(chunks);
      if (frames.length !== FRAMES.length || frames.some((frame, index) => !frame.equals(FRAMES[index]!))) {
        expect(frames, `cut at ${first} and ${second}`).toEqual(FRAMES);
      }
    }
  }
});

test.each([1, 2, 3, 5, 7])('chunks of %d bytes', (size) => {
  expect(split(chunksOf(STREAM, size))).toEqual(FRAMES);
});

test('large frames between small ones, in chunks of many sizes', () => {
  const large = Buffer.from(Array.from({ length: 700_001 }, (_, index) => index % 251));
  const frames = [
    build().int(1).done(),
    large,
    Buffer.alloc(0),
    large.subarray(1),
    large.subarray(0, 262_145),
    build().int(2).done(),
  ];
  const stream = Buffer.concat(frames.map((frame) => build().raw(frame).frame()));

  for (const size of [1_000, 65_536, 175_000, 262_144, 262_150, 700_005, 700_010, stream.length]) {
    const splitter = new FrameSplitter(1_000_000);
    const found: Buffer[] = [];
    for (const chunk of chunksOf(stream, size)) {
      splitter.push(chunk);
      for (let frame = splitter.next(); frame !== null; frame = splitter.next()) found.push(frame);
    }
    expect(found.length, `chunks of ${size}`).toBe(frames.length);
    expect(
      found.every((frame, index) => frame.equals(frames[index]!)),
      `chunks of ${size}`,
    ).toBe(true);
    expect(splitter.pendingBytes).toBe(0);
  }
});

test('a frame comes out as soon as its last byte is there, and not before', () => {
  const splitter = new FrameSplitter(100);
  const stream = build().int(7).frame();
  for (const byte of stream.subarray(0, -1)) {
    splitter.push(Buffer.from([byte]));
    expect(splitter.next()).toBeNull();
  }
  splitter.push(stream.subarray(-1));
  expect(splitter.next()).toEqual(fromHex('00000007'));
  expect(splitter.pendingBytes).toBe(0);
});

test('a large frame in many chunks is put together once, and each byte looked at once', () => {
  const body = Buffer.alloc(50 * 1024 * 1024, 1);
  const chunkBytes = 1024;
  const splitter = new FrameSplitter(body.length);
  splitter.push(build().int(body.length).done());
  let nulls = 0;
  for (let at = 0; at < body.length; at += chunkBytes) {
    nulls += splitter.next() === null ? 1 : 0;
    splitter.push(body.subarray(at, at + chunkBytes));
  }
  expect(nulls).toBe(body.length / chunkBytes);
  expect(splitter.next()?.length).toBe(body.length);
  expect(splitter.next()).toBeNull();
});

test('a frame inside one chunk is a view of it, so small frames cost no copy', () => {
  const chunk = build().int(7).frame();
  const frame = split([chunk])[0]!;
  expect(frame.buffer).toBe(chunk.buffer);
});

describe('lengths that are refused', () => {
  test.each([
    ['ffffffff', 'a frame of -1 bytes: a negative length'],
    ['80000000', 'a frame of -2147483648 bytes: a negative length'],
    ['00000065', 'a frame of 101 bytes: more than the 100 accepted'],
    ['7fffffff', 'a frame of 2147483647 bytes: more than the 100 accepted'],
    ['48545450', 'a frame of 1213486160 bytes: more than the 100 accepted'],
  ])('%s', (hex, message) => {
    const splitter = new FrameSplitter(100);
    splitter.push(fromHex(hex));
    expect(() => splitter.next()).toThrow(
      expect.objectContaining({ kind: 'protocol', record: 'Frame', field: 'length', message }),
    );
  });

  test('the longest one accepted is accepted', () => {
    const frame = Buffer.alloc(100, 5);
    expect(split([build().raw(frame).frame()])).toEqual([frame]);
  });

  test('the frames before the bad length still come out', () => {
    const splitter = new FrameSplitter(100);
    splitter.push(Buffer.concat([build().int(1).frame(), fromHex('ffffffff')]));
    expect(splitter.next()).toEqual(fromHex('00000001'));
    expect(() => splitter.next()).toThrow('a negative length');
  });

  test('after a bad length nothing comes out any more', () => {
    const splitter = new FrameSplitter(100);
    splitter.push(fromHex('ffffffff 00000000'));
    expect(() => splitter.next()).toThrow('a negative length');
    expect(() => splitter.next()).toThrow('a negative length');
  });

  test('a length that is announced takes no memory', () => {
    const splitter = new FrameSplitter(0x7fff_ffff);
    splitter.push(fromHex('7fffffff 00'));
    expect(splitter.next()).toBeNull();
    expect(splitter.pendingBytes).toBe(1);
  });
});

function split(chunks: readonly Buffer[]): Buffer[] {
  const splitter = new FrameSplitter(100);
  const frames: Buffer[] = [];
  for (const chunk of chunks) {
    splitter.push(chunk);
    for (let frame = splitter.next(); frame !== null; frame = splitter.next()) {
      frames.push(frame);
    }
  }
  return frames;
}

function chunksOf(stream: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
    stream.subarray(index * size, (index + 1) * size),
  );
}
