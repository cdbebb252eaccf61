/**
 * Reads a snapshot: bytes to sessions and znodes, every checksum verified. The parts behind the znodes are told apart by what
 * is left of the file, since each release has others. Follows FileSnap.deserialize and DataTree.deserialize (ZooKeeper 3.9).
 */
import { type AclEntry, OPEN_ACL } from '../acl.js';
import { JuteReader, Malformed } from '../jute.js';
import { type FieldType, int } from '../record.js';
import { decodeString } from '../strings.js';
import { ByteSource } from './byte-source.js';
import {
  OPEN_ACL_KEY,
  SNAPSHOT_END,
  SNAPSHOT_HEADER,
  type SnapshotPart,
  type SnapshotTrailer,
  StoredAcl,
  StoredSession,
  type StoredState,
} from './snapshot.js';

const SEAL_BYTES = 13;
const DIGEST_BYTES = 20;
const LAST_ZXID_BYTES = 8;
/** More than any trailer has. */
const TRAILER_BYTES_MAX = 256;

/** Behind path and data: the key of the ACL list, and StatPersisted. */
const NUMBERS_BYTES = 68;
const ZNODES_IN_BATCH = 500;

/** Stands for a list that the file does not have: nobody may do anything until a transaction behind it says more. */
const NOBODY: readonly AclEntry[] = [{ perms: 0, scheme: 'world', id: 'anyone' }];

/**
 * Reads a snapshot that is not compressed, or not any more.
 * @throws Malformed with the offset in the unpacked file; also where a checksum does not fit
 */
export async function* readSnapshot(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<SnapshotPart, void, void> {
  const source = new ByteSource(pieces, true);
  try {
    await readHeader(source);
    yield { kind: 'sessions', sessions: await readList(source, StoredSession) };
    const acls = new Map<bigint, readonly AclEntry[]>(
      (await readList(source, StoredAcl)).map(({ key, acl }) => [key, acl]),
    );
    acls.set(OPEN_ACL_KEY, OPEN_ACL);
    yield* readZnodes(source, acls);
    await readSeal(source);
    yield { kind: 'trailer', trailer: await readTrailer(source) };
  } finally {
    await source.close();
  }
}

async function readHeader(source: ByteSource): Promise<void> {
  const isWhole = await source.ensure(SNAPSHOT_HEADER.length);
  if (!isWhole || source.bytes.readInt32BE(source.at) !== SNAPSHOT_HEADER.readInt32BE(0)) {
    throw new Malformed('it does not begin with ZKSN', 0);
  }
  source.at += SNAPSHOT_HEADER.length;
}

async function readList<T>(source: ByteSource, type: FieldType<T, never>): Promise<T[]> {
  const count = await readOne(source, int);
  const values: T[] = [];
  while (values.length < count) {
    values.push(await readOne(source, type));
  }
  return values;
}

/** One thing whose length is not known before: bytes are fetched until they suffice, or there are no more. */
async function readOne<T>(source: ByteSource, type: FieldType<T, never>): Promise<T> {
  for (let wanted = type.bytesMin; ; wanted = source.available * 2) {
    const isAll = !(await source.ensure(wanted));
    const reader = new JuteReader(source.bytes, source.at);
    try {
      const value = type.read(reader);
      source.at = reader.offset;
      return value;
    } catch (error) {
      if (!(error instanceof Malformed)) {
        throw error;
      }
      if (isAll) {
        throw new Malformed(error.message, source.offset - source.at + error.offset);
      }
    }
  }
}

async function* readZnodes(
  source: ByteSource,
  acls: ReadonlyMap<bigint, readonly AclEntry[]>,
): AsyncGenerator<SnapshotPart, void, void> {
  let znodes: StoredState[] = [];
  let strangersCount = 0;
  for (;;) {
    // Most znodes are at hand as a whole, and then nothing is waited for.
    const length = lengthOfZnode(source) ?? (await fetchZnode(source));
    if (length === 0) {
      break;
    }
    const znode = readZnode(source, acls);
    strangersCount += znode.acl === NOBODY ? 1 : 0;
    znodes.push(znode);
    if (znodes.length === ZNODES_IN_BATCH) {
      yield { kind: 'znodes', znodes, strangersCount };
      znodes = [];
      strangersCount = 0;
    }
  }
  source.at += SNAPSHOT_END.length;
  yield { kind: 'znodes', znodes, strangersCount };
}

/** Bytes of the znode at hand; 0: the path / stands for their end; null: not all of it is here. */
function lengthOfZnode(source: ByteSource): number | null {
  const { bytes, at } = source;
  if (bytes.length - at < SNAPSHOT_END.length) {
    return null;
  }
  const pathLength = bytes.readInt32BE(at);
  if (pathLength < 0) {
    throw new Malformed(`a path of length ${pathLength}`, source.offset);
  }
  if (pathLength === 1 && bytes[at + 4] === SLASH) {
    return 0;
  }
  const dataAt = at + 4 + pathLength;
  if (bytes.length < dataAt + 4) {
    return null;
  }
  const dataLength = bytes.readInt32BE(dataAt);
  if (dataLength < -1) {
    throw new Malformed(`data of length ${dataLength}`, source.offset + 4 + pathLength);
  }
  const end = dataAt + 4 + Math.max(dataLength, 0) + NUMBERS_BYTES;
  return bytes.length < end ? null : end - at;
}

const SLASH = 0x2f;

async function fetchZnode(source: ByteSource): Promise<number> {
  for (;;) {
    const isMore = await source.ensure(source.available + 1);
    const length = lengthOfZnode(source);
    if (length !== null) {
      return length;
    }
    if (!isMore) {
      throw new Malformed('the file ends among the znodes', source.offset);
    }
  }
}

/** The znode that is at hand as a whole. */
function readZnode(source: ByteSource, acls: ReadonlyMap<bigint, readonly AclEntry[]>): StoredState {
  const { bytes } = source;
  const pathAt = source.at + 4;
  const dataAt = pathAt + bytes.readInt32BE(source.at) + 4;
  const dataLength = bytes.readInt32BE(dataAt - 4);
  const numbersAt = dataAt + Math.max(dataLength, 0);
  source.at = numbersAt + NUMBERS_BYTES;
  return {
    path: decodeString(bytes, pathAt, dataAt - 4, 'client'),
    data: dataLength < 0 ? null : Buffer.from(bytes.subarray(dataAt, numbersAt)),
    acl: acls.get(bytes.readBigInt64BE(numbersAt)) ?? NOBODY,
    czxid: longNumberAt(bytes, numbersAt + 8),
    mzxid: longNumberAt(bytes, numbersAt + 16),
    ctime: longNumberAt(bytes, numbersAt + 24),
    mtime: longNumberAt(bytes, numbersAt + 32),
    version: bytes.readInt32BE(numbersAt + 40),
    createCounter: bytes.readInt32BE(numbersAt + 44),
    aversion: bytes.readInt32BE(numbersAt + 48),
    ephemeralOwner: bytes.readBigUInt64BE(numbersAt + 52),
    pzxid: longNumberAt(bytes, numbersAt + 60),
  };
}

function longNumberAt(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}

/** Adler-32 of all before it, and the path / again. */
async function readSeal(source: ByteSource): Promise<void> {
  const { offset } = source;
  if (!(await source.ensure(SEAL_BYTES))) {
    throw new Malformed('the file ends where a checksum should be', offset);
  }
  const sum = source.checksum();
  const seal = source.bytes.subarray(source.at, source.at + SEAL_BYTES);
  if (seal.readBigUInt64BE() !== BigInt(sum) || !seal.subarray(8).equals(SNAPSHOT_END)) {
    throw new Malformed('the checksum does not fit what is before it', offset);
  }
  source.at += SEAL_BYTES;
}

async function readTrailer(source: ByteSource): Promise<SnapshotTrailer> {
  await source.ensure(TRAILER_BYTES_MAX);
  // 3.9 with digests switched off writes the last zxid alone, and a server with digests cannot read that; we can.
  const hasDigest = source.available > LAST_ZXID_BYTES + SEAL_BYTES;
  const digest = hasDigest ? readDigest(source) : null;
  if (hasDigest) {
    await readSeal(source);
  }
  if (source.available === 0) {
    return { digest, lastZxid: null };
  }
  if (source.available !== LAST_ZXID_BYTES + SEAL_BYTES) {
    throw new Malformed(`${source.available} bytes behind the znodes that nobody knows`, source.offset);
  }
  const lastZxid = longNumberAt(source.bytes, source.at);
  source.at += LAST_ZXID_BYTES;
  await readSeal(source);
  return { digest, lastZxid };
}

function readDigest(source: ByteSource): SnapshotTrailer['digest'] {
  const { bytes, at } = source;
  if (source.available < DIGEST_BYTES) {
    throw new Malformed('the file ends where a digest should be', source.offset);
  }
  const zxid = longNumberAt(bytes, at);
  const version = bytes.readInt32BE(at + 8);
  if (version < 2) {
    // Early releases of 3.6: a string, of an algorithm that is gone.
    source.at += 12 + 4 + Math.max(bytes.readInt32BE(at + 12), 0);
    return null;
  }
  source.at += DIGEST_BYTES;
  return { zxid, version, treeDigest: bytes.readBigInt64BE(at + 12) };
}
