/**
 * Decides what this run is (REPL, one command, commands, help …) and hands over. Knows no verbs. The process is entry.ts's
 * business, so that tests can run this in-process.
 */
import { systemClock } from '../client/clock.js';
import { createConnection } from '../client/connection.js';
import { findCommand } from '../commands/registry.js';
import type { CommandSpec } from '../commands/spec.js';
import { EXIT } from '../exit-codes.js';
import type { ZnodePath } from '../protocol/path.js';
import type { Invocation } from '../syntax/invocation.js';
import { type ProcessRequest, parseProcessArguments } from '../syntax/process-arguments.js';
import { createCommandIo } from './command-io.js';
import { answerCompletion } from './completion.js';
import { type Access, connectOptions, NO_ACCESS, readAccess } from './config.js';
import { HOST_OF_TESTS, type Host, wallClock } from './host.js';
import { createIo, type Streams } from './io.js';
import { runOneShot } from './one-shot.js';
import { openShell } from './open-shell.js';
import { type Reporter, report } from './report.js';
import { createSandboxes, type Sandboxes } from './sandbox.js';
import { runCommands, runScript, type ScriptRun } from './script.js';
import { type Interruption, listenForSignals } from './signals.js';
import { stateFolder } from './state-folder.js';
import { overview } from './usage-page.js';
import { type Environment, optionsForComplaint } from './wishes.js';

/** The status. All output is written and the session is closed when it resolves; a user's mistake does not reject it. */
export async function main(
  words: readonly string[],
  environment: Environment,
  streams: Streams,
  host: Host = HOST_OF_TESTS,
): Promise<number> {
  const io = createIo(streams);
  const interruption = listenForSignals(host);
  const early = { io, interruption, environment, options: optionsForComplaint(words, environment) };
  try {
    const request = parseProcessArguments(words, environment, {
      get stdinIsTerminal() {
        return streams.stdin.isTTY === true;
      },
      get stdoutIsTerminal() {
        return streams.stdout.isTTY === true;
      },
    });
    const status = await runRequest(request, early, host);
    return await finish(status, early);
  } catch (error) {
    const status = await report(error, early, { verb: null });
    await io.flush();
    return status;
  } finally {
    interruption.end();
  }
}

async function runRequest(request: ProcessRequest, early: Reporter, host: Host): Promise<number> {
  const { io, interruption } = early;
  if (request.kind === 'complete') {
    return answerCompletion(request.request, io, host);
  }
  const reporter = { ...early, options: request.options };
  const isServed = needsServer(request);
  const access = isServed ? readAccess(request.options) : NO_ACCESS;
  await warn(access.warnings, reporter);
  const sandboxes = createSandboxes(
    reporter.options.debug ? (line) => void io.write(`zksh: ${line}\n`, 'stderr') : null,
  );
  try {
    const served = isServed ? await withSandbox(reporter, sandboxes) : reporter;
    return await runWithServer(request, served, { access, sandboxes });
  } finally {
    await sandboxes.stop();
  }
}

async function withSandbox(reporter: Reporter, sandboxes: Sandboxes): Promise<Reporter> {
  const { options } = reporter;
  return options.sandbox
    ? { ...reporter, options: { ...options, server: (await sandboxes.open(options)).address } }
    : reporter;
}

async function runWithServer(
  request: Exclude<ProcessRequest, { kind: 'complete' }>,
  reporter: Reporter,
  means: { readonly access: Access; readonly sandboxes: Sandboxes },
): Promise<number> {
  const { io, interruption } = reporter;
  if (request.kind === 'repl') {
    // The shell has its own use for Ctrl-C.
    interruption.end();
    return openShell(means.access, reporter, means.sandboxes);
  }
  const run = createRun(request, reporter, means);
  switch (request.kind) {
    case 'verb':
      return runOneShot(request.invocation, run);
    case 'commands':
      return runCommands(request.texts, run);
    case 'script':
      return runScript(request.file, run);
    case 'version':
      return runOneShot(invoke('version'), run);
    case 'help':
      if (request.verb === null) {
        await io.write(overview(run), 'stdout');
        return EXIT.ok.status;
      }
      return runOneShot(invoke('help', { verb: request.verb.name }), run);
  }
}

function createRun(
  request: ProcessRequest,
  reporter: Reporter,
  { access, sandboxes }: { readonly access: Access; readonly sandboxes: Sandboxes },
): ScriptRun {
  const { io, options } = reporter;
  let isOver = false;
  const debug = options.debug ? (line: string) => void io.write(`zksh: ${line}\n`, 'stderr') : null;
  const connection = createConnection({
    ...connectOptions(options, access),
    ...(debug === null ? {} : { debug }),
    eager: isEager(request),
  });
  if (debug !== null) {
    connection.onEvent((event) => debug(`session event: ${event.type}${'reason' in event ? `, ${event.reason}` : ''}`));
  }
  const shell = {
    cwd: '/' as ZnodePath,
    quit() {
      isOver = true;
    },
  };
  const commandIo = createCommandIo(io, stateFolder(reporter.environment));
  return {
    ...reporter,
    commandIo,
    connection,
    shell,
    sandbox: sandboxes,
    clock: systemClock,
    wallClock,
    isOver: () => isOver,
  };
}

/** One command need not wait for the handshake; one that reports on the session (connect) must. */
function isEager(request: ProcessRequest): boolean {
  return request.kind === 'verb' && request.invocation.spec.session !== 'none';
}

/** Help is there even where the configuration is not, and no server. */
function needsServer(request: ProcessRequest): boolean {
  const isHelp = (spec: CommandSpec) => spec.name === 'help' || spec.name === 'version';
  return !(
    request.kind === 'help' ||
    request.kind === 'version' ||
    (request.kind === 'verb' && isHelp(request.invocation.spec))
  );
}

function invoke(verb: string, values: object = {}): Invocation {
  const spec = findCommand(verb);
  if (spec === undefined) {
    throw new Error(`there is no verb ${verb}`);
  }
  return { spec, values, overrides: {} };
}

async function warn(warnings: readonly string[], { io, options }: Reporter): Promise<void> {
  for (const warning of options.quiet ? [] : warnings) {
    await io.write(`zksh: ${warning}\n`, 'stderr');
  }
}

/** Waits until all is written. What could not be is a failure, unless nobody wanted it any more. */
async function finish(status: number, reporter: Reporter): Promise<number> {
  const { io, interruption } = reporter;
  await Promise.race([io.flush(), aborted(interruption)]);
  const { failure } = io;
  return failure !== null && status === EXIT.ok.status ? report(failure, reporter, { verb: null }) : status;
}

/** Whoever interrupts does not wait for a slow reader. */
function aborted({ signal }: Interruption): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) {
      resolve();
    }
  });
}
