/** One word of a command, wherever it came from: the lexer (lines) or the process's arguments. */

export interface Word {
  /** As UTF-8; U+FFFD where `bytes` are not. */
  readonly text: string;
  /** Only where the bytes are not UTF-8 and `text` is therefore not the whole truth (`"\xff"`). */
  readonly bytes?: Buffer;
  /** Offsets into the text that was given to the lexer, UTF-16 units; the quotes belong to the word. */
  readonly start: number;
  readonly end: number;
  /** 1-based; 0 for an argument of the process. */
  readonly line: number;
  /** 0-based, within its line. */
  readonly column: number;
  /** Some part of it was quoted or escaped: what looks like a slip of the keyboard was meant. */
  readonly quoted: boolean;
  /** A here-document: data as it stands, never an option, `@FILE` or `-`. */
  readonly literal?: boolean;
  /** Of a user's own command that takes the rest of the line, where it has several words: these. */
  readonly parts?: readonly string[];
}

/** The process's arguments as words: not split again, without a place in a line. */
export function argumentWords(words: readonly string[]): Word[] {
  return words.map((text) => ({ text, start: 0, end: 0, line: 0, column: 0, quoted: false }));
}
