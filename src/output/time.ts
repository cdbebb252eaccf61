/** Times as text. The clock is the caller's: `nowMs` comes in. */
import { zoneNames } from './java-zones.js';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [365 * DAY, 'year'],
  [30 * DAY, 'month'],
  [DAY, 'day'],
  [HOUR, 'hour'],
  [MINUTE, 'minute'],
  [1, 'second'],
];

/** ISO 8601 in UTC with milliseconds; the bare number where a server sent what no calendar holds. */
export function isoTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    const date = new Date(second * 1000);
    if (Number.isNaN(date.getTime()) || Number.isNaN(new Date(ms).getTime())) {
      return String(ms);
    }
    lastSecond = second;
    // Up to the point: a listing has many times of one second, and calendars are slow.
    lastText = date.toISOString().slice(0, -4);
  }
  const rest = Math.floor(ms - second * 1000);
  return `${lastText}${rest < 10 ? '00' : rest < 100 ? '0' : ''}${rest}Z`;
}

let lastSecond = Number.NaN;
let lastText = '';

/** `2026-11-22 17:30:01` in the zone of this machine. */
export function localTime(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) {
    return String(ms);
  }
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** `3 minutes ago`, `in 2 seconds` where the server's clock is ahead of ours, `just now`. */
export function howLongAgo(ms: number, nowMs: number): string {
  const seconds = Math.round((nowMs - ms) / 1000);
  const [size, name] = UNITS.find(([unit]) => Math.abs(seconds) >= unit) ?? [1, ''];
  if (name === '') {
    return 'just now';
  }
  const count = Math.floor(Math.abs(seconds) / size);
  const span = `${count} ${name}${count === 1 ? '' : 's'}`;
  return seconds < 0 ? `in ${span}` : `${span} ago`;
}

/**
 * As Java's Date.toString: `Sun Nov 05 09:03:01 UTC 2026`, what zkCli.sh prints. `zone` is what the user calls the zone of
 * this machine: Intl knows one name for each (UTC for GMT).
 */
export function javaDate(ms: number, zone?: string): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) {
    return String(ms);
  }
  const [weekday, month] = [DAYS[date.getDay()], MONTHS[date.getMonth()]];
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${weekday} ${month} ${two(date.getDate())} ${time} ${zoneName(date, zone)} ${date.getFullYear()}`;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The zone's short name as Java has it; `GMT-03:00` where it has none. */
function zoneName(date: Date, zone = ''): string {
  const names = zoneNames(zone) ?? zoneNames(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const offset = -date.getTimezoneOffset();
  if (names !== null) {
    // A zone may have moved in that very year; the first comparison knows it by the winter it has today.
    const isStandard = offset === standardOffset(RECENT_YEAR) || offset <= standardOffset(date.getFullYear());
    return isStandard ? names.standard : names.summer;
  }
  const minutes = Math.abs(offset);
  return `GMT${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

const RECENT_YEAR = 2026;

/** Minutes east of Greenwich without summer time. */
function standardOffset(year: number): number {
  return Math.min(...MONTHS.map((_, month) => -new Date(year, month, 1).getTimezoneOffset()));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
