import { describe, expect, test } from 'vitest';
import { parseCountRange, parseSizeRange, parseTime, parseTimeRange } from '../../src/commands/ranges.js';
import type { UsageError } from '../../src/errors.js';

const INFINITY = Number.POSITIVE_INFINITY;

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect((error as UsageError).kind).toBe('usage');
    return (error as UsageError).message;
  }
  throw new Error('it was taken');
}

describe('sizes', () => {
  test.each([
    ['0', 0, 0],
    ['100', 100, 100],
    ['100b', 100, 100],
    ['1k', 1024, 1024],
    ['1K', 1024, 1024],
    ['1KiB', 1024, 1024],
    ['1.5k', 1536, 1536],
    ['2M', 2_097_152, 2_097_152],
    ['1g', 1_073_741_824, 1_073_741_824],
    ['+10k', 10_241, INFINITY],
    ['-10k', -INFINITY, 10_239],
    ['1k..2k', 1024, 2048],
    ['1k..', 1024, INFINITY],
    ['..2k', -INFINITY, 2048],
    ['5..5', 5, 5],
  ])('%s', (text, min, max) => {
    expect(parseSizeRange(text)).toEqual({ min, max });
  });

  test.each(['', '+', '-', '..', 'k', '1x', '1 k', '+-1', '1k..x', '--1', '1e3', '0x10', '1..2..3'])(
    '%j is none',
    (text) => {
      expect(refusal(() => parseSizeRange(text))).toMatch(/^not a size/);
    },
  );

  test('a range that ends before it begins is refused', () => {
    expect(refusal(() => parseSizeRange('2k..1k'))).toBe('2k..1k: it ends before it begins');
  });
});

test('numbers have no units', () => {
  expect(parseCountRange('+3')).toEqual({ min: 4, max: INFINITY });
  expect(refusal(() => parseCountRange('3k'))).toBe('not a number: 3k');
});

describe('ages and times', () => {
  test.each([
    ['+1h', { of: 'age', min: 3_600_000, max: INFINITY }],
    ['-10m', { of: 'age', min: -INFINITY, max: 600_000 }],
    ['+7d', { of: 'age', min: 604_800_000, max: INFINITY }],
    ['+1w', { of: 'age', min: 604_800_000, max: INFINITY }],
    ['1h..2d', { of: 'age', min: 3_600_000, max: 172_800_000 }],
    ['2026-11-01T00:00Z..2026-11-02T12:30:15Z', { of: 'time', min: 1_793_491_200_000, max: 1_793_622_615_000 }],
    ['2026-11-01T00:00Z..', { of: 'time', min: 1_793_491_200_000, max: INFINITY }],
    ['..2026-11-01T00:00Z', { of: 'time', min: -INFINITY, max: 1_793_491_200_000 }],
  ])('%s', (text, expected) => {
    expect(parseTimeRange(text)).toEqual(expected);
  });

  test('an age alone could mean two things, and is refused with both', () => {
    expect(refusal(() => parseTimeRange('1h'))).toBe('1h: before or after?');
  });

  test.each([
    ['+1', 'not a duration: 1'],
    ['-x', 'not a duration: x'],
    ['+', "not a duration: ''"],
    ['1h..2026-11-01', 'not a time: 1h'],
    ['2026-11-01..5m', 'not a time: 5m'],
    ['2d..1h', '2d..1h: it ends before it begins'],
    ['..', '..: before or after?'],
  ])('%s is refused', (text, message) => {
    expect(refusal(() => parseTimeRange(text))).toBe(message);
  });

  test('a time without a zone is one of this machine', () => {
    expect(parseTime('2026-11-01')).toBe(new Date(2026, 10, 1).getTime());
    expect(parseTime('2026-11-01T12:30')).toBe(new Date(2026, 10, 1, 12, 30).getTime());
    expect(parseTime('2026-11-01 12:30')).toBe(new Date(2026, 10, 1, 12, 30).getTime());
    expect(parseTime('2026-11-01T12:30+02:00')).toBe(Date.UTC(2026, 10, 1, 10, 30));
  });

  test.each(['2026-13-01', '2026-11-01T25:00', 'yesterday', '2026', '/a/path', '2026-11-01Z'])(
    '%s is no time',
    (text) => {
      expect(parseTime(text)).toBeNull();
    },
  );
});
