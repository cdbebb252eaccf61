/**
 * What bash, zsh and fish ask zksh when Tab is pressed, and how it answers. Their scripts are made by reference/.
 *
 *   zksh __complete SHELL CWORD -- WORD…
 *
 * SHELL is bash, zsh or fish. WORD… are the words of the command line, the program itself first (word 0), up to the
 * cursor: what is behind it is not passed. CWORD is the index of the word to be completed; where the cursor stands behind
 * a blank there is no such word yet, or an empty one. How the words come and go:
 *
 *   bash        raw, as typed, with their quotes (COMP_LINE up to COMP_POINT, split at blanks only, not at
 *               COMP_WORDBREAKS); they are unquoted here and nothing in them is expanded. The texts of the answer are
 *               quoted for bash, in the style of the quote that was open, so that they can be inserted as they are. They
 *               replace the whole word; the script cuts off what readline keeps (up to the last word break).
 *   zsh, fish   unquoted (`${(Q)word}`; what `commandline -o` gives). The texts are raw: compadd and fish quote them.
 *
 * The answer is one candidate a line, on stdout, best first:
 *
 *   TEXT <TAB> end|more <TAB> SUMMARY
 *
 * `end`: the word is whole, a blank may follow. `more`: it may go on (a path, an ACL), no blank. In TEXT, for zsh, and in
 * SUMMARY a backslash, TAB, LF, CR and other control characters are written `\\ \t \n \r \xNN`, which `printf %b` takes
 * back. Texts for fish and bash contain none: fish gets no names with control characters, bash has them in `$'…'`.
 * No candidates: no output. Nothing on stderr, status 0, whatever happens; cli ends it after its budget of 300 ms.
 */
import type { GlobalOptions } from './global-options.js';

export type CompletingShell = 'bash' | 'zsh' | 'fish';

/** The hidden verb. */
export const COMPLETE_WORD = '__complete';

export interface ShellCompletionRequest {
  readonly shell: CompletingShell;
  readonly words: readonly string[];
  readonly wordIndex: number;
  /** To reach the server with: from the words before the verb and the environment; null where they make no sense. */
  readonly options: GlobalOptions | null;
}

export interface CompletionSources {
  /** Names of the children, any order. May reject: then there are no candidates. */
  listChildren(path: string): Promise<readonly string[]>;
  /** Entries of a folder of this machine; names of folders end in `/`. */
  listFiles?(folder: string): Promise<readonly string[]>;
}

/** The whole answer. Never rejects. */
export async function answerShell(request: ShellCompletionRequest, sources: CompletionSources): Promise<string> {
  throw new Error(`not written yet: ${request.shell} ${typeof sources.listFiles}`);
}
