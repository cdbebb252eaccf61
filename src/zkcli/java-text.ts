/** Text as Java 17 sees it: UTF-8 with its own number of replacement characters, String.hashCode, `split`. */

const REPLACEMENT = '\ufffd';
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `new String(bytes, UTF_8)`. */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeDamaged(bytes);
  }
}

/** As java.lang.String.decodeUTF8_UTF16: an encoded surrogate is one U+FFFD, other damage one for each maximal part. */
function decodeDamaged(bytes: Buffer): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [text, length] = decodeOne(bytes, at);
    parts.push(text);
    at += length;
  }
  return parts.join('');
}

/** The character at `at` and how many bytes it takes. */
function decodeOne(bytes: Buffer, at: number): readonly [string, number] {
  const first = bytes[at] ?? 0;
  if (first < 0x80) {
    return [String.fromCharCode(first), 1];
  }
  const count = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : isLeadOfFour(first) ? 4 : 1;
  let good = 1;
  while (good < count && isContinuation(bytes, at, good, first)) {
    good++;
  }
  if (count === 1 || good < count) {
    return [REPLACEMENT, good];
  }
  const isSurrogate = first === 0xed && (bytes[at + 1] ?? 0) >= 0xa0;
  return [isSurrogate ? REPLACEMENT : bytes.toString('utf8', at, at + count), count];
}

function isLeadOfFour(byte: number): boolean {
  return byte >= 0xf0 && byte <= 0xf4;
}

function isContinuation(bytes: Buffer, at: number, index: number, first: number): boolean {
  const byte = bytes[at + index];
  if (byte === undefined || (byte & 0xc0) !== 0x80) {
    return false;
  }
  // The second byte of these tells that the form is too long, or the character beyond Unicode.
  return !(
    index === 1 &&
    ((first === 0xe0 && byte < 0xa0) || (first === 0xf0 && byte < 0x90) || (first === 0xf4 && byte > 0x8f))
  );
}

/** String.hashCode. */
export function hashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash;
}

/** `text.split(separator)` for one plain character: empty parts at the end are dropped. */
export function splitJava(text: string, separator: string): string[] {
  const parts = text.split(separator);
  while (parts.length > 1 && parts.at(-1) === '') {
    parts.pop();
  }
  // Nothing but separators: no part at all. An empty text is one empty part.
  return parts.length === 1 && parts[0] === '' && text !== '' ? [] : parts;
}

/** What String.getBytes(UTF_8) can write: half a surrogate pair is a question mark. */
export function wellFormed(text: string): string {
  return LONE_SURROGATE.test(text) ? text.replace(new RegExp(LONE_SURROGATE, 'gu'), '?') : text;
}

const LONE_SURROGATE = /\p{Surrogate}/u;
