/** Numbers as Java reads them: Integer.parseInt, Long.parseLong, Integer.decode, Double.parseDouble (JDK 17). */

const INT_MAX = 0x7fff_ffffn;
const LONG_MAX = 0x7fff_ffff_ffff_ffffn;

/** null: NumberFormatException. */
export function parseInt32(text: string): number | null {
  const value = parseWithin(text, 10, INT_MAX);
  return value === null ? null : Number(value);
}

/** null: NumberFormatException. */
export function parseInt64(text: string, radix: 10 | 16 = 10): bigint | null {
  return parseWithin(text, radix, LONG_MAX);
}

/** Integer.decode: decimal, `0x`, `0X` or `#` hex, leading 0 octal, with a sign. null: NumberFormatException. */
export function decodeInt32(text: string): number | null {
  const match = /^([+-]?)(0[xX]|#|0(?=.))?(.*)$/su.exec(text);
  const [, sign = '', prefix = '', digits = ''] = match ?? [];
  if (match === null || /^[+-]/.test(digits)) {
    return null;
  }
  const radix = prefix === '' ? 10 : prefix === '0' ? 8 : 16;
  const value = parseWithin(`${sign}${digits}`, radix, INT_MAX);
  return value === null ? null : Number(value);
}

/** Whether Double.parseDouble takes it: what commons-cli takes for a negative number, and so for a value. */
export function isDouble(text: string): boolean {
  // String.trim takes off every character up to the blank.
  const trimmed = text.replace(/^[\0- ]+|[\0- ]+$/g, '');
  return DECIMAL.test(trimmed) || HEXADECIMAL.test(trimmed);
}

const DECIMAL = /^[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/;
const HEXADECIMAL = /^[+-]?0[xX](?:[\da-fA-F]+\.?|[\da-fA-F]*\.[\da-fA-F]+)[pP][+-]?\d+[fFdD]?$/;

function parseWithin(text: string, radix: number, max: bigint): bigint | null {
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/su.exec(text) ?? [];
  let value = 0n;
  for (const digit of digits) {
    const number = digitOf(digit);
    if (number === null || number >= radix) {
      return null;
    }
    value = value * BigInt(radix) + BigInt(number);
  }
  const signed = sign === '-' ? -value : value;
  return digits === '' || signed > max || signed < -max - 1n ? null : signed;
}

/** Character.digit: also the decimal digits of other scripts, which stand in rows of ten, and full-width letters. */
function digitOf(character: string): number | null {
  const latin = /^[0-9a-z]$/i.test(character) ? character : character.normalize('NFKC');
  if (/^[0-9a-z]$/i.test(latin)) {
    return Number.parseInt(latin, 36);
  }
  if (!/^\p{Nd}$/u.test(character)) {
    return null;
  }
  const point = character.codePointAt(0) ?? 0;
  let zero = point;
  while (zero > point - 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) {
    zero--;
  }
  return point - zero;
}
