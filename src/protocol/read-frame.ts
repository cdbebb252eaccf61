/**
 * Requests that read many znodes, and their replies, without an object a znode: paths go in as bytes and names come out as
 * places in the frame. For walks over large trees; the bytes are those of multi.ts and records.ts.
 * Knows no session and no chroot: paths are the server's own.
 */
import { errorName } from './error-codes.js';
import { type JuteReader, Malformed } from './jute.js';
import { FRAME_HEADER_BYTES } from './limits.js';
import type { Stat } from './stat.js';

/** The numbers are those of ops.ts; the last one is ClickHouse Keeper's own. */
export const READ_CODES = { getData: 4, getChildren: 8, getChildren2: 12, multiRead: 22, listWithData: 506 } as const;

export type ReadFrameOp = keyof typeof READ_CODES;

/** Length, xid, type. */
const HEADER_BYTES = FRAME_HEADER_BYTES + 8;
/** Type, done and err before each operation; the length of its path. */
const OPERATION_HEADER_BYTES = 9;
const LENGTH_BYTES = 4;
/** Beyond its path: the above, and the watch flag behind it. */
const OPERATION_BYTES = OPERATION_HEADER_BYTES + LENGTH_BYTES + 1;
const END_BYTES = OPERATION_HEADER_BYTES;
const FRAME_BYTES_START = 64 * 1024;

/** Puts one multiRead after another together. A path is given in two pieces, as they lie in other frames: parent and name. */
export class MultiReadWriter {
  #bytes: Buffer = Buffer.allocUnsafe(FRAME_BYTES_START);
  #at = HEADER_BYTES;

  /** Of the frame so far. */
  get length(): number {
    return this.#at + END_BYTES;
  }

  /** The child of the znode whose path is in `parent`; its name is in `names`. An empty name: that znode itself. */
  add(code: number, parent: PathPlace, names: Uint8Array, nameStart: number, nameEnd: number): void {
    const { source, start, end } = parent;
    const isChild = nameEnd > nameStart;
    // Of / every child's path has the slash already.
    const hasSlash = isChild && end - start > 1;
    const length = end - start + (hasSlash ? 1 : 0) + nameEnd - nameStart;
    const bytes = this.#roomFor(length);
    let at = this.#at;
    putInt(bytes, at, code);
    bytes[at + 4] = 0;
    putInt(bytes, at + 5, -1);
    putInt(bytes, at + OPERATION_HEADER_BYTES, length);
    at += OPERATION_HEADER_BYTES + LENGTH_BYTES;
    at = copyBytes(source, start, end, bytes, at);
    if (hasSlash) {
      bytes[at++] = SLASH;
    }
    at = copyBytes(names, nameStart, nameEnd, bytes, at);
    bytes[at] = 0;
    this.#at = at + 1;
  }

  /** The frame, its xid still 0; the writer starts anew. */
  finish(): Buffer {
    const bytes = this.#roomFor(0);
    putInt(bytes, this.#at, -1);
    bytes[this.#at + 4] = 1;
    putInt(bytes, this.#at + 5, -1);
    const length = this.#at + END_BYTES;
    putInt(bytes, 0, length - FRAME_HEADER_BYTES);
    putInt(bytes, FRAME_HEADER_BYTES, 0);
    putInt(bytes, FRAME_HEADER_BYTES + 4, READ_CODES.multiRead);
    this.#at = HEADER_BYTES;
    return Buffer.from(bytes.subarray(0, length));
  }

  #roomFor(pathBytes: number): Buffer {
    const needed = this.#at + OPERATION_BYTES + pathBytes + END_BYTES;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
      this.#bytes.copy(larger, 0, 0, this.#at);
      this.#bytes = larger;
    }
    return this.#bytes;
  }
}

/** A path in bytes: `source` from `start` to `end`. */
export interface PathPlace {
  readonly source: Buffer;
  readonly start: number;
  readonly end: number;
}

const SLASH = 0x2f;
/** Up to here a loop is faster than a call. */
const LOOP_BYTES_MAX = 64;

/** Returns where they end. */
export function copyBytes(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
  if (end - start > LOOP_BYTES_MAX) {
    target.set(source.subarray(start, end), at);
    return at + end - start;
  }
  let into = at;
  for (let from = start; from < end; from++) {
    target[into++] = source[from] as number;
  }
  return into;
}

/** Goes over the paths of a multiRead's own frame: for whoever has sent it knows best what was asked. */
export class PathsOfFrame implements PathPlace {
  readonly source: Buffer;
  /** Of the path at hand. */
  start = 0;
  end = HEADER_BYTES - 1;

  constructor(frame: Buffer) {
    this.source = frame;
  }

  next(): void {
    const at = this.end + 1 + OPERATION_HEADER_BYTES;
    this.start = at + LENGTH_BYTES;
    this.end = this.start + intAt(this.source, at);
  }
}

/** One read by itself: getData, getChildren, getChildren2. */
export function encodeReadOf(code: number, path: Uint8Array): Buffer {
  return encodePathRequest(code, path, SINGLE_TAIL);
}

/** No watch. */
const SINGLE_TAIL = Buffer.from([0]);

/**
 * ClickHouse Keeper's FilteredListWithStatsAndData: path, watch, which children (a byte; 0 is all), with stats, with data.
 * Source: ZooKeeperFilteredListWithStatsAndDataRequest in src/Common/ZooKeeper/ZooKeeperCommon.h.
 */
export function encodeListWithData(path: Uint8Array, withData: boolean): Buffer {
  return encodePathRequest(READ_CODES.listWithData, path, Buffer.from([0, 0, 1, withData ? 1 : 0]));
}

function encodePathRequest(code: number, path: Uint8Array, tail: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + LENGTH_BYTES + path.length + tail.length);
  putInt(frame, 0, frame.length - FRAME_HEADER_BYTES);
  putInt(frame, FRAME_HEADER_BYTES, 0);
  putInt(frame, FRAME_HEADER_BYTES + 4, code);
  putInt(frame, HEADER_BYTES, path.length);
  frame.set(path, HEADER_BYTES + LENGTH_BYTES);
  frame.set(tail, HEADER_BYTES + LENGTH_BYTES + path.length);
  return frame;
}

/**
 * Moves to the next result of a multiRead. Returns null where it is there, else the name of its error.
 * @param code what was asked
 */
export function readResultHeader(reader: JuteReader, code: number): string | null {
  const at = reader.offset;
  const type = reader.int();
  const isDone = reader.boolean();
  reader.take(LENGTH_BYTES);
  if (isDone) {
    throw new Malformed('an end, and more results were asked for', at);
  }
  if (type === code) {
    return null;
  }
  if (type !== -1) {
    throw new Malformed(`a result of type ${type}, where ${code} was asked`, at);
  }
  return errorName(reader.int());
}

/** What closes the results. */
export function readResultsEnd(reader: JuteReader): void {
  const at = reader.offset;
  reader.take(LENGTH_BYTES);
  if (!reader.boolean()) {
    throw new Malformed('more results than were asked for', at);
  }
  reader.take(LENGTH_BYTES);
}

/** Fewest bytes of a name in a list. */
const NAME_BYTES_MIN = LENGTH_BYTES;

/**
 * Moves over a list of names; each is at `starts[from…]`, where its length stands, four bytes before the name itself.
 * Returns how many there are.
 */
export function readNames(reader: JuteReader, starts: Places): number {
  const count = Math.max(0, reader.count(NAME_BYTES_MIN));
  starts.makeRoom(count);
  const { values } = starts;
  const { bytes } = reader;
  const end = bytes.length;
  let into = starts.length;
  let at = reader.offset;
  for (let index = 0; index < count; index++) {
    values[into++] = at;
    const length = at + LENGTH_BYTES > end ? -1 : intAt(bytes, at);
    if (length < 0 || at + LENGTH_BYTES + length > end) {
      throw new Malformed(`a name of ${length} bytes, and ${end - at} left`, at);
    }
    at += LENGTH_BYTES + length;
  }
  reader.offset = at;
  starts.length = into;
  return count;
}

/** A list of offsets that grows. */
export class Places {
  values = new Uint32Array(PLACES_START);
  length = 0;

  makeRoom(count: number): void {
    const needed = this.length + count;
    if (needed > this.values.length) {
      const larger = new Uint32Array(Math.max(needed, this.values.length * 2));
      larger.set(this.values.subarray(0, this.length));
      this.values = larger;
    }
  }
}

const PLACES_START = 4096;

/** Moves over a buffer: where it begins, or -1 for null; it ends at the reader's offset. */
export function skipBuffer(reader: JuteReader): number {
  const at = reader.offset;
  const length = reader.int();
  if (length < -1) {
    throw new Malformed(`a buffer of length ${length}`, at);
  }
  return length === -1 ? -1 : reader.take(length);
}

export const STAT_BYTES = 68;
const DATA_LENGTH_AT = 52;
const NUM_CHILDREN_AT = 56;

/** Of the stat that begins at `at`. */
export function dataLengthAt(bytes: Uint8Array, at: number): number {
  return intAt(bytes, at + DATA_LENGTH_AT);
}

/** Of the stat that begins at `at`. */
export function numChildrenAt(bytes: Uint8Array, at: number): number {
  return intAt(bytes, at + NUM_CHILDREN_AT);
}

/** The stat at `at`, where there are STAT_BYTES: what the record Stat reads, with less ado. */
export function statAt(bytes: Buffer, at: number): Stat {
  return {
    czxid: longAt(bytes, at),
    mzxid: longAt(bytes, at + 8),
    ctime: bytes.readInt32BE(at + 16) * 0x1_0000_0000 + bytes.readUInt32BE(at + 20),
    mtime: bytes.readInt32BE(at + 24) * 0x1_0000_0000 + bytes.readUInt32BE(at + 28),
    version: intAt(bytes, at + 32),
    cversion: intAt(bytes, at + 36),
    aversion: intAt(bytes, at + 40),
    ephemeralOwner: longAt(bytes, at + 44),
    dataLength: intAt(bytes, at + DATA_LENGTH_AT),
    numChildren: intAt(bytes, at + NUM_CHILDREN_AT),
    pzxid: longAt(bytes, at + 60),
  };
}

const ZERO = 0n;

/** Most are 0 or small: one conversion of a double is much cheaper than arithmetic on bigints. */
function longAt(bytes: Buffer, at: number): bigint {
  const high = intAt(bytes, at);
  const low = intAt(bytes, at + 4) >>> 0;
  if (high === 0 && low === 0) {
    return ZERO;
  }
  return high < HIGH_WORD_EXACT && high >= -HIGH_WORD_EXACT
    ? BigInt(high * 0x1_0000_0000 + low)
    : bytes.readBigInt64BE(at);
}

/** Up to here a 64-bit number passes through a double without loss: 21 bits above the low word. */
const HIGH_WORD_EXACT = 0x20_0000;

/** The int at `at`. By hand: it is on the way of every name. */
export function intAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

function putInt(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
