/** Whether two sessions talk to one ensemble, whatever the names by which it was reached. Reads only. */
import type { Session } from '../../client/api.js';
import { isKeeperError } from '../../errors.js';
import type { Stat } from '../../protocol/stat.js';

/**
 * A change in one ensemble has one zxid for all, so answers taken in turn are in order. Two ensembles that once were one (a
 * copy of the data directory) have the same znodes, but zxids of their own.
 * @param path the server's own
 */
export async function isSameEnsemble(
  one: Session,
  other: Session,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  const first = await look(one, path, signal);
  const middle = await look(other, path, signal);
  const last = await look(one, path, signal);
  if (!(first.zxid <= middle.zxid && middle.zxid <= last.zxid)) {
    return false;
  }
  return isLike(first.stat, middle.stat) || isLike(middle.stat, last.stat);
}

interface Look {
  readonly stat: Stat | null;
  readonly zxid: bigint;
}

async function look(session: Session, path: string, signal: AbortSignal): Promise<Look> {
  // What the server at hand has not heard of yet it hears before it answers this.
  await session.sync('/', { signal });
  const stat = await session.exists(path, { signal, absolute: true }).catch((error: unknown) => {
    if (isKeeperError(error, 'NOAUTH')) {
      return null;
    }
    throw error;
  });
  return { stat, zxid: session.lastZxid };
}

function isLike(left: Stat | null, right: Stat | null): boolean {
  return left === null || right === null
    ? left === right
    : left.czxid === right.czxid && left.ctime === right.ctime && left.mzxid === right.mzxid;
}
