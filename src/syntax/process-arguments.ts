/** The process's arguments and environment to what this run is. Opens and prints nothing. */
import type { CommandSpec } from '../commands/spec.js';
import { UsageError } from '../errors.js';
import { GLOBAL_OPTIONS, type GlobalOptions } from './global-options.js';
import { findVerb, type Invocation, readCommand, refuseConflicts } from './invocation.js';
import { type Given, parseOptions } from './program.js';
import { quoteWord } from './quote.js';
import { type Environment, resolveOptions, resolveOptionsLeniently } from './resolve-options.js';
import { assignRoles } from './roles.js';
import { COMPLETE_WORD, readShellRequest, type ShellCompletionRequest } from './shell-completion.js';
import { refuseSingleHyphen, refuseSlips } from './slips.js';
import { argumentWords, type Word } from './word.js';

export type ProcessRequest =
  | { readonly kind: 'repl'; readonly options: GlobalOptions }
  /** One command. `options` has the global ones behind the verb in it already. */
  | { readonly kind: 'verb'; readonly options: GlobalOptions; readonly invocation: Invocation }
  /** -e, in order. */
  | { readonly kind: 'commands'; readonly options: GlobalOptions; readonly texts: readonly string[] }
  /** -f, or stdin that is no terminal: `file` is `-`. */
  | { readonly kind: 'script'; readonly options: GlobalOptions; readonly file: string }
  /** --help; null: of zksh itself. Values of environment variables are not judged for help and version. */
  | { readonly kind: 'help'; readonly options: GlobalOptions; readonly verb: CommandSpec | null }
  | { readonly kind: 'version'; readonly options: GlobalOptions }
  /** Hidden: shell-completion.ts. */
  | { readonly kind: 'complete'; readonly request: ShellCompletionRequest };

export interface Terminals {
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
}

/**
 * @param words without node and the script: `process.argv.slice(2)`
 * @throws UsageError; never prints, never exits
 */
export function parseProcessArguments(
  words: readonly string[],
  environment: Environment,
  terminals: Terminals,
): ProcessRequest {
  if (words[0] === COMPLETE_WORD) {
    return { kind: 'complete', request: readShellRequest(words.slice(1), environment) };
  }
  const { given, verbWords } = splitAtVerb(argumentWords(words));
  const has = (long: string) => given.some(({ option }) => option.long === long);
  const [verb] = verbWords;
  if (has('help')) {
    return {
      kind: 'help',
      options: resolveOptionsLeniently(given, environment),
      verb: verb === undefined ? null : findVerb(verb),
    };
  }
  if (has('version')) {
    return { kind: 'version', options: resolveOptionsLeniently(given, environment) };
  }
  return verb === undefined ? withoutVerb(given, environment, terminals) : withVerb(given, verbWords, environment);
}

/** Options before the verb, the verb and all behind it. @throws UsageError */
export function splitAtVerb(words: readonly Word[]): { given: readonly Given[]; verbWords: readonly Word[] } {
  const mode = { name: 'zksh', stopAtOperand: true, takesText: false };
  const operandAt = assignRoles(words, GLOBAL_OPTIONS).roles.findIndex(({ role }) => role === 'operand');
  const verbAt = operandAt < 0 ? words.length : operandAt;
  refuseSlips(words.slice(0, verbAt + 1), { name: '', options: GLOBAL_OPTIONS, fromProcess: true });
  refuseSingleHyphen(words, GLOBAL_OPTIONS, verbAt);
  const { given, operands } = parseOptions(words, GLOBAL_OPTIONS, mode);
  return { given, verbWords: operands };
}

function withVerb(given: readonly Given[], verbWords: readonly Word[], environment: Environment): ProcessRequest {
  const other = given.find(({ option }) => option.long === 'execute' || option.long === 'file');
  if (other !== undefined) {
    const command = verbWords.map(({ text }) => quoteWord(text, 'line')).join(' ');
    throw new UsageError(`${other.spelling} and the command ${command}: one of them`, {
      hint: `As the last of several commands: -e ${quoteWord(command, 'sh')}`,
    });
  }
  refuseConflicts(given);
  const { invocation, global, asksForHelp } = readCommand(verbWords, { cwd: '/', source: 'arguments' });
  if (asksForHelp !== null) {
    return { kind: 'help', options: resolveOptionsLeniently([...given, ...global], environment), verb: asksForHelp };
  }
  return { kind: 'verb', options: resolveOptions([...given, ...global], environment), invocation };
}

function withoutVerb(given: readonly Given[], environment: Environment, terminals: Terminals): ProcessRequest {
  const texts = given.filter(({ option }) => option.long === 'execute').map(({ word }) => word.text);
  const file = given.filter(({ option }) => option.long === 'file').at(-1)?.word.text;
  if (texts.length > 0 && file !== undefined) {
    throw new UsageError('-e and -f exclude each other');
  }
  refuseConflicts(given);
  const options = resolveOptions(given, environment);
  if (texts.length > 0) {
    return { kind: 'commands', options, texts };
  }
  if (file !== undefined) {
    return { kind: 'script', options, file };
  }
  const isInteractive = terminals.stdinIsTerminal && terminals.stdoutIsTerminal;
  return isInteractive ? { kind: 'repl', options } : { kind: 'script', options, file: '-' };
}
