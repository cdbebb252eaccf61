/** What stands at given paths, in few requests. Nothing is walked, and ACLs are acl-reader.ts's business. */
import type { RequestOptions, Session } from '../../client/api.js';
import { isKeeperError, KeeperError } from '../../errors.js';
import type { AclEntry } from '../../protocol/acl.js';
import { errorEntry } from '../../protocol/error-codes.js';
import type { Stat } from '../../protocol/stat.js';
import { readAgain } from './read-again.js';

/** A znode, or the refusal to read it (NONODE, NOAUTH). */
export type ReadZnode = { readonly data: Buffer | null; readonly stat: Stat } | KeeperError;

/** Paths in one request. */
const BATCH = 250;
/** Of paths, in UTF-16 units: well below jute.maxbuffer. */
const BATCH_CHARS = 250_000;

/** In the order of `paths`. @throws ConnectionError */
export async function readZnodes(
  session: Session,
  paths: readonly string[],
  options: RequestOptions,
): Promise<ReadZnode[]> {
  const found: ReadZnode[] = [];
  for (let from = 0; from < paths.length; ) {
    let to = from;
    for (let chars = 0; to < paths.length && to - from < BATCH && (chars < BATCH_CHARS || to === from); to++) {
      chars += (paths[to] as string).length;
    }
    const some = paths.slice(from, to);
    for (const znode of await readBatch(session, some, options)) {
      found.push(znode);
    }
    from = to;
  }
  return found;
}

async function readBatch(session: Session, paths: readonly string[], options: RequestOptions): Promise<ReadZnode[]> {
  try {
    const ops = paths.map((path) => ({ op: 'getData', path }) as const);
    const results = await readAgain(() => session.multiRead(ops, options));
    return results.map((result, index) =>
      result.op === 'getData'
        ? result
        : refusal('getData', paths[index] as string, result.op === 'error' ? result.code : 'MARSHALLINGERROR'),
    );
  } catch (error) {
    if (!isKeeperError(error, 'UNIMPLEMENTED')) {
      throw error;
    }
    return Promise.all(paths.map((path) => orRefusal(() => session.getData(path, options))));
  }
}

async function orRefusal<T>(read: () => Promise<T>): Promise<T | KeeperError> {
  try {
    return await readAgain(read);
  } catch (error) {
    if (isKeeperError(error) && !error.sessionOver) {
      return error;
    }
    throw error;
  }
}

/** Whether both grant the same; the order of entries means nothing, nor does a hash that the server has masked. */
export function sameAcl(left: readonly AclEntry[], right: readonly AclEntry[]): boolean {
  return left === right || (covers(left, right) && covers(right, left));
}

function covers(some: readonly AclEntry[], others: readonly AclEntry[]): boolean {
  return others.every((other) =>
    some.some(
      ({ perms, scheme, id }) => perms === other.perms && scheme === other.scheme && sameId(scheme, id, other.id),
    ),
  );
}

function sameId(scheme: string, left: string, right: string): boolean {
  return (
    left === right || (scheme === 'digest' && (isMasked(left) || isMasked(right)) && userOf(left) === userOf(right))
  );
}

/** What getACL shows of a digest to those who may not administrate. */
function isMasked(id: string): boolean {
  return id.endsWith(':x');
}

function userOf(id: string): string {
  return id.slice(0, Math.max(0, id.indexOf(':')));
}

function refusal(op: string, path: string, code: string): KeeperError {
  const { what, applied, sessionOver } = errorEntry(code);
  return new KeeperError(code, what, { op, path, applied, sessionOver });
}
