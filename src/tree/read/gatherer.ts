/**
 * Puts the next request of a walk together: what waits, first things first, as much as the reply may weigh. Sends nothing.
 */
import { intAt, MultiReadWriter, READ_CODES, STAT_BYTES } from '../../protocol/read-frame.js';
import { type Front, placeOf, type Segment } from './front.js';
import { BATCH_MAX, type Pace, PROBE_MAX, REPLY_BYTES, REQUEST_BYTES } from './pace.js';
import type { Rate } from './rate.js';
import type { Source } from './source.js';

export interface Batch<P> {
  readonly frame: Buffer;
  /** Of each operation. */
  readonly codes: readonly number[];
  readonly parts: readonly Segment<P>[];
  readonly expectedBytes: number;
  /** In which stretch between two losses of the connection it was sent. */
  readonly stretch: number;
}

export interface BatchLimits {
  readonly countMax: number;
  readonly scope: BatchScope;
  readonly stretch: number;
}

/** `all`: as far ahead as there is something. `near`: some of what comes next. `urgent`: only what stands before all that is ready. */
export type BatchScope = 'all' | 'near' | 'urgent';

/** Znodes that are near. */
const NEAR_MAX = 512;

/** Single reads in one batch. */
const SINGLES_MAX = 128;
/** What waits is asked for in about so many requests, none of them for less than this. */
const SHARES = 4;
const BATCH_MIN = 64;
/** For a stat multiRead brings the data along; above this on average znodes are asked for one by one, without it. */
const STAT_DATA_BYTES = 16 * 1024;

export class Gatherer<P> {
  readonly #options: { readonly want: 'names' | 'stat' | 'data'; readonly rate: Rate };
  readonly #source: Source;
  readonly #front: Front<P>;
  readonly #pace: Pace;
  readonly #writer = new MultiReadWriter();

  constructor(
    options: { readonly want: 'names' | 'stat' | 'data'; readonly rate: Rate },
    source: Source,
    front: Front<P>,
    pace: Pace,
  ) {
    this.#options = options;
    this.#source = source;
    this.#front = front;
    this.#pace = pace;
  }

  /** A request for what waits; null where nothing in that scope does. */
  gather(limits: BatchLimits): Batch<P> | null {
    const { rate } = this.#options;
    const { scope, countMax: batchMax } = limits;
    const first = scope === 'urgent' ? this.#front.firstUrgent() : this.#front.firstWaiting();
    if (first === null) {
      return null;
    }
    const many = this.#source.hasMultiRead ? BATCH_MAX : SINGLES_MAX;
    const countLimit = scope === 'near' ? Math.min(many, NEAR_MAX) : many;
    // In parts, so that the server has work while we read its last reply.
    const share = Math.max(BATCH_MIN, Math.ceil(this.#front.waitingCount / SHARES));
    const countMax = rate.take(Math.min(countLimit, batchMax, share));
    const parts: Segment<P>[] = [];
    const codes: number[] = [];
    let expectedBytes = 0;
    for (let segment: Segment<P> | null = first; segment !== null; segment = this.#after(segment, scope)) {
      const code = this.#codeFor(segment);
      const average = this.#expectedOf(segment);
      const room = Math.min(countMax - codes.length, Math.floor((REPLY_BYTES - expectedBytes) / average));
      const isFirst = codes.length === 0;
      const isOther = !isFirst && (code === READ_CODES.getChildren2) !== (codes[0] === READ_CODES.getChildren2);
      if (!isFirst && (isOther || room < 1 || this.#writer.length > REQUEST_BYTES)) {
        break;
      }
      const count = this.#write(segment, code, Math.max(1, room));
      if (count > 0) {
        this.#front.begin(segment, count);
        parts.push(segment);
        expectedBytes += count * average;
        for (let index = 0; index < count; index++) {
          codes.push(code);
        }
      }
    }
    rate.giveBack(countMax - codes.length);
    return parts.length === 0
      ? null
      : { frame: this.#writer.finish(), codes, parts, expectedBytes, stretch: limits.stretch };
  }

  #after(segment: Segment<P>, scope: BatchScope): Segment<P> | null {
    return scope === 'urgent' ? this.#front.urgentAfter(segment) : this.#front.waitingAfter(segment);
  }

  /** How many of them were put into the request. */
  #write(segment: Segment<P>, code: number, room: number): number {
    const { family } = segment;
    if (family === null) {
      this.#writer.add(code, placeOf(segment), NOTHING, 0, 0);
      return 1;
    }
    const size = segment.to - segment.from;
    let count = Math.min(room, size);
    if (family.sample?.isEmpty === true && size > PROBE_MAX) {
      if (family.isProbed) {
        return 0;
      }
      family.isProbed = true;
      count = Math.min(count, PROBE_MAX);
    }
    const { bytes } = family;
    const { values } = family.places;
    for (let index = 0; index < count; index++) {
      const place = values[segment.from + index] as number;
      this.#writer.add(code, family, bytes, place + 4, place + 4 + intAt(bytes, place));
      if (this.#writer.length > REQUEST_BYTES) {
        return index + 1;
      }
    }
    return count;
  }

  #codeFor({ kind, family }: Segment<P>): number {
    const { want } = this.#options;
    if (kind === 'list' || want === 'names') {
      return READ_CODES.getChildren;
    }
    const isHeavy = (family?.sample?.average ?? 0) > STAT_DATA_BYTES;
    return want === 'stat' && (isHeavy || !this.#source.hasMultiRead) ? READ_CODES.getChildren2 : READ_CODES.getData;
  }

  /** Bytes of the reply, for each znode of it. */
  #expectedOf({ family, expectedCount }: Segment<P>): number {
    if (family === null) {
      return expectedCount * this.#pace.names.average + STAT_BYTES;
    }
    const sample = family.sample?.isEmpty === false ? family.sample : this.#pace.znodes;
    return Math.max(1, sample.average);
  }
}

const NOTHING = Buffer.alloc(0);
