/**
 * zkCli.sh: its launch options, one command or a REPL, its output and its statuses. Everything it prints goes through
 * what it is given; it knows no standard streams.
 */
import { systemClock } from '../client/clock.js';
import { readClientConfiguration } from './client-configuration.js';
import { Crash } from './crash.js';
import { Handle } from './handle.js';
import { expandHistory, LineHistory } from './history-expansion.js';
import { parseInt32 } from './java-numbers.js';
import { type LaunchOptions, parseLaunchOptions } from './launch-options.js';
import { pipedLines, withoutBackslashes } from './piped-lines.js';
import { normalizeServers } from './server-list.js';
import { ZkCliShell } from './shell.js';
import type { TypedLines } from './typed-lines.js';

export interface ZkCliHost {
  print(text: string): void;
  /** A line to stderr. */
  complain(line: string): void;
  /** stdin of a pipe or a file. */
  stdinChunks(): AsyncIterable<Buffer>;
  /** Lines from a terminal; null: stdin is none. */
  typedLines: ((handle: () => Handle) => Promise<TypedLines>) | null;
  /** Aborted when somebody wants this run to end. */
  readonly interrupted: AbortSignal;
}

/** Requests are not held back: what is too long for a server ends the connection, as it does for Java. */
const REQUEST_BYTES_MAX = 0x3fff_ffff;

/** The status. @throws never for what the user has done */
export async function runZkCli(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  host: ZkCliHost,
): Promise<number> {
  const launch = parseLaunchOptions(argv);
  if (launch.complaint !== null) {
    host.complain(launch.complaint);
  }
  host.print(`Connecting to ${launch.server}\n`);
  let shell: ZkCliShell | null = null;
  try {
    shell = createShell(launch, environment, host);
    return await Promise.race([run(shell, launch, host), interruption(host)]);
  } catch (error) {
    if (!(error instanceof Crash)) {
      throw error;
    }
    host.complain(`zkCli.sh: ${error.message}`);
    return error.status;
  } finally {
    await shell?.handle.end();
  }
}

/** The status is the caller's then. */
function interruption({ interrupted }: ZkCliHost): Promise<number> {
  return new Promise((resolve) => interrupted.addEventListener('abort', () => resolve(1), { once: true }));
}

async function run(shell: ZkCliShell, launch: LaunchOptions, host: ZkCliHost): Promise<number> {
  const { handle } = shell;
  if (launch.command.length > 0) {
    if (launch.waitForConnection) {
      await waitForConnection(handle, launch);
    } else if (ENDS_SESSION.has(launch.command[0] ?? '')) {
      await handle.connect();
    }
    await shell.runWords(launch.command);
    return shell.status;
  }
  if (launch.waitForConnection) {
    await waitForConnection(handle, launch);
  }
  host.print('Welcome to ZooKeeper!\nJLine support is enabled\n');
  await handle.connect();
  await readLines(shell, host);
  return shell.status;
}

/** By the time that these run, Java has connected. */
const ENDS_SESSION: ReadonlySet<string> = new Set(['quit', 'close', 'connect']);

function createShell(
  launch: LaunchOptions,
  environment: Readonly<Record<string, string | undefined>>,
  host: ZkCliHost,
): ZkCliShell {
  const { connect, warnings } = readClientConfiguration(launch.configurationFile, environment);
  const sessionTimeoutMs = parseInt32(launch.timeout);
  if (sessionTimeoutMs === null) {
    throw new Crash(`java.lang.NumberFormatException: For input string: "${launch.timeout}"`);
  }
  for (const warning of warnings) {
    host.complain(warning);
  }
  const [verb] = launch.command;
  const isEager = verb !== undefined && !ENDS_SESSION.has(verb) && !launch.waitForConnection && !launch.readOnly;
  return new ZkCliShell({
    server: launch.server,
    timeZone: environment.TZ,
    print: host.print,
    complain: host.complain,
    openHandle: (server, events) =>
      new Handle(
        {
          sessionTimeoutMs,
          connect: {
            ...connect,
            servers: normalizeServers(server),
            readOnly: launch.readOnly,
            connectTimeoutMs: Math.max(1, sessionTimeoutMs),
            requestBytesMax: REQUEST_BYTES_MAX,
            eager: isEager,
            signal: host.interrupted,
            ...(launch.waitForConnection ? { waitMs: Math.max(1, sessionTimeoutMs) } : {}),
          },
        },
        events,
      ),
    afterConnect: async (handle) => {
      if (launch.waitForConnection) {
        await waitForConnection(handle, launch);
      } else {
        // In the background: the next command waits for it.
        void handle.connect();
      }
    },
  });
}

/** A read-only server is no connection in this sense. @throws Crash */
async function waitForConnection(handle: Handle, { timeout }: LaunchOptions): Promise<void> {
  const untilMs = systemClock.now() + (parseInt32(timeout) ?? 0);
  await handle.connect();
  if (handle.state !== 'CONNECTED') {
    await handle.stateBecomes('CONNECTED', untilMs - systemClock.now());
  }
  if (handle.state !== 'CONNECTED') {
    await handle.close();
    throw new Crash(
      'java.io.IOException: org.apache.zookeeper.KeeperException$ConnectionLossException: KeeperErrorCode = ConnectionLoss',
    );
  }
}

async function readLines(shell: ZkCliShell, host: ZkCliHost): Promise<void> {
  const history = new LineHistory();
  const typed = host.typedLines === null ? null : await host.typedLines(() => shell.handle);
  const lines = typed?.lines ?? pipedLines(host.stdinChunks());
  const showPrompt = () => (typed === null ? host.print(shell.prompt) : typed.prompt(shell.prompt));
  try {
    showPrompt();
    for await (const { text, bellsCount } of lines) {
      host.print('\x07'.repeat(bellsCount));
      // By the time that a line is read, Java has the answers to `connect` and `addauth`.
      await (text === null ? shell.handle.connected() : shell.handle.settled());
      if (text === null) {
        host.print('JLine support is disabled\n');
        return;
      }
      const line = expandHistory(text, history);
      history.add(line);
      await shell.runLine(withoutBackslashes(line));
      if (shell.isOver) {
        return;
      }
      showPrompt();
    }
  } finally {
    typed?.end();
  }
}
