/**
 * Servers of one ensemble are a moment apart, and others write meanwhile: what looked different is read again, behind a sync,
 * until it is the same or has stayed different.
 */
import type { Session } from '../../client/api.js';
import { isKeeperError } from '../../errors.js';
import type { AclEntry } from '../../protocol/acl.js';
import type { ZnodePath } from '../../protocol/path.js';
import type { ZnodeRecord } from '../../protocol/znode-line.js';
import { createAclReader } from '../read/acl-reader.js';
import { readZnodes } from '../read/read-znodes.js';
import { compareRecords, type Difference, type DiffOptions } from './diff.js';

export interface RecheckOptions extends DiffOptions {
  /** In front of the differences' paths, on every side. */
  readonly place: (path: ZnodePath) => ZnodePath;
  readonly signal: AbortSignal;
}

/** A znode that is written all the time is caught between two reads again and again. */
const ROUNDS = 5;

/** Those that stay. @param sessions one a side, the first that of the reference */
export async function recheck(
  differences: readonly Difference[],
  sessions: readonly Session[],
  options: RecheckOptions,
): Promise<readonly Difference[]> {
  let open = differences;
  for (let round = 0; round < ROUNDS && open.length > 0; round++) {
    const sides = [0, ...new Set(open.map(({ side }) => side))];
    const paths = [...new Set(open.map(({ path }) => path))];
    await Promise.all(sides.map((side) => (sessions[side] as Session).sync('/', { signal: options.signal })));
    const read = await Promise.all(
      sides.map(async (side) => [side, await readRecords(sessions[side] as Session, paths, options)] as const),
    );
    const known = new Map(read);
    open = distinct(open).flatMap(({ path, side }) => {
      const [left, right] = [known.get(0)?.get(path), known.get(side)?.get(path)];
      // What may not be read any more is not different, but unknown.
      return left === undefined || right === undefined
        ? []
        : compareRecords(left, right, { ...options, seesKinds: false }).map((found) => ({
            ...found,
            path,
            side,
            left,
            right,
          }));
    });
  }
  return open;
}

/** One of each znode and side. */
function distinct(differences: readonly Difference[]): readonly Difference[] {
  return differences.filter(
    ({ path, side }, index) => path !== differences[index - 1]?.path || side !== differences[index - 1]?.side,
  );
}

/** null: it is not there. Absent: it may not be read. */
async function readRecords(
  session: Session,
  paths: readonly ZnodePath[],
  { place, withAcl, signal }: RecheckOptions,
): Promise<Map<ZnodePath, ZnodeRecord | null>> {
  const places = paths.map(place);
  const found = await readZnodes(session, places, { signal });
  const acls = withAcl ? await createAclReader(session, { signal }).read(places) : [];
  const records = new Map<ZnodePath, ZnodeRecord | null>();
  for (const [index, path] of paths.entries()) {
    const znode = found[index];
    const acl = acls[index] ?? null;
    if (znode === undefined || isKeeperError(znode)) {
      if (znode?.code === 'NONODE') {
        records.set(path, null);
      }
    } else {
      records.set(path, {
        path,
        ...znode,
        acl: isKeeperError(acl) ? null : (acl as readonly AclEntry[] | null),
        kind: znode.stat.ephemeralOwner === 0n ? 'persistent' : 'ephemeral',
        ttlMs: null,
      });
    }
  }
  return records;
}
