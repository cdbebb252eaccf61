/**
 * The one reader of subtrees: keeps several requests in flight, as large as the replies so far allow, and hands on what is
 * ready. Paths stay bytes on the way. walk.ts is what others use.
 */
import type { Clock, Session } from '../client/api.js';
import { isKeeperError, isZkshError, KeeperError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { type JuteReader, Malformed } from '../protocol/jute.js';
import type { ZnodePath } from '../protocol/path.js';
import {
  copyBytes,
  dataLengthAt,
  MultiReadWriter,
  numChildrenAt,
  type PathPlace,
  PathsOfFrame,
  Places,
  READ_CODES,
  readNames,
  STAT_BYTES,
  skipBuffer,
} from '../protocol/read-frame.js';
import { abortReason } from './abort.js';
import {
  Chain,
  Family,
  Front,
  familySegment,
  listSegment,
  type NamePlaces,
  readySegment,
  type Segment,
} from './front.js';
import { BATCH_MAX, createPace, type Pace, PROBE_MAX, REPLY_BYTES, REQUEST_BYTES } from './pace.js';
import { Found, type Maker, pathOf } from './pieces.js';
import { NO_RATE, type Rate } from './rate.js';
import { sortNames } from './sort-names.js';
import { createSource, isLoss, type Results, type Source } from './source.js';

export interface ReadingOptions {
  readonly want: 'names' | 'stat' | 'data';
  readonly order: 'tree' | 'arrival';
  readonly depthMax: number;
  readonly rate: Rate;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** Requests that are not answered yet, at most; of those for one family each, and of single reads in one batch. */
const IN_FLIGHT_MAX = 8;
const LISTINGS_MAX = 64;
const SINGLES_MAX = 128;
/** What waits is asked for in about so many requests, none of them for less than this. */
const SHARES = 4;
const BATCH_MIN = 64;
/** What is expected of them. */
const IN_FLIGHT_BYTES = 8 * 1024 * 1024;
/** Ready and not yet handed on: above this so many are read at a time, those that stand in the way. */
const HELD_BYTES = 8 * 1024 * 1024;
const FULL_MAX = 64;
const FULL_BYTES = REPLY_BYTES / 8;
/** For a stat multiRead brings the data along; above this on average znodes are asked for one by one, without it. */
const STAT_DATA_BYTES = 16 * 1024;
/** A connection that is lost so often, with no answer in between, is not worth another try. */
const LOSSES_MAX = 4;

interface Batch<P> {
  readonly frame: Buffer;
  readonly codes: readonly number[];
  readonly parts: readonly Segment<P>[];
  readonly expectedBytes: number;
  /** In which stretch between two losses of the connection it was sent. */
  readonly stretch: number;
}

export class Reading<P, Out> {
  readonly #options: ReadingOptions;
  readonly #maker: Maker<P, Out>;
  readonly #source: Source;
  readonly #front: Front<P>;
  readonly #pace: Pace;
  readonly #chrootLength: number;
  readonly #writer = new MultiReadWriter();
  readonly #found = new Found();
  readonly #places = new Places();
  /** What is kept of them once a reply has been read. */
  #kept: NamePlaces = { values: NO_PLACES };
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
    this.#chrootLength = Buffer.byteLength(session.chroot);
    this.#front = new Front(familySegment<P>('znodes', rootFamily(session.chroot, root), 0, 1), options.order);
  }

  /** @throws KeeperError for the root itself; ConnectionError; ProtocolError */
  async *run(): AsyncGenerator<Out> {
    if (this.#options.want !== 'names') {
      this.#learn();
    }
    try {
      for (;;) {
        const pieces = this.#front.takeReady((family, from, to) => this.#nameAll(family, from, to));
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

  // ---- asking --------------------------------------------------------------------------------------------------------

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

  #sendNext(): boolean {
    const isFull = this.#front.heldBytes > HELD_BYTES;
    const requestsCount = this.#inFlight + this.#listingsInFlight;
    // What is held can only go when what stands before it is read: so a little of that, however much is held.
    if (isFull ? this.#front.obstacle === null || requestsCount > 0 : this.#inFlightBytes > IN_FLIGHT_BYTES) {
      return false;
    }
    const first = this.#front.firstWaiting();
    if (first === null) {
      return false;
    }
    if (this.#isForListing(first)) {
      this.#sendListing(first);
      return true;
    }
    if (this.#inFlight >= IN_FLIGHT_MAX) {
      return false;
    }
    const batch = this.#gather(first, isFull);
    if (batch !== null) {
      this.#send(batch);
    }
    return batch !== null;
  }

  /** A request for `first` and those behind it. */
  #gather(first: Segment<P>, isFull: boolean): Batch<P> | null {
    const { rate } = this.#options;
    const countLimit = isFull ? FULL_MAX : this.#source.hasMultiRead ? BATCH_MAX : SINGLES_MAX;
    const bytesMax = isFull ? FULL_BYTES : REPLY_BYTES;
    // In parts, so that the server has work while we read its last reply.
    const share = Math.max(BATCH_MIN, Math.ceil(this.#front.waitingCount / SHARES));
    const countMax = rate.take(Math.min(countLimit, this.#batchMax, share));
    if (countMax === 0) {
      this.#pause(rate.delayMs);
      return null;
    }
    const parts: Segment<P>[] = [];
    const codes: number[] = [];
    let expectedBytes = 0;
    for (let segment: Segment<P> | null = first; segment !== null; segment = this.#front.waitingAfter(segment)) {
      const code = this.#codeFor(segment);
      const average = this.#expectedOf(segment);
      const room = Math.min(countMax - codes.length, Math.floor((bytesMax - expectedBytes) / average));
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
      : { frame: this.#writer.finish(), codes, parts, expectedBytes, stretch: this.#stretch };
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

  #send(batch: Batch<P>): void {
    this.#inFlight += 1;
    this.#inFlightBytes += batch.expectedBytes;
    this.#source
      .read(batch, (results) => {
        if (!this.#isOver) {
          this.#readBatch(batch, results);
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
    const { expectedCount } = segment;
    const { source, start, end } = placeOf(segment);
    const expectedBytes = expectedCount * this.#pace.znodes.average;
    const stretch = this.#stretch;
    this.#listingsInFlight += 1;
    this.#inFlightBytes += expectedBytes;
    this.#front.begin(segment, 1);
    this.#source
      .listWithData(source.subarray(start, end), this.#options.want === 'data', (reader) => {
        if (!this.#isOver) {
          this.#readListing(segment, reader);
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
      const chain = new Chain<P>();
      const { source, start, end } = placeOf(segment);
      this.#found.at(source, start, end);
      this.#maker.prepare(end - start + 1);
      this.#addRefused(error.code, false);
      this.#endPiece(chain, this.#maker.overheadBytes);
      this.#front.replace(segment, chain);
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
      return !this.#source.hasMultiRead && count > 0;
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

  // ---- what comes back -----------------------------------------------------------------------------------------------

  #readBatch({ frame, codes, parts }: Batch<P>, results: Results): void {
    const paths = new PathsOfFrame(frame);
    this.#beginReply();
    this.#maker.prepare(frame.length);
    let index = 0;
    for (const segment of parts) {
      const code = codes[index] as number;
      index += segment.family === null ? 1 : segment.to - segment.from;
      const chain = new Chain<P>();
      if (segment.kind === 'list') {
        this.#readList(segment, paths, results, chain);
      } else {
        this.#readZnodes(segment, code, paths, results, chain);
      }
      this.#front.replace(segment, chain);
    }
    this.#endReply();
  }

  /** Where names are in the reply that is being read: families of many znodes share one list. */
  #beginReply(): void {
    this.#places.length = 0;
    this.#kept = { values: NO_PLACES };
  }

  #endReply(): void {
    this.#kept.values = this.#places.values.slice(0, this.#places.length);
  }

  #readZnodes(segment: Segment<P>, code: number, paths: PathsOfFrame, results: Results, chain: Chain<P>): void {
    const { depth, family } = segment;
    const { depthMax } = this.#options;
    const found = this.#found;
    const count = segment.to - segment.from;
    let heldBytes = 0;
    let replyBytes = 0;
    for (let index = 0; index < count; index++) {
      paths.next();
      found.at(paths.source, paths.start, paths.end);
      heldBytes += this.#maker.overheadBytes + paths.end - paths.start;
      const refusal = results.next(code);
      if (refusal !== null) {
        this.#addRefused(refusal, depth === 0);
        continue;
      }
      const { reader } = results;
      const from = reader.offset;
      const namesFrom = this.#places.length;
      this.#readZnode(code, reader);
      replyBytes +=
        code === READ_CODES.getChildren2
          ? dataLengthAt(reader.bytes, found.statStart) + STAT_BYTES
          : reader.offset - from;
      heldBytes += this.#maker.keepsReplies === true ? reader.offset - from : dataBytesOf(found);
      const childrenCount = found.childrenCount ?? 0;
      if (this.#maker.add(found) && childrenCount > 0 && depth < depthMax) {
        this.#endPiece(chain, heldBytes);
        heldBytes = 0;
        chain.add(
          code === READ_CODES.getData
            ? listSegment<P>(paths, depth + 1, childrenCount)
            : this.#newFamily(paths, depth + 1, reader, namesFrom),
        );
      } else {
        this.#places.length = namesFrom;
      }
    }
    this.#endPiece(chain, heldBytes);
    if (replyBytes > 0) {
      family?.sample?.add(replyBytes, count);
      this.#pace.znodes.add(replyBytes, count);
    }
    if (family !== null) {
      family.isProbed = false;
    }
  }

  /** What was asked of one znode, into `found`. */
  #readZnode(code: number, reader: JuteReader): void {
    const found = this.#found;
    found.reply = reader.bytes;
    if (code === READ_CODES.getData) {
      const dataStart = skipBuffer(reader);
      if (this.#options.want === 'data') {
        found.dataStart = dataStart;
        found.dataEnd = reader.offset;
      }
    } else {
      found.childrenCount = readNames(reader, this.#places);
    }
    if (code !== READ_CODES.getChildren) {
      found.statStart = reader.take(STAT_BYTES);
      found.childrenCount = numChildrenAt(reader.bytes, found.statStart);
    }
  }

  #endPiece(chain: Chain<P>, heldBytes: number): void {
    const piece = this.#maker.take();
    if (piece !== null) {
      chain.add(readySegment(piece, heldBytes));
    }
  }

  #addRefused(code: string, isRoot: boolean): void {
    const found = this.#found;
    const { what, applied, sessionOver } = errorEntry(code);
    const path = pathOf(found, this.#chrootLength);
    const error = new KeeperError(code, what, { op: 'getChildren', path, applied, sessionOver });
    if (isRoot || sessionOver) {
      throw error;
    }
    found.error = error;
    this.#maker.add(found);
  }

  #readList(segment: Segment<P>, paths: PathsOfFrame, results: Results, chain: Chain<P>): void {
    paths.next();
    const refusal = results.next(READ_CODES.getChildren);
    if (refusal !== null) {
      // It was there a moment ago, and has been handed on already.
      this.#found.at(paths.source, paths.start, paths.end);
      this.#addRefused(refusal, false);
      this.#endPiece(chain, this.#maker.overheadBytes);
      return;
    }
    const { reader } = results;
    const namesFrom = this.#places.length;
    const from = reader.offset;
    const count = readNames(reader, this.#places);
    if (count > 0) {
      this.#pace.names.add(reader.offset - from, count);
      chain.add(this.#newFamily(paths, segment.depth, reader, namesFrom));
    }
  }

  /** Names, stat, stats, data: all children of one znode at once. */
  #readListing(segment: Segment<P>, reader: JuteReader): void {
    const { depth } = segment;
    const parent = placeOf(segment);
    this.#beginReply();
    const places = this.#places;
    const count = readNames(reader, places);
    reader.take(STAT_BYTES);
    const statsCount = reader.count(STAT_BYTES);
    const statsStart = reader.take(statsCount * STAT_BYTES);
    const data = readBuffers(reader);
    if (statsCount !== count || (this.#options.want === 'data' && data.length !== count * 2)) {
      throw new Malformed(`${count} names with ${statsCount} stats`, statsStart);
    }
    const unsorted = places.values.slice(0, count);
    if (this.#options.order === 'tree') {
      sortNames(reader.bytes, places, 0, count);
    }
    const chain = new Chain<P>();
    const found = this.#found;
    let heldBytes = 0;
    for (let index = 0; index < count; index++) {
      const place = places.values[index] as number;
      const at = indexOfPlace(unsorted, place);
      const path = this.#foundBelow(parent, reader.bytes, place);
      found.reply = reader.bytes;
      found.statStart = statsStart + at * STAT_BYTES;
      found.dataStart = data[at * 2] ?? -1;
      found.dataEnd = data[at * 2 + 1] ?? -1;
      found.childrenCount = numChildrenAt(reader.bytes, found.statStart);
      heldBytes += this.#maker.overheadBytes + path.length + STAT_BYTES + dataBytesOf(found);
      if (this.#maker.add(found) && found.childrenCount > 0 && depth < this.#options.depthMax) {
        this.#endPiece(chain, heldBytes);
        heldBytes = 0;
        chain.add(listSegment<P>(found, depth + 1, found.childrenCount));
      }
    }
    this.#endPiece(chain, heldBytes);
    if (count > 0) {
      this.#pace.znodes.add(reader.offset, count);
    }
    this.#front.replace(segment, chain);
  }

  /** The names read last, as children of the path at hand. */
  #newFamily(paths: PathsOfFrame, depth: number, reader: JuteReader, namesFrom: number): Segment<P> {
    const { want, order, depthMax } = this.#options;
    const places = this.#places;
    const { values } = places;
    const to = places.length;
    let { bytes } = reader;
    const namesStart = values[namesFrom] as number;
    const namesEnd = reader.offset;
    if (order === 'tree') {
      sortNames(bytes, places, namesFrom, to);
    }
    if (want !== 'names' && (namesEnd - namesStart) * 2 < bytes.length) {
      // So that a few names do not keep all the data of a reply alive.
      bytes = Buffer.from(bytes.subarray(namesStart, namesEnd));
      for (let index = namesFrom; index < to; index++) {
        values[index] = (values[index] as number) - namesStart;
      }
    }
    const family = new Family(paths, depth, { bytes, places: this.#kept, count: to - namesFrom });
    return familySegment<P>(want === 'names' && depth === depthMax ? 'names' : 'znodes', family, namesFrom, to);
  }

  /** Znodes of which the name is all that is wanted. */
  #nameAll(family: Family, from: number, to: number): P {
    const { bytes, places } = family;
    for (let index = from; index < to; index++) {
      const place = places.values[index] as number;
      this.#foundBelow(family, bytes, place);
      this.#maker.add(this.#found);
    }
    return this.#maker.take() as P;
  }

  /** The child whose name is at `place` in `bytes`. Returns its path. */
  #foundBelow(parent: PathPlace, bytes: Buffer, place: number): Buffer {
    const { source, start, end } = parent;
    const nameStart = place + 4;
    const nameEnd = nameStart + intAt(bytes, place);
    const path = Buffer.allocUnsafe(end - start + 1 + nameEnd - nameStart);
    let at = end - start === 1 ? 0 : copyBytes(source, start, end, path, 0);
    path[at++] = SLASH;
    at = copyBytes(bytes, nameStart, nameEnd, path, at);
    this.#maker.prepare(at + 1);
    this.#found.at(path, 0, at);
    return path.subarray(0, at);
  }
}

const SLASH = 0x2f;
const NOTHING = Buffer.alloc(0);

function dataBytesOf({ dataStart, dataEnd }: Found): number {
  return dataStart < 0 ? 0 : dataEnd - dataStart;
}

const NO_PLACES = new Uint32Array(0);

/** Whose list it is. */
function placeOf<P>({ source, from, to }: Segment<P>): PathPlace {
  return { source: source ?? NOTHING, start: from, end: to };
}

function intAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** Where each of the buffers begins and ends, two numbers each; null is -1. */
function readBuffers(reader: JuteReader): number[] {
  const count = reader.count(4);
  const places: number[] = [];
  for (let index = 0; index < count; index++) {
    places.push(skipBuffer(reader), reader.offset);
  }
  return places;
}

/** `places` ascend. */
function indexOfPlace(places: Uint32Array, place: number): number {
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) < place) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

/** A family of its own, whose only name is empty. */
function rootFamily(chroot: string, root: ZnodePath): Family {
  const source = Buffer.from(root === '/' && chroot !== '' ? chroot : chroot + root);
  const names = { bytes: Buffer.alloc(4), places: { values: new Uint32Array(1) }, count: 1 };
  return new Family({ source, start: 0, end: source.length }, 0, names);
}
