/** What the REPL is given by cli: plain data and functions, no class instances (each bundle has its own copies). */

import type { AuthInfo, TlsOptions } from '../client/api.js';
import type { CommandIo } from '../commands/context.js';
import type { SandboxAccess } from '../commands/sandbox-access.js';
import type { GlobalOptions } from '../syntax/global-options.js';

export interface ShellStart {
  readonly options: GlobalOptions;
  readonly auth: readonly AuthInfo[];
  readonly tls: TlsOptions | null;
  readonly io: CommandIo;
  readonly sandbox: SandboxAccess;
  readonly terminal: {
    readonly stdin: NodeJS.ReadStream;
    readonly stdout: NodeJS.WriteStream;
    readonly stderr: NodeJS.WriteStream;
  };
  readonly color: boolean;
  /** null: keep none. */
  readonly historyFile: string | null;
  readonly version: string;
}

/** Runs the shell until it is left; the exit status. Implemented in run-shell.tsx. */
export type RunShell = (start: ShellStart) => Promise<number>;
