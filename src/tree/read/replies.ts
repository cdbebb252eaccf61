/**
 * What comes back to a walk: results become pieces to be handed on, and lists of names segments that wait to be read. Sends
 * nothing.
 */
import { KeeperError } from '../../errors.js';
import { errorEntry } from '../../protocol/error-codes.js';
import { type JuteReader, Malformed } from '../../protocol/jute.js';
import {
  copyBytes,
  dataLengthAt,
  intAt,
  numChildrenAt,
  type PathPlace,
  PathsOfFrame,
  Places,
  READ_CODES,
  readNames,
  STAT_BYTES,
  skipBuffer,
} from '../../protocol/read-frame.js';
import {
  Chain,
  Family,
  type Front,
  familySegment,
  listSegment,
  type NamePlaces,
  placeOf,
  readySegment,
  type Segment,
} from './front.js';
import type { Batch } from './gatherer.js';
import type { Pace } from './pace.js';
import { Found, type Maker, pathOf } from './pieces.js';
import { sortNames } from './sort-names.js';
import type { Results } from './source.js';

export interface RepliesOptions {
  readonly want: 'names' | 'stat' | 'data';
  readonly order: 'tree' | 'arrival';
  readonly depthMax: number;
  readonly chrootLength: number;
}

export class Replies<P> {
  readonly #options: RepliesOptions;
  readonly #maker: Maker<P, unknown>;
  readonly #front: Front<P>;
  readonly #pace: Pace;
  readonly #found = new Found();
  readonly #places = new Places();
  /** What is kept of them once a reply has been read. */
  #kept: NamePlaces = { values: NO_PLACES };

  constructor(options: RepliesOptions, maker: Maker<P, unknown>, front: Front<P>, pace: Pace) {
    this.#options = options;
    this.#maker = maker;
    this.#front = front;
    this.#pace = pace;
  }

  /** The answers to all that was asked in one request. @throws KeeperError for the root of the walk; Malformed */
  readBatch({ frame, codes, parts }: Pick<Batch<P>, 'frame' | 'codes' | 'parts'>, results: Results): void {
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

  /** It could not be listed: it was there a moment ago, and has been handed on already. */
  readRefusal(segment: Segment<P>, code: string): void {
    const chain = new Chain<P>();
    const { source, start, end } = placeOf(segment);
    this.#found.at(source, start, end);
    this.#maker.prepare(end - start + 1);
    this.#addRefused(code, false);
    this.#endPiece(chain, this.#maker.overheadBytes);
    this.#front.replace(segment, chain);
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
    const path = pathOf(found, this.#options.chrootLength);
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
  readListing(segment: Segment<P>, reader: JuteReader): void {
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
  nameAll(family: Family, from: number, to: number): P {
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

function dataBytesOf({ dataStart, dataEnd }: Found): number {
  return dataStart < 0 ? 0 : dataEnd - dataStart;
}

const NO_PLACES = new Uint32Array(0);

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
