/** What the writer (write.ts) is asked for, and what it answers: types only. */
import type { ZkshError } from '../../errors.js';
import type { AclEntry } from '../../protocol/acl.js';
import type { CreateMode } from '../../protocol/modes.js';
import type { ZnodePath } from '../../protocol/path.js';

/** One write on one znode. Parents stand before their children, children to be deleted before their parents. */
export type PlannedWrite = PlannedCreate | PlannedSetData | PlannedSetAcl | PlannedDelete;

export interface PlannedCreate extends Guarded {
  readonly op: 'create';
  readonly path: ZnodePath;
  readonly data: Buffer | null;
  /** Default world:anyone:cdrwa. That of an existing znode is looked at only where it is given. */
  readonly acl?: readonly AclEntry[];
  /** What its ACL will be in the end; a znode that is there with this one is as wanted too. */
  readonly finalAcl?: readonly AclEntry[];
  /** Default persistent. */
  readonly mode?: Exclude<CreateMode, 'persistentSequential' | 'ephemeralSequential' | 'ttlSequential'>;
  /** For mode ttl. */
  readonly ttlMs?: number;
  readonly ifExists?: IfExists;
}

/**
 * What a create means where there is such a znode already. `refuse` (default): it failed. `skip`: left as it is. `same`: fine
 * where data and ACL are as wanted, else it failed. `overwrite`: data and ACL are made as wanted; its kind stays.
 */
export type IfExists = 'refuse' | 'skip' | 'same' | 'overwrite';

export interface PlannedSetData extends Guarded {
  readonly op: 'setData';
  readonly path: ZnodePath;
  readonly data: Buffer | null;
  /** Default: whatever version. */
  readonly version?: number;
}

/** No multi takes it: a request of its own, behind the writes that stand before it. */
export interface PlannedSetAcl {
  readonly op: 'setAcl';
  readonly path: ZnodePath;
  readonly acl: readonly AclEntry[];
  /** The aversion. */
  readonly version?: number;
}

export interface PlannedDelete extends Guarded {
  readonly op: 'delete';
  readonly path: ZnodePath;
  /** Default: whatever version. */
  readonly version?: number;
}

interface Guarded {
  /** The write happens only while these exist, and have these versions: they go into the same multi. */
  readonly checks?: readonly { readonly path: ZnodePath; readonly version?: number }[];
}

/** What became of one write. Outcomes come in the order of the writes. */
export type WriteOutcome<W extends PlannedWrite = PlannedWrite> =
  | { readonly write: W; readonly state: 'done'; readonly did: 'created' | 'set' | 'aclSet' | 'deleted' }
  /**
   * `exists`, `same`, `ephemeral` (another session's, which is not overwritten): a create met a znode. `gone`: there was
   * nothing left to delete.
   */
  | { readonly write: W; readonly state: 'skipped'; readonly why: 'exists' | 'same' | 'ephemeral' | 'gone' }
  /** `error.applied` says whether it may have happened all the same. */
  | { readonly write: W; readonly state: 'failed'; readonly error: ZkshError };
