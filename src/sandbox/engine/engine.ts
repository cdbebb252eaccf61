/**
 * The engine: tree, sessions, watches and rules of one server, without sockets, files, timers or a clock of its own. Every
 * request is handled completely before the next (the single queue of a standalone ZooKeeper). This file is its interface;
 * create-engine.ts puts the parts together.
 */
import type { JuteReader, JuteWriter } from '../../protocol/jute.js';
import type { Txn, TxnDigest, TxnHeader } from '../../protocol/txn.js';
import type { DataTree } from '../tree/data-tree.js';
import type { Journal } from './journal.js';
import type { Peer } from './peer.js';

export interface EngineOptions {
  /** ms since the epoch; never goes back by itself, but faults may move it. */
  readonly wallClock: () => number;
  readonly settings: EngineSettings;
  /** null: nothing is written. May be set later (`setJournal`), after recovery. */
  readonly journal: Journal | null;
  /** Upper bytes of new session ids: server id and start time (SessionTrackerImpl.initializeNextSessionId). */
  readonly firstSessionId: bigint;
}

/** Those of ZooKeeper's settings that change what the engine answers. May be changed while it runs (faults, tests). */
export interface EngineSettings {
  enforceQuota: boolean;
  extendedTypesEnabled: boolean;
  skipACL: boolean;
  reconfigEnabled: boolean;
  /** Every write is answered with -119, as by a member without a quorum. */
  readOnly: boolean;
  /** Deletes a minute by checkContainers; znode.container.maxPerMinute. */
  containerDeletesPerMinuteMax: number;
  /** ms after which a container that never had a child goes too; 0: never. */
  containerNeverUsedMs: number;
  /** Whether digests of the tree are kept (hash, the log); costs time. */
  digestEnabled: boolean;
  /** ACL schemes that have a provider besides world, auth, digest and ip: sasl, x509. */
  readonly aclSchemes: ReadonlySet<string>;
  /** DigestAuthenticationProvider.enabled; default true. */
  readonly digestSchemeEnabled?: boolean;
  /** zookeeper.letAnySaslUserDoX */
  letAnySaslUserDoX: string | null;
  x509SuperUser: string | null;
}

/** What the connection must do once the reply has been appended. */
export type Outcome = 'stay' | 'hangUp';

export interface EngineSession {
  readonly sessionId: bigint;
  readonly sessionTimeoutMs: number;
}

export interface Engine {
  readonly settings: EngineSettings;
  readonly tree: DataTree;
  /** Of the last transaction, refused ones included. */
  readonly lastZxid: number;
  readonly sessions: ReadonlyMap<bigint, EngineSession>;

  /**
   * One request: everything but auth, sasl and the first frame, which are the connection's business. `reader` stands behind
   * the header. Appends reply frames to `output`; notifications for this and other peers go through `notify` before that.
   * closeSession is 'hangUp' with its reply; a request that cannot be read gets -5, an unknown op -6 and 'hangUp'.
   * Never throws for what a client sends.
   */
  handle(peer: Peer, xid: number, opCode: number, reader: JuteReader, output: JuteWriter): Outcome;
  /** One zxid. */
  createSession(sessionTimeoutMs: number): EngineSession;
  /** A session that came back with another time-out: no zxid. */
  renewSession(sessionId: bigint, sessionTimeoutMs: number): void;
  /** One zxid, ephemerals gone, watches fired. cxid 0: it expired. */
  closeSession(sessionId: bigint, cxid: number): void;
  /** The connection is gone: its watches go, silently. */
  removePeer(peer: Peer): void;
  /** One round of ContainerManager: deletes empty containers and TTL nodes that are due, each with a zxid of its own. */
  checkContainers(): void;

  /** Recovery: applies a logged transaction to the tree and the sessions; over a fuzzy tree what no longer fits is ignored. */
  replay(header: TxnHeader, txn: Txn): void;
  /** After recovery: the zxid to go on from; ephemerals without a session go, quotas are counted anew. */
  finishReplay(lastZxid: number): void;
  setJournal(journal: Journal | null): void;
  /** The digest of the tree now. */
  readonly digest: TxnDigest;
  /** For the word hash: after transactions whose zxid is a multiple of 128, oldest first, at most 1024. */
  readonly digestLog: readonly LoggedDigest[];

  readonly watches: WatchFigures;
}

/** A digest that is remembered. */
export interface LoggedDigest {
  readonly zxid: number;
  readonly digest: TxnDigest;
}

/** For wchs, wchc, wchp, mntr and the faults. Paths are those of the data table only, as the real words show them. */
export interface WatchFigures {
  /** Both tables. */
  readonly count: number;
  summary(): { readonly connections: number; readonly paths: number; readonly watches: number };
  bySession(): ReadonlyMap<bigint, readonly string[]>;
  byPath(): ReadonlyMap<string, readonly bigint[]>;
}
