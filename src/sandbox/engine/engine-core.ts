/**
 * What all handlers work on: the tree, the watches, the sessions, and the way of every transaction: a zxid, the change,
 * the journal. Follows ZooKeeperServer (3.9).
 */
import type { Txn, TxnHeader } from '../../protocol/txn.js';
import type { AclList } from '../tree/acl-lists.js';
import { DigestLog } from '../tree/digest-log.js';
import { TreeDigest } from '../tree/tree-digest.js';
import type { Znode } from '../tree/znode.js';
import { ZnodeTree } from '../tree/znode-tree.js';
import { isAllowed } from './acl-check.js';
import { Applier } from './apply.js';
import type { EngineOptions, EngineSettings } from './engine.js';
import type { Journal } from './journal.js';
import type { Peer } from './peer.js';
import { Quotas } from './quotas.js';
import { SessionTable } from './session-table.js';
import { Watches } from './watches.js';

export class EngineCore {
  readonly settings: EngineSettings;
  readonly tree = new ZnodeTree();
  readonly watches: Watches;
  readonly quotas = new Quotas(this.tree);
  readonly digest = new TreeDigest(this.tree);
  readonly digestLog = new DigestLog(this.digest);
  readonly sessions: SessionTable;
  readonly applier: Applier;
  readonly wallClock: () => number;
  journal: Journal | null;
  /** Of the last transaction, refused ones included. */
  lastZxid = 0;

  constructor(options: EngineOptions) {
    this.settings = options.settings;
    this.wallClock = options.wallClock;
    this.journal = options.journal;
    this.watches = new Watches(options.settings);
    this.sessions = new SessionTable(options.firstSessionId);
    this.applier = new Applier(this.tree, this.watches, this.quotas, this.digest);
  }

  isAllowed(acl: AclList, perms: number, peer: Peer): boolean {
    return isAllowed(acl, perms, peer, this.settings);
  }

  /** The header of the next transaction: its zxid is used up, whatever becomes of it. */
  begin(sessionId: bigint, cxid: number): TxnHeader {
    this.lastZxid++;
    return { sessionId, cxid, zxid: this.lastZxid, timeMs: this.wallClock() };
  }

  /** A change of one step. Returns the znode that it made or changed. */
  commit(header: TxnHeader, txn: Exclude<Txn, { type: 'multi' }>): Znode | null {
    const znode = this.applier.apply(header, txn);
    this.log(header, txn);
    return znode;
  }

  /** A request that was refused after it got its zxid. */
  refuse(header: TxnHeader, err: number): void {
    this.digestLog.note(header.zxid, this.settings.digestEnabled);
    this.journal?.append(header, { type: 'error', err }, null);
  }

  /** What has been applied. */
  log(header: TxnHeader, txn: Txn): void {
    this.digestLog.note(header.zxid, this.settings.digestEnabled);
    this.journal?.append(header, txn, this.settings.digestEnabled ? this.digest.value : null);
  }
}
