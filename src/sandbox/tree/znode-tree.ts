/**
 * The tree itself: finding, adding and removing znodes, and the books about them (counts, ephemerals, containers). No
 * rules, no transactions, no watches. A path is walked component by component, without cutting it into strings.
 * Follows DataTree (3.9); there is one znode for its two root keys, '' and '/'.
 */
import { type AclEntry, OPEN_ACL } from '../../protocol/acl.js';
import { QUOTA_ROOT } from '../../protocol/quota.js';
import { AclLists } from './acl-lists.js';
import { JavaHashTable } from './java-hash-table.js';
import { type Owner, type SessionOwner, Znode, type ZnodeFacts } from './znode.js';

/** Initial capacities of Java's sets. */
const CHILDREN_CAPACITY = 8;
const DEFAULT_CAPACITY = 16;

export const CONFIG_PATH = '/zookeeper/config';
const READ_ONLY_ACL: readonly AclEntry[] = [{ perms: 1, scheme: 'world', id: 'anyone' }];
const SYSTEM_PATHS: ReadonlySet<string> = new Set(['/', '/zookeeper', QUOTA_ROOT, CONFIG_PATH]);

/** DataTree.isSpecialPath: no delete takes these away. */
export function isSystemPath(path: string): boolean {
  return SYSTEM_PATHS.has(path);
}

/** Everything before the last slash: of `/a` the empty string, an alias of the root. */
export function parentPathOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

export class ZnodeTree {
  readonly acls = new AclLists();
  /** Paths of containers and of znodes with a TTL, for the scan. */
  readonly containers = new Map<string, Znode>();
  readonly ttls = new Map<string, Znode>();
  #root: Znode = this.#newRoot();
  #owners = new Map<bigint, SessionOwner>();
  #count = 1;
  #ephemeralsCount = 0;
  #dataSize = 1;

  constructor() {
    this.addSystemZnodes();
  }

  /** The root counts twice: Java has it under two keys. */
  get nodeCount(): number {
    return this.#count + 1;
  }

  get ephemeralsCount(): number {
    return this.#ephemeralsCount;
  }

  get approximateDataSize(): number {
    return this.#dataSize;
  }

  get root(): Znode {
    return this.#root;
  }

  /** Session id to what it owns; a session that had ephemerals once stays until it is closed. */
  get owners(): ReadonlyMap<bigint, SessionOwner> {
    return this.#owners;
  }

  find(path: string): Znode | null {
    return this.findWithin(path, path.length);
  }

  /** The znode whose path is `path` up to `end`. Only complete paths are found: no `//`, no slash at the end. */
  findWithin(path: string, end: number): Znode | null {
    if (end === 0 || (end === 1 && path.charCodeAt(0) === SLASH)) {
      return this.#root;
    }
    if (path.charCodeAt(0) !== SLASH) {
      return null;
    }
    let znode = this.#root;
    for (let start = 1; ; ) {
      let stop = path.indexOf('/', start);
      if (stop < 0 || stop > end) {
        stop = end;
      }
      const child = stop === start ? undefined : znode.children?.find(path, start, stop);
      if (child === undefined) {
        return null;
      }
      if (stop === end) {
        return child;
      }
      znode = child;
      start = stop + 1;
    }
  }

  /** The znode at `path`, of which `parent` is the parent. */
  findChild(parent: ZnodeFacts, path: string): Znode | null {
    const start = path.lastIndexOf('/') + 1;
    if (start === path.length || !(parent instanceof Znode)) {
      // The root, or no name at all.
      return this.find(path);
    }
    return parent.children?.find(path, start, path.length) ?? null;
  }

  /** `parent` must have no such child. */
  add(path: string, parent: Znode, znode: Znode): void {
    parent.children ??= new JavaHashTable<Znode>(CHILDREN_CAPACITY);
    parent.children.add(ownName(path), znode);
    this.#count++;
    this.#dataSize += path.length + znode.dataLength;
    this.#enter(path, znode);
  }

  /** The child at `path`, and what is left of it is out of all books; null: there was none. */
  remove(path: string, parent: Znode): Znode | null {
    const znode = parent.children?.delete(path.slice(path.lastIndexOf('/') + 1)) ?? null;
    if (znode === null) {
      return null;
    }
    this.#count--;
    this.#dataSize -= path.length + znode.dataLength;
    this.acls.drop(znode.acl);
    switch (znode.owner?.kind) {
      case 'container':
        this.containers.delete(path);
        break;
      case 'ttl':
        this.ttls.delete(path);
        break;
      case 'session':
        znode.owner.paths.delete(path);
        this.#ephemeralsCount--;
        break;
    }
    return znode;
  }

  setData(znode: Znode, data: string | null): void {
    this.#dataSize += (data?.length ?? 0) - znode.dataLength;
    znode.data = data;
  }

  setAcl(znode: Znode, entries: readonly AclEntry[]): void {
    const before = znode.acl;
    znode.acl = this.acls.take(entries);
    this.acls.drop(before);
  }

  /** What ephemerals of the session say of their owner. */
  ownerOf(sessionId: bigint): SessionOwner {
    let owner = this.#owners.get(sessionId);
    if (owner === undefined) {
      owner = { kind: 'session', sessionId, paths: new JavaHashTable<Znode>(DEFAULT_CAPACITY) };
      this.#owners.set(sessionId, owner);
    }
    return owner;
  }

  /** Its ephemerals are its no longer; they are still in the tree. */
  forgetOwner(sessionId: bigint): SessionOwner | undefined {
    const owner = this.#owners.get(sessionId);
    this.#owners.delete(sessionId);
    return owner;
  }

  clear(): void {
    this.acls.clear();
    this.containers.clear();
    this.ttls.clear();
    this.#owners = new Map();
    this.#root = this.#newRoot();
    this.#count = 1;
    this.#ephemeralsCount = 0;
    this.#dataSize = 1;
  }

  /** Replaces the root's fields: recovery. */
  restoreRoot(znode: Znode): void {
    znode.children = this.#root.children;
    // Both keys of the root count, each with its data.
    this.#dataSize += 2 * (znode.dataLength - this.#root.dataLength);
    this.#root = znode;
  }

  /** Those of a fresh server, where they are missing; config belongs before quota in its parent's set. */
  addSystemZnodes(): void {
    for (const path of ['/zookeeper', QUOTA_ROOT, CONFIG_PATH]) {
      const parent = this.find(parentPathOf(path));
      if (parent === null || this.find(path) !== null) {
        continue;
      }
      const isConfig = path === CONFIG_PATH;
      const znode = this.newZnode('', isConfig ? READ_ONLY_ACL : OPEN_ACL, null, 0, 0);
      znode.aversion = isConfig ? -1 : 0;
      this.add(path, parent, znode);
    }
  }

  newZnode(data: string | null, acl: readonly AclEntry[], owner: Owner | null, zxid: number, timeMs: number): Znode {
    return new Znode(data, this.acls.take(acl), owner, zxid, timeMs);
  }

  /** All znodes below, without itself. */
  countBelow(znode: Znode): number {
    let count = 0;
    const open: Znode[] = [znode];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      count += next.childrenCount;
      next.children?.each((_name, child) => {
        if (child.childrenCount > 0) {
          open.push(child);
        }
      });
    }
    return count;
  }

  #newRoot(): Znode {
    return this.newZnode('', OPEN_ACL, null, 0, 0);
  }

  #enter(path: string, znode: Znode): void {
    switch (znode.owner?.kind) {
      case 'container':
        this.containers.set(path, znode);
        break;
      case 'ttl':
        this.ttls.set(path, znode);
        break;
      case 'session':
        znode.owner.paths.add(path, znode);
        this.#ephemeralsCount++;
        break;
    }
  }
}

const SLASH = 0x2f;

/** V8 makes a slice of this many characters or more a view, which keeps the whole text alive. */
const VIEW_LENGTH_MIN = 13;
const SCRATCH_BYTES = 1024;
const scratch = Buffer.allocUnsafe(SCRATCH_BYTES);

/** The last component, in memory of its own: it stays as long as the znode, and the path need not. */
function ownName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (name.length < VIEW_LENGTH_MIN || name.length * 3 > SCRATCH_BYTES) {
    return name;
  }
  return scratch.toString('utf8', 0, scratch.write(name, 'utf8'));
}
