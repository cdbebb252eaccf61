/** All that a verb can reach. Who runs it (one-shot, script, REPL, a test) fills it in. */
import type { Connection, Session } from '../client/api.js';
import type { ZnodePath } from '../protocol/path.js';
import type { DataSource } from './spec.js';

export interface CommandContext {
  /** The open session. For verbs with `session: 'none'` it throws; they use `connection`. */
  readonly session: Session;
  readonly connection: Connection;
  readonly shell: ShellState;
  readonly settings: CommandSettings;
  readonly io: CommandIo;
  /** Ctrl-C, the verb's time-out, a closed pipe. */
  readonly signal: AbortSignal;
  /** ms since the epoch. */
  readonly wallClock: () => number;
}

export interface CommandSettings {
  /** Refuse writes before they are sent. */
  readonly readOnly: boolean;
  readonly dryRun: boolean;
  /** No questions. */
  readonly yes: boolean;
  readonly quiet: boolean;
  /** The REPL runs the verb: watches may outlive it. */
  readonly interactive: boolean;
}

export interface ShellState {
  cwd: ZnodePath;
  /** Ends the shell or script after this command, with the status of the last one. */
  quit(): void;
}

export interface CommandIo {
  /** The bytes of a DataSource. @throws LocalError with the file's name */
  readData(source: DataSource): Promise<Buffer | null>;
  /** Runs a command of the user's in the shell; its output goes to stderr/stdout unchanged. Its status. */
  runCommand(commandLine: string, environment: Readonly<Record<string, string>>, signal: AbortSignal): Promise<number>;
  /** Asks on the terminal without echo; null where there is none. */
  readSecret(prompt: string): Promise<string | null>;
}
