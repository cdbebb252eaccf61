/**
 * What must change for a subtree to be as described: reads, compares, and changes nothing (that is apply.ts). Follows no
 * ephemerals: what lives with a session is nobody's configuration.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Session } from '../../client/api.js';
import { isKeeperError } from '../../errors.js';
import type { AclEntry } from '../../protocol/acl.js';
import { formatAclEntry } from '../../protocol/acl.js';
import { isWithin, joinPath, type ZnodePath } from '../../protocol/path.js';
import type { Stat } from '../../protocol/stat.js';
import { walk } from '../read/walk.js';
import type { WantedData, WantedZnode } from './description.js';

/** One difference, and what undoes it. Versions are those that were read: who applies it meets a later change. */
export type Change =
  | {
      readonly change: 'create';
      readonly path: ZnodePath;
      readonly data: Buffer | null;
      /** undefined: world:anyone:cdrwa. */
      readonly acl: readonly AclEntry[] | undefined;
      readonly kind: WantedZnode['kind'];
      readonly ttlMs: number | null;
    }
  | {
      readonly change: 'setData';
      readonly path: ZnodePath;
      readonly from: Buffer | null;
      readonly data: Buffer | null;
      readonly version: number;
    }
  | {
      readonly change: 'setAcl';
      readonly path: ZnodePath;
      readonly from: readonly AclEntry[];
      readonly acl: readonly AclEntry[];
      readonly aversion: number;
    }
  | { readonly change: 'delete'; readonly path: ZnodePath; readonly from: Buffer | null; readonly version: number };

/** Requests sent before the first is answered. */
const AHEAD_MAX = 256;

/**
 * In the order in which they can be done: creates with parents first, deletes with children first, at the end.
 * @throws KeeperError NOAUTH what may not be read cannot be compared; ConnectionError
 */
export async function makePlan(
  session: Session,
  wanted: readonly WantedZnode[],
  signal: AbortSignal,
): Promise<readonly Change[]> {
  const found = await readAll(session, wanted, signal);
  const changes = wanted.flatMap((znode, index) => changesOf(znode, found[index] ?? null));
  return [...changes, ...(await strays(session, wanted, signal))];
}

interface Found {
  readonly data: Buffer | null;
  readonly stat: Stat;
  /** null: nobody asked. */
  readonly acl: readonly AclEntry[] | null;
  readonly aversion: number;
}

async function readAll(
  session: Session,
  wanted: readonly WantedZnode[],
  signal: AbortSignal,
): Promise<(Found | null)[]> {
  const found = new Array<Found | null>(wanted.length).fill(null);
  let next = 0;
  async function readOn(): Promise<void> {
    for (let index = next++; index < wanted.length; index = next++) {
      found[index] = await readOne(session, wanted[index] as WantedZnode, signal);
    }
  }
  await Promise.all(Array.from({ length: Math.min(AHEAD_MAX, wanted.length) }, readOn));
  return found;
}

async function readOne(session: Session, { path, acl }: WantedZnode, signal: AbortSignal): Promise<Found | null> {
  try {
    const [{ data, stat }, listing] = await Promise.all([
      session.getData(path, { signal }),
      acl === undefined ? null : session.getAcl(path, { signal }),
    ]);
    return { data, stat, acl: listing?.acl ?? null, aversion: listing?.stat.aversion ?? stat.aversion };
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) {
      return null;
    }
    throw error;
  }
}

function changesOf({ path, data, acl, kind, ttlMs }: WantedZnode, found: Found | null): Change[] {
  if (found === null) {
    return [{ change: 'create', path, data: data?.bytes ?? null, acl, kind, ttlMs }];
  }
  const changes: Change[] = [];
  if (data !== undefined && !isSame(data, found.data)) {
    changes.push({ change: 'setData', path, from: found.data, data: data.bytes, version: found.stat.version });
  }
  if (acl !== undefined && found.acl !== null && !isSameAcl(acl, found.acl)) {
    changes.push({ change: 'setAcl', path, from: found.acl, acl, aversion: found.aversion });
  }
  return changes;
}

/** Null and empty differ. */
function isSame(wanted: WantedData, data: Buffer | null): boolean {
  if (data === null || wanted.bytes === null) {
    return data === wanted.bytes;
  }
  if (data.equals(wanted.bytes)) {
    return true;
  }
  return 'json' in wanted && isDeepStrictEqual(parseJson(data), wanted.json);
}

function parseJson(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8'));
  } catch {
    // undefined is no JSON value: it equals none.
    return undefined;
  }
}

/** In any order: a server looks for one entry that allows. */
function isSameAcl(wanted: readonly AclEntry[], acl: readonly AclEntry[]): boolean {
  const [first, second] = [wanted, acl].map((entries) => [...new Set(entries.map(formatAclEntry))].sort().join('\n'));
  return first === second;
}

/** What stands below a znode that prunes and is not described, children first. */
async function strays(session: Session, wanted: readonly WantedZnode[], signal: AbortSignal): Promise<Change[]> {
  const described = new Set<string>(wanted.map(({ path }) => path));
  const roots = wanted.filter(({ prunes }) => prunes).map(({ path }) => path);
  const strays = new Map<string, Change>();
  for (const root of roots) {
    for (const path of await undescribedChildren(session, root, described, signal)) {
      for await (const change of deletesOf(session, path, signal)) {
        strays.set(change.path, change);
      }
    }
  }
  return [...strays.values()].reverse();
}

async function undescribedChildren(
  session: Session,
  root: ZnodePath,
  described: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ZnodePath[]> {
  try {
    const { children } = await session.getChildren(root, { signal });
    return children
      .sort()
      .map((name) => joinPath(root, name))
      .filter((path) => !described.has(path) && !isWithin(path, '/zookeeper'));
  } catch (error) {
    if (isKeeperError(error, 'NONODE')) {
      return [];
    }
    throw error;
  }
}

/** Parents first, as the walk has it. Ephemerals stay, and so do those above them. */
async function* deletesOf(session: Session, root: ZnodePath, signal: AbortSignal): AsyncGenerator<Change> {
  const entries: { path: ZnodePath; data: Buffer | null; stat: Stat }[] = [];
  try {
    for await (const batch of walk(session, root, { want: 'data', signal })) {
      for (const { path, data, stat, error } of batch) {
        if (error !== null && error.code !== 'NONODE') {
          throw error;
        }
        if (stat !== null) {
          entries.push({ path, data: data === null ? null : Buffer.from(data), stat });
        }
      }
    }
  } catch (error) {
    if (!isKeeperError(error, 'NONODE')) {
      throw error;
    }
  }
  const ephemerals = entries.filter(({ stat }) => stat.ephemeralOwner !== 0n).map(({ path }) => path);
  for (const { path, data, stat } of entries) {
    if (!ephemerals.some((ephemeral) => isWithin(ephemeral, path))) {
      yield { change: 'delete', path, from: data, version: stat.version };
    }
  }
}
