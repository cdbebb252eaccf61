/** How many znodes there are below one: the server counts where it can, else they are walked over. Knows no verbs. */
import type { Clock, Session } from '../../client/api.js';
import { isKeeperError, isZkshError } from '../../errors.js';
import type { ZnodePath } from '../../protocol/path.js';
import { type WalkEntry, walk } from './walk.js';

/** The server's own count; null where it has none (before 3.6). @throws KeeperError NONODE, NOAUTH */
export async function askCount(
  session: Session,
  path: ZnodePath,
  signal: AbortSignal | undefined,
): Promise<number | null> {
  try {
    return await session.getAllChildrenNumber(path, signal === undefined ? {} : { signal });
  } catch (error) {
    // Some hang up on what they do not know without a word; if the server is really gone the walk says so.
    const isUnknown = isKeeperError(error, 'UNIMPLEMENTED') || (isZkshError(error) && error.code === 'CONNECTIONLOSS');
    if (!isUnknown || error.sessionOver) {
      throw error;
    }
    return null;
  }
}

/** Znodes below `root`, in batches, as they come; those that vanished are left out. */
export async function* walkBelow(
  session: Session,
  root: ZnodePath,
  options: {
    readonly depthMax?: number;
    readonly rate?: number | undefined;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<WalkEntry[]> {
  for await (const entries of walk(session, root, { want: 'names', order: 'arrival', ...options })) {
    yield entries.filter(({ path, error }) => path !== root && error?.code !== 'NONODE');
  }
}
