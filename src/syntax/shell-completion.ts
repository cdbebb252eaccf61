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
 * `end`: the word is whole, a blank may follow. `more`: it may go on (a znode with children, an ACL), no blank. In TEXT and
 * in SUMMARY a backslash, TAB, LF, CR and other control characters are written `\\ \t \n \r \xNN`, which `printf %b` takes
 * back. fish gets no names with control characters.
 * No candidates: no output. Nothing on stderr, status 0, whatever happens; cli ends it after its budget of 300 ms.
 */
import { COMMANDS, findCommand } from '../commands/registry.js';
import type { Option } from '../commands/spec.js';
import type { CompletionSources, RawCandidate } from './candidate.js';
import { suggest } from './candidates.js';
import { GLOBAL_OPTIONS, type GlobalOptions } from './global-options.js';
import { isGlobal, optionsOf } from './invocation.js';
import { wordsAtEnd } from './operations.js';
import type { Given } from './program.js';
import { type Environment, resolveOptions } from './resolve-options.js';
import { assignRoles, type Role } from './roles.js';
import { argumentWords, type Word } from './word.js';

export type CompletingShell = 'bash' | 'zsh' | 'fish';

/** The hidden verb. */
export const COMPLETE_WORD = '__complete';

export interface ShellCompletionRequest {
  readonly shell: CompletingShell;
  readonly words: readonly string[];
  readonly wordIndex: number;
  /** To reach the server with: from the words of the line and the environment; null where they make no sense. */
  readonly options: GlobalOptions | null;
}

/** The candidate lines. Never rejects: without a server, or with words that make no sense, there are fewer, or none. */
export async function answerShell(request: ShellCompletionRequest, sources: CompletionSources): Promise<string> {
  const { shell, words, wordIndex, options } = request;
  const context = {
    ...sources,
    listChildren: options === null ? () => Promise.resolve([]) : (path: string) => sources.listChildren(path),
    cwd: '/',
    commands: COMMANDS.filter((spec) => spec.interactiveOnly !== true),
    atStart: true,
  };
  try {
    const before = withinOperation(argumentWords(words.slice(1, wordIndex)));
    const found = await suggest(before, words[wordIndex] ?? '', context);
    const candidates = await lookBehindTheOnly(found, shell, (typed) => suggest(before, typed, context));
    const fit = shell === 'fish' ? candidates.filter(({ text }) => !CONTROL.test(text)) : candidates;
    return fit
      .map(({ text, more, summary }) => `${encode(text)}\t${more ? 'more' : 'end'}\t${encode(summary)}\n`)
      .join('');
  } catch {
    return '';
  }
}

/** In a multi the operation at the end stands for the verb. */
function withinOperation(words: readonly Word[]): readonly Word[] {
  const { roles } = assignRoles(words, GLOBAL_OPTIONS);
  const verbAt = roles.findIndex(({ role }) => role === 'operand');
  return verbAt < 0 ? words : [...words.slice(0, verbAt), ...wordsAtEnd(words.slice(verbAt))];
}

/**
 * An only candidate is inserted at once, so it is worth a second look: a znode without children is whole. fish puts a blank
 * behind it whatever we say, so it gets what may follow beside it.
 */
async function lookBehindTheOnly(
  candidates: readonly RawCandidate[],
  shell: CompletingShell,
  suggestFor: (typed: string) => Promise<readonly RawCandidate[]>,
): Promise<readonly RawCandidate[]> {
  const [only] = candidates;
  if (candidates.length !== 1 || only?.more !== true) {
    return candidates;
  }
  const behind = await suggestFor(only.text);
  if (behind.some(({ text }) => text === only.text)) {
    return behind;
  }
  return shell === 'fish' ? [only, ...behind] : candidates;
}

/** @param words behind the hidden verb: SHELL CWORD -- WORD… */
export function readShellRequest(words: readonly string[], environment: Environment): ShellCompletionRequest {
  const [shell, index = '', , ...line] = words;
  const wordIndex = Math.min(/^\d+$/.test(index) ? Number(index) : line.length, line.length);
  return {
    shell: SHELLS.find((each) => each === shell) ?? 'bash',
    words: line,
    wordIndex,
    options: optionsGiven(line.slice(1, wordIndex), environment),
  };
}

/** The global options, before the verb and behind it. Where one makes no sense the command would fail, and no server is asked. */
function optionsGiven(line: readonly string[], environment: Environment): GlobalOptions | null {
  const words = argumentWords(line);
  const { roles } = assignRoles(words, GLOBAL_OPTIONS);
  const verbAt = roles.findIndex(({ role }) => role === 'operand');
  const before = verbAt < 0 ? words : words.slice(0, verbAt);
  const spec = findCommand(words[verbAt]?.text ?? '');
  const behind = spec === undefined ? [] : globalsAmong(words.slice(verbAt + 1), optionsOf(spec));
  try {
    return resolveOptions([...globalsAmong(before, GLOBAL_OPTIONS), ...behind], environment);
  } catch {
    return null;
  }
}

function globalsAmong(words: readonly Word[], options: readonly Option[]): Given[] {
  const { roles } = assignRoles(words, options);
  return words.flatMap((word, index) => givenBy(word, roles[index])).filter(({ option }) => isGlobal(option));
}

function givenBy(word: Word, role: Role | undefined): Given[] {
  if (role?.role === 'value') {
    return [{ option: role.option, word, spelling: `--${role.option.long}` }];
  }
  if (role?.role !== 'option') {
    return [];
  }
  const inline = word.text.startsWith('--') ? word.text.indexOf('=') + 1 : 1 + role.all.length;
  return role.all
    .filter(({ value }) => value === undefined || role.inline)
    .map((option) => ({
      option,
      word: { ...word, text: word.text.slice(inline) },
      spelling: `--${option.long}`,
    }));
}

const SHELLS: readonly CompletingShell[] = ['bash', 'zsh', 'fish'];

const CONTROL = /\p{Cc}/u;

/** For `printf %b`: a backslash doubled, control characters as the bytes of their UTF-8. */
function encode(text: string): string {
  return text.replace(/[\\\p{Cc}]/gu, (character) => SHORT[character] ?? hexBytes(character));
}

const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function hexBytes(character: string): string {
  return Array.from(Buffer.from(character, 'utf8'), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
