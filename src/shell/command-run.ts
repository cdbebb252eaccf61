/**
 * Runs one command that was typed: reads it, runs its verb, sends results and errors to the terminal; the status. An end
 * is always at hand: a verb that does not hear its signal is left behind.
 */
import type { Clock, Connection } from '../client/api.js';
import type { CommandContext, RunContext } from '../commands/context.js';
import type { Result } from '../commands/results.js';
import { runCommand } from '../commands/run.js';
import type { CommandSpec } from '../commands/spec.js';
import { ConnectionError, isZkshError } from '../errors.js';
import { EXIT, exitStatus } from '../exit-codes.js';
import { renderError } from '../output/kinds/error.js';
import { createRenderer, streamOf } from '../output/render.js';
import type { GlobalOptions } from '../syntax/global-options.js';
import { type Invocation, parseInvocation } from '../syntax/invocation.js';
import type { Command } from '../syntax/lines.js';
import type { Output } from './output.js';
import type { ShellStart } from './start.js';

export interface CommandSurroundings {
  readonly start: ShellStart;
  readonly connection: Connection;
  readonly shell: CommandContext['shell'];
  readonly output: Output;
  readonly clock: Clock;
  /** ms since the epoch. */
  readonly wallClock: () => number;
  /** Told of each verb before it runs; may throw what stands against it. */
  starting(spec: CommandSpec): void;
  /** Told of each result. */
  resulted(result: Result): void;
}

/** How long a verb that was told to end may take for its last words. */
const LAST_WORDS_MS = 250;

/** @param interrupted Ctrl-C */
export async function runTyped(
  command: Command,
  around: CommandSurroundings,
  interrupted: AbortSignal,
): Promise<number> {
  const { output, start, shell, clock } = around;
  let invocation: Invocation | null = null;
  const limit = new AbortController();
  let timer: unknown = null;
  try {
    invocation = parseInvocation(command, { cwd: shell.cwd, source: 'line' });
    const options: GlobalOptions = { ...start.options, ...invocation.overrides };
    around.starting(invocation.spec);
    if (options.timeoutMs !== null) {
      timer = clock.setTimeout(() => limit.abort(), options.timeoutMs);
    }
    const signal = AbortSignal.any([interrupted, limit.signal]);
    return await runInvocation(invocation, { ...around, options, signal });
  } catch (error) {
    const options = { ...start.options, ...invocation?.overrides };
    const failure = limit.signal.aborted && !interrupted.aborted ? timedOut(error, options.timeoutMs) : error;
    if (interrupted.aborted) {
      output.cut();
    }
    // Whoever presses Ctrl-C knows it; only a write that may have happened is news.
    if (!interrupted.aborted || (isZkshError(failure) && failure.applied === 'unknown')) {
      await output.write(errorText(failure, invocation?.spec ?? null, { start, options }), 'stderr');
    }
    return interrupted.aborted ? EXIT.interrupted.status : exitStatus(failure);
  } finally {
    clock.clearTimeout(timer);
    await output.flush();
  }
}

export function errorText(
  error: unknown,
  spec: CommandSpec | null,
  { start, options }: { start: ShellStart; options: GlobalOptions },
): string {
  const { debug, output } = options;
  return renderError(error, { verb: spec?.name ?? null, format: output ?? 'human', color: start.color, debug });
}

interface Run extends CommandSurroundings {
  readonly options: GlobalOptions;
  readonly signal: AbortSignal;
}

async function runInvocation({ spec, values }: Invocation, run: Run): Promise<number> {
  const { start, options, output, signal } = run;
  const format = options.output ?? 'human';
  const width = start.terminal.stdout.columns || Number.POSITIVE_INFINITY;
  const renderer = createRenderer({ format, color: start.color, width, terminal: true, nowMs: run.wallClock() });
  let status: number = EXIT.ok.status;
  const results = runCommand(spec, values, contextOf(run));
  try {
    for await (const result of untilAborted(results, signal, run.clock)) {
      run.resulted(result);
      if (result.kind === 'ended') {
        status = result.status;
      } else if (result.kind === 'failure') {
        await output.write(errorText(result.error, spec, run), 'stderr');
      } else if (result.kind !== 'message' || !options.quiet) {
        await output.write(renderer.render(result), streamOf(result.kind, format));
      }
      if (signal.aborted) {
        output.cut();
      }
    }
  } finally {
    await output.write(signal.aborted ? '' : renderer.end());
  }
  return status;
}

function contextOf({ connection, shell, start, options, signal, wallClock, clock }: Run): RunContext {
  const { readOnly, dryRun, yes, quiet } = options;
  const settings = { readOnly, dryRun, yes, quiet, interactive: true, version: start.version };
  return { connection, shell, settings, io: start.io, signal, wallClock, clock };
}

/** The results; once aborted, those that still come within LAST_WORDS_MS. @throws ConnectionError INTERRUPTED */
async function* untilAborted<T>(results: AsyncGenerator<T>, signal: AbortSignal, clock: Clock): AsyncGenerator<T> {
  let timer: unknown = null;
  let giveUp: (() => void) | null = null;
  const abandoned = new Promise<never>((_, reject) => {
    giveUp = () => {
      timer = clock.setTimeout(() => reject(new ConnectionError('INTERRUPTED', 'interrupted')), LAST_WORDS_MS);
    };
  });
  // Nobody may be waiting for it when it comes.
  abandoned.catch(() => {});
  const started = giveUp ?? (() => {});
  if (signal.aborted) {
    started();
  } else {
    signal.addEventListener('abort', started, { once: true });
  }
  try {
    for (;;) {
      const { value, done } = await Promise.race([results.next(), abandoned]);
      if (done === true) {
        break;
      }
      yield value;
    }
    if (signal.aborted) {
      throw new ConnectionError('INTERRUPTED', 'interrupted');
    }
  } finally {
    clock.clearTimeout(timer);
    signal.removeEventListener('abort', started);
    // Not waited for: a verb that hangs would hang the shell.
    results.return(undefined).catch(() => {});
  }
}

function timedOut(error: unknown, timeoutMs: number | null): ConnectionError {
  const known = isZkshError(error) ? error : null;
  return new ConnectionError('TIMEOUT', `not done within ${(timeoutMs ?? 0) / 1000} s`, {
    applied: known?.applied ?? 'unknown',
    ...(known?.path === undefined ? {} : { path: known.path }),
    ...(known?.applied === 'unknown' ? { why: 'The write may have been applied.' } : {}),
    cause: error,
  });
}
