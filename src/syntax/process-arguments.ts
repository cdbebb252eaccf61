/** The process's arguments and environment to what this run is. */
import type { CommandSpec } from '../commands/spec.js';
import type { GlobalOptions } from './global-options.js';
import type { Invocation } from './invocation.js';
import type { ShellCompletionRequest } from './shell-completion.js';

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
  environment: Readonly<Record<string, string | undefined>>,
  terminals: Terminals,
): ProcessRequest {
  throw new Error(`not written yet: ${words} ${environment.PATH} ${terminals.stdinIsTerminal}`);
}
