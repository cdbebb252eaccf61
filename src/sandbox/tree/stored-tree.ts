/** The tree for others than the engine: what snapshots and inspection read, and recovery fills. Implements DataTree. */
import type { AclEntry } from '../../protocol/acl.js';
import type { EngineSettings } from '../engine/engine.js';
import type { DataTree, StoredZnode } from './data-tree.js';
import { CONTAINER, type Owner, rawOwner, type Znode } from './znode.js';
import { parentPathOf, type ZnodeTree } from './znode-tree.js';

const CONTAINER_OWNER = 0x8000_0000_0000_0000n;
const TTL_MARK = 0xffn;
const TTL_MASK = 0xff_ffff_ffffn;

export class StoredTree implements DataTree {
  readonly #tree: ZnodeTree;
  readonly #settings: EngineSettings;

  constructor(tree: ZnodeTree, settings: EngineSettings) {
    this.#tree = tree;
    this.#settings = settings;
  }

  get nodeCount(): number {
    return this.#tree.nodeCount;
  }

  get ephemeralsCount(): number {
    return this.#tree.ephemeralsCount;
  }

  get approximateDataSize(): number {
    return this.#tree.approximateDataSize;
  }

  get(path: string): StoredZnode | null {
    const znode = this.#tree.find(path);
    return znode === null ? null : stored(path, znode);
  }

  childNames(path: string): string[] | null {
    const znode = this.#tree.find(path);
    return znode === null ? null : (znode.children?.keys() ?? []);
  }

  /** As DataTree.serializeNode goes: depth first, children in the order of their set. */
  *walk(): IterableIterator<StoredZnode> {
    yield stored('', this.#tree.root);
    const open: Branch[] = [branchOf('', this.#tree.root)];
    for (let branch = open.at(-1); branch !== undefined; branch = open.at(-1)) {
      const name = branch.names[branch.next++];
      if (name === undefined) {
        open.pop();
        continue;
      }
      // Deleted meanwhile, or made anew: what is there now counts.
      const child = branch.znode.children?.get(name);
      if (child !== undefined) {
        const path = `${branch.path}/${name}`;
        yield stored(path, child);
        if (child.childrenCount > 0) {
          open.push(branchOf(path, child));
        }
      }
    }
  }

  aclLists(): Iterable<readonly AclEntry[]> {
    return this.#tree.acls.all();
  }

  ephemerals(): ReadonlyMap<bigint, readonly string[]> {
    return new Map([...this.#tree.owners].map(([sessionId, { paths }]) => [sessionId, paths.keys()]));
  }

  clear(): void {
    this.#tree.clear();
  }

  restore(from: Omit<StoredZnode, 'childrenCount'>): void {
    const tree = this.#tree;
    const isRoot = from.path === '' || from.path === '/';
    const parent = isRoot ? null : tree.find(parentPathOf(from.path));
    if (!isRoot && parent === null) {
      return;
    }
    const data = from.data === null ? null : from.data.toString('latin1');
    const znode = tree.newZnode(data, from.acl, this.#ownerOf(from.ephemeralOwner), from.czxid, from.ctime);
    znode.mzxid = from.mzxid;
    znode.pzxid = from.pzxid;
    znode.mtime = from.mtime;
    znode.version = from.version;
    znode.createCounter = from.createCounter;
    znode.aversion = from.aversion;
    if (parent === null) {
      tree.restoreRoot(znode);
    } else {
      znode.children = tree.remove(from.path, parent)?.children ?? null;
      tree.add(from.path, parent, znode);
    }
  }

  /** EphemeralType.get */
  #ownerOf(raw: bigint): Owner | null {
    const owner = BigInt.asUintN(64, raw);
    if (owner === 0n) {
      return null;
    }
    if (owner === CONTAINER_OWNER) {
      return CONTAINER;
    }
    if (this.#settings.extendedTypesEnabled && owner >> 56n === TTL_MARK) {
      return { kind: 'ttl', ttlMs: Number(owner & TTL_MASK) };
    }
    return this.#tree.ownerOf(BigInt.asIntN(64, owner));
  }
}

/** A znode whose children are being walked. */
interface Branch {
  readonly path: string;
  readonly znode: Znode;
  readonly names: readonly string[];
  next: number;
}

function branchOf(path: string, znode: Znode): Branch {
  return { path, znode, names: znode.children?.keys() ?? [], next: 0 };
}

function stored(path: string, znode: Znode): StoredZnode {
  return {
    path,
    data: znode.data === null ? null : Buffer.from(znode.data, 'latin1'),
    acl: znode.acl.entries,
    czxid: znode.czxid,
    mzxid: znode.mzxid,
    pzxid: znode.pzxid,
    ctime: znode.ctime,
    mtime: znode.mtime,
    version: znode.version,
    createCounter: znode.createCounter,
    aversion: znode.aversion,
    ephemeralOwner: rawOwner(znode.owner),
    childrenCount: znode.childrenCount,
  };
}
