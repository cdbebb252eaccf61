/**
 * The batched writer: planned writes to multis below jute.maxbuffer, several in flight. A server answers one session in
 * order, so the multi of the children may be on its way before that of their parents is answered. Where one is refused, or
 * the connection breaks, nothing more is sent until settle.ts has seen to what was in flight, in order.
 */
import type { Clock, Session } from '../../client/api.js';
import { pause } from '../abort.js';
import { createRate, NO_RATE } from '../read/rate.js';
import type { PlannedWrite, WriteOutcome } from './planned-write.js';
import { type Sent, Settler } from './settle.js';
import { UnitCutter } from './write-units.js';

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

/** Writes in a multi unless told otherwise: more of them only make the others wait. */
export const MULTI_COUNT_MAX = 1_000;
/** Multis sent before the first is answered. */
const MULTIS_AHEAD = 4;
/** The same where each write is a request of its own. */
const SINGLES_AHEAD = 500;
/** With a rate: units of at most this part of a second, so that the load is even. */
const RATE_PARTS = 10;

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
  const { rate } = options;
  const countMax = Math.min(
    options.countMax ?? MULTI_COUNT_MAX,
    Math.max(1, Math.ceil((rate ?? Infinity) / RATE_PARTS)),
  );
  const aheadMax = countMax === 1 ? SINGLES_AHEAD : MULTIS_AHEAD;
  const settler = new Settler<W>(session, options);
  const units = new UnitCutter<W>({
    countMax,
    bytesMax: () => settler.bytesMax,
    bytesOf: (write) => settler.bytesOf(write),
  });
  const source = Symbol.asyncIterator in writes ? writes[Symbol.asyncIterator]() : writes[Symbol.iterator]();
  const pace = createPace(options);
  const inFlight: Sent<W>[] = [];
  let pulling: Promise<Pulled<W>> | null = pull(source);
  let failure: { readonly error: unknown } | null = null;

  try {
    for (;;) {
      const [head] = inFlight;
      // What is not full waits for more only while there is something to wait for.
      const unit = inFlight.length < aheadMax && (units.hasFull || head === undefined) ? units.take() : undefined;
      if (unit !== undefined) {
        await pace(unit.length);
        inFlight.push(settler.send(unit));
        continue;
      }
      if (pulling === null && head === undefined) {
        break;
      }
      const pulled: Pulled<W> | null = await Promise.race([
        ...(pulling === null || units.hasFull ? [] : [pulling]),
        ...(head === undefined ? [] : [head.settled]),
      ]);
      if (pulled !== null) {
        units.add(pulled.batch ?? []);
        failure = pulled.failure;
        pulling = pulled.batch === null ? null : pull(source);
      } else if ((await head?.reply)?.error === null) {
        yield await settler.settle(inFlight.shift() as Sent<W>);
      } else {
        yield* settleInOrder(settler, inFlight.splice(0));
      }
    }
    if (failure !== null) {
      throw failure.error;
    }
  } finally {
    // Not waited for: it may hang on what never comes.
    Promise.resolve(source.return?.()).catch(() => {});
  }
}

/** The first was refused. Those behind it may have been for its sake: first all answers, then one after the other. */
async function* settleInOrder<W extends PlannedWrite>(
  settler: Settler<W>,
  inFlight: readonly Sent<W>[],
): AsyncGenerator<WriteOutcome<W>[]> {
  await Promise.all(inFlight.map(({ settled }) => settled));
  for (const [index, sent] of inFlight.entries()) {
    yield await settler.settle(sent, { isStale: index > 0 });
  }
}

interface Pulled<W extends PlannedWrite> {
  /** null: there is no more. */
  readonly batch: readonly W[] | null;
  readonly failure: { readonly error: unknown } | null;
}

type Source<W> = AsyncIterator<readonly W[]> | Iterator<readonly W[]>;

/** Never rejects. */
async function pull<W extends PlannedWrite>(source: Source<W>): Promise<Pulled<W>> {
  try {
    const { value, done } = await source.next();
    return { batch: done === true ? null : value, failure: null };
  } catch (error) {
    return { batch: null, failure: { error } };
  }
}

/** Resolves when so many more may go. */
function createPace({ rate: perSecond, clock, signal }: WriterOptions): (count: number) => Promise<void> {
  const rate = perSecond === undefined ? NO_RATE : createRate(perSecond, clock);
  return async (count) => {
    for (let left = count - rate.take(count); left > 0; left -= rate.take(left)) {
      await pause(rate.delayMs, clock, signal);
    }
  };
}
