/**
 * Runs verbs as the command line does, without a process: words are parsed, the verb runs, its results are rendered. The
 * znodes live below a chroot of the scene's own.
 */
import { randomBytes } from 'node:crypto';
import type { Connection, ConnectOptions, Session } from '../../src/client/api.js';
import { systemClock } from '../../src/client/clock.js';
import { createConnection } from '../../src/client/connection.js';
import { openSession } from '../../src/client/session.js';
import type { CommandIo, CommandSettings, RunContext, ShellState } from '../../src/commands/context.js';
import { findCommand } from '../../src/commands/registry.js';
import type { OutputFormat, Result, WatchEventResult } from '../../src/commands/results.js';
import { runCommand } from '../../src/commands/run.js';
import type { SandboxAccess } from '../../src/commands/sandbox-access.js';
import type { DataSource } from '../../src/commands/spec.js';
import { KeeperError } from '../../src/errors.js';
import { exitStatus } from '../../src/exit-codes.js';
import { renderError } from '../../src/output/kinds/error.js';
import { isSummaryShown } from '../../src/output/kinds/summary.js';
import { createRenderer, type RenderOptions, streamOf } from '../../src/output/render.js';
import { type AclEntry, OPEN_ACL } from '../../src/protocol/acl.js';
import type { CreateMode } from '../../src/protocol/modes.js';
import type { ZnodePath } from '../../src/protocol/path.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/start.js';
import { parseInvocation, parseOperations } from '../../src/syntax/invocation.js';
import { splitCommands } from '../../src/syntax/lines.js';
import { redactLine } from '../../src/syntax/redact.js';
import type { Checkpoint, CheckpointState } from '../../src/tree/write/checkpoint.js';
import { memoryFiles } from '../helpers/memory-files.js';
import { SUPER_AUTH } from '../helpers/zookeeper.js';

export interface Run {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly results: readonly Result[];
  /** What the verb threw. */
  readonly error: unknown;
}

export interface RunOptions {
  readonly settings?: Partial<CommandSettings>;
  readonly render?: Partial<RenderOptions>;
  readonly signal?: AbortSignal;
  /** Sees each result as it comes. */
  readonly onResult?: (result: Result) => void;
}

export interface Scene {
  readonly connection: Connection;
  /** The connect string, to the server itself. */
  readonly servers: string;
  readonly session: Session;
  readonly shell: ShellState & { hasQuit: boolean };
  readonly sandbox: SandboxAccess;
  /** Command lines that --exec ran, with their environment. */
  readonly executed: { readonly commandLine: string; readonly environment: Readonly<Record<string, string>> }[];
  /** The disk: what `@FILE` reads, what export writes. */
  readonly files: Map<string, Buffer>;
  /** What long runs left behind, by job. */
  readonly checkpoints: Map<string, CheckpointState>;
  /** What is typed when a secret is asked for; null: there is no terminal. */
  secret: string | null;
  /** What is typed when a question is asked; null: there is no terminal. */
  answer: string | null;
  /** What watches behind the prompt reported. */
  readonly notified: WatchEventResult[];
  /** The questions that were asked. */
  readonly asked: string[];
  /** What the next command of --exec ends with. */
  execStatus: number;
  /** While a command of --exec runs. */
  duringExec: () => Promise<void>;
  /** Between a question and its answer. */
  duringQuestion: () => Promise<void>;
  run(line: string, options?: RunOptions): Promise<Run>;
  /** Another session in the same chroot. */
  open(options?: ConnectOptions): Promise<Session>;
  put(
    path: string,
    data?: string | Buffer | null,
    more?: { mode?: CreateMode; acl?: readonly AclEntry[] },
  ): Promise<void>;
  close(): Promise<void>;
}

export interface SceneOptions {
  /** Where the verbs connect to, when that is not the server itself. */
  readonly via?: string;
  /** The server knows neither addWatch nor multiRead, as before 3.6. */
  readonly isOld?: boolean;
  readonly sessionTimeoutMs?: number;
  /** As in the interactive shell: lines have a history, and watches outlive their verbs. */
  readonly isShell?: boolean;
  /** What the fault verb works on. */
  readonly sandbox?: Sandbox;
}

export async function openScene(address: string, options: SceneOptions = {}): Promise<Scene> {
  const { via = address, isOld = false, isShell = false, sessionTimeoutMs = 30_000 } = options;
  const chroot = `/test-${randomBytes(6).toString('hex')}`;
  // Super, to clean up whatever a test has locked.
  const outside = await openSession({
    servers: address,
    auth: [{ scheme: 'digest', credential: Buffer.from(SUPER_AUTH) }],
  });
  await outside.create(chroot, null);
  const servers = `${address}${chroot}`;
  const newConnection = createConnection({ servers: `${via}${chroot}`, sessionTimeoutMs });
  const connection = isOld ? asBefore36(newConnection) : newConnection;
  const session = await connection.open();
  const shell = {
    cwd: '/' as ZnodePath,
    hasQuit: false,
    quit() {
      this.hasQuit = true;
    },
    ...(isShell && {
      history: [] as string[],
      notify: (event: WatchEventResult) => void scene.notified.push(event),
      redo(line: string) {
        repeated = line;
      },
    }),
  };
  let repeated: string | null = null;
  const others: Session[] = [];
  const sandboxes: Sandbox[] = [];
  const scene: Scene = {
    connection,
    servers,
    session,
    shell,
    sandbox: {
      current: options.sandbox ?? null,
      // Wherever the line says: on a free port, in memory.
      async start({ settings }) {
        const entries = settings.map((text) => text.split('=', 2) as [string, string]);
        const started = await startSandbox({ settings: Object.fromEntries(entries) });
        sandboxes.push(started);
        return started;
      },
    },
    executed: [],
    files: new Map(),
    checkpoints: new Map(),
    secret: null,
    answer: null,
    asked: [],
    execStatus: 0,
    duringExec: async () => {},
    duringQuestion: async () => {},
    notified: [],
    async run(line, options = {}) {
      (shell.history as string[] | undefined)?.push(redactLine(line));
      const run = await runLine(scene, line, options);
      const again = repeated;
      repeated = null;
      return again === null ? run : runLine(scene, again, options);
    },
    async open(options = {}) {
      const other = await openSession({ servers, ...options });
      others.push(other);
      return other;
    },
    async put(path, data = null, { mode = 'persistent', acl = OPEN_ACL } = {}) {
      await session.create(path, typeof data === 'string' ? Buffer.from(data) : data, { mode, acl });
    },
    async close() {
      await connection.close();
      await Promise.all(others.map((other) => other.close()));
      await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
      await removeTree(outside, chroot);
      await outside.close();
    },
  };
  return scene;
}

/** A time that every test may count from: 2026-11-22 12:00:00 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 22, 12);

async function runLine(scene: Scene, line: string, options: RunOptions): Promise<Run> {
  const results: Result[] = [];
  const out: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  let format: OutputFormat = options.render?.format ?? 'plain';
  let verb: string | null = null;
  let status = 0;
  let failure: unknown;
  const renderOptions = { color: false, width: Number.POSITIVE_INFINITY, terminal: false, nowMs: NOW_MS };
  let renderer = createRenderer({ ...renderOptions, ...options.render, format });
  const tellError = (error: unknown): void => {
    out.stderr.push(Buffer.from(renderError(error, { verb, format, color: false, debug: false })));
  };
  try {
    const [command] = splitCommands(line, { complete: true }).commands;
    verb = findCommand(command!.words[0]?.text ?? '')?.name ?? null;
    const { spec, values, overrides } = parseInvocation(command!, { cwd: scene.shell.cwd, source: 'line' });
    verb = spec.name;
    format = overrides.output ?? format;
    renderer = createRenderer({ ...renderOptions, ...options.render, format });
    const { readOnly, dryRun } = overrides;
    const settings = { ...options.settings, ...(readOnly && { readOnly }), ...(dryRun && { dryRun }) };
    for await (const result of runCommand(spec, values, contextOf(scene, { ...options, settings }))) {
      results.push(result);
      options.onResult?.(result);
      if (result.kind === 'failure') {
        tellError(result.error);
      } else if (result.kind === 'ended') {
        status = result.status;
      } else if (result.kind !== 'progress' && (result.kind !== 'summary' || isSummaryShown(result, false))) {
        out[streamOf(result.kind, format)].push(Buffer.from(renderer.render(result)));
      }
    }
  } catch (error) {
    failure = error;
    status = exitStatus(error);
    tellError(error);
  }
  out.stdout.push(Buffer.from(renderer.end()));
  const text = (name: 'stdout' | 'stderr') => Buffer.concat(out[name]).toString('utf8');
  return { status, stdout: text('stdout'), stderr: text('stderr'), results, error: failure };
}

function contextOf(scene: Scene, options: RunOptions): RunContext {
  return {
    connection: scene.connection,
    shell: scene.shell,
    settings: {
      readOnly: false,
      dryRun: false,
      yes: false,
      quiet: false,
      interactive: false,
      version: '0.0.0-test',
      ...options.settings,
    },
    io: ioOf(scene),
    sandbox: scene.sandbox,
    signal: options.signal ?? new AbortController().signal,
    wallClock: () => NOW_MS,
    clock: systemClock,
  };
}

function ioOf(scene: Scene): CommandIo {
  return {
    async readData(source: DataSource) {
      switch (source.from) {
        case 'text':
          return Buffer.from(source.text);
        case 'bytes':
          return source.bytes;
        case 'file':
          return scene.files.get(source.file)!;
        case 'stdin':
          return Buffer.from('from stdin');
        case 'null':
          return null;
      }
    },
    async runCommand(commandLine, environment) {
      await scene.duringExec();
      scene.executed.push({ commandLine, environment });
      return scene.execStatus;
    },
    async runProgram(words, environment) {
      await scene.duringExec();
      scene.executed.push({ commandLine: words.join(' '), environment });
      return scene.execStatus;
    },
    readSecret: async () => scene.secret,
    canAsk: () => scene.answer !== null,
    async readAnswer(prompt) {
      scene.asked.push(prompt);
      await scene.duringQuestion();
      return scene.answer;
    },
    checkpoint: (job) => memoryCheckpoint(scene.checkpoints, JSON.stringify(job)),
    files: memoryFiles(scene.files),
    readOperations: (text, cwd) => parseOperations(text, { cwd, source: 'script' }),
  };
}

function memoryCheckpoint(kept: Map<string, CheckpointState>, job: string): Checkpoint {
  return {
    load: async () => kept.get(job) ?? null,
    save: async (state) => void kept.set(job, state),
    clear: async () => void kept.delete(job),
  };
}

function asBefore36(connection: Connection): Connection {
  const without = async () => {
    throw new KeeperError('UNIMPLEMENTED', 'the server does not have this operation');
  };
  const open = async () => overriding(await connection.open(), { addWatch: without, multiRead: without });
  return overriding(connection, { open });
}

/** `target` with other methods in place of some of its own. */
function overriding<T extends object>(target: T, methods: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(target, {
    get(_, name) {
      const value = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

async function removeTree(session: Session, path: string): Promise<void> {
  const { children } = await session.getChildren(path);
  for (const name of children) {
    await removeTree(session, `${path}/${name}`);
  }
  await session.delete(path);
}
