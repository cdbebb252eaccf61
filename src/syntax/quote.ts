/** Words quoted so that a shell, or our own lexer, gives back exactly that word and runs nothing. */
import { isUtf8 } from 'node:buffer';

/** `line` is our own lexer; `sh` any POSIX shell. */
export type QuoteStyle = 'line' | 'sh' | 'bash' | 'zsh' | 'fish';

/**
 * The word as it must be typed; without quotes where none are needed. A leading `-` stays one: put `--` before the word.
 * NUL, which no argument of a process can hold, only survives in the style `line`.
 */
export function quoteWord(text: string, style: QuoteStyle): string {
  return QUOTERS[style](text);
}

/** Bytes that need not be UTF-8, for our own lexer. */
export function quoteBytes(bytes: Uint8Array): string {
  if (isUtf8(bytes)) {
    return quoteWord(Buffer.from(bytes).toString('utf8'), 'line');
  }
  const inside = Array.from(bytes, (byte) => (byte < 0x80 ? escapeInDouble(String.fromCharCode(byte)) : hexByte(byte)));
  return `"${inside.join('')}"`;
}

/** The inside of `"…"` of our own lexer, which may still be open (completion). */
export function escapeInDouble(text: string): string {
  return text.replace(/[\\"]/g, '\\$&').replace(UNSEEN, escapeUnseen);
}

const QUOTERS: Readonly<Record<QuoteStyle, (text: string) => string>> = {
  line: quoteForLine,
  sh: (text) => (SAFE.test(text) ? text : quoteSingle(text)),
  bash: quoteAnsi,
  zsh: quoteAnsi,
  fish: quoteFish,
};

/** What no shell reads as anything but itself; `=` and `~` are special only where words begin. */
const SAFE = /^[A-Za-z0-9_/.,:@%+-][A-Za-z0-9_/.,:@%+=-]*$/;

/** Control characters, and what is drawn as nothing or turns the writing around. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;
const HAS_UNSEEN = new RegExp(UNSEEN.source, 'u');
const HAS_CONTROL = /\p{Cc}/u;

/** Blanks of all kinds, quotes, `\`, `;`; what only matters at the start of a word; and what invocation.ts takes for a slip. */
const NEEDS_QUOTES = /[\s'"\\;]|^[#“”„‟«»‘’‚‛–—−]|=[“”„«‘’‚]|^[|&<>]|^[0-9]?>|^-?$/u;

function quoteForLine(text: string): string {
  if (HAS_UNSEEN.test(text)) {
    return `"${escapeInDouble(text)}"`;
  }
  if (!NEEDS_QUOTES.test(text)) {
    return text;
  }
  return text.includes("'") ? `"${escapeInDouble(text)}"` : `'${text}'`;
}

/** Digits in braces beyond ASCII: there `\xNN` would be a byte. */
function escapeUnseen(character: string): string {
  const point = character.codePointAt(0) as number;
  const short = { '\n': '\\n', '\t': '\\t' }[character];
  return short ?? (point < 0x80 ? hexByte(point) : `\\u{${point.toString(16)}}`);
}

function hexByte(byte: number): string {
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

function quoteSingle(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** bash and zsh. `!` is octal in `$'…'`: whether history expansion respects those quotes is a matter of the version. */
function quoteAnsi(text: string): string {
  if (SAFE.test(text)) {
    return text;
  }
  if (!HAS_CONTROL.test(text)) {
    return quoteSingle(text);
  }
  const inside = text
    .replace(/[\\']/g, '\\$&')
    .replace(/[\p{Cc}!]/gu, (character) => ({ '\n': '\\n', '\t': '\\t' })[character] ?? octalBytes(character));
  return `$'${inside}'`;
}

/** Always three digits, so that a digit behind cannot be drawn in. */
function octalBytes(character: string): string {
  return Array.from(Buffer.from(character, 'utf8'), (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}

/** fish knows `\\` and `\'` inside single quotes, and escapes only outside. */
function quoteFish(text: string): string {
  if (SAFE.test(text)) {
    return text;
  }
  const parts = text.split(/(\p{Cc}+)/u).filter((part) => part !== '');
  const quoted = parts.map((part) =>
    HAS_CONTROL.test(part) ? part.replace(/\p{Cc}/gu, escapeFish) : `'${part.replace(/[\\']/g, '\\$&')}'`,
  );
  return quoted.length === 0 ? "''" : quoted.join('');
}

function escapeFish(control: string): string {
  const code = control.charCodeAt(0);
  const short = { '\n': '\\n', '\t': '\\t' }[control];
  return short ?? (code < 0x80 ? hexByte(code) : `\\u${code.toString(16).padStart(4, '0')}`);
}
