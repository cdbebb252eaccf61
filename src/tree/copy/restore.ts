/**
 * Records of an export as writes, in their order. Knows where each goes and what it becomes there; sends nothing.
 *
 * A znode whose ACL would not let us create what is below it is created with one more entry, for our own address; the ACL
 * that it should have is set when everything stands (`guarded`).
 */
import type { AclEntry } from '../../protocol/acl.js';
import { OPEN_ACL, PERMISSIONS } from '../../protocol/acl.js';
import { isWithin, parentOf, type ZnodePath } from '../../protocol/path.js';
import type { ZnodeRecord } from '../../protocol/znode-line.js';
import type { KindOf } from '../export/snapshot.js';
import type { IfExists, PlannedCreate, PlannedSetAcl, PlannedSetData } from '../write/planned-write.js';
import type { PathMap } from './path-map.js';

export interface RestoreOptions {
  readonly map: PathMap;
  /** What becomes of ephemerals; as ephemerals they live as long as this session. */
  readonly ephemerals: 'skip' | 'persistent' | 'ephemeral';
  readonly ifExists: IfExists;
  /** False: world:anyone:cdrwa. */
  readonly withAcl: boolean;
  readonly kindOf?: KindOf | undefined;
  /** It exists, with all above it; null: nothing is known to exist. */
  readonly standing: ZnodePath | null;
  /** Done by an earlier run: nothing is planned for it. `ordinal` counts records from 1. */
  readonly isDone: (record: ZnodeRecord, ordinal: number) => boolean;
  /** The root cannot be created. */
  readonly isServerRoot: (path: ZnodePath) => boolean;
  /** ZooKeeper's own, which is not written. */
  readonly isSystem: (path: ZnodePath) => boolean;
  /** The entry that lets us in; null where nobody can say who we are. Asked at most once, when first needed. */
  readonly ownEntry: () => Promise<AclEntry | null>;
}

interface Restored {
  /** Of the record that it is for, from 1. */
  readonly ordinal: number;
  /** Its path. */
  readonly from: string;
  /** `parent`: nobody asked for it, but something below it. */
  readonly role: 'znode' | 'parent';
}
export type RestoreWrite = (PlannedCreate | PlannedSetData | PlannedSetAcl) & Restored;

export interface Guarded {
  readonly path: ZnodePath;
  readonly wanted: readonly AclEntry[];
  readonly temporary: readonly AclEntry[];
}

/** A record for which nothing is planned. */
export interface LeftOut {
  readonly path: string;
  /** `hiddenHash`: its ACL would shut everybody out. `below`: it is below one of those. */
  readonly reason: 'ephemeral' | 'system' | 'unmapped' | 'hiddenHash' | 'below' | 'root';
}

export interface Restore {
  /** One look ahead tells which znodes get children. */
  writes(batches: AsyncIterable<readonly ZnodeRecord[]>): AsyncGenerator<RestoreWrite[]>;
  /** What was left out since the last call. */
  takeLeftOut(): LeftOut[];
  /** Whose ACL must be set at the end, and those of earlier runs. */
  readonly guarded: readonly Guarded[];
  /** Records seen. */
  readonly recordsCount: number;
}

export function createRestore(options: RestoreOptions): Restore {
  const { map, ephemerals, ifExists, withAcl, kindOf, isDone } = options;
  const guarded: Guarded[] = [];
  let leftOut: LeftOut[] = [];
  let recordsCount = 0;
  /** The last place that stands or is planned, and so all above it. */
  let trail: ZnodePath | null = options.standing;
  /** The last that was left out although there may be more below it. */
  let shut: string | null = null;

  async function planOne(record: ZnodeRecord, hasChildren: boolean): Promise<RestoreWrite[]> {
    recordsCount += 1;
    const path = map(record.path);
    const reason = path === null ? 'unmapped' : reasonToLeaveOut(record, path);
    if (path === null || reason !== null) {
      if (!isDone(record, recordsCount)) {
        leftOut.push({ path: record.path, reason: reason ?? 'unmapped' });
      }
      return [];
    }
    const wanted = withAcl && record.acl !== null ? record.acl : OPEN_ACL;
    const acl = hasChildren ? await letUsIn(path, wanted) : wanted;
    const missing = missingAbove(path);
    trail = path;
    if (isDone(record, recordsCount)) {
      return [];
    }
    const restored = { ordinal: recordsCount, from: record.path };
    const parents = missing.map(
      (parent): RestoreWrite => ({
        op: 'create',
        path: parent,
        data: null,
        ifExists: 'skip',
        role: 'parent',
        ...restored,
      }),
    );
    return [...parents, ...writesFor(record, path, { acl, wanted }, restored)];
  }

  function reasonToLeaveOut(record: ZnodeRecord, path: ZnodePath): LeftOut['reason'] | null {
    if (record.kind === 'ephemeral' && ephemerals === 'skip') {
      return 'ephemeral';
    }
    if (shut !== null && isWithin(record.path, shut)) {
      return 'below';
    }
    if (options.isSystem(path)) {
      return 'system';
    }
    if (options.isServerRoot(path) && ifExists !== 'overwrite') {
      return 'root';
    }
    if (withAcl && record.acl?.some(isHidden) === true) {
      shut = record.path;
      return 'hiddenHash';
    }
    return null;
  }

  function writesFor(
    record: ZnodeRecord,
    path: ZnodePath,
    { acl, wanted }: { readonly acl: readonly AclEntry[]; readonly wanted: readonly AclEntry[] },
    restored: Omit<Restored, 'role'>,
  ): RestoreWrite[] {
    const more = { path, role: 'znode' as const, ...restored };
    if (options.isServerRoot(path)) {
      const setAcl = withAcl && record.acl !== null ? [{ op: 'setAcl' as const, acl, ...more }] : [];
      return [{ op: 'setData', data: record.data, ...more }, ...setAcl];
    }
    const final = acl === wanted ? {} : { finalAcl: wanted };
    return [{ op: 'create', data: record.data, acl, ...final, ifExists, ...modeOf(record), ...more }];
  }

  function modeOf(record: ZnodeRecord): Pick<PlannedCreate, 'mode' | 'ttlMs'> {
    const { kind, ttlMs } = record.kind === 'persistent' ? (kindOf?.(record.path) ?? record) : record;
    if (kind === 'ephemeral') {
      return { mode: ephemerals === 'ephemeral' ? 'ephemeral' : 'persistent' };
    }
    return ttlMs === null ? { mode: kind === 'ttl' ? 'persistent' : kind } : { mode: 'ttl', ttlMs };
  }

  async function letUsIn(path: ZnodePath, wanted: readonly AclEntry[]): Promise<readonly AclEntry[]> {
    if (letsEverybodyIn(wanted)) {
      return wanted;
    }
    const own = await options.ownEntry();
    if (own === null) {
      return wanted;
    }
    const temporary = [...wanted, own];
    guarded.push({ path, wanted, temporary });
    return temporary;
  }

  /** Between what stands already and `path`. */
  function missingAbove(path: ZnodePath): ZnodePath[] {
    const missing: ZnodePath[] = [];
    for (let parent = parentOf(path); parent !== '/' && (trail === null || !isWithin(trail, parent)); ) {
      missing.unshift(parent);
      parent = parentOf(parent);
    }
    return missing;
  }

  return {
    guarded,
    get recordsCount() {
      return recordsCount;
    },
    takeLeftOut() {
      const taken = leftOut;
      leftOut = [];
      return taken;
    },
    async *writes(batches) {
      let held: ZnodeRecord | null = null;
      for await (const records of batches) {
        const planned: RestoreWrite[] = [];
        for (const record of records) {
          if (held !== null) {
            planned.push(...(await planOne(held, isWithin(record.path, held.path))));
          }
          held = record;
        }
        yield planned;
      }
      if (held !== null) {
        yield await planOne(held, false);
      }
    },
  };
}

function letsEverybodyIn(acl: readonly AclEntry[]): boolean {
  return acl.some(({ scheme, id, perms }) => scheme === 'world' && id === 'anyone' && (perms & PERMISSIONS.c) !== 0);
}

/** A server shows `user:x` to those without admin permission (FinalRequestProcessor, 3.9); nobody could ever match it. */
export function isHidden({ scheme, id }: AclEntry): boolean {
  return scheme === 'digest' && id.endsWith(':x');
}
