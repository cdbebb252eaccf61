/**
 * A subtree as records, in tree order: data, ACL, kind and stat of each znode, as export writes and diff compares them. Not
 * a point in time: each znode is as it was at some moment of the walk, which goes on while others write. Memory is bounded.
 */
import type { Session } from '../../client/api.js';
import { isKeeperError, type KeeperError, type ZkshError } from '../../errors.js';
import type { AclEntry } from '../../protocol/acl.js';
import { isWithin, type ZnodePath } from '../../protocol/path.js';
import type { ZnodeKind, ZnodeRecord } from '../../protocol/znode-line.js';
import type { AclReader } from '../read/acl-reader.js';
import { type WalkEntry, walk } from '../read/walk.js';

export interface SnapshotOptions {
  /** Who reads ACLs; null: nobody does. One request a znode, where data come by the hundreds. */
  readonly acls: AclReader | null;
  readonly ephemerals: 'include' | 'skip';
  readonly depthMax?: number | undefined;
  /** Neither the znode nor what is below it. */
  readonly isExcluded?: ((path: ZnodePath) => boolean) | undefined;
  /** What the user says of znodes whose kind no server shows: containers and TTL znodes look persistent. */
  readonly kindOf?: KindOf | undefined;
  readonly rate?: number | undefined;
  /** As a walk's: less than 1 where several snapshots are taken at once. */
  readonly share?: number | undefined;
  readonly signal: AbortSignal;
}

/** null: nothing is known. */
export type KindOf = (path: string) => { readonly kind: ZnodeKind; readonly ttlMs: number | null } | null;

export interface SnapshotRecord extends ZnodeRecord {
  readonly path: ZnodePath;
}

/** A znode that was seen and is not among the records. */
export interface Skipped {
  readonly path: ZnodePath;
  /** `denied`: with what is below it, of which nobody knows. */
  readonly reason: 'vanished' | 'ephemeral' | 'denied';
  /** For `denied`. */
  readonly error: ZkshError | null;
}

export interface SnapshotBatch {
  readonly records: readonly SnapshotRecord[];
  readonly skipped: readonly Skipped[];
}

/** Read and not yet handed on, while their ACLs are on their way. */
const AHEAD_ZNODES_MAX = 4_000;
const AHEAD_BYTES_MAX = 8 * 1024 * 1024;
/** Znodes handed on at once, at most. */
const BATCH_COUNT = 1_000;

type Acls = Awaited<ReturnType<AclReader['read']>>;

interface Pending {
  readonly records: SnapshotRecord[];
  readonly skipped: Skipped[];
  readonly bytes: number;
  /** null: none are wanted. */
  readonly acls: Promise<Acls> | null;
  isSettled: boolean;
}

interface Gone {
  /** The last one that was left out although it had been read. */
  below: Skipped | null;
}

/** @throws KeeperError for the root itself; ConnectionError */
export async function* snapshot(
  session: Session,
  root: ZnodePath,
  options: SnapshotOptions,
): AsyncGenerator<SnapshotBatch> {
  const pending: Pending[] = [];
  const gone: Gone = { below: null };
  let znodesAhead = 0;
  let bytesAhead = 0;
  const isFull = () => znodesAhead > AHEAD_ZNODES_MAX || bytesAhead > AHEAD_BYTES_MAX;

  async function takeFirst(first: Pending): Promise<SnapshotBatch> {
    pending.shift();
    const batch = await complete(first, root, gone);
    znodesAhead -= first.records.length;
    bytesAhead -= first.bytes;
    return batch;
  }

  for await (const entries of walk(session, root, walkOptions(options))) {
    for (let from = 0; from < entries.length; from += BATCH_COUNT) {
      const batch = sift(entries.length <= BATCH_COUNT ? entries : entries.slice(from, from + BATCH_COUNT), options);
      pending.push(batch);
      znodesAhead += batch.records.length;
      bytesAhead += batch.bytes;
      for (let [first] = pending; first !== undefined && (first.isSettled || isFull()); [first] = pending) {
        yield await takeFirst(first);
      }
    }
  }
  for (let [first] = pending; first !== undefined; [first] = pending) {
    yield await takeFirst(first);
  }
}

function walkOptions({ depthMax, isExcluded, rate, share, signal }: SnapshotOptions) {
  const mayEnter = isExcluded === undefined ? {} : { enter: ({ path }: WalkEntry) => !isExcluded(path) };
  return {
    want: 'data' as const,
    signal,
    share,
    ...(depthMax === undefined ? {} : { depthMax }),
    ...(rate === undefined ? {} : { rate }),
    ...mayEnter,
  };
}

/** Into records and what is left out; asks for the ACLs of the records. */
function sift(
  entries: readonly WalkEntry[],
  { acls: reader, ephemerals, isExcluded, kindOf }: SnapshotOptions,
): Pending {
  const records: SnapshotRecord[] = [];
  const skipped: Skipped[] = [];
  let bytes = 0;
  for (const { path, stat, data, error } of entries) {
    if (isExcluded?.(path) === true) {
      continue;
    }
    if (error !== null || stat === null) {
      skipped.push(skippedFor(path, error));
      continue;
    }
    const isEphemeral = stat.ephemeralOwner !== 0n;
    if (isEphemeral && ephemerals === 'skip') {
      skipped.push({ path, reason: 'ephemeral', error: null });
      continue;
    }
    const told = isEphemeral ? null : (kindOf?.(path) ?? null);
    const kind = isEphemeral ? 'ephemeral' : (told?.kind ?? 'persistent');
    records.push({ path, data, acl: null, kind, ttlMs: told?.ttlMs ?? null, stat });
    bytes += data?.length ?? 0;
  }
  const acls = reader?.read(records.map(({ path }) => path)) ?? null;
  const pending: Pending = { records, skipped, bytes, acls, isSettled: acls === null };
  // A failure is thrown where it is awaited; here nobody may be waiting yet.
  acls?.then(
    () => {
      pending.isSettled = true;
    },
    () => undefined,
  );
  return pending;
}

function skippedFor(path: ZnodePath, error: KeeperError | null): Skipped {
  return error === null || error.code === 'NONODE'
    ? { path, reason: 'vanished', error: null }
    : { path, reason: 'denied', error };
}

/**
 * With the ACLs. A znode that is gone when its ACL is asked for has taken along what was below it, read or not: a child
 * without its parent would be of no use to anybody.
 */
async function complete({ records, skipped, acls }: Pending, root: ZnodePath, gone: Gone): Promise<SnapshotBatch> {
  if (acls === null) {
    return { records, skipped };
  }
  const found = await acls;
  const kept: SnapshotRecord[] = [];
  const left = [...skipped];
  for (const [index, record] of records.entries()) {
    const acl = found[index] as readonly AclEntry[] | KeeperError;
    if (gone.below !== null && isWithin(record.path, gone.below.path)) {
      left.push({ ...gone.below, path: record.path });
    } else if (!isError(acl)) {
      kept.push({ ...record, acl });
    } else if (record.path === root) {
      throw acl;
    } else {
      gone.below = skippedFor(record.path, acl);
      left.push(gone.below);
    }
  }
  return { records: kept, skipped: left };
}

function isError(found: readonly AclEntry[] | KeeperError): found is KeeperError {
  return isKeeperError(found);
}
