/** One znode as the server keeps it: compact, since there may be millions. The tree is znode-tree.ts. */
import type { JuteWriter } from '../../protocol/jute.js';
import type { AclList } from './acl-lists.js';
import type { JavaHashTable } from './java-hash-table.js';

/** What checks ask of a znode, be it stored or only pending in a multi. */
export interface ZnodeFacts {
  readonly acl: AclList;
  readonly version: number;
  readonly aversion: number;
  /** Children ever created; on the wire cversion is 2 × this − those there are. */
  readonly createCounter: number;
  readonly isEphemeral: boolean;
  readonly childrenCount: number;
  readonly dataLength: number;
}

/** Follows DataNode and StatPersisted (3.9). */
export class Znode implements ZnodeFacts {
  /** One character (U+0000 to U+00FF) a byte: much smaller than a Buffer each. */
  data: string | null;
  acl: AclList;
  /** null: persistent. */
  owner: Owner | null;
  czxid: number;
  mzxid: number;
  pzxid: number;
  ctime: number;
  mtime: number;
  version = 0;
  createCounter = 0;
  aversion = 0;
  /** null: it never had a child. */
  children: JavaHashTable<Znode> | null = null;
  /** CRC of path, data and stat as a signed int, while digests are kept (tree-digest.ts). */
  digest = 0;
  /** Whether that is in the sum; else it is to be computed. */
  isSummed = true;

  constructor(data: string | null, acl: AclList, owner: Owner | null, zxid: number, timeMs: number) {
    this.data = data;
    this.acl = acl;
    this.owner = owner;
    this.czxid = zxid;
    this.mzxid = zxid;
    this.pzxid = zxid;
    this.ctime = timeMs;
    this.mtime = timeMs;
  }

  get isEphemeral(): boolean {
    return this.owner !== null && this.owner.kind === 'session';
  }

  get childrenCount(): number {
    return this.children === null ? 0 : this.children.size;
  }

  get dataLength(): number {
    return this.data === null ? 0 : this.data.length;
  }
}

/** What a znode's ephemeralOwner says (EphemeralType, 3.9). */
export type Owner = SessionOwner | { readonly kind: 'container' } | { readonly kind: 'ttl'; readonly ttlMs: number };

/** Shared by all ephemerals of the session. */
export interface SessionOwner {
  readonly kind: 'session';
  readonly sessionId: bigint;
  /** Full paths, in Java's order. */
  readonly paths: JavaHashTable<Znode>;
}

export const CONTAINER: Owner = { kind: 'container' };

const CONTAINER_OWNER = 0x8000_0000_0000_0000n;
const TTL_OWNER = 0xff00_0000_0000_0000n;

/** Raw, as in files and digests: an unsigned 64-bit number. */
export function rawOwner(owner: Owner | null): bigint {
  if (owner === null) {
    return 0n;
  }
  switch (owner.kind) {
    case 'session':
      return BigInt.asUintN(64, owner.sessionId);
    case 'container':
      return CONTAINER_OWNER;
    case 'ttl':
      return TTL_OWNER | BigInt(owner.ttlMs);
  }
}

/** The 68 bytes of Stat. Follows DataNode.copyStat: containers and TTL znodes have owner 0. */
export function writeStat(output: JuteWriter, znode: Znode): void {
  const childrenCount = znode.childrenCount;
  output.longNumber(znode.czxid);
  output.longNumber(znode.mzxid);
  output.longNumber(znode.ctime);
  output.longNumber(znode.mtime);
  output.int(znode.version);
  output.int((znode.createCounter * 2 - childrenCount) | 0);
  output.int(znode.aversion);
  if (znode.owner !== null && znode.owner.kind === 'session') {
    output.long(znode.owner.sessionId);
  } else {
    output.longNumber(0);
  }
  output.int(znode.dataLength);
  output.int(childrenCount);
  output.longNumber(znode.pzxid);
}
