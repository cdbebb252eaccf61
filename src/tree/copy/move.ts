/**
 * A subtree moved in one step: one multi that creates it at its new place and deletes it, with the versions that were read,
 * at the old one. For what fits into one multi; whoever reads meanwhile sees it here or there, never both and never neither.
 */
import type { MultiOp, Session } from '../../client/api.js';
import { isKeeperError, isZkshError, type KeeperError } from '../../errors.js';
import { PERMISSIONS } from '../../protocol/acl.js';
import { isWithin, type ZnodePath } from '../../protocol/path.js';
import { type KindOf, type SnapshotRecord, snapshot } from '../export/snapshot.js';
import { createAclReader } from '../read/acl-reader.js';
import { readAgain } from '../read/read-again.js';
import type { PlannedWrite } from '../write/planned-write.js';
import { MULTI_COUNT_MAX } from '../write/write.js';
import { MULTI_FRAME_BYTES, writeBytes } from '../write/write-size.js';
import { createPathMap } from './path-map.js';
import { isHidden } from './restore.js';

export interface MoveOptions {
  readonly from: ZnodePath;
  readonly to: ZnodePath;
  /** To be created in front of it. */
  readonly parents: readonly ZnodePath[];
  readonly withAcl: boolean;
  readonly kindOf: KindOf | undefined;
  readonly bytesMax: number;
  readonly signal: AbortSignal;
}

/** Znodes: each takes two operations. */
export const MOVE_COUNT_MAX = Math.floor(MULTI_COUNT_MAX / 2);
/** Others write in it each time between our reading and our multi. */
const ATTEMPTS_MAX = 5;

/**
 * How many were moved; null: it does not go in one step, and nothing was done.
 * @throws KeeperError what stands against it; ConnectionError
 */
export async function moveAtOnce(session: Session, options: MoveOptions): Promise<number | null> {
  for (let attempt = 1; ; attempt++) {
    const records = await collect(session, options);
    const ops = records === null ? null : planOf(session, records, options);
    if (records === null || ops === null) {
      return null;
    }
    const zxid = session.lastZxid;
    try {
      await session.multi(ops, { signal: options.signal });
      return records.length;
    } catch (error) {
      if (isLoss(error) && (await wasMoved(session, options, zxid))) {
        return records.length;
      }
      if (attempt === ATTEMPTS_MAX || !(isLoss(error) || isOfOthers(error, options))) {
        throw error;
      }
    }
  }
}

async function collect(
  session: Session,
  { from, withAcl, kindOf, signal }: MoveOptions,
): Promise<SnapshotRecord[] | null> {
  const all: SnapshotRecord[] = [];
  const acls = withAcl ? createAclReader(session, { signal }) : null;
  for await (const { records, skipped } of snapshot(session, from, { acls, ephemerals: 'include', kindOf, signal })) {
    all.push(...records);
    if (all.length > MOVE_COUNT_MAX || skipped.some(({ reason }) => reason === 'denied')) {
      return null;
    }
  }
  return all;
}

/** null where it is too large, or a znode would be created below one that does not let us. */
function planOf(
  { chroot }: Session,
  records: readonly SnapshotRecord[],
  { from, to, parents, bytesMax }: MoveOptions,
): MultiOp[] | null {
  const map = createPathMap([{ from, to }]);
  const writes: PlannedWrite[] = parents.map((path) => ({ op: 'create', path, data: Buffer.alloc(0) }));
  for (const [index, { path, data, acl, kind, ttlMs, stat }] of records.entries()) {
    const next = records[index + 1];
    const isParent = next !== undefined && isWithin(next.path, path);
    const isShut = acl !== null && isParent && !acl.some(letsEverybodyCreate);
    if (stat === null || kind === 'ephemeral' || acl?.some(isHidden) === true || isShut) {
      return null;
    }
    const mode = kind === 'ttl' && ttlMs === null ? 'persistent' : kind;
    writes.push({
      op: 'create',
      path: map(path) ?? to,
      data,
      mode,
      ...(acl === null ? {} : { acl }),
      ...(mode === 'ttl' && ttlMs !== null ? { ttlMs } : {}),
    });
  }
  for (const { path, stat } of [...records].reverse()) {
    writes.push({ op: 'delete', path, version: stat?.version ?? 0 });
  }
  const chrootBytes = Buffer.byteLength(chroot);
  const bytes = writes.reduce((sum, write) => sum + writeBytes(write, chrootBytes), MULTI_FRAME_BYTES);
  return bytes > bytesMax ? null : (writes as MultiOp[]);
}

function letsEverybodyCreate({ scheme, id, perms }: { scheme: string; id: string; perms: number }): boolean {
  return scheme === 'world' && id === 'anyone' && (perms & PERMISSIONS.c) !== 0;
}

function isLoss(error: unknown): boolean {
  return isZkshError(error) && error.code === 'CONNECTIONLOSS' && !error.sessionOver;
}

/** Somebody has written in it since it was read. */
function isOfOthers(error: unknown, { from }: MoveOptions): error is KeeperError {
  return isKeeperError(error, 'BADVERSION', 'NOTEMPTY', 'NONODE') && isWithin(error.path ?? '', from);
}

/** The answer never came: what stands there now? */
async function wasMoved(session: Session, { from, to, signal }: MoveOptions, zxid: bigint): Promise<boolean> {
  await readAgain(() => session.sync('/', { signal }));
  const [old, fresh] = await Promise.all([
    readAgain(() => session.exists(from, { signal })),
    readAgain(() => session.exists(to, { signal })),
  ]);
  return old === null && fresh !== null && fresh.czxid > zxid;
}
