/**
 * Applying transactions: the one place where the tree changes. Live, nothing fails, since everything was checked before;
 * over a fuzzy tree (recovery) what does not fit is passed over. Follows DataTree.processTxn, createNode, deleteNode,
 * setData, setACL and killSession (3.9.5).
 */
import type { ChangeTxn, Txn, TxnHeader } from '../../protocol/txn.js';
import type { TreeDigest } from '../tree/tree-digest.js';
import { CONTAINER, type Owner, type Znode } from '../tree/znode.js';
import { parentPathOf, type ZnodeTree } from '../tree/znode-tree.js';
import type { Quotas } from './quotas.js';
import type { Watches } from './watches.js';

type CreateTxn = Extract<ChangeTxn, { type: 'create' | 'createContainer' | 'createTTL' }>;
type SingleTxn = Exclude<Txn, { type: 'multi' }>;

export class Applier {
  readonly #tree: ZnodeTree;
  readonly #watches: Watches;
  readonly #quotas: Quotas;
  readonly #digest: TreeDigest;

  constructor(tree: ZnodeTree, watches: Watches, quotas: Quotas, digest: TreeDigest) {
    this.#tree = tree;
    this.#watches = watches;
    this.#quotas = quotas;
    this.#digest = digest;
  }

  /** One operation. Returns the znode it made or changed; null: it is gone, or there never was one. Sessions are not here. */
  apply(header: TxnHeader, txn: SingleTxn): Znode | null {
    switch (txn.type) {
      case 'create':
      case 'createContainer':
      case 'createTTL':
        return this.#create(header, txn);
      case 'delete':
      case 'deleteContainer':
        this.#delete(txn.path, header.zxid);
        return null;
      case 'setData':
      case 'reconfig':
        return this.#setData(header, txn.path, txn.data, txn.version);
      case 'setACL':
        return this.#setAcl(txn);
      case 'closeSession':
        this.#closeSession(header, txn.paths);
        return null;
      case 'check':
      case 'createSession':
      case 'error':
        return null;
    }
  }

  #create(header: TxnHeader, txn: CreateTxn): Znode | null {
    const { path } = txn;
    const tree = this.#tree;
    const parentPath = parentPathOf(path);
    const parent = tree.find(parentPath);
    if (parent === null) {
      return null;
    }
    this.#digest.touch(parentPath, parent);
    const existing = tree.findChild(parent, path);
    if (existing !== null) {
      tree.setAcl(existing, txn.acl);
      if (txn.type === 'create' && txn.withStat !== true) {
        advance(parent, txn.parentCVersion, header.zxid);
      }
      return null;
    }
    advance(parent, txn.parentCVersion, header.zxid);
    const data = txn.data === null ? null : txn.data.toString('latin1');
    const znode = tree.newZnode(data, txn.acl, this.#ownerOf(header, txn), header.zxid, header.timeMs);
    tree.add(path, parent, znode);
    this.#digest.created(path, znode);
    this.#quotas.created(path, parentPath, znode.dataLength);
    this.#watches.created(path, znode.acl, parentPath, parent.acl, header.zxid);
    return znode;
  }

  #ownerOf(header: TxnHeader, txn: CreateTxn): Owner | null {
    switch (txn.type) {
      case 'create':
        return txn.ephemeral ? this.#tree.ownerOf(header.sessionId) : null;
      case 'createContainer':
        return CONTAINER;
      case 'createTTL':
        return { kind: 'ttl', ttlMs: txn.ttlMs };
    }
  }

  #delete(path: string, zxid: number): void {
    const parentPath = parentPathOf(path);
    const parent = this.#tree.find(parentPath);
    if (parent === null) {
      return;
    }
    this.#digest.touch(parentPath, parent);
    const znode = this.#tree.remove(path, parent);
    // A create that is newer may be in a fuzzy tree already.
    parent.pzxid = Math.max(parent.pzxid, zxid);
    if (znode === null) {
      return;
    }
    this.#digest.removed(path, znode);
    this.#quotas.deleted(path, parentPath, znode.dataLength);
    this.#watches.deleted(path, znode.acl, parentPath, parent.acl, zxid);
  }

  #setData(header: TxnHeader, path: string, data: Buffer | null, version: number): Znode | null {
    const znode = this.#tree.find(path);
    if (znode === null) {
      return null;
    }
    this.#digest.touch(path, znode);
    const before = znode.dataLength;
    this.#tree.setData(znode, data === null ? null : data.toString('latin1'));
    znode.version = version;
    znode.mtime = header.timeMs;
    znode.mzxid = header.zxid;
    this.#quotas.changed(path, znode.dataLength - before);
    this.#watches.changed(path, znode.acl, header.zxid);
    return znode;
  }

  #setAcl(txn: Extract<Txn, { type: 'setACL' }>): Znode | null {
    const znode = this.#tree.find(txn.path);
    if (znode === null) {
      return null;
    }
    this.#digest.touch(txn.path, znode);
    this.#tree.setAcl(znode, txn.acl);
    znode.aversion = txn.version;
    return znode;
  }

  /** Those that the transaction names in its order; then, which is rare, others that it does not know of. */
  #closeSession(header: TxnHeader, paths: readonly string[] | null): void {
    const owner = this.#tree.forgetOwner(header.sessionId);
    for (const path of paths ?? []) {
      this.#delete(path, header.zxid);
    }
    for (const path of owner?.paths.keys() ?? []) {
      this.#delete(path, header.zxid);
    }
  }
}

/** @param createCounter -1: not known, in old files */
function advance(parent: Znode, createCounter: number, zxid: number): void {
  const next = createCounter === -1 ? (parent.createCounter + 1) | 0 : createCounter;
  if (next > parent.createCounter) {
    parent.createCounter = next;
    parent.pzxid = zxid;
  }
}
