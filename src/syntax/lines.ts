/**
 * Text to commands: `;` and newlines end a command, `#` at the start of a word begins a comment, `<<WORD` and `<<-WORD` take
 * the lines behind the command as data (up to a line that is WORD; `<<-` without the TABs that lines begin with), each with
 * its newline, as in bash. Words are tokenize.ts's business.
 */
import { isUtf8 } from 'node:buffer';
import { UsageError } from '../errors.js';
import { holdsOperations, wordsAtEnd } from './operations.js';
import { createReader, newlineLength, note, passNewline, type Reader } from './reader.js';
import { readWord, skipBlanks } from './tokenize.js';
import type { Word } from './word.js';

/** One command, split but not yet understood: parseInvocation reads it. */
export interface Command {
  /** At least one, unless `problem` is set. */
  readonly words: readonly Word[];
  /** Line of its first word, 1-based. */
  readonly line: number;
  /** As it was typed, here-documents included; for the history and for messages. */
  readonly text: string;
  /** It could not be split (an unknown escape, a quote that never ends): parseInvocation throws this. */
  readonly problem?: UsageError;
}

/** Why the text cannot end here. `text` is what is waited for: the quote, the word that ends a here-document, or `\`. */
export interface Incomplete {
  readonly waitsFor: 'quote' | 'hereDocument' | 'line';
  readonly text: string;
  readonly line: number;
  /** 0-based column of what is open. */
  readonly column: number;
}

export interface Split {
  readonly commands: readonly Command[];
  /** Only with `complete: false`. The commands beside it are whole and do not include the open one. */
  readonly incomplete: Incomplete | null;
}

export interface SplitOptions {
  /** Number of the first line; default 1. */
  readonly firstLine?: number;
  /** There is no more text to come: what is open is the last command's `problem`. */
  readonly complete: boolean;
}

/** Never throws: what is wrong with a command is its `problem`, so that a script fails where it gets there, not before. */
export function splitCommands(text: string, options: SplitOptions): Split {
  const drafts = readDrafts(createReader(text, options.firstLine));
  if (options.complete) {
    return { commands: toCommands(text, drafts, true), incomplete: null };
  }
  const firstOpen = drafts.findIndex(isOpen);
  const whole = firstOpen < 0 ? drafts : drafts.slice(0, firstOpen);
  const open = drafts[firstOpen];
  return { commands: toCommands(text, whole, false), incomplete: open === undefined ? null : whatIsOpen(open) };
}

/** The text of a script. @throws UsageError with the line of the first bytes that are not UTF-8 */
export function decodeScript(bytes: Buffer): string {
  if (isUtf8(bytes)) {
    return bytes.toString('utf8');
  }
  const lines = splitAtNewlines(bytes);
  const line = 1 + lines.findIndex((each) => !isUtf8(each));
  throw new UsageError('the script is not UTF-8', {
    line,
    hint: 'Bytes are written "\\xff", or read from a file: @FILE',
  });
}

/** A command being read. */
interface Draft {
  readonly words: Word[];
  readonly start: number;
  readonly line: number;
  readonly column: number;
  end: number;
  problem: UsageError | null;
  /** Here-documents that are still to be read, in order. */
  waiting: Waiting[];
  /** Texts of those that were. */
  documents: string;
  open: Incomplete | null;
  endsWith: 'text' | 'comment' | 'separator';
  /** Index of the first command on its line: the here-documents of a line follow it together. */
  lineFirst: number;
}

interface Waiting extends Incomplete {
  readonly wordIndex: number;
  readonly stripTabs: boolean;
}

/** The command (of a multi: the operation) in which a text ends, for completion and hints: its words; the last one may be cut off, in an open quote. */
export interface Unfinished {
  readonly words: readonly Word[];
  /** `'`, `"`, `$'`, `\\`; null where nothing is open. */
  readonly open: string | null;
}

/** null where the text ends in a comment or in a here-document. */
export function commandAtEnd(text: string): Unfinished | null {
  const drafts = readDrafts(createReader(text));
  const last = drafts.at(-1);
  if (last === undefined || last.endsWith === 'separator') {
    const isInDocument = drafts.some(({ waiting }) => waiting.length > 0) && text.lastIndexOf('\n') >= (last?.end ?? 0);
    return isInDocument ? null : { words: [], open: null };
  }
  return last.endsWith === 'comment'
    ? null
    : { words: wordsAtEnd(last.words), open: last.open?.text.trimEnd() ?? null };
}

/** Every command of the text with its words, whatever is wrong with it or open. */
export function wordsOfAll(text: string): (readonly Word[])[] {
  return readDrafts(createReader(text)).map(({ words }) => words);
}

function readDrafts(reader: Reader): Draft[] {
  const { text } = reader;
  if (reader.line === 1 && text[0] === '\ufeff') {
    reader.at = 1;
  }
  const drafts: Draft[] = [];
  let firstOfLine = 0;
  while (reader.at < text.length) {
    const draft = readDraft(reader);
    draft.lineFirst = firstOfLine;
    drafts.push(draft);
    if (!(reader.at >= text.length)) {
      draft.endsWith = 'separator';
    }
    if (newlineLength(text, reader.at) > 0) {
      passNewline(reader);
      fillHereDocuments(reader, drafts.slice(firstOfLine));
      firstOfLine = drafts.length;
    } else if (text[reader.at] === ';') {
      reader.at += 1;
    }
  }
  return drafts;
}

/** Up to a newline, `;` or the end. Without words where there is nothing but a comment. */
function readDraft(reader: Reader): Draft {
  skipBlanks(reader);
  reader.problem = null;
  const draft: Draft = {
    words: [],
    start: reader.at,
    line: reader.line,
    column: reader.at - reader.lineStart,
    end: reader.at,
    problem: null,
    waiting: [],
    documents: '',
    open: null,
    endsWith: 'text',
    lineFirst: 0,
  };
  while (reader.open === null && !endsCommand(reader, draft.words)) {
    if (reader.text[reader.at] === ';') {
      draft.words.push(separatorAt(reader));
    } else if (reader.text[reader.at] === '#') {
      skipComment(reader);
      draft.endsWith = 'comment';
    } else if (reader.text.startsWith('<<', reader.at)) {
      readMarker(reader, draft);
    } else {
      draft.words.push(readWord(reader));
    }
    draft.end = reader.at;
    skipBlanks(reader);
  }
  draft.problem = reader.problem;
  draft.open = reader.open;
  return draft;
}

/** In a multi `;` stands between operations. */
function endsCommand({ text, at }: Reader, words: readonly Word[] = []): boolean {
  return at >= text.length || (text[at] === ';' && !holdsOperations(words)) || newlineLength(text, at) > 0;
}

function separatorAt(reader: Reader): Word {
  const { at, line, lineStart } = reader;
  reader.at += 1;
  return { text: ';', start: at, end: at + 1, line, column: at - lineStart, quoted: false };
}

function skipComment(reader: Reader): void {
  const newline = reader.text.indexOf('\n', reader.at);
  reader.at = newline < 0 ? reader.text.length : newline;
}

/** `<<WORD`: the word of data is filled in when its lines come. */
function readMarker(reader: Reader, draft: Draft): void {
  const { text, at: start, line } = reader;
  const column = start - reader.lineStart;
  const stripTabs = text[start + 2] === '-';
  reader.at += stripTabs ? 3 : 2;
  skipBlanks(reader);
  if (text[reader.at] === '<' || endsCommand(reader)) {
    const hint = "A here-document is <<END, its lines, and a line that is END. A word is data as it is: set /a 'text'";
    note(reader, start, '<< needs the word that ends the here-document', hint);
    reader.at += text[reader.at] === '<' ? 1 : 0;
    return;
  }
  const delimiter = readWord(reader).text;
  const wordIndex = draft.words.length;
  draft.words.push({ text: '', start, end: reader.at, line, column, quoted: true, literal: true });
  draft.waiting.push({ waitsFor: 'hereDocument', text: delimiter, line, column, wordIndex, stripTabs });
}

/** The reader stands at the start of a line; `drafts` are the commands of the line before. */
function fillHereDocuments(reader: Reader, drafts: readonly Draft[]): void {
  for (const draft of drafts) {
    for (let first = draft.waiting[0]; first !== undefined; first = draft.waiting[0]) {
      const start = reader.at;
      const body = readBody(reader, first);
      if (body === null) {
        return;
      }
      draft.words[first.wordIndex] = { ...(draft.words[first.wordIndex] as Word), text: body };
      draft.documents += reader.text.slice(start, reader.at);
      draft.waiting.shift();
    }
  }
}

/** The lines up to the delimiter; null where the text ends before. */
function readBody(reader: Reader, { text: delimiter, stripTabs }: Waiting): string | null {
  const lines: string[] = [];
  while (reader.at < reader.text.length) {
    const newline = reader.text.indexOf('\n', reader.at);
    const end = newline < 0 ? reader.text.length : newline;
    const line = reader.text.slice(reader.at, end).replace(stripTabs ? /^\t+/ : '', '');
    reader.at = end;
    if (newline >= 0) {
      passNewline(reader);
    }
    if (line === delimiter || line === `${delimiter}\r`) {
      return lines.join('');
    }
    lines.push(newline < 0 ? line : `${line}\n`);
  }
  return null;
}

function isOpen(draft: Draft): boolean {
  return draft.waiting.length > 0 || draft.open !== null;
}

/** A backslash and a newline at the very end join the line with nothing. */
function isHarmless(draft: Draft): boolean {
  return draft.waiting.length === 0 && draft.open?.waitsFor === 'line' && draft.open.text.endsWith('\n');
}

function toCommands(text: string, drafts: readonly Draft[], complete: boolean): Command[] {
  return drafts
    .map((draft) =>
      toCommand(text, draft, complete && isOpen(draft) && !isHarmless(draft) ? describeOpen(draft) : null),
    )
    .filter((command) => command.words.length > 0 || command.problem !== undefined);
}

function whatIsOpen(draft: Draft): Incomplete {
  const { waitsFor, text, line, column } = draft.open ?? (draft.waiting[0] as Incomplete);
  return { waitsFor, text: text.trimEnd(), line, column };
}

function toCommand(text: string, draft: Draft, openProblem: UsageError | null): Command {
  const problem = draft.problem ?? openProblem;
  const typed = text.slice(draft.start, draft.end);
  return {
    words: draft.words,
    line: draft.line,
    text: draft.documents === '' ? typed : `${typed}\n${draft.documents}`,
    ...(problem === null ? {} : { problem }),
  };
}

function describeOpen(draft: Draft): UsageError {
  const { waitsFor, text, line, column } = whatIsOpen(draft);
  const place = { line, column };
  if (waitsFor === 'quote') {
    return new UsageError(`the quote ${text} is never closed`, {
      ...place,
      hint: `A quote itself is written ${text === "'" ? `"'"` : `'"'`}`,
    });
  }
  return waitsFor === 'hereDocument'
    ? new UsageError(`the here-document has no end: no line is ${text}`, place)
    : new UsageError('a backslash with nothing behind it', {
        ...place,
        hint: "A backslash itself is written \\\\ or '\\'",
      });
}

/** Takes a script piece by piece, gives its commands as soon as they are whole. Linear in the length of what is pushed. */
export interface CommandSplitter {
  push(text: string): readonly Command[];
  /** There is no more. */
  end(): readonly Command[];
}

export function createCommandSplitter(): CommandSplitter {
  let held: string[] = [];
  /** The start of a line whose end has not come. */
  let rest = '';
  let waiting: Incomplete | null = null;
  /** Where `held` begins. */
  let line = 1;
  let column = 0;

  function take(complete: boolean): readonly Command[] {
    const text = held.join('');
    const reader = createReader(text, line, column);
    const drafts = readDrafts(reader);
    const open = complete ? undefined : drafts.find(isOpen);
    const first = open === undefined ? undefined : firstToHold(drafts, open);
    const whole = first === undefined ? drafts : drafts.slice(0, drafts.indexOf(first));
    waiting = open === undefined ? null : whatIsOpen(open);
    held = first === undefined ? [] : [text.slice(first.start)];
    line = first?.line ?? reader.line;
    column = first?.column ?? 0;
    return toCommands(text, whole, complete);
  }

  return {
    push(text) {
      const lastNewline = text.lastIndexOf('\n');
      if (lastNewline < 0) {
        rest += text;
        return [];
      }
      const lines = rest + text.slice(0, lastNewline + 1);
      rest = text.slice(lastNewline + 1);
      held.push(lines);
      return waiting === null || mayEnd(waiting, lines) ? take(false) : [];
    },
    end() {
      held.push(rest);
      rest = '';
      return take(true);
    },
  };
}

/** Here-documents are read in the order of their markers, so a command whose own has come waits for those behind it on its line. */
function firstToHold(drafts: readonly Draft[], open: Draft): Draft {
  return drafts.find((draft, index) => index >= open.lineFirst && draft.documents !== '') ?? open;
}

/** Whether `lines` could close what is open: what can not is not lexed again and again. */
function mayEnd({ waitsFor, text }: Incomplete, lines: string): boolean {
  if (waitsFor === 'hereDocument') {
    return lines.split('\n').some((line) => line.replace(/^\t+|\r$/g, '') === text || line === text);
  }
  if (waitsFor === 'line' || text === "'") {
    return waitsFor === 'line' || lines.includes("'");
  }
  return (text === '"' ? /(?<!\\)(?:\\\\)*"/ : /(?<!\\)(?:\\\\)*'/).test(lines);
}

function splitAtNewlines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  let start = 0;
  for (let newline = bytes.indexOf(0x0a); newline >= 0; newline = bytes.indexOf(0x0a, start)) {
    lines.push(bytes.subarray(start, newline));
    start = newline + 1;
  }
  lines.push(bytes.subarray(start));
  return lines;
}
