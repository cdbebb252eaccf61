/**
 * Znodes as lines of JSON, one after the other: in an export between a line that says where they are from and one that says
 * how many they are, with a checksum, so that a file that was cut or changed is noticed (docs/export-format.md). Bytes and
 * text only: files, compression and servers are for others.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { LocalError } from '../errors.js';
import { formatZxid } from './ids.js';
import {
  decodeTime,
  decodeZnode,
  decodeZxid,
  encodeZnode,
  isObject,
  LineFault,
  timeJson,
  wholeNumber,
  type ZnodeRecord,
} from './znode-line.js';

/** Read by us; a file with a higher one is refused, since it may say what we would not understand. */
export const EXPORT_FORMAT = 1;

/** The first line of an export. */
export interface ExportHeader {
  /** The path all others are at or below. */
  readonly root: string;
  /** `''` or `/path`: in front of every path on the server it came from. */
  readonly chroot: string;
  /** `host:port`; null: not known. */
  readonly server: string | null;
  /** When it began, ms since the epoch; null: not known. */
  readonly timeMs: number | null;
  /** The newest that the server had shown before the first znode was read; null: not known. */
  readonly zxid: bigint | null;
  /** Levels or patterns were left out on purpose: what is not in it may exist all the same. */
  readonly isPartial: boolean;
}

/** The last line of an export. */
export interface ExportTrailer {
  readonly znodesCount: number;
  /** Znodes seen and not written: they vanished meanwhile, may not be read, or are ephemerals that were not wanted. */
  readonly skippedCount: number;
  /** Of those: may not be read. What is below them nobody knows. */
  readonly unreadableCount: number;
  /** The newest at the end: what stands in the file was read at moments between this and the header's. */
  readonly zxid: bigint | null;
}

/** Makes the bytes of an export; its pieces, in this order, are the file. With `isReused` each counts until the next call. */
export interface ExportWriter {
  /** With the header in front, at the first call. */
  znodes(records: readonly ZnodeRecord[]): Buffer;
  /** With the header in front where there were no znodes. */
  end(more: Omit<ExportTrailer, 'znodesCount'>): Buffer;
}

export function createExportWriter(header: ExportHeader, { isReused = false } = {}): ExportWriter {
  const hash = createHash('sha256');
  const lines = createLineBuffer(isReused);
  let znodesCount = 0;
  lines.add(headerJson(header));

  function take(): Buffer {
    const bytes = lines.take();
    hash.update(bytes);
    return bytes;
  }

  return {
    znodes(records) {
      for (const record of records) {
        lines.add(encodeZnode(record));
      }
      znodesCount += records.length;
      return take();
    },
    end({ skippedCount, unreadableCount, zxid }) {
      const head = take();
      const fields = {
        znodes: znodesCount,
        skipped: skippedCount,
        unreadable: unreadableCount,
        zxid: zxid === null ? null : formatZxid(zxid),
        sha256: hash.digest('hex'),
      };
      return Buffer.concat([head, Buffer.from(`${JSON.stringify({ zksh: 'end', ...fields })}\n`)]);
    },
  };
}

const LINES_BYTES = 64 * 1024;

/** Lines as bytes, one behind the other: a long text put together from small ones would be copied once more. */
function createLineBuffer(isReused: boolean) {
  let bytes: Buffer = Buffer.allocUnsafe(LINES_BYTES);
  let length = 0;
  return {
    add(line: string): void {
      const room = line.length * UTF8_BYTES_MAX + 1;
      if (bytes.length - length < room) {
        const larger = Buffer.allocUnsafe(Math.max(bytes.length * 2, length + room));
        bytes.copy(larger, 0, 0, length);
        bytes = larger;
      }
      length += bytes.write(line, length, 'utf8');
      bytes[length] = NEWLINE;
      length += 1;
    },
    /** What came since the last time. */
    take(): Buffer {
      const taken = bytes.subarray(0, length);
      if (!isReused) {
        bytes = Buffer.allocUnsafe(Math.max(LINES_BYTES, length));
      }
      length = 0;
      return taken;
    },
  };
}

/** Of a UTF-16 unit. */
const UTF8_BYTES_MAX = 3;

/** Lines as they come out of a file, in pieces cut anywhere. */
export interface ZnodeLinesReader {
  /** The znodes of the lines that are complete. @throws LocalError with the line's number */
  push(chunk: Buffer): ZnodeRecord[];
  /** Call it behind the last piece. @throws LocalError where the last line of an export is missing */
  end(): ZnodeRecord[];
  /** null: there is none, or not yet. */
  readonly header: ExportHeader | null;
  /** null: there is none, or not yet. Once it is there, counts and checksum have been found right. */
  readonly trailer: ExportTrailer | null;
  readonly znodesCount: number;
  /** Of all lines but the last one of an export: sha256 in hex. Call it behind `end`. */
  checksum(): string;
}

/** @param source what errors call it: a file's name */
export function createZnodeLinesReader(source: string): ZnodeLinesReader {
  const hash = createHash('sha256');
  let header: ExportHeader | null = null;
  let trailer: ExportTrailer | null = null;
  let sha256 = '';
  let znodesCount = 0;
  let lineNumber = 0;
  /** Of a line that is not complete yet. */
  let begun: Buffer[] = [];
  let begunBytes = 0;

  function readLine(line: Buffer): ZnodeRecord | 'trailer' | null {
    lineNumber += 1;
    const text = line.toString('utf8');
    try {
      if (text.includes('\ufffd') && !isUtf8(line)) {
        throw new LineFault('it is not UTF-8');
      }
      // Editors of Windows put a mark in front of a file.
      return readText(lineNumber === 1 && text.startsWith('\ufeff') ? text.slice(1) : text);
    } catch (error) {
      throw error instanceof LineFault ? faultAt(error.message) : error;
    }
  }

  function readText(text: string): ZnodeRecord | 'trailer' | null {
    const values = parseObject(text);
    if (values === null) {
      return null;
    }
    if (trailer !== null) {
      throw new LineFault('there is something behind the last line of the export');
    }
    if (values.zksh === 'end') {
      return checkTrailer(values);
    }
    if (values.zksh !== undefined) {
      const first = decodeHeader(values);
      if (lineNumber !== 1) {
        throw new LineFault('a second export begins here');
      }
      header = first;
      return null;
    }
    znodesCount += 1;
    return decodeZnode(values, header === null);
  }

  /** The checksum is compared by whoever knows that all bytes above have been counted in. */
  function checkTrailer(values: Readonly<Record<string, unknown>>): 'trailer' {
    const { count, checksum, ...counted } = decodeTrailer(values);
    if (header === null) {
      throw new LineFault('this ends an export, but its first line is missing');
    }
    if (count !== znodesCount) {
      throw new LineFault(`the export has ${count} znodes, but ${znodesCount} are here`);
    }
    sha256 = checksum;
    trailer = { ...counted, znodesCount };
    return 'trailer';
  }

  function compareChecksum(): void {
    if (sha256 !== hash.copy().digest('hex')) {
      throw faultAt('the checksum is not that of the lines above: the file was changed or damaged');
    }
  }

  /** The line that began in earlier pieces, with what there is of it in this one. */
  function joined(rest: Buffer): Buffer {
    return Buffer.concat([...begun, rest]);
  }

  function hashBegun(): void {
    for (const piece of begun) {
      hash.update(piece);
    }
  }

  function keepBegun(piece: Buffer): void {
    if (piece.length === 0) {
      return;
    }
    begun.push(piece);
    begunBytes += piece.length;
    if (begunBytes > LINE_BYTES_MAX) {
      lineNumber += 1;
      throw faultAt(`a line of more than ${LINE_BYTES_MAX / 1024 / 1024} MiB: no znode holds as much`);
    }
  }

  function faultAt(what: string): LocalError {
    return new LocalError(`${source}:${lineNumber}: ${what}`, header === null ? {} : { hint: EDITED_HINT });
  }

  return {
    get header() {
      return header;
    },
    get trailer() {
      return trailer;
    },
    get znodesCount() {
      return znodesCount;
    },
    checksum: () => hash.copy().digest('hex'),
    push(chunk) {
      const records: ZnodeRecord[] = [];
      let start = 0;
      let hashedTo = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
        const found = readLine(begun.length === 0 ? chunk.subarray(start, end) : joined(chunk.subarray(0, end)));
        if (found === 'trailer') {
          hash.update(chunk.subarray(hashedTo, start));
          compareChecksum();
        } else if (found !== null) {
          records.push(found);
        }
        if (trailer === null) {
          hashBegun();
        }
        begun = [];
        begunBytes = 0;
        start = end + 1;
        if (trailer !== null) {
          hashedTo = start;
        }
      }
      if (trailer === null) {
        hash.update(chunk.subarray(hashedTo, start));
      }
      keepBegun(chunk.subarray(start));
      return records;
    },
    end() {
      const found = begun.length === 0 ? null : readLine(Buffer.concat(begun));
      if (found === 'trailer') {
        compareChecksum();
      } else {
        hashBegun();
      }
      begun = [];
      if (header !== null && trailer === null) {
        throw new LocalError(`${source} was cut: the last line of the export is missing`, {
          why: `It ends after ${znodesCount} znodes.`,
          hint: EDITED_HINT,
        });
      }
      return found === null || found === 'trailer' ? [] : [found];
    },
  };
}

/**
 * The znodes of a text, or of lines that come one by one (each with or without its newline): an export, or lines that
 * somebody wrote by hand, without first and last line.
 * @throws LocalError with the line's number
 */
export function* decodeZnodeLines(lines: string | Iterable<string>, source = 'the lines'): Generator<ZnodeRecord> {
  const reader = createZnodeLinesReader(source);
  for (const line of typeof lines === 'string' ? [lines] : lines) {
    yield* reader.push(Buffer.from(line.endsWith('\n') ? line : `${line}\n`, 'utf8'));
  }
  yield* reader.end();
}

const NEWLINE = 0x0a;
const LINE_BYTES_MAX = 256 * 1024 * 1024;

const EDITED_HINT = 'An export that was edited is read without its first and last line.';

/** null for a blank line. */
function parseObject(text: string): Readonly<Record<string, unknown>> | null {
  if (text.trim() === '') {
    return null;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new LineFault(`it is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isObject(value)) {
    throw new LineFault('it is no JSON object: a znode is {"path":"/…","data":"…"}');
  }
  return value;
}

/** The first line, without its newline. */
export function headerJson({ root, chroot, server, timeMs, zxid, isPartial }: ExportHeader): string {
  const where = { zksh: 'export', format: EXPORT_FORMAT, root, chroot, server };
  const when = `"time":${timeMs === null ? 'null' : timeJson(timeMs)},"zxid":${zxid === null ? 'null' : `"${formatZxid(zxid)}"`}`;
  return `${JSON.stringify(where).slice(0, -1)},${when}${isPartial ? ',"partial":true' : ''}}`;
}

/** @throws LineFault */
export function decodeHeader(values: Readonly<Record<string, unknown>>): ExportHeader {
  const { zksh, format, root, chroot = '', server = null, time = null, zxid = null, partial = false } = values;
  if (zksh !== 'export') {
    throw new LineFault(`zksh: ${JSON.stringify(zksh)} is neither "export" nor "end"`);
  }
  const number = wholeNumber(format, 'format', 1, Number.MAX_SAFE_INTEGER);
  if (number > EXPORT_FORMAT) {
    throw new LineFault(`format ${number} is newer than this zksh, which reads ${EXPORT_FORMAT}`);
  }
  return {
    root: textOf(root, 'root'),
    chroot: textOf(chroot, 'chroot'),
    server: server === null ? null : textOf(server, 'server'),
    timeMs: time === null ? null : decodeTime(time, 'time'),
    zxid: zxid === null ? null : decodeZxid(zxid, 'zxid'),
    isPartial: partial === true,
  };
}

function decodeTrailer(values: Readonly<Record<string, unknown>>) {
  const { znodes, skipped = 0, unreadable = 0, zxid = null, sha256 } = values;
  return {
    count: wholeNumber(znodes, 'znodes', 0, Number.MAX_SAFE_INTEGER),
    skippedCount: wholeNumber(skipped, 'skipped', 0, Number.MAX_SAFE_INTEGER),
    unreadableCount: wholeNumber(unreadable, 'unreadable', 0, Number.MAX_SAFE_INTEGER),
    zxid: zxid === null ? null : decodeZxid(zxid, 'zxid'),
    checksum: textOf(sha256, 'sha256'),
  };
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') {
    throw new LineFault(`${name}: ${JSON.stringify(value) ?? 'nothing'} is no text`);
  }
  return value;
}
