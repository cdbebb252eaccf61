/** What a backslash means inside `"…"` and `$'…'`. Unknown ones are refused with the spelling that was probably meant. */
import { type Content, newlineLength, note, passNewline, type Reader } from './reader.js';

const SIMPLE: Readonly<Record<string, string>> = { '"': '"', '\\': '\\', n: '\n', t: '\t' };

/** In `"…"`. The reader stands on the backslash, and something follows it. */
export function readEscape(reader: Reader, content: Content): void {
  const { text, at } = reader;
  const letter = text[at + 1] as string;
  const simple = SIMPLE[letter];
  if (simple !== undefined) {
    content.addText(simple);
    reader.at += 2;
  } else if (newlineLength(text, at + 1) > 0) {
    reader.at += 1;
    passNewline(reader);
  } else if (letter === 'x') {
    readByte(reader, content);
  } else if (letter === 'u' && text[at + 2] === '{') {
    readBraced(reader, content);
  } else {
    const character = String.fromCodePoint(text.codePointAt(at + 1) as number);
    note(reader, at, `unknown escape \\${character} inside "…"`, meant(text, at, character));
    reader.at += 1 + character.length;
  }
}

/** `\xNN`: exactly two digits. */
function readByte(reader: Reader, content: Content): void {
  const digits = digitsAt(reader.text, reader.at + 2, /[0-9a-fA-F]{2}/y);
  if (digits === '') {
    note(reader, reader.at, '\\x needs two hexadecimal digits', 'A byte is \\x0a, a backslash \\\\.');
    reader.at += 2;
    return;
  }
  content.addByte(Number.parseInt(digits, 16));
  reader.at += 4;
}

/** `\u{1f600}`: one character. */
function readBraced(reader: Reader, content: Content): void {
  const digits = digitsAt(reader.text, reader.at + 3, /[0-9a-fA-F]+(?=\})/y);
  const point = digits === '' ? Number.NaN : Number.parseInt(digits, 16);
  addCharacter(reader, content, point, digits);
  reader.at += digits === '' ? 3 : 4 + digits.length;
}

function addCharacter(reader: Reader, content: Content, point: number, digits: string): void {
  if (!(point <= 0x10ffff) || (point >= 0xd800 && point <= 0xdfff)) {
    const what = digits === '' ? 'no hexadecimal digits in braces' : `${digits} is no character`;
    note(
      reader,
      reader.at,
      `\\u: ${what}`,
      'A character is \\u{e9} or \\u{1f600}, at most \\u{10ffff}, no surrogates.',
    );
    return;
  }
  content.addText(String.fromCodePoint(point));
}

function meant(text: string, at: number, character: string): string {
  if (character === 'u') {
    const digits = digitsAt(text, at + 2, /[0-9a-fA-F]{4}/y);
    return `With braces: \\u{${digits === '' ? 'e9' : digits}}`;
  }
  const byte = { r: 0x0d, '0': 0, e: 0x1b, a: 0x07, b: 0x08, f: 0x0c, v: 0x0b }[character];
  if (byte !== undefined) {
    return `As a byte: \\x${byte.toString(16).padStart(2, '0')}; for a backslash itself: \\\\${character}`;
  }
  return /[$`'!]/.test(character)
    ? `Nothing is expanded here, so ${character} needs no backslash; for a backslash itself: \\\\${character}`
    : `For a backslash itself: \\\\${character}, or '…' around the word`;
}

const ANSI: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

/** In `$'…'`, as bash does it: what is no escape stays as it is, backslash and all. But a NUL is a NUL, not the end. */
export function readAnsiEscape(reader: Reader, content: Content): void {
  const { text, at } = reader;
  const letter = text[at + 1] as string;
  const simple = ANSI[letter];
  const octal = digitsAt(text, at + 1, /[0-7]{1,3}/y);
  if (simple !== undefined) {
    content.addText(simple);
    reader.at += 2;
  } else if (octal !== '') {
    content.addByte(Number.parseInt(octal, 8) & 0xff);
    reader.at += 1 + octal.length;
  } else if (letter === 'c') {
    readControl(reader, content);
  } else if (letter === 'x' || letter === 'u' || letter === 'U') {
    readHex(reader, content, letter);
  } else {
    content.addText('\\');
    reader.at += 1;
  }
}

const HEX_DIGITS = { x: /[0-9a-fA-F]{1,2}/y, u: /[0-9a-fA-F]{1,4}/y, U: /[0-9a-fA-F]{1,8}/y } as const;

function readHex(reader: Reader, content: Content, letter: 'x' | 'u' | 'U'): void {
  const digits = digitsAt(reader.text, reader.at + 2, HEX_DIGITS[letter]);
  const point = Number.parseInt(digits, 16);
  if (digits === '') {
    if (reader.text[reader.at + 2] === '{') {
      note(
        reader,
        reader.at,
        `\\${letter}{…} is not known inside $'…'`,
        'Here: \\u00e9, \\U0001f600 or \\xff; inside "…": \\u{e9}',
      );
    }
    content.addText(`\\${letter}`);
  } else if (letter === 'x') {
    content.addByte(point);
  } else {
    addCharacter(reader, content, point, digits);
  }
  reader.at += 2 + digits.length;
}

/** `\cx` is control-x; `\c?` is DEL, `\c\\` is control-backslash. The quote ends before `\c` could take it. */
function readControl(reader: Reader, content: Content): void {
  const { text, at } = reader;
  const character = text[at + 2];
  if (character === undefined || character === "'") {
    content.addText('\\c');
    reader.at += 2;
    return;
  }
  const code = character.charCodeAt(0);
  if (code < 0x20 || code > 0x7e) {
    note(reader, at, "\\c needs an ASCII character behind it inside $'…'", 'Control-A is \\cA.');
  }
  content.addByte(character === '?' ? 0x7f : code & 0x1f);
  reader.at += 3;
  if (character === '\\' && (text[reader.at] === '\\' || text[reader.at] === "'")) {
    content.addText(text[reader.at] === "'" ? "'" : '');
    reader.at += 1;
  }
}

function digitsAt(text: string, at: number, pattern: RegExp): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
