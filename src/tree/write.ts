/**
 * The batched writer: planned writes to multis below jute.maxbuffer, several in flight.
 */
import type { Clock, Session } from '../client/api.js';
import type { PlannedWrite, WriteOutcome } from './planned-write.js';

export interface WriterOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Writes in one multi, at most. 1: none, single requests. */
  readonly countMax?: number;
  /** Bytes of a request, at most: where the server's jute.maxbuffer is smaller than usual. */
  readonly bytesMax?: number;
  /** Writes a second, at most. */
  readonly rate?: number;
}

/**
 * What became of `writes`, in their order, as it becomes known: whoever keeps a checkpoint may save the last one told.
 * A write that is refused does not keep those beside it. After a lost connection it is read back what was applied, and
 * only the rest is sent again.
 * @throws ConnectionError when the session is over, or `signal` aborted; what `writes` throws
 */
export async function* writeAll<W extends PlannedWrite>(
  session: Session,
  writes: AsyncIterable<readonly W[]> | Iterable<readonly W[]>,
  options: WriterOptions,
): AsyncGenerator<WriteOutcome<W>[]> {
  void session;
  void writes;
  void options;
  yield [];
  throw new Error('not there yet');
}
