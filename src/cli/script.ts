/**
 * Commands in order, over one session: -e, a script, stdin. Stops at the first failure; with --keep-going it goes on, and
 * the first failure's status is the run's. Commands from stdin run as their lines arrive.
 */
import { readFileSync } from 'node:fs';
import type { Connection, Session } from '../client/api.js';
import { refuseStaged } from '../commands/run.js';
import type { CommandSpec } from '../commands/spec.js';
import { ConnectionError, isZkshError, UsageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { type Invocation, type InvocationContext, parseInvocation } from '../syntax/invocation.js';
import { type Command, createCommandSplitter, decodeScript, splitCommands } from '../syntax/lines.js';
import { endSession } from './end-session.js';
import { execute, type Run } from './execute.js';
import { explainFileError } from './file-errors.js';
import type { Io } from './io.js';
import { type Location, report } from './report.js';

/** Commands in order, and the file that messages name; null: there is none to name. */
interface Source {
  readonly file: string | null;
  readonly commands: AsyncGenerator<Command>;
  readonly reading: Omit<InvocationContext, 'cwd'>;
}

export interface ScriptRun extends Run {
  /** A `quit` was run. */
  readonly isOver: () => boolean;
}

/** -e. `-` as data is stdin here. */
export function runCommands(texts: readonly string[], run: ScriptRun): Promise<number> {
  return runSource({ file: null, commands: fromTexts(texts), reading: { source: 'line', stdinAsData: true } }, run);
}

/** @param file `-` is stdin */
export function runScript(file: string, run: ScriptRun): Promise<number> {
  const commands = file === '-' ? fromStdin(run.io) : fromFile(file);
  return runSource({ file, commands, reading: { source: 'script' } }, run);
}

async function runSource(source: Source, run: ScriptRun): Promise<number> {
  const { interruption, io, options, connection } = run;
  const stop = AbortSignal.any([interruption.signal, io.closed]);
  const expiry = createExpiryCheck(connection);
  let status: number = EXIT.ok.status;
  try {
    for await (const command of untilStopped(source.commands, stop)) {
      const commandStatus = await runOne(command, source, run, expiry);
      status = status === EXIT.ok.status ? commandStatus : status;
      if ((commandStatus !== EXIT.ok.status && !options.keepGoing) || run.isOver()) {
        break;
      }
    }
    if (status === EXIT.ok.status) {
      refuseStaged(run.shell);
    }
    return interruption.status ?? status;
  } catch (error) {
    return await report(error, run, { verb: null, location: locate(source.file, error, undefined) });
  } finally {
    await endSession(run, status);
  }
}

async function runOne(command: Command, source: Source, run: Run, expiry: ExpiryCheck): Promise<number> {
  let verb: string | null = null;
  let invocation: Invocation;
  try {
    invocation = parseInvocation(command, { ...source.reading, cwd: run.shell.cwd });
    verb = invocation.spec.name;
    expiry.meet(invocation.spec);
  } catch (error) {
    return report(error, run, { verb, location: locate(source.file, error, command.line) });
  }
  const status = await execute(invocation, run, locate(source.file, null, command.line));
  expiry.note();
  return status;
}

/** The line of the mistake where it is known: a command may have several. */
function locate(file: string | null, error: unknown, commandLine: number | undefined): Location | undefined {
  const line = (isZkshError(error) && error.kind === 'usage' ? error.line : undefined) ?? commandLine;
  return file === null || line === undefined ? undefined : { file, line };
}

async function* fromTexts(texts: readonly string[]): AsyncGenerator<Command> {
  for (const text of texts) {
    yield* splitCommands(text, { complete: true }).commands;
  }
}

async function* fromFile(file: string): AsyncGenerator<Command> {
  yield* splitCommands(decodeScript(readScript(file)), { complete: true }).commands;
}

function readScript(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw explainFileError(error, file, 'read');
  }
}

async function* fromStdin(io: Io): AsyncGenerator<Command> {
  const splitter = createCommandSplitter();
  let linesCount = 0;
  let rest: Buffer[] = [];
  for await (const chunk of io.stdinChunks()) {
    const end = chunk.lastIndexOf(0x0a) + 1;
    if (end === 0) {
      rest.push(chunk);
      continue;
    }
    const lines = Buffer.concat([...rest, chunk.subarray(0, end)]);
    rest = [chunk.subarray(end)];
    yield* splitter.push(decodeFrom(lines, linesCount));
    linesCount += newlinesCount(lines);
  }
  yield* splitter.push(decodeFrom(Buffer.concat(rest), linesCount));
  yield* splitter.end();
}

function decodeFrom(bytes: Buffer, linesBefore: number): string {
  try {
    return decodeScript(bytes);
  } catch (error) {
    if (isZkshError(error) && error.kind === 'usage' && error.line !== undefined) {
      const { message, hint } = error;
      throw new UsageError(message, { line: linesBefore + error.line, ...(hint === undefined ? {} : { hint }) });
    }
    throw error;
  }
}

function newlinesCount(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) {
    count += 1;
  }
  return count;
}

/** Commands until `stop` is aborted, also while the next line is still waited for. */
async function* untilStopped(commands: AsyncGenerator<Command>, stop: AbortSignal): AsyncGenerator<Command> {
  let end = (): void => {};
  const stopped = new Promise<null>((resolve) => {
    end = () => resolve(null);
  });
  stop.addEventListener('abort', end, { once: true });
  try {
    while (!stop.aborted) {
      const next = await Promise.race([commands.next(), stopped]);
      if (next === null || next.done === true) {
        return;
      }
      yield next.value;
    }
  } finally {
    stop.removeEventListener('abort', end);
    // Not waited for: it may hang on a line that never comes.
    commands.return(undefined).catch(() => {});
  }
}

interface ExpiryCheck {
  /** @throws ConnectionError SESSIONEXPIRED when the session expired since the last command */
  meet(spec: CommandSpec): void;
  /** The command that just ran has met whatever there was to meet. */
  note(): void;
}

/** A session that expires between two commands must fail the next one: its ephemerals are gone, unseen. */
function createExpiryCheck(connection: Connection): ExpiryCheck {
  let met: Session | null = null;
  return {
    meet(spec) {
      const { current } = connection;
      if (spec.session !== 'none' && current?.state === 'expired' && current !== met) {
        met = current;
        throw new ConnectionError('SESSIONEXPIRED', 'the session has expired', {
          sessionOver: true,
          why: 'Nothing was sent. Its ephemerals and watches are gone.',
        });
      }
    },
    note() {
      met = connection.current?.state === 'expired' ? connection.current : met;
    },
  };
}
