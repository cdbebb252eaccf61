/**
 * Transactions: what a server writes into its log for every change, and for every write that it refused. The types;
 * their bytes (log and snapshot files) are in files/. Follows the Txn records of zookeeper.jute and SerializeUtils (3.9).
 */
import type { AclEntry } from './acl.js';

export interface TxnHeader {
  /** Of the session that asked; 0n where the server itself acts (containers, TTL). */
  readonly sessionId: bigint;
  /** The xid of the request; 0 for the server's own. */
  readonly cxid: number;
  /** Exact as a number up to epoch 2^21. */
  readonly zxid: number;
  /** ms since the epoch: ctime and mtime of what the transaction touches. */
  readonly timeMs: number;
}

/** One change. Names are complete (sequence number included), ACLs fixed up, versions those after the change. */
export type ChangeTxn =
  | {
      readonly type: 'create';
      readonly path: string;
      readonly data: Buffer | null;
      readonly acl: readonly AclEntry[];
      readonly ephemeral: boolean;
      /** The parent's create counter after this. */
      readonly parentCVersion: number;
      /** Whether the request was create2: a code of its own in the log (15), and no other difference. */
      readonly withStat?: boolean;
    }
  | {
      readonly type: 'createContainer';
      readonly path: string;
      readonly data: Buffer | null;
      readonly acl: readonly AclEntry[];
      readonly parentCVersion: number;
    }
  | {
      readonly type: 'createTTL';
      readonly path: string;
      readonly data: Buffer | null;
      readonly acl: readonly AclEntry[];
      readonly parentCVersion: number;
      readonly ttlMs: number;
    }
  | { readonly type: 'delete'; readonly path: string }
  | { readonly type: 'setData'; readonly path: string; readonly data: Buffer | null; readonly version: number }
  | { readonly type: 'check'; readonly path: string; readonly version: number }
  /** Inside a multi: it failed, and with it all of them (the codes of the protocol, -2 behind the first). */
  | { readonly type: 'error'; readonly err: number };

export type Txn =
  | ChangeTxn
  | { readonly type: 'deleteContainer'; readonly path: string }
  | { readonly type: 'setACL'; readonly path: string; readonly acl: readonly AclEntry[]; readonly version: number }
  | { readonly type: 'reconfig'; readonly path: string; readonly data: Buffer | null; readonly version: number }
  /** With one `error` in it none of them was applied. */
  | { readonly type: 'multi'; readonly txns: readonly ChangeTxn[] }
  | { readonly type: 'createSession'; readonly sessionTimeoutMs: number }
  /** `paths`: its ephemerals, in the order in which they go; null in logs before 3.6. */
  | { readonly type: 'closeSession'; readonly paths: readonly string[] | null };

/** The state of the tree after a transaction (protocol: 10.5); not written behind errors. */
export interface TxnDigest {
  readonly version: number;
  readonly treeDigest: bigint;
}
