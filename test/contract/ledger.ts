/**
 * What a server's tree must look like after what the cases did to it: a second opinion on every Stat, every zxid, every list
 * of names and every event. Knows what successful changes do to the fields of a Stat, and nothing of what is refused: that the
 * cases say. Times are not foretold: it sees to it that they agree with each other.
 */
import type { StatNumbers } from '../helpers/byte-builder.js';
import { CHILDREN_SIZE, EPHEMERALS_SIZE, JavaSet } from './java-set.js';
import { type AclTuple, bytesOf, type Creation, OPEN } from './requests.js';

export type FullStat = Required<StatNumbers>;
/** All that can be foretold of a Stat. */
export type TimelessStat = Omit<FullStat, 'ctime' | 'mtime'>;

export interface Entry {
  czxid: number;
  mzxid: number;
  pzxid: number;
  version: number;
  /** Children ever created, an int that wraps. */
  counter: number;
  aversion: number;
  owner: bigint;
  data: Buffer | null;
  /** null: the case did not say what the server makes of the list. */
  acl: readonly AclTuple[] | null;
  children: JavaSet;
  /** Whether the order of `children` can be known: not where they were there before the ledger was opened. */
  isOrdered: boolean;
}

export type ChangeLetter = 'C' | 'D' | 'S' | 'K';

/** A clock is read in ms and may be set by a hair while we look at it. */
const CLOCK_SLACK_MS = 50;

export class Ledger {
  /** Of the last transaction. */
  zxid: number;
  readonly #entries = new Map<string, Entry>();
  readonly #times = new Map<number, bigint>([[0, 0n]]);
  readonly #changes = new Map<number, Set<string>>();
  readonly #ephemerals = new Map<bigint, JavaSet>();
  readonly #openedAt = Date.now();

  constructor(zxid: number) {
    this.zxid = zxid;
  }

  /** A znode as it was when the ledger was opened; its parent first. */
  load(path: string, stat: FullStat, data: Buffer | null, acl: readonly AclTuple[], children: readonly string[]): void {
    const set = new JavaSet(CHILDREN_SIZE);
    for (const name of children) set.add(name);
    this.#entries.set(path, {
      czxid: Number(stat.czxid),
      mzxid: Number(stat.mzxid),
      pzxid: Number(stat.pzxid),
      version: stat.version,
      counter: (stat.cversion + stat.numChildren) / 2,
      aversion: stat.aversion,
      owner: stat.ephemeralOwner,
      data,
      acl,
      children: set,
      isOrdered: children.length === 0,
    });
    this.#times.set(Number(stat.czxid), stat.ctime);
    this.#times.set(Number(stat.mzxid), stat.mtime);
  }

  entry(path: string): Entry {
    const entry = this.#entries.get(path === '' ? '/' : path);
    if (entry === undefined) throw new Error(`the ledger has no ${path}: the server should not have it either`);
    return entry;
  }

  has(path: string): boolean {
    return this.#entries.has(path === '' ? '/' : path);
  }

  /** The name that a create gets. */
  finalPath({ path, flags = 0 }: Creation): string {
    const text = path ?? '';
    if (![2, 3, 6].includes(flags)) return text;
    const parent = text.slice(0, text.lastIndexOf('/'));
    return text + javaPadded(this.entry(parent).counter);
  }

  /** @param owner 0n for all but ephemerals */
  created(path: string, creation: Creation, zxid: number, owner: bigint, stored?: readonly AclTuple[] | null): void {
    this.#entries.set(path, {
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      version: 0,
      counter: 0,
      aversion: 0,
      owner,
      data: bytesOf(creation.data),
      acl: stored === undefined ? (creation.acl ?? OPEN) : stored,
      children: new JavaSet(CHILDREN_SIZE),
      isOrdered: true,
    });
    const parent = this.entry(parentOf(path));
    parent.counter = (parent.counter + 1) | 0;
    parent.pzxid = zxid;
    parent.children.add(nameOf(path));
    if (owner !== 0n) this.#ephemeralsOf(owner).add(path);
    this.#changed(zxid, 'C', path);
    this.#changed(zxid, 'K', parentOf(path));
  }

  deleted(path: string, zxid: number): void {
    const { owner } = this.entry(path);
    this.#entries.delete(path);
    const parent = this.entry(parentOf(path));
    parent.pzxid = zxid;
    parent.children.delete(nameOf(path));
    this.#ephemerals.get(owner)?.delete(path);
    this.#changed(zxid, 'D', path);
    this.#changed(zxid, 'K', parentOf(path));
  }

  dataSet(path: string, data: string | Uint8Array | null | undefined, zxid: number): void {
    const entry = this.entry(path);
    entry.data = bytesOf(data);
    entry.mzxid = zxid;
    entry.version = (entry.version + 1) | 0;
    this.#changed(zxid, 'S', path);
  }

  aclSet(path: string, acl: readonly AclTuple[] | null): void {
    const entry = this.entry(path);
    entry.acl = acl;
    entry.aversion = (entry.aversion + 1) | 0;
  }

  /** By a request or by itself: one zxid, all its ephemerals. Returns them in the order in which they go. */
  sessionClosed(sessionId: bigint): string[] {
    this.zxid++;
    const paths = this.#ephemeralsOf(sessionId).copied();
    for (const path of paths) this.deleted(path, this.zxid);
    return paths;
  }

  /** By the server's scan for containers and TTL znodes: a zxid of its own. */
  removed(path: string): void {
    this.zxid++;
    this.deleted(path, this.zxid);
  }

  /** In the order of getEphemerals. */
  ephemerals(sessionId: bigint, prefix: string | null): string[] {
    const paths = this.#ephemeralsOf(sessionId).copied();
    const wanted = prefix?.trim() ?? '';
    return wanted === '' || wanted === '/' ? paths : paths.filter((path) => path.startsWith(prefix ?? ''));
  }

  descendants(path: string): number {
    if (path === '') return this.#entries.size;
    const prefix = path === '/' ? '/' : `${path}/`;
    return [...this.#entries.keys()].filter((other) => other.startsWith(prefix) && other !== '/').length;
  }

  stat(path: string): TimelessStat {
    const entry = this.entry(path);
    return {
      czxid: BigInt(entry.czxid),
      mzxid: BigInt(entry.mzxid),
      pzxid: BigInt(entry.pzxid),
      version: entry.version,
      cversion: (2 * entry.counter - entry.children.size) | 0,
      aversion: entry.aversion,
      ephemeralOwner: entry.owner,
      dataLength: entry.data?.length ?? 0,
      numChildren: entry.children.size,
    };
  }

  /** One transaction has one time: what a Stat says of it must not contradict what another one said. */
  noteTimes(stat: FullStat): void {
    this.#noteTime(Number(stat.czxid), stat.ctime);
    this.#noteTime(Number(stat.mzxid), stat.mtime);
  }

  /** Whether that transaction did that. */
  knowsChange(zxid: number, letter: string, path: string): boolean {
    return this.#changes.get(zxid)?.has(`${letter} ${path}`) ?? false;
  }

  #noteTime(zxid: number, time: bigint): void {
    const known = this.#times.get(zxid);
    if (known !== undefined && known !== time) {
      throw new Error(`transaction ${zxid} happened at ${known}, and now at ${time}`);
    }
    if (known === undefined) {
      const ms = Number(time);
      if (ms < this.#openedAt - CLOCK_SLACK_MS || ms > Date.now() + CLOCK_SLACK_MS) {
        throw new Error(`transaction ${zxid} of this case happened at ${time}, it is ${Date.now()} now`);
      }
      this.#times.set(zxid, time);
    }
  }

  #ephemeralsOf(sessionId: bigint): JavaSet {
    let paths = this.#ephemerals.get(sessionId);
    if (paths === undefined) {
      paths = new JavaSet(EPHEMERALS_SIZE);
      this.#ephemerals.set(sessionId, paths);
    }
    return paths;
  }

  #changed(zxid: number, letter: ChangeLetter, path: string): void {
    let changes = this.#changes.get(zxid);
    if (changes === undefined) {
      changes = new Set();
      this.#changes.set(zxid, changes);
    }
    changes.add(`${letter} ${path}`);
  }
}

export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `%010d` of Java: the sign counts. */
function javaPadded(counter: number): string {
  return counter < 0 ? `-${String(-counter).padStart(9, '0')}` : String(counter).padStart(10, '0');
}
