/** The tree as others than the engine see it: what inspection, four-letter words and snapshots read, and recovery fills. */
import type { AclEntry } from '../../protocol/acl.js';

/** A znode as it is stored, in the terms of StatPersisted. Not to be kept: it changes with the next write. */
export interface StoredZnode {
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
  readonly childrenCount: number;
}

export interface DataTree {
  /** Znodes; the root counts twice, as in srvr: 5 on a fresh server. */
  readonly nodeCount: number;
  readonly ephemeralsCount: number;
  /** Sum of the lengths of paths and data: zk_approximate_data_size. */
  readonly approximateDataSize: number;
  get(path: string): StoredZnode | null;
  /** In the server's order (Java's hash sets); null: no such znode. */
  childNames(path: string): string[] | null;
  /** Parents before children, the root first with the path '' (as in snapshots). Tolerates changes meanwhile: a fuzzy picture. */
  walk(): IterableIterator<StoredZnode>;
  /** Every list that some znode has, once; the server's own (OPEN_ACL) may be left out. For snapshots. */
  aclLists(): Iterable<readonly AclEntry[]>;
  /** Session id to full paths. */
  ephemerals(): ReadonlyMap<bigint, readonly string[]>;
  /** Recovery: empties the tree, system znodes included. */
  clear(): void;
  /** Recovery: puts a znode in as it is, its parent being there. */
  restore(znode: Omit<StoredZnode, 'childrenCount'>): void;
}
