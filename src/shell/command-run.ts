/** Runs one command that was typed: reads it, runs its verb, sends results and errors to the terminal; the status. */
import type { Clock, Connection } from '../client/api.js';
import type { CommandIo, RunContext, ShellState } from '../commands/context.js';
import type { OutputFormat, ProgressResult, Result, SummaryResult } from '../commands/results.js';
import { runCommand } from '../commands/run.js';
import { withServerHint } from '../commands/server-hint.js';
import type { CommandSpec } from '../commands/spec.js';
import { timedOut, untilAborted } from '../commands/until-aborted.js';
import { isZkshError } from '../errors.js';
import { EXIT, exitStatus } from '../exit-codes.js';
import type { RenderOptions } from '../output/forms.js';
import { renderError } from '../output/kinds/error.js';
import { isProgressShown } from '../output/kinds/progress.js';
import { isSummaryShown } from '../output/kinds/summary.js';
import { createRenderer, render, streamOf } from '../output/render.js';
import type { GlobalOptions } from '../syntax/global-options.js';
import { type Invocation, parseInvocation } from '../syntax/invocation.js';
import type { Command } from '../syntax/lines.js';
import type { Output } from './output.js';
import type { ShellStart } from './start.js';

export interface CommandSurroundings {
  readonly start: ShellStart;
  readonly connection: Connection;
  readonly shell: ShellState;
  readonly io: CommandIo;
  readonly output: Output;
  /** A row can be drawn anew. */
  readonly canDraw: boolean;
  readonly clock: Clock;
  /** ms since the epoch. */
  readonly wallClock: () => number;
  /** Told of each verb before it runs; may throw what stands against it. */
  starting(spec: CommandSpec): void;
  /** Told of each result. */
  resulted(result: Result): void;
}

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
    const { timeoutMs } = options;
    const failure = limit.signal.aborted && timeoutMs !== null ? timedOut(error, timeoutMs) : error;
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
  return renderError(withServerHint(error, options.server), {
    verb: spec?.name ?? null,
    format: output ?? 'human',
    color: start.color,
    debug,
  });
}

interface Run extends CommandSurroundings {
  readonly options: GlobalOptions;
  readonly signal: AbortSignal;
}

async function runInvocation({ spec, values }: Invocation, run: Run): Promise<number> {
  const { options, output, signal } = run;
  const format = options.output ?? 'human';
  const renderer = createRenderer(onTerminal(run, format));
  let status: number = EXIT.ok.status;
  const results = runCommand(spec, values, contextOf(run));
  try {
    for await (const result of untilAborted(results, signal, run.clock)) {
      run.resulted(result);
      if (result.kind === 'ended') {
        status = result.status;
      } else if (result.kind === 'failure') {
        await output.write(errorText(result.error, spec, run), 'stderr');
      } else if (result.kind === 'progress') {
        showProgress(result, run);
      } else if (result.kind === 'summary') {
        await output.write(summaryText(result, run, format), 'stderr');
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

function showProgress(result: ProgressResult, run: Run): void {
  if (run.canDraw && !run.options.quiet && isProgressShown(result)) {
    run.output.note(String(render(result, onTerminal(run, 'human'))));
  }
}

function summaryText(result: SummaryResult, run: Run, format: OutputFormat): string | Buffer {
  return run.options.quiet || !isSummaryShown(result, true) ? '' : render(result, onTerminal(run, format));
}

function onTerminal({ start, wallClock }: Run, format: OutputFormat): RenderOptions {
  const width = start.terminal.stdout.columns || Number.POSITIVE_INFINITY;
  return { format, color: start.color, width, terminal: true, nowMs: wallClock() };
}

function contextOf(run: Run): RunContext {
  const { connection, shell, start, options, io, signal, wallClock, clock } = run;
  const { readOnly, dryRun, yes, quiet } = options;
  const showsProgress = run.canDraw && !quiet;
  const settings = { readOnly, dryRun, yes, quiet, showsProgress, interactive: true, version: start.version };
  return { connection, shell, settings, io, sandbox: start.sandbox, signal, wallClock, clock };
}
