/**
 * A transaction log, `log.<zxid>`: a header, then one entry for each transaction, then zeros up to the size that the file
 * was given in advance. Bytes only, no files. Follows FileTxnLog and its iterator (ZooKeeper 3.9), but tells how a log ends
 * where that is silent.
 */
import { JuteReader, type JuteWriter, Malformed } from '../jute.js';
import type { Txn, TxnDigest, TxnHeader } from '../txn.js';
import { adler32 } from './adler32.js';
import { ByteSource } from './byte-source.js';
import { BODY_BYTES_MIN, type LoggedTxn, readTxn, writeTxn } from './transactions.js';

/** `ZKLG`, version 2, database 0: how each log begins. */
export const LOG_HEADER: Buffer = Buffer.from('5a4b4c47000000020000000000000000', 'hex');

/** An entry and where it stands. */
export interface LogEntry extends LoggedTxn {
  readonly offset: number;
  /** Where the next one begins. */
  readonly end: number;
}

/** How a log ends. `offset`: behind its last good entry. */
export type LogEnding =
  /** As it should: zeros, or the end of a file that was cut to size. */
  | { readonly kind: 'padding' | 'endOfFile'; readonly offset: number }
  /** The file ends in the middle of an entry, or of the header; or zeros begin there: it was being written. */
  | { readonly kind: 'cutShort'; readonly offset: number }
  /** What follows is no entry although bytes follow, the first of them at `bytesAt`: transactions may be lost. */
  | { readonly kind: 'zeroLengthEntry' | 'endMarkMissing'; readonly offset: number; readonly bytesAt: number }
  | { readonly kind: 'checksumMismatch'; readonly offset: number }
  | { readonly kind: 'unreadableEntry' | 'notALog'; readonly offset: number; readonly why: string };

const MAGIC_BYTES = 4;

/** Checksum and length in front of a body. */
const PREFIX_BYTES = 12;
const END_MARK = 0x42;

/** Of the zxid in a body: behind session id and cxid. */
const ZXID_OFFSET = 12;

/** Entries that are handed over together at most. */
const BATCH_ENTRIES_MAX = 1_000;

/** Entries that came one after the other; with the last of them it is known how the log ends. */
export interface LogBatch {
  readonly entries: readonly LogEntry[];
  readonly ending: LogEnding | null;
}

/**
 * Reads a log from its first byte on: its good entries, and how it ends. Reads behind that only to see whether anything but
 * zeros is there. Entries up to `afterZxid` are verified, but left out.
 */
export async function* readLog(
  pieces: AsyncIterable<Uint8Array>,
  afterZxid = -1,
): AsyncGenerator<LogBatch, void, void> {
  const source = new ByteSource(pieces, false);
  try {
    let ending = await readHeader(source);
    let entries: LogEntry[] = [];
    while (ending === null) {
      const entry = await readEntry(source, afterZxid);
      if (entry === null) {
        continue;
      }
      if ('kind' in entry) {
        ending = entry;
      } else if (entries.push(entry) === BATCH_ENTRIES_MAX) {
        yield { entries, ending };
        entries = [];
      }
    }
    yield { entries, ending };
  } finally {
    await source.close();
  }
}

/** Appends an entry to what will be written. @throws Misfit a value that its field cannot hold */
export function writeEntry(writer: JuteWriter, header: TxnHeader, txn: Txn, digest: TxnDigest | null): void {
  const at = writer.length;
  writer.int(0);
  writer.int(0);
  writer.int(0);
  writeTxn(writer, header, txn, digest);
  const body = writer.view(at + PREFIX_BYTES);
  writer.patchInt(at + 4, adler32(body));
  writer.patchInt(at + 8, body.length);
  writer.byte(END_MARK);
}

/** null: it is the header of a log. */
async function readHeader(source: ByteSource): Promise<LogEnding | null> {
  const isWhole = await source.ensure(LOG_HEADER.length);
  const begins = source.bytes.subarray(0, isWhole ? MAGIC_BYTES : LOG_HEADER.length);
  if (begins.equals(LOG_HEADER.subarray(0, begins.length))) {
    source.at = LOG_HEADER.length;
    return isWhole ? null : { kind: 'cutShort', offset: 0 };
  }
  const isEmpty = (await firstByteThatIsNotZero(source)) === null;
  return isEmpty ? { kind: 'cutShort', offset: 0 } : { kind: 'notALog', offset: 0, why: 'it does not begin with ZKLG' };
}

/** null: it is one of those to be left out. */
async function readEntry(source: ByteSource, afterZxid: number): Promise<LogEntry | LogEnding | null> {
  const { offset } = source;
  if (source.available < PREFIX_BYTES && !(await source.ensure(PREFIX_BYTES))) {
    const isEmpty = source.available === 0;
    return isEmpty ? { kind: 'endOfFile', offset } : endOfRest(source, offset);
  }
  const length = source.bytes.readInt32BE(source.at + 8);
  if (length === 0) {
    return atZeroLength(source, offset);
  }
  if (length < BODY_BYTES_MIN) {
    return { kind: 'unreadableEntry', offset, why: `it says that it has ${length} bytes` };
  }
  const bytes = PREFIX_BYTES + length + 1;
  if (source.available < bytes && !(await source.ensure(bytes))) {
    return { kind: 'cutShort', offset };
  }
  return checkEntry(source, length, afterZxid);
}

/** The entry that is at hand as a whole. */
async function checkEntry(source: ByteSource, length: number, afterZxid: number): Promise<LogEntry | LogEnding | null> {
  const { bytes, at, offset } = source;
  const start = at + PREFIX_BYTES;
  const end = start + length;
  if (bytes[end] !== END_MARK) {
    // A write that stopped here leaves the zeros that were there before, in the entry and behind it.
    source.at = end;
    const bytesAt = await firstByteThatIsNotZero(source);
    return bytesAt === null ? { kind: 'cutShort', offset } : { kind: 'endMarkMissing', offset, bytesAt };
  }
  if (bytes.readUInt32BE(at + 4) !== adler32(bytes, start, end) || bytes.readUInt32BE(at) !== 0) {
    return { kind: 'checksumMismatch', offset };
  }
  const zxid = bytes.readInt32BE(start + ZXID_OFFSET) * 0x1_0000_0000 + bytes.readUInt32BE(start + ZXID_OFFSET + 4);
  if (zxid <= afterZxid) {
    source.at = end + 1;
    return null;
  }
  try {
    const logged = readTxn(new JuteReader(bytes.subarray(0, end), start));
    source.at = end + 1;
    return { ...logged, offset, end: source.offset };
  } catch (error) {
    if (!(error instanceof Malformed)) {
      throw error;
    }
    return { kind: 'unreadableEntry', offset, why: [...error.fields, error.message].join(': ') };
  }
}

/** A length of 0: the padding begins; or a write stopped between checksum and length; or bytes were lost. */
async function atZeroLength(source: ByteSource, offset: number): Promise<LogEnding> {
  const hasChecksum = source.bytes.readBigUInt64BE(source.at) !== 0n;
  source.at += PREFIX_BYTES;
  const bytesAt = await firstByteThatIsNotZero(source);
  if (bytesAt !== null) {
    return { kind: 'zeroLengthEntry', offset, bytesAt };
  }
  return { kind: hasChecksum ? 'cutShort' : 'padding', offset };
}

/** Fewer bytes than an entry begins with. */
function endOfRest(source: ByteSource, offset: number): LogEnding {
  const rest = source.bytes.subarray(source.at);
  return { kind: rest.every((byte) => byte === 0) ? 'padding' : 'cutShort', offset };
}

/** Where it is in the file; null: zeros up to the end. */
async function firstByteThatIsNotZero(source: ByteSource): Promise<number | null> {
  for (;;) {
    const rest = source.bytes.subarray(source.at);
    // Comparing whole buffers is by far the fastest: the padding is 64 MiB.
    if (!rest.equals(zeros(rest.length))) {
      return source.offset + rest.findIndex((byte) => byte !== 0);
    }
    source.at = source.bytes.length;
    if (!(await source.ensure(1))) {
      return null;
    }
  }
}

let zeroBytes = Buffer.alloc(0);

function zeros(length: number): Buffer {
  if (zeroBytes.length < length) {
    zeroBytes = Buffer.alloc(length);
  }
  return zeroBytes.subarray(0, length);
}
