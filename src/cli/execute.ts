/** One command: its verb, its deadline, its results to the streams, its failure to stderr; the status. */
import type { Clock, Connection } from '../client/api.js';
import type { CommandIo, ShellState } from '../commands/context.js';
import type { Result } from '../commands/results.js';
import { runCommand } from '../commands/run.js';
import type { SandboxAccess } from '../commands/sandbox-access.js';
import { timedOut, untilAborted } from '../commands/until-aborted.js';
import { EXIT } from '../exit-codes.js';
import { createRenderer, streamOf } from '../output/render.js';
import type { GlobalOptions } from '../syntax/global-options.js';
import type { Invocation } from '../syntax/invocation.js';
import { restrainHeap } from './heap.js';
import { createProgressView, isWatched } from './progress-view.js';
import { colorOn, errorText, formatFor, type Location, type Reporter, report } from './report.js';
import { VERSION } from './version.js';

/** What all commands of a run share. */
export interface Run extends Reporter {
  readonly commandIo: CommandIo;
  readonly connection: Connection;
  readonly shell: ShellState;
  readonly sandbox: SandboxAccess;
  readonly clock: Clock;
  /** ms since the epoch. */
  readonly wallClock: () => number;
}

export async function execute(invocation: Invocation, run: Run, location?: Location): Promise<number> {
  const { io, interruption, clock } = run;
  const options: GlobalOptions = { ...run.options, ...invocation.overrides };
  const { timeoutMs } = options;
  const limit = new AbortController();
  const timer = timeoutMs === null ? null : clock.setTimeout(() => limit.abort(), timeoutMs);
  const signal = AbortSignal.any([interruption.signal, io.closed, limit.signal]);
  try {
    return await showResults(invocation, { ...run, options }, signal, location);
  } catch (error) {
    const failure = limit.signal.aborted && timeoutMs !== null ? timedOut(error, timeoutMs) : error;
    return report(failure, { ...run, options }, { verb: invocation.spec.name, location });
  } finally {
    clock.clearTimeout(timer);
  }
}

/** Results between two looks at the heap. */
const HEAP_LOOK_RESULTS = 16;

async function showResults(
  { spec, values }: Invocation,
  run: Run,
  signal: AbortSignal,
  location: Location | undefined,
): Promise<number> {
  const { io, options } = run;
  const { stdout } = io.streams;
  const format = formatFor(run);
  const isTerminal = stdout.isTTY === true;
  const width = stdout.columns || Number.POSITIVE_INFINITY;
  const color = colorOn(stdout, run);
  const renderer = createRenderer({ format, color, width, terminal: isTerminal, nowMs: run.wallClock() });
  const { showProgress, showSummary } = createProgressView(run, format);
  let status: number = EXIT.ok.status;

  let resultsCount = 0;

  async function show(result: Result): Promise<void> {
    resultsCount += 1;
    if (resultsCount % HEAP_LOOK_RESULTS === 0 || result.kind === 'progress') {
      restrainHeap();
    }
    if (result.kind === 'ended') {
      status = result.status;
    } else if (result.kind === 'failure') {
      await io.write(errorText(result.error, run, { verb: spec.name, location }), 'stderr');
    } else if (result.kind === 'progress') {
      showProgress(result);
    } else if (result.kind === 'summary') {
      await showSummary(result);
    } else if (result.kind !== 'message' || !options.quiet) {
      await io.write(renderer.render(result), streamOf(result.kind, format), signal);
    }
  }

  try {
    for await (const result of untilAborted(runCommand(spec, values, contextOf(run, signal)), signal, run.clock)) {
      await show(result);
    }
  } finally {
    await io.write(renderer.end(), 'stdout', signal);
  }
  return status;
}

function contextOf(run: Run, signal: AbortSignal) {
  const { connection, shell, sandbox, options, commandIo, wallClock, clock } = run;
  const { readOnly, dryRun, yes, quiet } = options;
  const settings = {
    readOnly,
    dryRun,
    yes,
    quiet,
    // Asked for by verbs that run long: to make the stream costs a start some milliseconds.
    get showsProgress() {
      return !quiet && isWatched(run);
    },
    interactive: false,
    version: VERSION,
  };
  return { connection, shell, settings, io: commandIo, sandbox, signal, wallClock, clock };
}
