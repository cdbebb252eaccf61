/**
 * Walks a subtree and streams it: the one way in which verbs read many znodes. Knows no verbs; how it is read is reading.ts's
 * business, what is handed on pieces.ts's.
 */
import type { Clock, Session } from '../../client/api.js';
import { systemClock } from '../../client/clock.js';
import type { ZnodePath } from '../../protocol/path.js';
import { EntryMaker, LineMaker, type WalkEntry, type WalkLines } from './pieces.js';
import { createRate, NO_RATE } from './rate.js';
import { Reading } from './reading.js';
import { type Sifted, SiftMaker, type SiftOptions } from './sift.js';

export type { WalkEntry, WalkLines } from './pieces.js';
export type { Glance, Sifted } from './sift.js';

export interface WalkOptions {
  /** `data` brings the stat along. */
  readonly want: 'names' | 'stat' | 'data';
  /** `tree` (default): parent first, siblings by code point, depth first. `arrival`: parent first, as replies come. */
  readonly order?: 'tree' | 'arrival';
  /** Levels below the root, at most; 0 is the root alone. */
  readonly depthMax?: number;
  /** False: what is below `entry` is left out. Asked when the entry is read, before it is handed on; not for errors. */
  readonly enter?: (entry: WalkEntry) => boolean;
  /** Znodes read a second, at most. */
  readonly rate?: number | undefined;
  /** Of the memory for what is read ahead; less than 1 where several walks go on at once. Default 1. */
  readonly share?: number | undefined;
  /** What the rate is measured by. */
  readonly clock?: Clock;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The znodes from `root` down, in batches, as they come. A znode that was handed on may come once more with an error, when
 * it vanished before its children were read. Reads go on while a batch is worked on, up to some megabytes; whoever stops
 * asking for more ends them.
 * @throws KeeperError for the root itself; ConnectionError; ProtocolError
 */
export function walk(session: Session, root: ZnodePath, options: WalkOptions): AsyncGenerator<WalkEntry[]> {
  const maker = new EntryMaker(Buffer.byteLength(session.chroot), options.enter);
  return new Reading(session, root, maker, readingOptions(options)).run();
}

/** The paths of a subtree as text, in tree order: what `ls -R` prints, at a fraction of the cost of entries. */
export function walkLines(
  session: Session,
  root: ZnodePath,
  options: Pick<WalkOptions, 'rate' | 'clock' | 'signal'>,
): AsyncGenerator<WalkLines[]> {
  const maker = new LineMaker(Buffer.byteLength(session.chroot));
  return new Reading(session, root, maker, readingOptions({ ...options, want: 'names' })).run();
}

/**
 * The same walk, for those who want few of the znodes, or little of each: `look` sees every one while it is read, errors
 * included, and what it returns is handed on.
 */
export function walkSifted<T>(
  session: Session,
  root: ZnodePath,
  options: WalkOptions & SiftOptions<T>,
): AsyncGenerator<Sifted<T>> {
  const maker = new SiftMaker(Buffer.byteLength(session.chroot), options);
  return new Reading(session, root, maker, readingOptions(options)).run();
}

function readingOptions({ want, order = 'tree', depthMax, rate, share = 1, clock = systemClock, signal }: WalkOptions) {
  return {
    want,
    order,
    depthMax: depthMax ?? Number.POSITIVE_INFINITY,
    rate: rate === undefined ? NO_RATE : createRate(rate, clock),
    share,
    clock,
    signal,
  };
}
