/** Words to a verb and its typed values: what a line, a script or the process's arguments mean. Sends and prints nothing. */
import { COMMANDS, findCommand } from '../commands/registry.js';
import type { Arg, CommandSpec, GivenOption, Option } from '../commands/spec.js';
import { usageLine } from '../commands/usage.js';
import { UsageError, type UsageFacts } from '../errors.js';
import { GLOBAL_OPTIONS, type GlobalOption, type GlobalOptions } from './global-options.js';
import { type Command, splitCommands } from './lines.js';
import { splitOperations, takesOperations } from './operations.js';
import { type Given, parseOptions } from './program.js';
import { quoteWord } from './quote.js';
import { readGiven } from './resolve-options.js';
import { assignRoles, withTwoHyphens } from './roles.js';
import { refuseSingleHyphen, refuseSlips } from './slips.js';
import { located, parseValue, placeOf, shown, unknownVerb, type ValueContext } from './values.js';
import type { Word } from './word.js';

/** `arguments`: of the process, split by the user's shell. `line`: typed in the REPL, or -e. `script`: from a file or a pipe. */
export type InvocationSource = 'arguments' | 'line' | 'script';

export interface InvocationContext {
  readonly cwd: string;
  readonly source: InvocationSource;
  /** The line as it was typed, and the offset of its beginning in what the words' offsets count from. */
  readonly typed?: { readonly text: string; readonly start: number };
  /** Whether `-` as data may read stdin. Default: only for `arguments`; -e sets it. */
  readonly stdinAsData?: boolean;
}

export interface Invocation {
  readonly spec: CommandSpec;
  /** For runCommand: a property for each arg and option of the spec. */
  readonly values: object;
  /** Global options behind the verb (`ls / -o json`), for this command only. */
  readonly overrides: Partial<GlobalOptions>;
}

/**
 * `VERB --help` gives an invocation of the verb `help`.
 * @throws UsageError with the column (and line) of the word at fault; a command's `problem`
 */
export function parseInvocation(command: Command | readonly Word[], context: InvocationContext): Invocation {
  return readCommand(command, context).invocation;
}

export interface ReadCommand {
  readonly invocation: Invocation;
  /** The global options that stood behind the verb. */
  readonly global: readonly Given[];
  /** The verb whose help is asked for by --help. */
  readonly asksForHelp: CommandSpec | null;
}

/** As parseInvocation, for process-arguments.ts, which wants to know more. @throws UsageError */
export function readCommand(command: Command | readonly Word[], context: InvocationContext): ReadCommand {
  const words = 'words' in command ? command.words : command;
  if ('words' in command && command.problem !== undefined) {
    throw command.problem;
  }
  const [verb, ...rest] = words;
  if (verb === undefined) {
    throw new UsageError('no command', { hint: 'help lists the commands.' });
  }
  const typed = 'words' in command ? { text: command.text, start: verb.start } : undefined;
  return invoke(findVerb(verb), rest, typed === undefined ? context : { ...context, typed });
}

/** The options that may stand behind the verb: its own, then the global ones it does not define. */
export function optionsOf(spec: CommandSpec): Option[] {
  const own = Object.values(spec.options);
  const global = GLOBAL_OPTIONS.filter(({ long }) => !own.some((option) => option.long === long)).map((option) => {
    const { short, value, ...rest } = option;
    const hasShort = short !== undefined && !own.some((each) => each.short === short);
    // -e and -f are only there to be refused; asking for their value first would mislead.
    const hasValue = value !== undefined && option.scope !== 'start';
    return { ...rest, ...(hasShort ? { short } : {}), ...(hasValue ? { value } : {}) };
  });
  return [...own, ...global];
}

export function isGlobal(option: Option): option is GlobalOption {
  return 'scope' in option;
}

/** @throws UsageError: unknown command, with the nearest one */
export function findVerb(word: Word): CommandSpec {
  const spec = findCommand(word.text);
  if (spec !== undefined) {
    return spec;
  }
  if (word.text.startsWith('-')) {
    throw new UsageError(
      `a line begins with a command, not with ${shown(word.text)}`,
      placeOf(word, { hint: 'Options come behind it: ls / -o json' }),
    );
  }
  throw located(unknownVerb(word.text, true), word);
}

function invoke(spec: CommandSpec, words: readonly Word[], context: InvocationContext): ReadCommand {
  try {
    return understand(spec, words, context);
  } catch (error) {
    throw withUsage(error, spec);
  }
}

function understand(spec: CommandSpec, typed: readonly Word[], context: InvocationContext): ReadCommand {
  const options = optionsOf(spec);
  const words = spec.isExpression === true ? withTwoHyphens(typed, options) : typed;
  const fromProcess = context.source === 'arguments';
  if (takesOperations(spec)) {
    return understandOperations(spec, words, context);
  }
  refuseSlips(words, { name: spec.name, options, fromProcess });
  refuseSingleHyphen(words, options);
  const takesText = spec.args.some(({ kind }) => kind === 'data' || kind === 'text');
  const { given, operands } = parseOptions(words, options, { name: spec.name, stopAtOperand: false, takesText });
  const own = given.filter(({ option }) => !isGlobal(option));
  const global = given.filter(({ option }) => isGlobal(option));
  if (global.some(({ option }) => option.long === 'help')) {
    return { invocation: helpFor(spec, readGiven(global)), global, asksForHelp: spec };
  }
  refuseScope(global, spec, fromProcess);
  refuseConflicts(given);
  refuseOperands(spec, operands, context);
  const values = {
    ...readOptions(spec, own, context),
    ...readOperands(spec, operands, valueContext(context, own)),
  };
  return { invocation: { spec, values, overrides: readGiven(global) }, global, asksForHelp: null };
}

/** Its own options stand before the first operation; what stands behind belongs to the operations. */
function understandOperations(spec: CommandSpec, words: readonly Word[], context: InvocationContext): ReadCommand {
  const options = optionsOf(spec);
  const { roles } = assignRoles(words, options);
  const operandAt = roles.findIndex(({ role }) => role === 'operand');
  const isFlat = operandAt < 0;
  const head = understand({ ...spec, args: [] }, isFlat ? words : words.slice(0, operandAt), context);
  const operations = isFlat ? [] : splitOperations(words.slice(operandAt)).map((each) => readOperation(each, context));
  const last = operations.at(-1);
  if (head.asksForHelp !== null) {
    return { ...head, asksForHelp: spec };
  }
  if (last === undefined) {
    const values = { ...emptyValues(spec), ...head.invocation.values };
    return { ...head, invocation: { ...head.invocation, spec, values } };
  }
  const values = { ...head.invocation.values, operations: operations.map(({ invocation }) => invocation) };
  const global = [...head.global, ...operations.flatMap((each) => each.global)];
  return { invocation: { spec, values, overrides: readGiven(global) }, global, asksForHelp: null };
}

/** @throws UsageError for a verb that no multi takes */
export function readOperation(words: readonly Word[], context: InvocationContext): ReadCommand {
  const verb = words[0] as Word;
  const spec = findCommand(verb.text);
  if (spec?.toOperations === undefined) {
    const names = COMMANDS.filter(({ toOperations }) => toOperations !== undefined).map(({ name }) => name);
    throw new UsageError(`${shown(verb.text)} cannot stand in a multi`, {
      ...placeOf(verb),
      why: `An operation begins with ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`,
    });
  }
  return invoke(spec, words.slice(1), context);
}

function valueContext(context: InvocationContext, given: readonly Given[]): ValueContext {
  const fromProcess = context.source === 'arguments';
  // A server puts the number behind the path of a sequential create, which may therefore end with a slash.
  const sequential = given.some(({ option }) => option.long === 'sequential');
  return { cwd: context.cwd, stdinAsData: context.stdinAsData ?? fromProcess, fromProcess, pathRules: { sequential } };
}

function helpFor(spec: CommandSpec, overrides: Partial<GlobalOptions>): Invocation {
  const help = findCommand('help') as CommandSpec;
  const name = help.args[0]?.name ?? 'verb';
  return { spec: help, values: { ...emptyValues(help), [name]: spec.name }, overrides };
}

/** -e, -f and --version say what the run is; --server and its like belong to the whole run, so a line cannot change them. */
function refuseScope(given: readonly Given[], spec: CommandSpec, fromProcess: boolean): void {
  for (const { option, word, spelling } of given) {
    const { scope } = option as GlobalOption;
    if (scope === 'start') {
      throw new UsageError(`${spelling} stands before the command, and ${spec.name} has no such option`, placeOf(word));
    }
    if (scope === 'run' && !fromProcess) {
      const hint =
        option.long === 'server' ? 'connect HOST:PORT' : option.long === 'auth' ? 'addauth SCHEME CREDENTIAL' : null;
      const facts: UsageFacts = {
        why: 'It is for the whole run: give it when zksh is started.',
        ...(hint === null ? {} : { hint: `For the session from now on: ${hint}` }),
      };
      throw new UsageError(`${spelling} cannot change for one command`, placeOf(word, facts));
    }
  }
}

/** @throws UsageError where two given options exclude each other */
export function refuseConflicts(given: readonly Given[]): void {
  for (const { option, spelling, word } of given) {
    const other = given.find((each) => option.conflicts?.includes(each.option.long) === true);
    if (other !== undefined) {
      throw new UsageError(`${spelling} and ${other.spelling} exclude each other`, placeOf(word));
    }
  }
}

function refuseOperands(spec: CommandSpec, operands: readonly Word[], context: InvocationContext): void {
  const refusal = spec.refuse?.(operands.map(({ text }) => quoteWord(text, 'line'))) ?? null;
  if (refusal !== null) {
    const { message, ...facts } = refusal;
    throw new UsageError(message, operands[0] === undefined ? facts : placeOf(operands.at(-1) as Word, facts));
  }
  const missing = spec.args[operands.length];
  if (missing !== undefined && missing.optional !== true) {
    throw new UsageError(`${missing.name.toUpperCase()} is missing`, {
      why: `${missing.summary.charAt(0).toUpperCase()}${missing.summary.slice(1)}.`,
    });
  }
  const extra = operands[spec.args.length];
  if (extra !== undefined && spec.args.at(-1)?.variadic !== true) {
    throw tooMany(spec, operands, extra, context);
  }
}

/** What zkCli ignores: a version where it took one long ago, the rest of a value with blanks. */
function tooMany(spec: CommandSpec, operands: readonly Word[], extra: Word, context: InvocationContext): UsageError {
  const count = spec.args.length;
  const what =
    count === 0 ? 'takes no arguments' : `takes ${count === 1 ? 'one argument' : `at most ${count} arguments`}`;
  const hint = rightSpelling(spec, operands, context);
  // Behind a secret it is likely to be the rest of it.
  const isSecret = spec.args.at(-1)?.kind === 'secret';
  return new UsageError(
    isSecret ? 'one word too many' : `one word too many: ${shown(extra.text)}`,
    placeOf(extra, {
      why: `${spec.name} ${what}; a blank in an argument must be quoted.`,
      ...(hint === null ? {} : { hint }),
    }),
  );
}

function rightSpelling(spec: CommandSpec, operands: readonly Word[], { typed }: InvocationContext): string | null {
  const line = (words: readonly Word[]) => [spec.name, ...words.map(({ text }) => quoteWord(text, 'line'))].join(' ');
  const count = spec.args.length;
  const last = operands.at(-1)?.text ?? '';
  const version = Object.values(spec.options).find(({ value }) => value?.kind === 'version');
  if (version !== undefined && operands.length === count + 1 && /^-?\d+$/.test(last)) {
    return `${line(operands.slice(0, count))} -${version.short ?? `-${version.long}`} ${last}`;
  }
  const dataAt = spec.args.findIndex(({ kind }) => kind === 'data');
  if (dataAt < 0) {
    return null;
  }
  const words = operands.slice(dataAt);
  // As typed: of {"k": 1} the lexer has taken the quotes, and they are what was meant.
  const asTyped = typed?.text.slice((words[0]?.start ?? 0) - typed.start, (words.at(-1)?.end ?? 0) - typed.start) ?? '';
  const isWhole = asTyped !== '' && !/[\n\\]/.test(asTyped) && !/^['"]/.test(asTyped);
  const data = isWhole ? asTyped : words.map(({ text }) => text).join(' ');
  return `${line(operands.slice(0, dataAt))} ${quoteWord(data, 'line')}`;
}

function readOptions(spec: CommandSpec, given: readonly Given[], context: InvocationContext): Record<string, unknown> {
  const values = emptyValues(spec);
  const inOrder: GivenOption[] = [];
  const keys = new Map(Object.entries(spec.options).map(([key, option]) => [option, key]));
  for (const { word, spelling, option } of given) {
    const key = keys.get(option);
    if (key !== undefined) {
      const value = option.value === undefined ? true : readOption(word, option, spelling, context, given);
      values[key] = option.repeatable === true ? [...((values[key] as unknown[] | undefined) ?? []), value] : value;
      inOrder.push({ key, value });
    }
  }
  return spec.isExpression === true ? { ...values, given: inOrder } : values;
}

function readOption(
  word: Word,
  option: Option,
  spelling: string,
  context: InvocationContext,
  given: readonly Given[],
): unknown {
  try {
    return parseValue(word, option.value ?? { kind: 'text' }, valueContext(context, given));
  } catch (error) {
    throw located(error, word, spelling);
  }
}

function readOperands(spec: CommandSpec, operands: readonly Word[], context: ValueContext): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const read = (word: Word, arg: Arg) => parseValue(word, arg, context);
  spec.args.forEach((arg, index) => {
    const word = operands[index];
    if (arg.variadic === true) {
      values[arg.name] = operands.slice(index).map((each) => read(each, arg));
    } else if (word !== undefined) {
      values[arg.name] = read(word, arg);
    }
  });
  return values;
}

/** As if nothing were given: switches off, the rest undefined, several: none. */
function emptyValues(spec: CommandSpec): Record<string, unknown> {
  const switches = Object.entries(spec.options).filter(([, { value }]) => value === undefined);
  return Object.fromEntries([
    ...switches.map(([key]) => [key, false]),
    ...spec.args.filter(({ variadic }) => variadic === true).map(({ name }) => [name, []]),
  ]);
}

function withUsage(error: unknown, spec: CommandSpec): unknown {
  const { kind, usage } = (error ?? {}) as Partial<UsageError>;
  if (kind !== 'usage' || usage !== undefined) {
    return error;
  }
  const { message, why, hint, path, column, line, unknownCommand } = error as UsageError;
  const facts = { why, hint, path, column, line, unknownCommand, usage: usageLine(spec) };
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  return new UsageError(message, Object.fromEntries(known) as UsageFacts);
}

/** The operations of a multi from a file: one a line, or separated by `;`. @throws UsageError with the line */
export function parseOperations(text: string, context: InvocationContext): readonly Invocation[] {
  return splitCommands(text, { complete: true }).commands.flatMap((command) => {
    if (command.problem !== undefined) {
      throw command.problem;
    }
    return splitOperations(command.words).map((words) => readOperation(words, context).invocation);
  });
}
