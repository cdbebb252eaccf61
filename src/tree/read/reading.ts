/**
 * The one reader of subtrees: keeps several requests in flight and hands on what is ready. What is asked is gatherer.ts's
 * business, what comes back replies.ts's. walk.ts is what others use.
 */
import type { Clock, Session } from '../../client/api.js';
import { isKeeperError, isZkshError } from '../../errors.js';
import type { ZnodePath } from '../../protocol/path.js';
import { abortReason } from '../abort.js';
import { Front, familySegment, placeOf, rootFamily, type Segment } from './front.js';
import { type Batch, type BatchScope, Gatherer } from './gatherer.js';
import { BATCH_MAX, createPace, type Pace, REPLY_BYTES } from './pace.js';
import type { Maker } from './pieces.js';
import { NO_RATE, type Rate } from './rate.js';
import { Replies } from './replies.js';
import { createSource, isLoss, type Source } from './source.js';

export interface ReadingOptions {
  readonly want: 'names' | 'stat' | 'data';
  readonly order: 'tree' | 'arrival';
  readonly depthMax: number;
  readonly rate: Rate;
  /** Of the memory for what is read ahead. */
  readonly share: number;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** Requests that are not answered yet, at most; of those for one family each. */
const IN_FLIGHT_MAX = 16;
const LISTINGS_MAX = 64;
/** What is expected of them. */
const IN_FLIGHT_BYTES = 8 * 1024 * 1024;
/** Ready and not yet handed on: above this only some of what comes next is read ahead. Less where it is whole replies. */
const HELD_BYTES = 16 * 1024 * 1024;
const HELD_REPLIES_BYTES = 6 * 1024 * 1024;
/** Above so many times as much nothing is. */
const HELD_AT_ALL = 3;
/** Requests for what comes next. */
const NEARS_MAX = 2;
/** A connection that is lost so often, with no answer in between, is not worth another try. */
const LOSSES_MAX = 4;

export class Reading<P, Out> {
  readonly #options: ReadingOptions;
  readonly #maker: Maker<P, Out>;
  readonly #source: Source;
  readonly #front: Front<P>;
  readonly #pace: Pace;
  readonly #gatherer: Gatherer<P>;
  readonly #replies: Replies<P>;
  #inFlight = 0;
  #listingsInFlight = 0;
  #inFlightBytes = 0;
  /** Fewer than BATCH_MAX after a reply that was too large. */
  #batchMax = BATCH_MAX;
  #listsWithData = false;
  #failure: { readonly error: unknown } | null = null;
  #isOver = false;
  #stretch = 0;
  #lossesCount = 0;
  #timer: unknown = null;
  #wake = (): void => {};

  constructor(session: Session, root: ZnodePath, maker: Maker<P, Out>, options: ReadingOptions) {
    this.#options = options;
    this.#maker = maker;
    this.#source = createSource(session, options.signal);
    this.#pace = createPace(options.want);
    this.#front = new Front(familySegment<P>('znodes', rootFamily(session.chroot, root), 0, 1), options.order);
    this.#gatherer = new Gatherer(options, this.#source, this.#front, this.#pace);
    const chrootLength = Buffer.byteLength(session.chroot);
    this.#replies = new Replies({ ...options, chrootLength }, maker, this.#front, this.#pace);
  }

  /** @throws KeeperError for the root itself; ConnectionError; ProtocolError */
  async *run(): AsyncGenerator<Out> {
    if (this.#options.want !== 'names') {
      this.#learn();
    }
    try {
      for (;;) {
        const pieces = this.#front.takeReady((family, from, to) => this.#replies.nameAll(family, from, to));
        this.#pump();
        if (pieces.length > 0) {
          yield this.#maker.join(pieces);
        } else if (this.#failure !== null) {
          throw this.#failure.error;
        } else if (this.#front.isDone) {
          return;
        } else {
          await this.#progress();
        }
      }
    } finally {
      this.#isOver = true;
      this.#options.clock.clearTimeout(this.#timer);
    }
  }

  /** Whether the server is one of those that list with stats; the first requests do not wait for the answer. */
  #learn(): void {
    this.#source.listsWithData().then(
      (can) => {
        this.#listsWithData = can;
      },
      // The walk's own requests say what is wrong.
      () => {},
    );
  }

  /** Until a reply came, or a pause is over. */
  #progress(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  /** Sends as much as may be under way. */
  #pump(): void {
    const { signal } = this.#options;
    if (signal?.aborted === true) {
      this.#fail(abortReason(signal));
    }
    while (!this.#isOver && this.#failure === null && this.#sendNext()) {
      // Until nothing more may go.
    }
  }

  /** Whether it did. */
  #sendNext(): boolean {
    const { share } = this.#options;
    if (this.#inFlightBytes > IN_FLIGHT_BYTES * share) {
      return false;
    }
    const heldMax = (this.#maker.keepsReplies === true ? HELD_REPLIES_BYTES : HELD_BYTES) * share;
    const { heldBytes } = this.#front;
    if (heldBytes > heldMax) {
      // What is held can only go when what stands before it is read: so that is, however much is held. Were it only that,
      // a tree with many levels would be read one round trip a family.
      return heldBytes > heldMax * HELD_AT_ALL
        ? this.#sendBatch('urgent')
        : this.#inFlight < NEARS_MAX && this.#sendBatch('near');
    }
    const first = this.#front.firstWaiting();
    if (first !== null && this.#isForListing(first)) {
      this.#sendListing(first);
      return true;
    }
    return first !== null && this.#sendBatch('all');
  }

  #sendBatch(scope: BatchScope): boolean {
    const { rate } = this.#options;
    if (this.#inFlight >= IN_FLIGHT_MAX) {
      return false;
    }
    if (rate.delayMs > 0) {
      this.#pause(rate.delayMs);
      return false;
    }
    const limits = { scope, countMax: this.#batchMax, stretch: this.#stretch };
    const batch = this.#gatherer.gather(limits);
    if (batch === null) {
      return false;
    }
    this.#inFlight += 1;
    this.#inFlightBytes += batch.expectedBytes;
    this.#source
      .read(batch, (results) => {
        if (!this.#isOver) {
          this.#replies.readBatch(batch, results);
        }
      })
      .then(
        () => this.#answered(),
        (error: unknown) => this.#refused(batch, error),
      )
      .finally(() => {
        this.#inFlight -= 1;
        this.#inFlightBytes -= batch.expectedBytes;
        this.#pump();
        this.#wake();
      });
    return true;
  }

  /** Its children can come with their stats, and are not too many. */
  #isForListing({ kind, expectedCount }: Segment<P>): boolean {
    const { znodes, names } = this.#pace;
    return (
      this.#listsWithData &&
      kind === 'list' &&
      this.#listingsInFlight < LISTINGS_MAX &&
      this.#options.rate === NO_RATE &&
      expectedCount * (znodes.average + names.average) <= REPLY_BYTES
    );
  }

  #sendListing(segment: Segment<P>): void {
    const { source, start, end } = placeOf(segment);
    const expectedBytes = segment.expectedCount * this.#pace.znodes.average;
    const stretch = this.#stretch;
    this.#listingsInFlight += 1;
    this.#inFlightBytes += expectedBytes;
    this.#front.begin(segment, 1);
    this.#source
      .listWithData(source.subarray(start, end), this.#options.want === 'data', (reader) => {
        if (!this.#isOver) {
          this.#replies.readListing(segment, reader);
        }
      })
      .then(
        () => this.#answered(),
        (error: unknown) => this.#listingRefused(segment, stretch, error),
      )
      .finally(() => {
        this.#listingsInFlight -= 1;
        this.#inFlightBytes -= expectedBytes;
        this.#pump();
        this.#wake();
      });
  }

  #listingRefused(segment: Segment<P>, stretch: number, error: unknown): void {
    if (isKeeperError(error) && !error.sessionOver && error.code !== 'UNIMPLEMENTED') {
      this.#replies.readRefusal(segment, error.code);
      return;
    }
    // What it said of itself was wrong, or its reply too large: then as everywhere else.
    this.#listsWithData = false;
    if (isKeeperError(error, 'UNIMPLEMENTED')) {
      this.#front.putBack(segment);
    } else {
      this.#refused({ parts: [segment], stretch, codes: [0, 0] }, error);
    }
  }

  #answered(): void {
    this.#lossesCount = 0;
    this.#batchMax = Math.min(BATCH_MAX, this.#batchMax * 2);
  }

  /** What can be asked again waits again; it was only read. */
  #refused({ parts, stretch, codes }: Pick<Batch<P>, 'parts' | 'stretch' | 'codes'>, error: unknown): void {
    if (!this.#isWorthAnother(error, stretch, codes.length)) {
      this.#fail(error);
      return;
    }
    for (const segment of parts) {
      if (segment.family !== null) {
        segment.family.isProbed = false;
      }
      this.#front.putBack(segment);
    }
  }

  #isWorthAnother(error: unknown, stretch: number, count: number): boolean {
    if (!isZkshError(error)) {
      return false;
    }
    if (error.code === 'UNIMPLEMENTED') {
      // From now on one by one.
      return !this.#source.hasMultiRead;
    }
    if (error.kind === 'protocol' && error.record === 'Frame' && count > 1) {
      // More than we take in one reply; that ended the connection.
      this.#batchMax = Math.max(1, count >> 2);
      return true;
    }
    if (!isLoss(error)) {
      return false;
    }
    if (stretch === this.#stretch) {
      // The first to tell of this loss.
      this.#stretch += 1;
      this.#lossesCount += 1;
      this.#source.lost();
    }
    return this.#lossesCount < LOSSES_MAX;
  }

  #pause(ms: number): void {
    const { clock } = this.#options;
    clock.clearTimeout(this.#timer);
    this.#timer = clock.setTimeout(() => {
      this.#pump();
      this.#wake();
    }, ms);
  }
}
