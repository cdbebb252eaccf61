/**
 * Strings of the wire: UTF-8, except that a server writes each UTF-16 unit on its own, so that a character outside the
 * basic plane comes as two surrogates of three bytes each (CESU-8: ED A0 BD ED B8 80 for U+1F600).
 */

/** `client`: real UTF-8 out, surrogate pairs accepted in. `server`: as a Java server does both. */
export type StringForm = 'client' | 'server';

/** Malformed bytes become U+FFFD; nothing fails. A BOM is kept. */
export function decodeString(bytes: Buffer, start: number, end: number, form: StringForm): string {
  const text = bytes.toString('utf8', start, end);
  return text.includes('\ufffd') ? decodeCarefully(bytes, start, end, form) : text;
}

/** Bytes that `text` takes, whatever it holds. */
export function stringBytesMax(text: string): number {
  return text.length * 3;
}

/** Writes `text` at `offset`, where there is room for stringBytesMax(text). Returns the number of bytes. */
export function encodeString(text: string, bytes: Buffer, offset: number, form: StringForm): number {
  return form === 'client' ? bytes.write(text, offset, 'utf8') : encodeUnits(text, bytes, offset);
}

/** Each unit by itself: what Java's BinaryOutputArchive.stringToByteBuffer does. */
function encodeUnits(text: string, bytes: Buffer, offset: number): number {
  let at = offset;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      bytes[at++] = unit;
    } else if (unit < 0x800) {
      bytes[at++] = 0xc0 | (unit >> 6);
      bytes[at++] = 0x80 | (unit & 0x3f);
    } else {
      bytes[at++] = 0xe0 | (unit >> 12);
      bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[at++] = 0x80 | (unit & 0x3f);
    }
  }
  return at - offset;
}

/**
 * Only for text that holds U+FFFD. Between surrogates the bytes are ordinary UTF-8, so those stretches go to the
 * platform's decoder; a surrogate without its partner is one U+FFFD, as in Java, not three.
 */
function decodeCarefully(bytes: Buffer, start: number, end: number, form: StringForm): string {
  let text = '';
  let plain = start;
  let at = start;
  while (at < end) {
    const unit = surrogateAt(bytes, at, end);
    if (unit === null) {
      at++;
      continue;
    }
    text += bytes.toString('utf8', plain, at);
    const low = unit < 0xdc00 ? surrogateAt(bytes, at + 3, end) : null;
    const isPair = form === 'client' && low !== null && low >= 0xdc00;
    text += isPair ? String.fromCharCode(unit, low) : '\ufffd';
    at += isPair ? 6 : 3;
    plain = at;
  }
  return text + bytes.toString('utf8', plain, end);
}

/** The surrogate in the three bytes at `at`, or null. ED cannot be the second byte of anything, so no false finds. */
function surrogateAt(bytes: Buffer, at: number, end: number): number | null {
  if (at + 3 > end || bytes[at] !== 0xed) {
    return null;
  }
  const second = bytes[at + 1] as number;
  const third = bytes[at + 2] as number;
  return second >= 0xa0 && second <= 0xbf && (third & 0xc0) === 0x80
    ? 0xd000 | ((second & 0x3f) << 6) | (third & 0x3f)
    : null;
}
