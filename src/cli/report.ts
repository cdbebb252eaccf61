/** Failures to stderr, and how output looks here: format and colour from the options, the terminal and the environment. */
import type { OutputFormat } from '../commands/results.js';
import { withServerHint } from '../commands/server-hint.js';
import { isZkshError } from '../errors.js';
import { EXIT, exitStatus } from '../exit-codes.js';
import { renderError } from '../output/kinds/error.js';
import type { GlobalOptions } from '../syntax/global-options.js';
import type { Io, OutputStream } from './io.js';
import type { Interruption } from './signals.js';
import type { Environment } from './wishes.js';

export interface Reporter {
  readonly io: Io;
  readonly options: GlobalOptions;
  readonly interruption: Interruption;
  readonly environment: Environment;
}

/** Where a command of a script stands. */
export interface Location {
  readonly file: string;
  readonly line: number;
}

export interface Subject {
  /** null before it is known. */
  readonly verb: string | null;
  readonly location?: Location | undefined;
}

/** Says what failed; the status it means. Silent where the user ended the run, unless a write is in doubt. */
export async function report(error: unknown, reporter: Reporter, subject: Subject): Promise<number> {
  const { io, interruption, options } = reporter;
  // On a terminal in raw mode Ctrl-C is no signal but a key.
  const isKey = isZkshError(error) && error.code === 'INTERRUPTED' && !io.closed.aborted;
  const interrupted = interruption.status ?? (isKey ? EXIT.interrupted.status : null);
  if (interrupted !== null) {
    if (isZkshError(error) && error.applied === 'unknown') {
      await io.write(errorText(error, reporter, subject), 'stderr');
    }
    return interrupted;
  }
  if (io.closed.aborted && io.failure === null) {
    return EXIT.ok.status;
  }
  const failure = io.failure ?? withServerHint(error, options.server);
  await io.write(errorText(failure, reporter, subject), 'stderr');
  return exitStatus(failure);
}

export function errorText(error: unknown, reporter: Reporter, { verb, location }: Subject): string {
  return renderError(error, {
    verb,
    format: formatFor(reporter),
    color: colorOn(reporter.io.streams.stderr, reporter),
    debug: reporter.options.debug,
    ...(location === undefined ? {} : { location }),
  });
}

export function formatFor({ options, io }: Reporter): OutputFormat {
  return options.output ?? (io.streams.stdout.isTTY === true ? 'human' : 'plain');
}

export function colorOn(stream: OutputStream, { options, environment }: Reporter): boolean {
  const { color } = options;
  return color === 'auto' ? stream.isTTY === true && environment.TERM !== 'dumb' : color === 'always';
}
