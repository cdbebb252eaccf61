/** A create met a znode that is there already: what that means, by the create's `ifExists`. Reads, and writes nothing. */
import type { RequestOptions, Session } from '../../client/api.js';
import { KeeperError } from '../../errors.js';
import { type AclEntry, OPEN_ACL } from '../../protocol/acl.js';
import { errorEntry } from '../../protocol/error-codes.js';
import type { ZnodePath } from '../../protocol/path.js';
import { ANY_VERSION } from '../../protocol/stat.js';
import { type AclReader, createAclReader } from '../read/acl-reader.js';
import { type ReadZnode, readZnodes, sameAcl } from '../read/read-znodes.js';
import type { PlannedCreate, PlannedSetAcl, PlannedSetData } from './planned-write.js';

export type Verdict =
  /** It is not there any more, or never was. */
  | { readonly verdict: 'create' }
  | { readonly verdict: 'skip'; readonly why: 'exists' | 'same' | 'ephemeral' }
  | { readonly verdict: 'fail'; readonly error: KeeperError }
  /** To make it as wanted; at least one of them. */
  | { readonly verdict: 'change'; readonly data: PlannedSetData | null; readonly acl: PlannedSetAcl | null };

export interface ReconcileOptions extends RequestOptions {
  readonly signal: AbortSignal;
  /** For many of them. */
  readonly acls?: AclReader;
}

type ReadAcl = readonly AclEntry[] | KeeperError;

/** In the order of `creates`. @throws ConnectionError */
export async function reconcile(
  session: Session,
  creates: readonly PlannedCreate[],
  options: ReconcileOptions,
): Promise<Verdict[]> {
  const paths = creates.map(({ path }) => path);
  const found = await readZnodes(session, paths, options);
  const asked = creates.flatMap((create, index) => (needsAcl(create, found[index] as ReadZnode) ? [index] : []));
  const { acls: reader = createAclReader(session, options) } = options;
  const acls = await reader.read(asked.map((index) => paths[index] as ZnodePath));
  const aclOf = new Map(asked.map((index, at) => [index, acls[at] as ReadAcl]));
  return creates.map((create, index) => judge(create, found[index] as ReadZnode, aclOf.get(index)));
}

function needsAcl({ ifExists, acl, data, mode }: PlannedCreate, found: ReadZnode): boolean {
  if (acl === undefined || ifExists === 'skip' || !('stat' in found) || isForeign(found, mode)) {
    return false;
  }
  return ifExists === 'overwrite' || sameData(data, found.data);
}

function judge(create: PlannedCreate, found: ReadZnode, acl: ReadAcl | undefined): Verdict {
  const { path, data, ifExists } = create;
  if (!('stat' in found)) {
    return judgeUnreadable(create, found);
  }
  if (ifExists === 'skip') {
    return { verdict: 'skip', why: 'exists' };
  }
  if (isForeign(found, create.mode)) {
    return { verdict: 'skip', why: 'ephemeral' };
  }
  const hasData = sameData(data, found.data);
  const isReadable = acl !== undefined && !('code' in acl);
  const hasAcl = create.acl === undefined || (isReadable && isAsWanted(create, acl));
  if (hasData && hasAcl) {
    return { verdict: 'skip', why: 'same' };
  }
  if (ifExists !== 'overwrite') {
    const what = !hasData ? 'other data' : isReadable ? 'another ACL' : 'an ACL that may not be read';
    return { verdict: 'fail', error: conflict(path, `It is there with ${what}.`) };
  }
  return {
    verdict: 'change',
    data: hasData ? null : { op: 'setData', path, data, version: found.stat.version },
    acl: hasAcl ? null : { op: 'setAcl', path, acl: create.acl ?? OPEN_ACL, version: found.stat.aversion },
  };
}

function judgeUnreadable(create: PlannedCreate, error: KeeperError): Verdict {
  const { path, data, ifExists } = create;
  if (error.code !== 'NOAUTH') {
    return error.code === 'NONODE' ? { verdict: 'create' } : { verdict: 'fail', error };
  }
  if (ifExists === 'skip') {
    return { verdict: 'skip', why: 'exists' };
  }
  return ifExists === 'overwrite'
    ? {
        verdict: 'change',
        data: { op: 'setData', path, data, version: ANY_VERSION },
        acl: create.acl === undefined ? null : { op: 'setAcl', path, acl: create.acl },
      }
    : { verdict: 'fail', error: conflict(path, 'It is there and may not be read.') };
}

/** Whoever lists `auth` gets whatever the server makes of it, which nobody can compare. */
function isAsWanted({ acl = OPEN_ACL, finalAcl, ifExists }: PlannedCreate, found: readonly AclEntry[]): boolean {
  if (finalAcl !== undefined && sameAcl(finalAcl, found)) {
    return true;
  }
  return acl.some(({ scheme }) => scheme === 'auth') ? ifExists === 'same' : sameAcl(acl, found);
}

/** An ephemeral, and none was wanted: it belongs to a session that lives. */
function isForeign(
  { stat }: { readonly stat: { readonly ephemeralOwner: bigint } },
  mode: PlannedCreate['mode'],
): boolean {
  return stat.ephemeralOwner !== 0n && mode !== 'ephemeral';
}

/** null and empty differ. */
export function sameData(left: Buffer | null, right: Buffer | null): boolean {
  return left === null || right === null ? left === right : left.equals(right);
}

function conflict(path: string, why: string): KeeperError {
  return new KeeperError('NODEEXISTS', errorEntry('NODEEXISTS').what, { op: 'create', path, why });
}
