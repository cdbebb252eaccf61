/**
 * Does what a plan says, in multis that check versions: all of it at once where it fits into one request, else as many as
 * must be, in order. Stops at the first that is refused: somebody changed the tree since it was read.
 */
import type { MultiOp, Session } from '../../client/api.js';
import { isKeeperError, KeeperError } from '../../errors.js';
import { REQUEST_BYTES_MAX } from '../../protocol/limits.js';
import type { Change } from './plan.js';

/** Of a request, kept free for what the estimate leaves out: the chroot. */
const SPARE_BYTES = 64 * 1024;
/** Header, lengths, version or flags of one operation, with room to spare. */
const OPERATION_BYTES = 64;

type MultiChange = Exclude<Change, { change: 'setAcl' }>;

/**
 * What is done, as it is done. ACLs come last: no multi takes them.
 * @throws KeeperError with the path of the change that was refused; how many were done before is in its `why`
 */
export async function* applyPlan(
  session: Session,
  changes: readonly Change[],
  signal: AbortSignal,
): AsyncGenerator<readonly Change[]> {
  let doneCount = 0;
  for (const batch of batches(changes.filter((change) => change.change !== 'setAcl'))) {
    await session
      .multi(batch.map(operationOf), { signal })
      .catch((error: unknown) => refused(error, batch, { doneCount, count: changes.length }));
    doneCount += batch.length;
    yield batch;
  }
  for (const change of changes) {
    if (change.change === 'setAcl') {
      const { path, acl, aversion } = change;
      await session
        .setAcl(path, acl, aversion, { signal })
        .catch((error: unknown) => refused(error, [change], { doneCount, count: changes.length }));
      doneCount += 1;
      yield [change];
    }
  }
}

function* batches(changes: readonly MultiChange[]): Generator<readonly MultiChange[]> {
  let batch: MultiChange[] = [];
  let bytes = 0;
  for (const change of changes) {
    const more = bytesOf(change);
    if (batch.length > 0 && bytes + more > REQUEST_BYTES_MAX - SPARE_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(change);
    bytes += more;
  }
  if (batch.length > 0) {
    yield batch;
  }
}

function bytesOf(change: MultiChange): number {
  const acl = change.change === 'create' ? (change.acl ?? []) : [];
  const aclBytes = acl.reduce((sum, { scheme, id }) => sum + 16 + 3 * (scheme.length + id.length), 0);
  const dataBytes = change.change === 'delete' ? 0 : (change.data?.length ?? 0);
  return OPERATION_BYTES + Buffer.byteLength(change.path) + dataBytes + aclBytes;
}

function operationOf(change: MultiChange): MultiOp {
  const { path } = change;
  switch (change.change) {
    case 'create': {
      const { data, kind, acl, ttlMs } = change;
      const more = { ...(acl === undefined ? {} : { acl }), ...(ttlMs === null ? {} : { ttlMs }) };
      return { op: 'create', path, data, mode: kind, ...more };
    }
    case 'setData':
      return { op: 'setData', path, data: change.data, version: change.version };
    case 'delete':
      return { op: 'delete', path, version: change.version };
  }
}

/** Codes that mean: the tree is not as it was when the plan was made. */
const CHANGED: ReadonlySet<string> = new Set(['NONODE', 'NODEEXISTS', 'BADVERSION', 'NOTEMPTY']);

function refused(
  error: unknown,
  batch: readonly Change[],
  { doneCount, count }: { readonly doneCount: number; readonly count: number },
): never {
  if (!isKeeperError(error)) {
    throw error;
  }
  const change = batch[error.facts.index ?? 0];
  const done = doneCount === 0 ? 'Nothing was changed.' : `${doneCount} of ${count} changes were made before it.`;
  throw new KeeperError(error.code, error.message, {
    ...error.facts,
    ...(change === undefined ? {} : { path: change.path }),
    applied: error.applied,
    ...(CHANGED.has(error.code)
      ? { why: `Somebody changed it since the plan was made. ${done}`, hint: 'Look again at what is left to do: plan' }
      : { why: `The server refused it. ${done}` }),
    cause: error,
  });
}
