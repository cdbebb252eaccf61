/**
 * A verb on several paths: one that fails does not stop the others, but decides the status. With one path its error is the
 * verb's. With several: status 1, unless all failed, and all with the same status; then that.
 */
import { isZkshError } from '../errors.js';
import { EXIT, exitStatus } from '../exit-codes.js';
import type { Result } from './results.js';

/** Reads sent before the first of them is answered. */
const READS_AHEAD = 64;

/** One after the other: of a write in flight when the connection breaks it must be clear which it was. */
export function eachWrite<P>(paths: readonly P[], one: (path: P) => Promise<Result>): AsyncGenerator<Result> {
  return each(paths, one, 1);
}

/** Pipelined; results in the order of the paths. */
export function eachRead<P>(paths: readonly P[], one: (path: P) => Promise<Result>): AsyncGenerator<Result> {
  return each(paths, one, READS_AHEAD);
}

async function* each<P>(
  paths: readonly P[],
  one: (path: P) => Promise<Result>,
  aheadMax: number,
): AsyncGenerator<Result> {
  const waiting: Promise<Result | { error: unknown }>[] = [];
  const statuses: number[] = [];
  let next = 0;
  for (let done = 0; done < paths.length; done++) {
    for (; next < paths.length && next - done < aheadMax; next++) {
      waiting.push(one(paths[next] as P).catch((error: unknown) => ({ error })));
    }
    const outcome = (await waiting.shift()) as Result | { error: unknown };
    if ('kind' in outcome) {
      yield outcome;
      continue;
    }
    if (paths.length === 1 || stopsAll(outcome.error)) {
      throw outcome.error;
    }
    statuses.push(exitStatus(outcome.error));
    yield { kind: 'failure', error: outcome.error };
  }
  if (statuses.length > 0) {
    yield { kind: 'ended', status: statusOfAll(statuses, paths.length) };
  }
}

/** What is wrong with the connection, the server as a whole, or with zksh, is wrong for every path. */
export function stopsAll(error: unknown): boolean {
  return !isZkshError(error) || error.kind === 'connection' || error.sessionOver || error.code === 'NOTREADONLY';
}

/** @param statuses of those that failed, at least one */
export function statusOfAll(statuses: readonly number[], total: number): number {
  const first = statuses[0] ?? EXIT.failed.status;
  return statuses.length === total && statuses.every((status) => status === first) ? first : EXIT.failed.status;
}
