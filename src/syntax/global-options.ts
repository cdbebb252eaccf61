/** The options before the verb: one table (contract: names, environment variables, meaning). Read by commander, config, man and completions. */

import type { OutputFormat } from '../commands/results.js';

/** As resolved from the command line, then the environment, then the default. Plain data: it crosses from the one-shot bundle to the shell's. */
export interface GlobalOptions {
  readonly server: string;
  readonly sessionTimeoutMs: number;
  readonly connectTimeoutMs: number;
  /** null: do not wait. */
  readonly waitMs: number | null;
  /** Each command as a whole; null: none. */
  readonly timeoutMs: number | null;
  readonly readOnly: boolean;
  /** `scheme:credential`, from --auth, ZKSH_AUTH and --auth-file. */
  readonly auth: readonly string[];
  readonly authFile: string | null;
  /** null: human on a terminal, plain elsewhere. */
  readonly output: OutputFormat | null;
  readonly color: 'auto' | 'always' | 'never';
  readonly keepGoing: boolean;
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly quiet: boolean;
  readonly debug: boolean;
  readonly tls: boolean;
  readonly tlsCa: string | null;
  readonly tlsCert: string | null;
  readonly tlsKey: string | null;
  readonly tlsP12: string | null;
  readonly tlsPassphraseFile: string | null;
  readonly tlsServerName: string | null;
  readonly tlsInsecure: boolean;
}
