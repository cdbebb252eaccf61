/** Numbers and dates as Java prints them, for words and the AdminServer. */

/** Double.toString in the range that occurs here: `0.0`, `0.2547`. */
export function javaDouble(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

/** A mean as AvgMinMaxCounter gives it: rounded to four places. */
export function roundMean(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Date.toString: `Sun Nov 22 10:54:55 UTC 2026`, in the zone of the process. */
export function javaDate(timeMs: number): string {
  const date = new Date(timeMs);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, '0'));
  const day = String(date.getDate()).padStart(2, '0');
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${day} ${clock.join(':')} ${zoneName(date)} ${date.getFullYear()}`;
}

/** The abbreviation, from whichever English has one (`CET` is British, `PST` American); else `GMT+9`. */
function zoneName(date: Date): string {
  const names = ['en-US', 'en-GB'].map(
    (locale) =>
      new Intl.DateTimeFormat(locale, { timeZoneName: 'short' })
        .formatToParts(date)
        .find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC',
  );
  return names.find((name) => !/^GMT[+-]/.test(name)) ?? names[0] ?? 'UTC';
}

/** A 64-bit number as Long.toHexString prints it; negative ones as their two's complement. */
export function javaHex(value: number | bigint): string {
  return BigInt.asUintN(64, BigInt(value)).toString(16);
}
