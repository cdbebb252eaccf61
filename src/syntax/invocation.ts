/** Words to a verb and its typed values. */
import type { CommandSpec } from '../commands/spec.js';
import type { GlobalOptions } from './global-options.js';
import type { Command } from './lines.js';
import type { Word } from './word.js';

/** `arguments`: of the process, split by the user's shell. `line`: typed in the REPL, or -e. `script`: from a file or a pipe. */
export type InvocationSource = 'arguments' | 'line' | 'script';

export interface InvocationContext {
  readonly cwd: string;
  readonly source: InvocationSource;
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
  throw new Error(`not written yet: ${command} ${context.cwd}`);
}
