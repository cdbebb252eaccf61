/**
 * Ranges as find(1) has them: `+10k` more than, `-10k` less than, `10k` exactly; and `10k..1M` from and to. Of sizes,
 * numbers, ages and times. Reads text; knows no clock.
 */
import { UsageError } from '../errors.js';
import { readDuration } from './duration.js';

/** Both ends belong to it; infinite where it is open. */
export interface Range {
  readonly min: number;
  readonly max: number;
}

/** An age counts back from now, a time is ms since the epoch. */
export type TimeRange = ({ readonly of: 'age' } | { readonly of: 'time' }) & Range;

const EVERYTHING: Range = { min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };
const FORMS = '+N is more than N, -N less, N exactly, A..B from A to B.';

/** Bytes: `100`, `+10k`, `-1M`, `1k..64k`. @throws UsageError */
export function parseSizeRange(text: string): Range {
  return parseRange(text, readSize, 'size', 'Bytes, or with k, M or G (1024, its square, its cube)');
}

/** @throws UsageError */
export function parseCountRange(text: string): Range {
  const read = (word: string) => (/^\d{1,15}$/.test(word) ? Number(word) : null);
  return parseRange(text, read, 'number', 'Whole numbers');
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function readSize(word: string): number | null {
  const parts = /^(\d+(?:\.\d+)?)([bkmg]?)(?:(?<=[kmg])i?b)?$/i.exec(word);
  const unit = UNITS[parts?.[2]?.toLowerCase() ?? ''];
  return parts === null || unit === undefined ? null : Math.round(Number(parts[1]) * unit);
}

function parseRange(text: string, read: (word: string) => number | null, what: string, units: string): Range {
  const refuse = () => new UsageError(`not a ${what}: ${text === '' ? "''" : text}`, { why: `${units}. ${FORMS}` });
  const ends = splitRange(text);
  if (ends !== null) {
    const [min, max] = ends.map((word, index) => (word === '' ? openEnd(index) : read(word)));
    if (min == null || max == null) {
      throw refuse();
    }
    return checked({ min, max }, text);
  }
  const sign = /^[+-]/.exec(text)?.[0];
  const value = read(sign === undefined ? text : text.slice(1));
  if (value === null) {
    throw refuse();
  }
  return sign === '+'
    ? { ...EVERYTHING, min: value + 1 }
    : sign === '-'
      ? { ...EVERYTHING, max: value - 1 }
      : { min: value, max: value };
}

/** `+1h` more than an hour ago, `-10m` less than ten minutes, `1h..2d`; times `2026-11-01..2026-11-02T12:00`. @throws UsageError */
export function parseTimeRange(text: string): TimeRange {
  const ends = splitRange(text);
  const sign = /^[+-]/.exec(text)?.[0];
  if (ends === null && sign === undefined) {
    throw new UsageError(`${text === '' ? "''" : text}: before or after?`, {
      why: '+1h is more than an hour ago, -1h within the last hour, 1h..2d in between; times are 2026-11-01..2026-11-02T12:00.',
      ...(/^\d+(\.\d+)?[a-z]+$/i.test(text) ? { hint: `+${text} or -${text}` } : {}),
    });
  }
  if (ends === null) {
    const age = readAge(text.slice(1));
    return sign === '+' ? { of: 'age', ...EVERYTHING, min: age } : { of: 'age', ...EVERYTHING, max: age };
  }
  const isTime = ends.some((word) => parseTime(word) !== null);
  const [min = 0, max = 0] = ends.map((word, index) =>
    word === '' ? openEnd(index) : isTime ? readTime(word) : readAge(word),
  );
  return { of: isTime ? 'time' : 'age', ...checked({ min, max }, text) };
}

function readAge(word: string): number {
  const long = /^(\d+(?:\.\d+)?)([dw])$/i.exec(word);
  const ms = long === null ? readDuration(word) : Number(long[1]) * (long[2]?.toLowerCase() === 'w' ? WEEK_MS : DAY_MS);
  if (typeof ms !== 'number') {
    throw new UsageError(`not a duration: ${word === '' ? "''" : word}`, {
      hint: 'Durations are 30s, 10m, 1h, 7d, 2w.',
    });
  }
  return ms;
}

function readTime(word: string): number {
  const time = parseTime(word);
  if (time === null) {
    throw new UsageError(`not a time: ${word}`, {
      hint: 'Times are 2026-11-01, 2026-11-01T12:00, 2026-11-01T12:00:30Z.',
    });
  }
  return time;
}

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/** ISO 8601; without a zone it is this machine's. null: it is none. */
export function parseTime(word: string): number | null {
  const parts = /^\d{4}-\d\d-\d\d(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(word);
  if (parts === null) {
    return null;
  }
  // A bare day would be one of UTC.
  const time = new Date(parts[1] === undefined ? `${word}T00:00` : word.replace(' ', 'T')).getTime();
  return Number.isNaN(time) ? null : time;
}

function splitRange(text: string): readonly [string, string] | null {
  const at = text.indexOf('..');
  return at < 0 || text === '..' ? null : [text.slice(0, at), text.slice(at + 2)];
}

function openEnd(index: number): number {
  return index === 0 ? EVERYTHING.min : EVERYTHING.max;
}

function checked(range: Range, text: string): Range {
  if (range.min > range.max) {
    throw new UsageError(`${text}: it ends before it begins`, { why: 'A..B is from A to B.' });
  }
  return range;
}
