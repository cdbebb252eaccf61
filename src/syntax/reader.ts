/** Where the lexer stands in its text, what it met there, and the word it is putting together. No grammar. */
import { isUtf8 } from 'node:buffer';
import { UsageError } from '../errors.js';

/** Where in the text the lexer stands, and what it met. */
export interface Reader {
  readonly text: string;
  at: number;
  /** 1-based. */
  line: number;
  /** Offset of the line's first character. */
  lineStart: number;
  /** The first thing wrong with the command being read; reading goes on to find where it ends. */
  problem: UsageError | null;
  /** What the end of the text cut off. */
  open: Open | null;
}

export interface Open {
  readonly waitsFor: 'quote' | 'line';
  /** `'`, `"`, `$'`, or `\`. */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** @param firstColumn where the text begins in its line, when it is what is left of one */
export function createReader(text: string, firstLine = 1, firstColumn = 0): Reader {
  return { text, at: 0, line: firstLine, lineStart: -firstColumn, problem: null, open: null };
}

/** The first problem counts. @param at offset of what is wrong, in the line where the reader stands */
export function note(reader: Reader, at: number, message: string, hint?: string): void {
  reader.problem ??= new UsageError(message, {
    line: reader.line,
    column: Math.max(0, at - reader.lineStart),
    ...(hint === undefined ? {} : { hint }),
  });
}

/** 1 or 2 where a line ends at `at`, otherwise 0. Scripts from Windows end theirs with CR LF. */
export function newlineLength(text: string, at: number): number {
  return text[at] === '\n' ? 1 : isReturn(text, at) ? 2 : 0;
}

export function passNewline(reader: Reader): void {
  reader.at += newlineLength(reader.text, reader.at);
  reader.line += 1;
  reader.lineStart = reader.at;
}

export function isReturn(text: string, at: number): boolean {
  return text[at] === '\r' && text[at + 1] === '\n';
}

/** A word being put together: text, until a byte comes that is no ASCII; from then on bytes, one a character. */
export class Content {
  private text = '';
  private binary: string | null = null;

  addText(text: string): void {
    if (this.binary === null) {
      this.text += text;
    } else {
      this.binary += latin1(text);
    }
  }

  addByte(byte: number): void {
    if (byte >= 0x80 && this.binary === null) {
      this.binary = latin1(this.text);
    }
    if (this.binary === null) {
      this.text += String.fromCharCode(byte);
    } else {
      this.binary += String.fromCharCode(byte);
    }
  }

  finish(): { text: string; bytes?: Buffer } {
    if (this.binary === null) {
      return { text: this.text };
    }
    const bytes = Buffer.from(this.binary, 'latin1');
    const text = bytes.toString('utf8');
    return isUtf8(bytes) ? { text } : { text, bytes };
  }
}

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
