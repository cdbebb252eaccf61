/**
 * The shell without its screen: the connection and what is told of it, the commands that are typed, completion. The
 * screen shell and the plain one both talk through it.
 */
import type { Clock, Connection, SessionEvent } from '../client/api.js';
import { createConnection } from '../client/connection.js';
import type { CommandIo, ShellState } from '../commands/context.js';
import type { Result } from '../commands/results.js';
import type { CommandSpec } from '../commands/spec.js';
import type { UsageSource } from '../commands/usage-source.js';
import { ConnectionError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { paintFor } from '../output/paint.js';
import { render } from '../output/render.js';
import { localTime } from '../output/time.js';
import type { ZnodePath } from '../protocol/path.js';
import { type Completion, completeLine } from '../syntax/complete.js';
import { type Command, splitCommands } from '../syntax/lines.js';
import { errorText, runTyped } from './command-run.js';
import { keysText } from './keys-text.js';
import type { Output } from './output.js';
import type { PromptFacts } from './prompt.js';
import type { ShellStart } from './start.js';
import { EMPTY_TRANSCRIPT, noteResult, type TranscriptState, tellEvent } from './transcript.js';

export interface Conversation {
  readonly promptFacts: PromptFacts;
  /** Of the last command. */
  readonly status: number;
  /** quit was typed. */
  readonly isOver: boolean;
  /** Opens the session in the background. What stands against it is told. */
  open(): void;
  /** The commands of a text, in order; the first that fails is the last. */
  run(text: string, interrupted: AbortSignal): Promise<void>;
  complete(text: string, cursor: number, signal: AbortSignal): Promise<Completion>;
  close(): Promise<void>;
}

export interface ConversationSurroundings {
  readonly start: ShellStart;
  readonly output: Output;
  readonly clock: Clock;
  /** ms since the epoch. */
  readonly wallClock: () => number;
  /** Lines are edited with the keys of syntax/keys.ts, not by the terminal. */
  readonly hasEditor: boolean;
  /** Asks without echo; null where that cannot be done. */
  readSecret(prompt: string): Promise<string | null>;
  /** Asks with echo; null where that cannot be done. */
  readAnswer(prompt: string): Promise<string | null>;
  /** Shows subtrees to walk about in; absent where there is no screen to draw on. */
  readonly browse?: (source: UsageSource, explain: (error: unknown) => string) => Promise<void>;
  /** What was typed, oldest first, secrets blanked. */
  history(): readonly string[];
  /** Whole lines for the user that no command asked for. */
  say(text: string): void;
  /** The prompt may read differently now. */
  changed(): void;
}

/** A server that needs longer for a completion is not worth waiting for. */
const COMPLETION_MS = 5_000;

export function createConversation(around: ConversationSurroundings): Conversation {
  const { start, output, clock, wallClock, say, changed, browse } = around;
  const { options } = start;
  const connection = connectionFor(start, (line) => say(`zksh: ${line}\n`));
  let transcript: TranscriptState = EMPTY_TRANSCRIPT;
  let running: CommandSpec | null = null;
  let isOpening = false;
  let isOver = false;
  let isClosing = false;
  let status: number = EXIT.ok.status;

  let repeated: string | null = null;
  const explain = (error: unknown) => errorText(error, running, { start, options });

  const shell: ShellState = {
    cwd: '/' as ZnodePath,
    get history() {
      return around.history();
    },
    redo(line) {
      repeated = line;
    },
    browse: browse === undefined ? undefined : (source) => browse(source, explain),
    quit() {
      isOver = true;
    },
    notify(event) {
      if (shell.hidesWatches === true) {
        return;
      }
      const { color } = start;
      say(String(render(event, { format: 'human', color, width: Infinity, terminal: true, nowMs: wallClock() })));
    },
  };
  const io: CommandIo = {
    ...start.io,
    readSecret: around.readSecret,
    canAsk: () => true,
    readAnswer: around.readAnswer,
    async runCommand(...command) {
      // What the verb has told comes before what the command writes.
      await output.flush();
      return start.io.runCommand(...command);
    },
  };
  const canDraw = around.hasEditor;
  const surroundings = { start, connection, shell, io, output, canDraw, clock, wallClock, starting, resulted };
  connection.onEvent(heard);

  function heard(event: SessionEvent): void {
    const told = tellEvent(transcript, event, { time: wallClock(), watches: connection.current?.watches ?? [] });
    transcript = told.state;
    // A verb that follows znodes tells of its session itself.
    if (told.lines.length > 0 && !isClosing && running?.name !== 'watch') {
      const [head = '', ...rest] = told.lines;
      const time = localTime(wallClock()).slice(-'17:30:01'.length);
      const paint = paintFor(start);
      const headline = `${paint.faint(time)}  ${event.type === 'connected' ? paint.good(head) : paint.bad(head)}`;
      say(`${[headline, ...rest].join('\n')}\n`);
    }
    changed();
  }

  /** What only a shell with a line editor can tell. */
  function isAbout({ words }: Command, line: string): boolean {
    return around.hasEditor && words.map(({ text }) => text.toLowerCase()).join(' ') === line;
  }

  function starting(spec: CommandSpec): void {
    running = spec;
    const state = connection.current?.state;
    if (spec.session !== 'none' && (state === 'expired' || state === 'authFailed')) {
      const code = state === 'expired' ? 'SESSIONEXPIRED' : 'AUTHFAILED';
      throw new ConnectionError(code, state === 'expired' ? 'the session has expired' : 'authentication failed', {
        why: 'Nothing was sent.',
        hint: 'For a new session: connect',
      });
    }
  }

  function resulted(result: Result): void {
    transcript = noteResult(transcript, result, connection.current?.sessionId ?? null);
  }

  /** The keys are the shell's own: no verb knows them. */
  async function showKeys(): Promise<number> {
    await output.write(keysText({ color: start.color, width: start.terminal.stdout.columns }));
    await output.flush();
    return EXIT.ok.status;
  }

  async function open(): Promise<void> {
    isOpening = true;
    try {
      await connection.open();
    } catch (error) {
      if (!isClosing) {
        say(errorText(error, null, { start, options }));
      }
    } finally {
      isOpening = false;
      changed();
    }
  }

  /** Whoever tries things should know that they are not kept, and where to begin. */
  function greet(): void {
    const { current } = start.sandbox;
    if (current !== null && !options.quiet) {
      const first = current.tree.get('/welcome') === null ? 'ls -R /' : 'get /welcome';
      const greeting = `A server inside this shell, in memory: try anything. To begin with: ${first}`;
      say(`${paintFor(start).faint(greeting)}\n`);
    }
  }

  return {
    get promptFacts() {
      const { current, servers } = connection;
      const state = current?.state ?? (isOpening ? 'connecting' : null);
      const staged = shell.staged?.length ?? null;
      return { servers, server: current?.server ?? null, chroot: current?.chroot ?? '', cwd: shell.cwd, state, staged };
    },
    get status() {
      return status;
    },
    get isOver() {
      return isOver;
    },
    open() {
      greet();
      void open();
    },
    async run(text, interrupted) {
      await runAll(text, interrupted);
      // It ends: redo repeats no redo.
      while (repeated !== null && !isOver) {
        const again: string = repeated;
        repeated = null;
        await output.write(`${again}\n`);
        await runAll(again, interrupted);
      }
    },
    complete: (text, cursor, signal) =>
      completeLine(text, cursor, {
        cwd: shell.cwd,
        quoting: 'line',
        async listChildren(path) {
          const session = connection.current;
          if (session === null) {
            return [];
          }
          return (await session.getChildren(path, { signal, deadlineMs: COMPLETION_MS })).children;
        },
        async listChildrenAt(servers, path) {
          const session = await connection.openAnother(servers, signal);
          try {
            return (await session.getChildren(path, { signal, deadlineMs: COMPLETION_MS })).children;
          } finally {
            void session.close();
          }
        },
      }),
    async close() {
      isClosing = true;
      await connection.close();
    },
  };

  async function runAll(text: string, interrupted: AbortSignal): Promise<void> {
    const { commands } = splitCommands(text, { complete: true });
    for (const [index, command] of commands.entries()) {
      const ownStatus = isAbout(command, 'help keys')
        ? await showKeys()
        : await runTyped(command, surroundings, interrupted);
      if (isAbout(command, 'help')) {
        await output.write(paintFor(start).faint('help keys lists the keys of the line editor.\n'));
      }
      running = null;
      if (isOver) {
        // quit leaves with the status of the command before it.
        return;
      }
      status = ownStatus;
      const rest = commands.length - index - 1;
      if (status !== EXIT.ok.status && rest > 0) {
        const what = rest === 1 ? 'the command behind it was' : `the ${rest} commands behind it were`;
        await output.write(`zksh: ${what} not run\n`, 'stderr');
        return;
      }
    }
  }
}

function connectionFor({ options, auth, tls }: ShellStart, debug: (line: string) => void): Connection {
  return createConnection({
    servers: options.server,
    sessionTimeoutMs: options.sessionTimeoutMs,
    connectTimeoutMs: options.connectTimeoutMs,
    ...(options.waitMs === null ? {} : { waitMs: options.waitMs }),
    readOnly: options.readOnly,
    auth,
    ...(tls === null ? {} : { tls }),
    ...(options.debug ? { debug } : {}),
  });
}
