/** What would go with a subtree: how many znodes, how much data, and the ephemerals of sessions that live. Reads only. */
import type { Session } from '../../client/api.js';
import type { ZnodePath } from '../../protocol/path.js';
import { type WalkEntry, walk } from '../read/walk.js';

export interface BlastRadius {
  /** The root is one of them. */
  znodesCount: number;
  bytes: number;
  ephemeralsCount: number;
  /** The first of them. */
  readonly ephemerals: { readonly path: ZnodePath; readonly owner: bigint }[];
  /** Sessions that have any. */
  readonly owners: Set<bigint>;
  /** Could not be read: what is below is not counted. */
  unreadableCount: number;
}

/** As many are named. */
const EPHEMERALS_NAMED = 5;

export function createBlastRadius(): BlastRadius {
  return { znodesCount: 0, bytes: 0, ephemeralsCount: 0, ephemerals: [], owners: new Set(), unreadableCount: 0 };
}

export function addToRadius(radius: BlastRadius, { path, stat, error }: WalkEntry): void {
  if (error !== null) {
    const isUnread = error.code !== 'NONODE';
    radius.znodesCount += isUnread ? 1 : 0;
    radius.unreadableCount += isUnread ? 1 : 0;
    return;
  }
  radius.znodesCount += 1;
  radius.bytes += stat?.dataLength ?? 0;
  const owner = stat?.ephemeralOwner ?? 0n;
  if (owner !== 0n) {
    radius.ephemeralsCount += 1;
    radius.owners.add(owner);
    if (radius.ephemerals.length < EPHEMERALS_NAMED) {
      radius.ephemerals.push({ path, owner });
    }
  }
}

/** Batches as they were read, counted. @throws KeeperError for the root itself; ConnectionError */
export async function* measureRadius(
  session: Session,
  root: ZnodePath,
  radius: BlastRadius,
  signal: AbortSignal,
): AsyncGenerator<readonly WalkEntry[]> {
  for await (const entries of walk(session, root, { want: 'stat', signal })) {
    for (const entry of entries) {
      addToRadius(radius, entry);
    }
    yield entries;
  }
}
