/**
 * Lines of data that match a pattern: what grep does with one znode. Pure. Data that are UTF-8 and hold no NUL are text;
 * everything else is binary, and is matched byte by byte: there `\xff` in a pattern is that byte, and a letter beyond ASCII
 * stands for its bytes in UTF-8.
 */
import { isUtf8 } from 'node:buffer';
import { compileRegex } from './patterns.js';

export interface SearchOptions {
  /** The pattern is text, not an expression. */
  readonly fixed: boolean;
  readonly ignoreCase: boolean;
  /** No letter, digit or underscore beside the match. */
  readonly word: boolean;
  /** The match is the whole line. */
  readonly line: boolean;
  /** The lines that do not match. */
  readonly invert: boolean;
  /** Binary data are text, too. */
  readonly asText: boolean;
  /** Lines around a selected one. */
  readonly before: number;
  readonly after: number;
  /** Lines of one znode, at most. */
  readonly linesMax: number;
}

export interface FoundLine {
  /** From 1. */
  readonly number: number;
  /** Without its newline; bytes as Latin-1 where the data are not UTF-8. */
  readonly text: string;
  readonly isContext: boolean;
  /** Where it matches, in UTF-16 units. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

export interface Found {
  /** Selected ones, without context. */
  readonly linesCount: number;
  readonly isBinary: boolean;
  readonly encoding: 'utf8' | 'latin1';
  readonly lines: readonly FoundLine[];
}

export interface Search {
  /** null: nothing. */
  find(data: Buffer): Found | null;
  /** Where it matches byte by byte, lines or not. */
  findBytes(data: Buffer): readonly (readonly [start: number, end: number])[];
  /** Where `text` matches; null: nowhere. */
  findIn(text: string): FoundLine | null;
}

/** @throws SyntaxError */
export function createSearch(pattern: string, options: SearchOptions): Search {
  const { invert, asText } = options;
  const byLetter = compile(pattern, options);
  let byByte: RegExp | null = null;
  const needle = literalOf(pattern, options);
  const whole = quickLook(byLetter, pattern, options);

  function regexFor(encoding: 'utf8' | 'latin1'): RegExp {
    if (encoding === 'utf8') {
      return byLetter;
    }
    byByte ??= compile(Buffer.from(pattern, 'utf8').toString('latin1'), options);
    return byByte;
  }

  return {
    find(data) {
      if (data.length === 0 || (needle !== null && !data.includes(needle))) {
        return null;
      }
      const encoding = isUtf8(data) ? 'utf8' : 'latin1';
      const text = data.toString(encoding);
      if (needle === null && encoding === 'utf8' && whole !== null && !whole.test(text)) {
        return null;
      }
      const isBinary = encoding === 'latin1' || text.includes('\0');
      const { linesCount, lines } = selectLines(text, regexFor(encoding), options);
      return linesCount === 0 ? null : { linesCount, isBinary: isBinary && !asText, encoding, lines };
    },
    findBytes: (data) => spansOf(data.toString('latin1'), regexFor('latin1')),
    findIn(text) {
      return matches(byLetter, text) !== invert ? new Line(1, text, false, invert ? null : byLetter) : null;
    },
  };
}

function compile(pattern: string, { fixed, ignoreCase, word, line }: SearchOptions): RegExp {
  const source = fixed ? pattern.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : pattern;
  const bounded = word ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source;
  const tied = line ? `^(?:${bounded})$` : bounded;
  return compileRegex(tied, ignoreCase ? 'gi' : 'g');
}

/** Bytes that must be in the data, or there is nothing in them; null: not known. */
function literalOf(pattern: string, { fixed, ignoreCase, invert }: SearchOptions): Buffer | null {
  const isPlain = fixed || !/[\\^$.*+?()[\]{}|]/.test(pattern);
  return isPlain && !ignoreCase && !invert && pattern !== '' ? Buffer.from(pattern, 'utf8') : null;
}

/** Over all lines at once: no match, no line. null: that cannot be said of it (what must not follow may be a newline). */
function quickLook(regex: RegExp, pattern: string, { fixed, invert }: SearchOptions): RegExp | null {
  const looksAround = !fixed && /\(\?<?!|\\n|\(\?<?=/.test(pattern);
  return invert || looksAround ? null : new RegExp(regex.source, `${regex.flags.replace('g', '')}m`);
}

/** Where it matches is asked only by who shows it. */
class Line implements FoundLine {
  readonly number: number;
  readonly text: string;
  readonly isContext: boolean;
  readonly #regex: RegExp | null;

  /** @param regex null: nothing is to be shown of it */
  constructor(number: number, text: string, isContext: boolean, regex: RegExp | null) {
    this.number = number;
    this.text = text;
    this.isContext = isContext;
    this.#regex = regex;
  }

  get spans(): FoundLine['spans'] {
    return this.#regex === null ? [] : spansOf(this.text, this.#regex);
  }
}

function matches(regex: RegExp, text: string): boolean {
  regex.lastIndex = 0;
  return regex.test(text);
}

function selectLines(text: string, regex: RegExp, options: SearchOptions): { linesCount: number; lines: FoundLine[] } {
  const { invert, before, after, linesMax } = options;
  const lines: FoundLine[] = [];
  const waiting: FoundLine[] = [];
  let linesCount = 0;
  let owed = 0;
  let number = 0;
  for (let from = 0; from < text.length && (linesCount < linesMax || owed > 0); ) {
    const newline = text.indexOf('\n', from);
    const to = newline < 0 ? text.length : newline;
    const line = from === 0 && to === text.length ? text : text.slice(from, to);
    number += 1;
    from = to + 1;
    if (linesCount < linesMax && matches(regex, line) !== invert) {
      linesCount += 1;
      owed = after;
      if (waiting.length > 0) {
        lines.push(...waiting.splice(0));
      }
      lines.push(new Line(number, line, false, invert ? null : regex));
    } else if (owed > 0) {
      owed -= 1;
      lines.push(new Line(number, line, true, null));
    } else if (before > 0) {
      waiting.push(new Line(number, line, true, null));
      if (waiting.length > before) {
        waiting.shift();
      }
    }
  }
  return { linesCount, lines };
}

/** All of them, from left to right. An empty match counts, too. */
function spansOf(text: string, regex: RegExp): [number, number][] {
  const spans: [number, number][] = [];
  regex.lastIndex = 0;
  for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
    spans.push([match.index, match.index + match[0].length]);
    if (match[0] === '') {
      regex.lastIndex += 1;
    }
  }
  return spans;
}
