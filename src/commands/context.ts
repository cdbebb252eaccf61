/** All that a verb can reach. Who runs it (one-shot, script, REPL, a test) fills it in. */
import type { Clock, Connection, MultiOp, Session } from '../client/api.js';
import type { ZnodePath } from '../protocol/path.js';
import type { Files } from '../tree/export/files.js';
import type { Checkpoint } from '../tree/write/checkpoint.js';
import type { WatchEventResult } from './results.js';
import type { SandboxAccess } from './sandbox-access.js';
import type { CommandSpec, DataSource, ParsedOperation } from './spec.js';
import type { UsageSource } from './usage-source.js';

export interface CommandContext {
  /** The open session. For verbs with `session: 'none'` it throws; they use `connection`. */
  readonly session: Session;
  readonly connection: Connection;
  /**
   * A further session, with the credentials and TLS of this run: to `servers` (a connect string), or one more to those of
   * the run. It is closed when the command ends.
   */
  openSession(servers?: string): Promise<Session>;
  readonly shell: ShellState;
  readonly settings: CommandSettings;
  readonly io: CommandIo;
  readonly sandbox: SandboxAccess;
  /** Ctrl-C, the verb's time-out, a closed pipe. */
  readonly signal: AbortSignal;
  /** ms since the epoch. */
  readonly wallClock: () => number;
  /** For waits with an end: the client's default clock, or a test's. */
  readonly clock: Clock;
  /** Every verb, in the order of the overview. */
  readonly commands: readonly CommandSpec[];
}

/** What whoever runs a verb brings; run.ts adds the rest. */
export type RunContext = Omit<CommandContext, 'session' | 'openSession' | 'commands'>;

export interface CommandSettings {
  /** Refuse writes before they are sent. */
  readonly readOnly: boolean;
  readonly dryRun: boolean;
  /** No questions. */
  readonly yes: boolean;
  readonly quiet: boolean;
  /** Somebody watches a row of progress: a total is worth asking for. */
  readonly showsProgress?: boolean;
  /** The REPL runs the verb: watches may outlive it. */
  readonly interactive: boolean;
  /** Of zksh. */
  readonly version: string;
}

export interface ShellState {
  cwd: ZnodePath;
  /** Ends the shell or script after this command, with the status of the last one. */
  quit(): void;
  /** Shows what a watch reports, above the line being typed. Only where a prompt outlives the verb. */
  notify?(event: WatchEventResult): void;
  /** Shows subtrees and how much is in them, to walk about in until the user has enough. Only where there is a screen. */
  readonly browse?: ((source: UsageSource) => Promise<void>) | undefined;
  /** printwatches off: what `notify` is told is not shown. */
  hidesWatches?: boolean;
  /** The operations of a multi that is being put together; absent: none is. */
  staged?: readonly MultiOp[] | undefined;
  /** What was typed, oldest first, secrets blanked. Only where lines are typed. */
  readonly history?: readonly string[];
  /** Runs a line once the verb is done, as if it had been typed. Only where lines are typed. */
  redo?(line: string): void;
}

export interface CommandIo {
  /** The bytes of a DataSource. @throws LocalError with the file's name */
  readData(source: DataSource): Promise<Buffer | null>;
  /** Runs a command of the user's in the shell; its output goes to stderr/stdout unchanged. Its status. */
  runCommand(commandLine: string, environment: Readonly<Record<string, string>>, signal: AbortSignal): Promise<number>;
  /**
   * Runs a program with its words, no shell between, on this terminal; its status as a shell would say (127: there is none
   * of that name). Ctrl-C is the program's own; `signal` ends it.
   */
  runProgram(
    words: readonly string[],
    environment: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<number>;
  /** Asks on the terminal without echo; null where there is none. */
  readSecret(prompt: string): Promise<string | null>;
  /** Whether there is a terminal to ask on. */
  canAsk(): boolean;
  /** Asks on the terminal; null where there is none. */
  readAnswer(prompt: string): Promise<string | null>;
  /**
   * Where a long run of this very job stands or stood, kept beyond the process.
   * @param job what tells it from all others: verb, places, options
   */
  checkpoint(job: readonly string[]): Checkpoint;
  /** Exports, and whatever else work on trees reads and writes. */
  readonly files: Files;
  /** The operations of a multi, one a line or separated by `;`. @throws UsageError with the line */
  readOperations(text: string, cwd: ZnodePath): readonly ParsedOperation[];
}
