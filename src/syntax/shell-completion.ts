/**
 * What bash, zsh and fish ask zksh when Tab is pressed, and how it answers. Their scripts are made by reference/.
 *
 *   zksh __complete SHELL CWORD -- WORD…
 *
 * SHELL is bash, zsh or fish. WORD… are the words of the command line, the program itself first (word 0), up to the
 * cursor: what is behind it is not passed. CWORD is the index of the word to be completed; where the cursor stands behind
 * a blank there is no such word yet, or an empty one. In all three shells the words come unquoted and the texts of the
 * answer go back raw, whole words: the scripts know the aliases and variables that are not ours to see, and quote with
 * what the shell has (compadd, fish; a function of our own in bash, in the style of the quote that is open).
 *
 * The answer is one candidate a line, on stdout, best first:
 *
 *   TEXT <TAB> end|more <TAB> SUMMARY
 *
 * `end`: the word is whole, a blank may follow. `more`: it may go on (a path, an ACL), no blank. In TEXT and in SUMMARY a
 * backslash, TAB, LF, CR and other control characters are written `\\ \t \n \r \xNN`, which `printf %b` takes back. fish
 * gets no names with control characters.
 * No candidates: no output. Nothing on stderr, status 0, whatever happens; cli ends it after its budget of 300 ms.
 */
import type { GlobalOptions } from './global-options.js';
import type { Environment } from './resolve-options.js';

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

export function readShellRequest(words: readonly string[], environment: Environment): ShellCompletionRequest {
  throw new Error(`not written yet ${words} ${environment.PATH}`);
}
