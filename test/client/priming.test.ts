import { describe, expect, test } from 'vitest';
import { authFrame, PING_FRAME, setWatchesFrames } from '../../src/client/priming.js';
import type { WatchedPaths } from '../../src/client/watches.js';
import type { ServerPath } from '../../src/protocol/path.js';
import { build } from '../helpers/byte-builder.js';

const NONE: WatchedPaths = { data: [], exists: [], children: [], persistent: [], persistentRecursive: [] };
const paths = (...texts: string[]): ServerPath[] => texts as ServerPath[];
const MAX = 1_048_575;

test('a credential goes out with xid -4', () => {
  const expected = build().int(-4).int(100).int(0).string('digest').buffer(Buffer.from('a:b')).frame();
  expect(authFrame({ scheme: 'digest', credential: Buffer.from('a:b') })).toEqual(expected);
});

test('a ping is a bare header', () => {
  expect(PING_FRAME).toEqual(build().int(-2).int(11).frame());
});

describe('watches on a new connection', () => {
  test('nothing to arm is no frame', () => {
    expect(setWatchesFrames(NONE, 7n, MAX)).toEqual([]);
  });

  test('one-shot ones go by SetWatches (101), which old servers know', () => {
    const frames = setWatchesFrames(
      { ...NONE, data: paths('/d'), exists: paths('/e'), children: paths('/c') },
      7n,
      MAX,
    );
    const expected = build().int(-8).int(101).long(7n).strings(['/d']).strings(['/e']).strings(['/c']).frame();
    expect(frames).toEqual([expected]);
  });

  test('persistent ones need SetWatches2 (105)', () => {
    const frames = setWatchesFrames({ ...NONE, persistent: paths('/p'), persistentRecursive: paths('/r') }, 7n, MAX);
    const none = build().strings([]).strings([]).strings([]).done();
    expect(frames).toEqual([build().int(-8).int(105).long(7n).raw(none).strings(['/p']).strings(['/r']).frame()]);
  });

  test('2,000 paths of 600 bytes go in batches below 128 KiB, all of them, in their order', () => {
    const many = Array.from({ length: 2000 }, (_, index) => `/${String(index).padStart(5, '0')}${'x'.repeat(594)}`);
    const frames = setWatchesFrames({ ...NONE, data: paths(...many) }, 7n, MAX);
    expect(frames).toHaveLength(10);
    expect(Math.max(...frames.map(({ length }) => length))).toBeLessThan(131_072 + 64);
    const sent = frames
      .map((frame) => frame.toString('latin1'))
      .join('')
      .match(/\/\d{5}x+/g);
    expect(sent).toEqual(many);
  });

  test('batches fit a server with a small jute.maxbuffer', () => {
    const many = Array.from({ length: 100 }, (_, index) => `/${String(index).padStart(5, '0')}${'x'.repeat(94)}`);
    const frames = setWatchesFrames({ ...NONE, persistent: paths(...many) }, 7n, 1000);
    expect(Math.max(...frames.map(({ length }) => length - 4))).toBeLessThanOrEqual(1000);
    expect(frames.length).toBeGreaterThan(10);
  });
});
