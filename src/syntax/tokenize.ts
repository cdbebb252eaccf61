/**
 * The lexer: one word after the other out of a text. Where commands begin and end is lines.ts's business.
 *
 * `'…'` is literal. `"…"` knows `\" \\ \n \t \xNN \u{…}`; `$'…'` is bash's (its manual, "ANSI-C Quoting"). `\xNN` (and in
 * `$'…'` an octal `\NNN`) is one byte, not one character: `"\xc3\xa9"` is é, and `"\xff"` a word that is not UTF-8.
 * Nothing is ever expanded. Reads each character once.
 */
import { readAnsiEscape, readEscape } from './escapes.js';
import { Content, isReturn, newlineLength, note, type Open, passNewline, type Reader } from './reader.js';
import type { Word } from './word.js';

/** Runs of what means only itself. U+00A0 is the no-break space. */
const PLAIN = /[^\s\u00a0\\'"$;]+/y;

/** To the next character that is not a blank; a backslash and a newline are a blank. */
export function skipBlanks(reader: Reader): void {
  const { text } = reader;
  for (;;) {
    const character = text[reader.at];
    if (character === ' ' || character === '\t' || isReturn(text, reader.at)) {
      reader.at += 1;
    } else if (character === '\\' && newlineLength(text, reader.at + 1) > 0) {
      joinLines(reader);
    } else {
      return;
    }
  }
}

/**
 * The word that begins at the reader, which stands on no blank, newline, `;` or end. At the end of the text `open` says
 * what is not closed, and the word is what there is of it.
 */
export function readWord(reader: Reader): Word {
  const { text, at: start, line, lineStart } = reader;
  const content = new Content();
  let quoted = false;
  while (reader.at < text.length && reader.open === null) {
    const character = text[reader.at] as string;
    if (endsWord(text, reader.at)) {
      break;
    }
    quoted ||= /['"\\]/.test(character === '$' ? (text[reader.at + 1] ?? '') : character);
    readPart(reader, character, content);
  }
  return { ...content.finish(), start, end: reader.at, line, column: start - lineStart, quoted };
}

function readPart(reader: Reader, character: string, content: Content): void {
  const { text } = reader;
  if (character === "'") {
    readSingle(reader, content);
  } else if (character === '"') {
    readEscaped(reader, '"', readEscape, content);
  } else if (character === '$' && text[reader.at + 1] === "'") {
    readEscaped(reader, "$'", readAnsiEscape, content);
  } else if (character === '\\') {
    readBackslash(reader, content);
  } else if (character === '\u00a0') {
    note(reader, reader.at, 'a no-break space (U+00A0) between words', 'Type a blank; one in a name must be quoted.');
    reader.at += 1;
  } else {
    PLAIN.lastIndex = reader.at;
    const run = PLAIN.exec(text)?.[0] ?? character;
    content.addText(run);
    reader.at += run.length;
  }
}

function readSingle(reader: Reader, content: Content): void {
  const { text, at } = reader;
  const close = text.indexOf("'", at + 1);
  if (close < 0) {
    leaveOpen(reader, 'quote', "'", at);
  }
  const end = close < 0 ? text.length : close;
  reader.at = at + 1;
  takeTo(reader, end, content);
  reader.at = close < 0 ? end : end + 1;
}

type EscapeReader = (reader: Reader, content: Content) => void;

/** `"…"` and `$'…'`, which differ in their escapes. */
function readEscaped(reader: Reader, opening: string, readOne: EscapeReader, content: Content): void {
  const { text, at: start } = reader;
  const { line, lineStart } = reader;
  const closing = opening.slice(-1);
  const special = closing === '"' ? /["\\]/g : /['\\]/g;
  reader.at += opening.length;
  for (;;) {
    special.lastIndex = reader.at;
    const next = special.exec(text)?.index ?? text.length;
    takeTo(reader, next, content);
    if (next + 1 >= text.length && text[next] !== closing) {
      // Also a backslash that is the last character: what it escapes is still to come.
      reader.at = text.length;
      reader.open = { waitsFor: 'quote', text: opening, line, column: start - lineStart };
      return;
    }
    if (text[next] === closing) {
      reader.at = next + 1;
      return;
    }
    readOne(reader, content);
  }
}

/** Outside quotes: the next character literally; a newline is not there at all. */
function readBackslash(reader: Reader, content: Content): void {
  const { text, at } = reader;
  if (newlineLength(text, at + 1) > 0) {
    joinLines(reader);
    return;
  }
  if (at + 1 >= text.length) {
    leaveOpen(reader, 'line', '\\', at);
    reader.at += 1;
    return;
  }
  const character = String.fromCodePoint(text.codePointAt(at + 1) as number);
  content.addText(character);
  reader.at += 1 + character.length;
}

function joinLines(reader: Reader): void {
  const { at } = reader;
  reader.at += 1;
  const { line, lineStart } = reader;
  passNewline(reader);
  if (reader.at >= reader.text.length) {
    reader.open = { waitsFor: 'line', text: '\\\n', line, column: at - lineStart };
  }
}

function leaveOpen(reader: Reader, waitsFor: Open['waitsFor'], text: string, at: number): void {
  reader.open = { waitsFor, text, line: reader.line, column: at - reader.lineStart };
}

/** Takes the text up to `end` as it is, counting lines. */
function takeTo(reader: Reader, end: number, content: Content): void {
  const piece = reader.text.slice(reader.at, end);
  content.addText(piece);
  for (let newline = piece.indexOf('\n'); newline >= 0; newline = piece.indexOf('\n', newline + 1)) {
    reader.line += 1;
    reader.lineStart = reader.at + newline + 1;
  }
  reader.at = end;
}

function endsWord(text: string, at: number): boolean {
  const character = text[at];
  return character === ' ' || character === '\t' || character === ';' || newlineLength(text, at) > 0;
}
