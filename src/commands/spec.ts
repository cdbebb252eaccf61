/**
 * What a verb says of itself. Everything else is made from it: commander's wiring, parsing in the REPL, help, completion,
 * the man page, what the history blanks. A verb adds a file and a line in registry.ts, nothing more.
 */
import type { MultiOp } from '../client/api.js';
import type { AclEntry } from '../protocol/acl.js';
import type { ZnodePath } from '../protocol/path.js';
import type { CommandContext, CommandIo } from './context.js';
import type { Location } from './location.js';
import type { Range, TimeRange } from './ranges.js';
import type { Result } from './results.js';

/** How a word is read, checked and completed. syntax/values.ts turns each into its type. */
export interface ValueTypes {
  /** Resolved against the working directory. */
  znodePath: ZnodePath;
  /** A path, `zk://HOST:PORT[,HOST:PORT]/PATH` on another ensemble, or `@FILE`. */
  location: Location;
  /** Bytes of a znode: text, `@FILE`, `-`; null is `--null`. */
  data: DataSource;
  /** `scheme:id:perms[,…]`. */
  acl: readonly AclEntry[];
  /** A version: an integer >= 0, or -1 for "whatever version". */
  version: number;
  /** ms. */
  duration: number;
  count: number;
  text: string;
  /** Never echoed, never in the history. */
  secret: string;
  /** One of `choices`. */
  choice: string;
  connectString: string;
  /** A verb's name. */
  verb: string;
  file: string;
  /** A command line of the user's own, for a shell. */
  shellCommand: string;
  /** The same, or a program with its words, no shell between. */
  userCommand: UserCommand;
  /** `+10k`, `-10k`, `10k`, `1k..1M`. */
  sizeRange: Range;
  countRange: Range;
  /** `+1h`, `-10m`, `1h..2d`, `2026-11-01..`. */
  timeRange: TimeRange;
  /** As in shells; `*` in names, `**` through levels. */
  glob: string;
  /** JavaScript's. */
  regex: string;
  sessionId: bigint;
  /** One operation of a multi: a verb with its own words, up to the next separator. */
  operation: ParsedOperation;
}
export type ValueKind = keyof ValueTypes;

/** Where data comes from, as the user wrote it; context.io.readData gets the bytes. */
export type DataSource =
  | { readonly from: 'text'; readonly text: string }
  | { readonly from: 'bytes'; readonly bytes: Buffer }
  | { readonly from: 'file'; readonly file: string }
  | { readonly from: 'stdin' }
  | { readonly from: 'null' };

/** One word is a line for a shell; several are a program and its arguments, none of them read again. */
export type UserCommand = { readonly line: string } | { readonly words: readonly string[] };

/** A verb that may stand in a multi, with what was read for it. */
export interface ParsedOperation {
  readonly spec: CommandSpec;
  readonly values: object;
}

export interface Arg<N extends string = string, T = unknown> {
  readonly name: N;
  readonly kind: ValueKind;
  readonly summary: string;
  readonly optional?: boolean;
  readonly variadic?: boolean;
  readonly choices?: readonly string[];
  /** Carries the type only. */
  readonly type?: T;
}

/** An option of a verb that wants to know their order. */
export interface GivenOption {
  /** Its property in the verb's options. */
  readonly key: string;
  readonly value: unknown;
}

export interface Option<T = unknown> {
  /** One letter, without the hyphen. */
  readonly short?: string;
  /** Without the hyphens: `recursive`. */
  readonly long: string;
  readonly summary: string;
  /** Absent: a switch. */
  readonly value?: { readonly name: string; readonly kind: ValueKind; readonly choices?: readonly string[] };
  readonly repeatable?: boolean;
  /** Long names that cannot stand beside it. */
  readonly conflicts?: readonly string[];
  /** Its value takes the rest of the line (`--exec CMD ARGS…`). */
  readonly rest?: boolean;
  readonly type?: T;
}

export type Args = readonly Arg[];
export type Options = Readonly<Record<string, Option>>;

type TypeOf<S> = S extends { readonly type?: infer T } ? T : never;
/** What `run` gets: a property for each arg and option; switches are booleans, options not given are undefined. */
export type Values<A extends Args, O extends Options> = {
  readonly [K in A[number] as K['name']]: TypeOf<K>;
} & { readonly [K in keyof O]: TypeOf<O[K]> } & { readonly given?: readonly GivenOption[] };

export type CommandGroup = 'data' | 'watch' | 'acl' | 'shell' | 'ensemble' | 'quota' | 'txn' | 'tree';

export interface Example {
  /** As typed after `zksh` or in the shell; a test runs it. */
  readonly line: string;
  readonly summary: string;
}

/** Becomes a UsageError. */
export interface Refusal {
  readonly message: string;
  readonly why?: string;
  /** The right spelling, to be pasted. */
  readonly hint?: string;
}

export interface CommandSpec {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: CommandGroup;
  /** One line, no full stop. */
  readonly summary: string;
  /** Paragraphs for help and man. */
  readonly description?: string;
  readonly args: Args;
  readonly options: Options;
  readonly examples: readonly Example[];
  /** What is different from zkCli.sh's verb of that name, a sentence each; none: nothing is. Absent: it has no such verb. */
  readonly zkCliDifferences?: readonly string[];
  /** It may change something on the server: refused under --read-only before anything is sent. */
  readonly writes?: boolean;
  /** `none`: runs without a connection. Default `open`: the executor opens the session first. */
  readonly session?: 'open' | 'none';
  /**
   * Its options are an expression, in which their order counts: `values.given` has them as they stood. A single hyphen
   * before a long one is understood too, as find(1) has it.
   */
  readonly isExpression?: boolean;
  /** Only where there is a working directory and a prompt to keep (cd makes sense in a one-shot too: it checks). */
  readonly interactiveOnly?: boolean;
  /**
   * Looks at the words that are neither options nor their values, as typed, before they are read: what is dangerous or
   * surely a mistake (zkCli's `delete /a 5`) is told here with the right spelling. null: nothing to say.
   */
  readonly refuse?: (words: readonly string[]) => Refusal | null;
  /** It may stand in a multi: what it asks of the server there. */
  readonly toOperations?: (values: never, io: CommandIo) => Promise<readonly MultiOp[]>;
  run(context: CommandContext, values: never): AsyncIterable<Result>;
}

/** Keeps the literal types, so that `run` gets typed values. */
export function command<const A extends Args, const O extends Options>(spec: {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly group: CommandGroup;
  readonly summary: string;
  readonly description?: string;
  readonly args: A;
  readonly options: O;
  readonly examples: readonly Example[];
  readonly zkCliDifferences?: readonly string[];
  readonly writes?: boolean;
  readonly session?: 'open' | 'none';
  readonly isExpression?: boolean;
  readonly interactiveOnly?: boolean;
  readonly refuse?: (words: readonly string[]) => Refusal | null;
  readonly toOperations?: (values: Values<A, O>, io: CommandIo) => Promise<readonly MultiOp[]>;
  run(context: CommandContext, values: Values<A, O>): AsyncIterable<Result>;
}): CommandSpec {
  return spec as unknown as CommandSpec;
}

/** An argument that must be given. */
export function arg<const N extends string, const K extends ValueKind>(
  name: N,
  kind: K,
  summary: string,
  more: { choices?: readonly string[] } = {},
): Arg<N, ValueTypes[K]> {
  return { name, kind, summary, ...more };
}

/** An argument that may be left out. */
export function optionalArg<const N extends string, const K extends ValueKind>(
  name: N,
  kind: K,
  summary: string,
  more: { choices?: readonly string[] } = {},
): Arg<N, ValueTypes[K] | undefined> {
  return { name, kind, summary, optional: true, ...more };
}

/** One or more (`optional`: none or more). Always the last one. */
export function variadicArg<const N extends string, const K extends ValueKind>(
  name: N,
  kind: K,
  summary: string,
  more: { optional?: boolean } = {},
): Arg<N, readonly ValueTypes[K][]> {
  return { name, kind, summary, variadic: true, ...more };
}

/** A switch. */
export function flag(
  long: string,
  short: string | null,
  summary: string,
  more: { conflicts?: readonly string[] } = {},
): Option<boolean> {
  return { long, summary, ...(short === null ? {} : { short }), ...more };
}

/** An option with a value. */
export function option<const K extends ValueKind>(
  long: string,
  short: string | null,
  valueName: string,
  kind: K,
  summary: string,
  more: { choices?: readonly string[]; conflicts?: readonly string[]; rest?: boolean } = {},
): Option<ValueTypes[K] | undefined> {
  const { choices, ...rest } = more;
  return {
    long,
    summary,
    value: { name: valueName, kind, ...(choices === undefined ? {} : { choices }) },
    ...(short === null ? {} : { short }),
    ...rest,
  };
}

/** An option with a value that may be given several times; all of them, in order. */
export function repeatedOption<const K extends ValueKind>(
  long: string,
  short: string | null,
  valueName: string,
  kind: K,
  summary: string,
  more: { choices?: readonly string[]; conflicts?: readonly string[] } = {},
): Option<readonly ValueTypes[K][] | undefined> {
  return { ...option(long, short, valueName, kind, summary, more), repeatable: true } as Option<
    readonly ValueTypes[K][] | undefined
  >;
}
