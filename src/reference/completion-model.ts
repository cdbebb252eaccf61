/**
 * What the three completion scripts know without asking: verbs, options, choices, and of everything else how it is
 * completed. Made from the spec; knows no shell's syntax.
 */
import type { Arg, CommandSpec, Option, ValueKind } from '../commands/spec.js';
import { isLonger } from '../syntax/candidates.js';
import type { GlobalOption } from '../syntax/global-options.js';

/**
 * How a value is completed: `live` asks zksh, `file` and `command` are the shell's own business, `none` is not
 * completed, `switch` (options only) takes no value.
 */
export type Completes = 'switch' | 'live' | 'file' | 'command' | 'verb' | 'none' | `choice:${string}`;

export interface CompletionOption {
  /** `-r`, `--recursive`. */
  readonly flags: readonly string[];
  readonly completes: Completes;
  /** It takes all words that follow. */
  readonly rest: boolean;
  readonly summary: string;
}

export interface CompletionVerb {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  readonly arguments: readonly { readonly completes: Completes; readonly variadic: boolean }[];
}

export interface CompletionModel {
  readonly verbs: readonly CompletionVerb[];
  /** Before the verb and behind it. */
  readonly globalOptions: readonly CompletionOption[];
  /** Only before the verb. */
  readonly startOptions: readonly CompletionOption[];
}

/** The model of all verbs that make sense in a one-shot, and of the global options. */
export function completionModel(
  commands: readonly CommandSpec[],
  globalOptions: readonly GlobalOption[],
): CompletionModel {
  return {
    verbs: commands.filter((spec) => spec.interactiveOnly !== true).map(verbOf),
    globalOptions: globalOptions.filter((each) => each.scope !== 'start').map(optionOf),
    startOptions: globalOptions.filter((each) => each.scope === 'start').map(optionOf),
  };
}

/** As a verb is looked up: lower case, without hyphens. */
export function foldVerb(name: string): string {
  return name.replaceAll('-', '').toLowerCase();
}

/** All are understood; what only lengthens the verb's own name would make a choice of it. */
export function offeredAliases({ name, aliases }: CompletionVerb): string[] {
  return aliases.filter((alias) => !isLonger(alias, name));
}

/** One line an option and flag: `-r|switch|the whole subtree`. */
export function flagLines(options: readonly CompletionOption[]): string[] {
  return options.flatMap(({ flags, completes, rest, summary }) =>
    flags.map((flag) => `${flag}|${rest ? 'rest:' : ''}${completes}|${summary}`),
  );
}

/** A word an argument: `live`, and `live+` where it repeats. */
export function argumentWords(verb: CompletionVerb): string[] {
  return verb.arguments.map(({ completes, variadic }) => `${completes}${variadic ? '+' : ''}`);
}

const COMPLETES: Readonly<Record<ValueKind, Completes>> = {
  znodePath: 'live',
  location: 'live',
  data: 'live',
  acl: 'live',
  version: 'none',
  duration: 'live',
  count: 'none',
  text: 'none',
  secret: 'none',
  choice: 'none',
  connectString: 'none',
  verb: 'verb',
  file: 'file',
  shellCommand: 'command',
  userCommand: 'command',
  sizeRange: 'none',
  countRange: 'none',
  timeRange: 'none',
  glob: 'none',
  regex: 'none',
  sessionId: 'none',
  operation: 'live',
};

function verbOf(spec: CommandSpec): CompletionVerb {
  return {
    name: spec.name,
    aliases: spec.aliases ?? [],
    summary: spec.summary,
    options: Object.values(spec.options).map(optionOf),
    arguments: spec.args.map((arg: Arg) => ({ completes: completesOf(arg), variadic: arg.variadic === true })),
  };
}

function optionOf({ short, long, value, rest, summary }: Option): CompletionOption {
  return {
    flags: [...(short === undefined ? [] : [`-${short}`]), `--${long}`],
    completes: value === undefined ? 'switch' : completesOf(value),
    rest: rest === true,
    summary,
  };
}

function completesOf({ kind, choices }: { kind: ValueKind; choices?: readonly string[] }): Completes {
  return choices === undefined ? COMPLETES[kind] : `choice:${choices.join(',')}`;
}
