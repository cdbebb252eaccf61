/**
 * The tree as it would be after the operations of a multi that have been checked so far: what its next operation is
 * checked against. Nothing is applied meanwhile. Follows the outstanding changes of PrepRequestProcessor (3.9).
 */
import type { AclEntry } from '../../protocol/acl.js';
import type { ChangeTxn } from '../../protocol/txn.js';
import type { Znode, ZnodeFacts } from '../tree/znode.js';
import { parentPathOf, type ZnodeTree } from '../tree/znode-tree.js';

/** What checks look at: the tree itself, or an overlay. */
export interface TreeView {
  find(path: string): ZnodeFacts | null;
  /** The same for a child of what `find` gave for its parent, and shorter. */
  findChild(parent: ZnodeFacts, path: string): ZnodeFacts | null;
}

type PendingZnode = { -readonly [Fact in keyof ZnodeFacts]: ZnodeFacts[Fact] };

export class Overlay implements TreeView {
  readonly #tree: ZnodeTree;
  /** null: deleted. */
  readonly #pending = new Map<string, PendingZnode | null>();

  constructor(tree: ZnodeTree) {
    this.#tree = tree;
  }

  find(path: string): ZnodeFacts | null {
    return this.#change(path);
  }

  findChild(_parent: ZnodeFacts, path: string): ZnodeFacts | null {
    return this.#change(path);
  }

  /**
   * An operation that passed its checks. `asksForEphemeral`: by its flags; where they stand beside createContainer the znode
   * becomes a container, and yet counts as an ephemeral for the operations behind it (PrepRequestProcessor.pRequest2TxnCreate).
   */
  note(txn: ChangeTxn, asksForEphemeral: boolean): void {
    switch (txn.type) {
      case 'create':
      case 'createContainer':
      case 'createTTL':
        this.#create(txn.path, txn.acl, txn.data?.length ?? 0, asksForEphemeral);
        break;
      case 'delete':
        this.#noteDelete(txn.path);
        break;
      case 'setData': {
        const znode = this.#change(txn.path);
        if (znode !== null) {
          znode.version = txn.version;
          znode.dataLength = txn.data?.length ?? 0;
        }
        break;
      }
    }
  }

  #create(path: string, entries: readonly AclEntry[], dataLength: number, isEphemeral: boolean): void {
    const parent = this.#change(parentPathOf(path));
    if (parent !== null) {
      parent.createCounter = (parent.createCounter + 1) | 0;
      parent.childrenCount++;
    }
    const acl = this.#tree.acls.take(entries);
    // Only a look at it is needed: the use that counts is that of the znode, should there be one.
    this.#tree.acls.drop(acl);
    const fresh = { acl, version: 0, aversion: 0, createCounter: 0, childrenCount: 0 };
    this.#pending.set(path, { ...fresh, isEphemeral, dataLength });
  }

  #noteDelete(path: string): void {
    const parent = this.#change(parentPathOf(path));
    if (parent !== null) {
      parent.childrenCount--;
    }
    this.#pending.set(path, null);
  }

  #change(path: string): PendingZnode | null {
    // One znode, two names.
    const key = path === '' ? '/' : path;
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      const znode = this.#tree.find(key);
      pending = znode === null ? null : factsOf(znode);
      if (pending !== null) {
        this.#pending.set(key, pending);
      }
    }
    return pending;
  }
}

function factsOf(znode: Znode): PendingZnode {
  const { acl, version, aversion, createCounter, isEphemeral, childrenCount, dataLength } = znode;
  return { acl, version, aversion, createCounter, isEphemeral, childrenCount, dataLength };
}
