/**
 * A snapshot, `snapshot.<zxid>`: sessions, ACL lists and znodes, then digest and last zxid, with checksums between them.
 * What is in it; snapshot-reader.ts and snapshot-writer.ts know how. Follows FileSnap and DataTree.serialize (3.9).
 */
import type { AclEntry } from '../acl.js';
import { int, long, record, vector } from '../record.js';
import { Acl } from '../records.js';

/** A znode as it is stored: StatPersisted and what belongs to it. */
export interface StoredState {
  /** The root has ''. */
  readonly path: string;
  readonly data: Buffer | null;
  readonly acl: readonly AclEntry[];
  readonly czxid: number;
  readonly mzxid: number;
  readonly pzxid: number;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  /** The create counter; on the wire cversion is 2 × this − children. */
  readonly createCounter: number;
  readonly aversion: number;
  /** Raw: a session id, 0x8000000000000000 for containers, 0xFF… and the TTL; as an unsigned 64-bit number. */
  readonly ephemeralOwner: bigint;
}

export interface SnapshotSession {
  readonly sessionId: bigint;
  readonly sessionTimeoutMs: number;
}

/** What stands behind the znodes. Of the moment when writing ended, which in a fuzzy snapshot is not that of the znodes. */
export interface SnapshotTrailer {
  /** null: before 3.6, digests off, or of version 1, which nobody can compute any more. */
  readonly digest: { readonly zxid: number; readonly version: number; readonly treeDigest: bigint } | null;
  /** null: before 3.9, or switched off there. */
  readonly lastZxid: number | null;
}

/** What a snapshot consists of, in order. Only with the trailer is it known that all of it was right. */
export type SnapshotPart =
  | { readonly kind: 'sessions'; readonly sessions: readonly SnapshotSession[] }
  /** Parents before children; `strangersCount`: how many of these have an ACL list that is not in the file. */
  | { readonly kind: 'znodes'; readonly znodes: readonly StoredState[]; readonly strangersCount: number }
  | { readonly kind: 'trailer'; readonly trailer: SnapshotTrailer };

export interface SnapshotContent {
  readonly sessions: Iterable<SnapshotSession>;
  /** All that znodes had when writing began. */
  readonly aclLists: Iterable<readonly AclEntry[]>;
  /** Parents before children, the root first. Read while the snapshot is written, not before. */
  readonly znodes: Iterable<StoredState>;
  /** Asked when all znodes are written. */
  trailer(): SnapshotTrailer;
}

/** `ZKSN`, version 2, database -1: how each snapshot begins. */
export const SNAPSHOT_HEADER: Buffer = Buffer.from('5a4b534e00000002ffffffffffffffff', 'hex');

/** How an uncompressed snapshot ends, and what a server looks at first (SnapStream.isValidSnapshot). */
export const SNAPSHOT_END: Buffer = Buffer.from('000000012f', 'hex');

/** Key of the list that the server gives to its own znodes: all for everybody. It has no entry in the file. */
export const OPEN_ACL_KEY = -1n;

export const StoredSession = record('Session', { sessionId: long, sessionTimeoutMs: int });
export const StoredAcl = record('AclList', { key: long, acl: vector(Acl) });
