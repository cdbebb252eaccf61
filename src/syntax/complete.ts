/** Half a line to suggestions: where the cursor stands in it, and the candidates quoted as they must be typed. Never throws. */
import { COMMANDS } from '../commands/registry.js';
import type { CommandSpec } from '../commands/spec.js';
import type { CompletionSources, RawCandidate } from './candidate.js';
import { suggest } from './candidates.js';
import { commandAtEnd } from './lines.js';
import { escapeInDouble, quoteWord } from './quote.js';
import type { Word } from './word.js';

/** `line`: candidates are quoted for our own lexer. `raw`: as they are. */
export type CandidateQuoting = 'line' | 'raw';

export interface CompletionContext extends CompletionSources {
  readonly cwd: string;
  readonly quoting: CandidateQuoting;
  /** Default: all verbs. */
  readonly commands?: readonly CommandSpec[];
}

export interface Candidate {
  /** To be put in place of [from, to), quoted. */
  readonly text: string;
  /** For the list: the last component of a path, both spellings of an option. Control characters are made visible. */
  readonly display: string;
  readonly summary: string;
  /** The word may go on (a path, an ACL): no blank behind it. */
  readonly more: boolean;
}

export interface Completion {
  /** UTF-16 offsets into the line. */
  readonly from: number;
  readonly to: number;
  /** Best first. */
  readonly candidates: readonly Candidate[];
}

/** What may stand at the cursor. Empty where nothing can be said, or the lister fails. */
export async function completeLine(line: string, cursor: number, context: CompletionContext): Promise<Completion> {
  const nothing: Completion = { from: cursor, to: cursor, candidates: [] };
  try {
    const text = line.slice(0, cursor);
    const command = commandAtEnd(text);
    if (command === null) {
      return nothing;
    }
    const last = command.words.at(-1);
    const isTyping = last !== undefined && last.end === text.length && last.literal !== true;
    const before = isTyping ? command.words.slice(0, -1) : command.words;
    const current = isTyping ? last : wordAt(text.length);
    if (current.bytes !== undefined) {
      return nothing;
    }
    const raw = await suggest(before, current.text, {
      ...context,
      commands: context.commands ?? COMMANDS,
      atStart: false,
    });
    const quote = context.quoting === 'raw' ? same : quoter(isTyping ? text.slice(current.start) : '', raw);
    return { from: current.start, to: cursor, candidates: raw.map((each) => ({ ...each, text: quote(each.text) })) };
  } catch {
    return nothing;
  }
}

function wordAt(offset: number): Word {
  return { text: '', start: offset, end: offset, line: 1, column: offset, quoted: false };
}

function same(text: string): string {
  return text;
}

/**
 * All candidates in one style, so that what they have in common is also what their texts have in common: that of the quote
 * the word begins with; otherwise none, if none needs one.
 */
function quoter(typed: string, candidates: readonly RawCandidate[]): (text: string) => string {
  const needsDouble = candidates.some(({ text }) => quoteWord(text, 'line').startsWith('"'));
  if (typed[0] === '"' || needsDouble) {
    return (text) => `"${escapeInDouble(text)}"`;
  }
  const needsSingle = candidates.some(({ text }) => quoteWord(text, 'line') !== text);
  return typed[0] === "'" || needsSingle ? (text) => `'${text}'` : same;
}
