/** Half a line to suggestions. Pure but for the lister it is given; never throws. */
import type { CommandSpec } from '../commands/spec.js';
import type { CompletionSources } from './shell-completion.js';

/** `line`: candidates are quoted for our own lexer. `raw`: as they are, the shell script quotes. */
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
  /** For the list: the last component of a path, the option without its value. May contain control characters: escape before showing. */
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

/** What may stand at the cursor. Empty where nothing can be said. */
export async function completeLine(line: string, cursor: number, context: CompletionContext): Promise<Completion> {
  throw new Error(`not written yet: ${line} ${cursor} ${context.cwd}`);
}
