/** Failures to stderr, and how output looks here: format and colour from the options, the terminal and the environment. */
import { DEFAULT_SERVERS } from '../client/connect-string.js';
import type { OutputFormat } from '../commands/results.js';
import { ConnectionError, isZkshError } from '../errors.js';
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
  if (interruption.status !== null) {
    if (isZkshError(error) && error.applied === 'unknown') {
      await io.write(errorText(error, reporter, subject), 'stderr');
    }
    return interruption.status;
  }
  if (io.closed.aborted && io.failure === null) {
    return EXIT.ok.status;
  }
  const failure = io.failure ?? withServerHint(error, options);
  await io.write(errorText(failure, reporter, subject), 'stderr');
  return exitStatus(failure);
}

export function errorText(error: unknown, reporter: Reporter, { verb, location }: Subject): string {
  return renderError(error, {
    verb: verb ?? verbOf(error),
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

/** A line that could not be read may still have named its verb: the usage begins with it. */
function verbOf(error: unknown): string | null {
  const usage = isZkshError(error) && error.kind === 'usage' ? error.usage : undefined;
  return usage?.split(' ', 1)[0] ?? null;
}

/** Who named no server may not know that there is one to name. */
function withServerHint(error: unknown, { server }: GlobalOptions): unknown {
  if (
    !isZkshError(error) ||
    error.kind !== 'connection' ||
    error.code !== 'CONNECTREFUSED' ||
    server !== DEFAULT_SERVERS
  ) {
    return error;
  }
  return new ConnectionError('CONNECTREFUSED', error.message, {
    attempts: error.attempts,
    ...(error.server === undefined ? {} : { server: error.server }),
    why: `Nothing listens at ${DEFAULT_SERVERS}, and no other server was named.`,
    hint: 'To name one: zksh -s HOST:PORT (or set ZKSH_SERVER)',
    sessionOver: error.sessionOver,
    cause: error,
  });
}
