/**
 * Writes whose answer never came: what stands there now tells whether they were applied. Every change has a zxid, and what
 * was there before the write was sent has one that is not above the last one known then.
 */
import type { RequestOptions, Session } from '../../client/api.js';
import { isKeeperError, type KeeperError } from '../../errors.js';
import { ANY_VERSION } from '../../protocol/stat.js';
import { readAgain } from '../read/read-again.js';
import { type ReadZnode, readZnodes, sameAcl } from '../read/read-znodes.js';
import type { PlannedCreate, PlannedDelete, PlannedSetAcl, PlannedSetData, PlannedWrite } from './planned-write.js';
import { sameData } from './reconcile.js';

/** `unclear`: somebody else has changed it since, or it may not be read. */
export type Evidence = 'applied' | 'notApplied' | 'unclear';

/**
 * In the order of `writes`.
 * @param zxid the last one known before they were sent
 * @throws ConnectionError
 */
export async function findEvidence(
  session: Session,
  writes: readonly PlannedWrite[],
  zxid: bigint,
  options: RequestOptions,
): Promise<Evidence[]> {
  // Whatever the old connection has left at the leader is applied before this is answered; the rest never will be.
  await readAgain(() => session.sync('/', options));
  const read = writes.filter(({ op }) => op !== 'setAcl').map(({ path }) => path);
  const found = new Map<string, ReadZnode>();
  for (const [index, znode] of (await readZnodes(session, read, options)).entries()) {
    found.set(read[index] as string, znode);
  }
  return Promise.all(
    writes.map((write) =>
      write.op === 'setAcl'
        ? ofSetAcl(session, write, options)
        : judge(write, found.get(write.path) as ReadZnode, { zxid, sessionId: session.sessionId }),
    ),
  );
}

interface Before {
  readonly zxid: bigint;
  readonly sessionId: bigint;
}

function judge(write: PlannedCreate | PlannedSetData | PlannedDelete, found: ReadZnode, before: Before): Evidence {
  if (!('stat' in found)) {
    return found.code !== 'NONODE' ? 'unclear' : write.op === 'delete' ? 'applied' : 'notApplied';
  }
  switch (write.op) {
    case 'create':
      return ofCreate(write, found, before);
    case 'setData':
      return ofSetData(write, found, before);
    case 'delete':
      return found.stat.czxid <= before.zxid ? 'notApplied' : 'unclear';
  }
}

type Found = Exclude<ReadZnode, KeeperError>;

function ofCreate({ data, mode }: PlannedCreate, { data: now, stat }: Found, { zxid, sessionId }: Before): Evidence {
  if (stat.czxid <= zxid) {
    return 'notApplied';
  }
  if (stat.version !== 0) {
    return 'unclear';
  }
  return sameData(data, now) && stat.ephemeralOwner === (mode === 'ephemeral' ? sessionId : 0n)
    ? 'applied'
    : 'notApplied';
}

function ofSetData(
  { data, version = ANY_VERSION }: PlannedSetData,
  { data: now, stat }: Found,
  { zxid }: Before,
): Evidence {
  if (stat.mzxid <= zxid) {
    return 'notApplied';
  }
  if (sameData(data, now)) {
    return 'applied';
  }
  // One version further and with other data: that was somebody else, and ours would be refused.
  return version !== ANY_VERSION && stat.version === version + 1 ? 'notApplied' : 'unclear';
}

async function ofSetAcl(
  session: Session,
  { path, acl, version = ANY_VERSION }: PlannedSetAcl,
  options: RequestOptions,
): Promise<Evidence> {
  try {
    const found = await readAgain(() => session.getAcl(path, options));
    if (sameAcl(acl, found.acl)) {
      return 'applied';
    }
    return version === ANY_VERSION || found.stat.aversion === version ? 'notApplied' : 'unclear';
  } catch (error) {
    if (isKeeperError(error) && !error.sessionOver) {
      return error.code === 'NONODE' ? 'notApplied' : 'unclear';
    }
    throw error;
  }
}
