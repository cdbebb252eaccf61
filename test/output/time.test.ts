import { describe, expect, test } from 'vitest';
import { howLongAgo, isoTime, javaDate, localTime } from '../../src/output/time.js';

const NOW = Date.UTC(2026, 10, 22, 12);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('how long ago', () => {
  test.each([
    [0, 'just now'],
    [400, 'just now'],
    [SECOND, '1 second ago'],
    [59 * SECOND, '59 seconds ago'],
    [MINUTE, '1 minute ago'],
    [119 * SECOND, '1 minute ago'],
    [HOUR - SECOND, '59 minutes ago'],
    [25 * HOUR, '1 day ago'],
    [45 * DAY, '1 month ago'],
    [800 * DAY, '2 years ago'],
    [-5 * SECOND, 'in 5 seconds'],
  ])('%d ms is %s', (ms, expected) => {
    expect(howLongAgo(NOW - ms, NOW)).toBe(expected);
  });
});

test('a time that no calendar holds is shown as its number', () => {
  const ms = Number.MAX_SAFE_INTEGER;

  expect([isoTime(ms), localTime(ms), javaDate(ms)]).toEqual([String(ms), String(ms), String(ms)]);
});

test('ISO times are UTC with milliseconds', () => {
  expect(isoTime(0)).toBe('1970-01-01T00:00:00.000Z');
});

test('local times are those of this machine', () => {
  const local = new Date(2026, 0, 2, 3, 4, 5);

  expect(localTime(local.getTime())).toBe('2026-01-02 03:04:05');
});

test('dates for zkcli have the shape of Java’s', () => {
  expect(javaDate(new Date(2026, 10, 5, 9, 3, 1).getTime())).toMatch(/^Thu Nov 05 09:03:01 \S+ 2026$/);
});
