/** Text to commands: `;` and newlines end a command, here-documents are taken from the lines behind it (contract, "Text into arguments"). */
import type { UsageError } from '../errors.js';
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

/** Why the text cannot end here. `text` is what more is asked for: a quote, the word that ends a here-document, or a line behind a backslash. */
export interface Incomplete {
  readonly waitsFor: 'quote' | 'hereDocument' | 'line';
  readonly text: string;
  readonly line: number;
}

export interface Split {
  readonly commands: readonly Command[];
  /** Only with `complete: false`. The commands before it are whole. */
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
  throw new Error(`not written yet: ${text} ${options.complete}`);
}

/** Takes a script piece by piece, gives its commands as soon as they are whole. Linear, whatever the pieces. */
export interface CommandSplitter {
  push(text: string): readonly Command[];
  /** There is no more. */
  end(): readonly Command[];
}

export function createCommandSplitter(): CommandSplitter {
  throw new Error('not written yet');
}
