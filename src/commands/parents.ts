/** A create with -p: the parents it needs, and whatever others do to them meanwhile. */
import { isKeeperError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import type { CommandContext } from './context.js';
import { explained, missingAncestors } from './explained.js';

/** Somebody may delete a parent behind us; after as many attempts we believe the error. */
const ATTEMPTS_MAX = 5;

/** Tries the znode first: most often the parents are there. */
export async function withParents<T>(
  { session, signal }: CommandContext,
  path: ZnodePath,
  create: () => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create();
    } catch (error) {
      if (!isKeeperError(error, 'NONODE') || attempt === ATTEMPTS_MAX) {
        throw error;
      }
    }
    for (const ancestor of await missingAncestors(session, path, { signal })) {
      const creating = session.create(ancestor, Buffer.alloc(0), { signal });
      await explained(session, creating, { op: 'create', path: ancestor }, { signal }).catch((error: unknown) => {
        // NODEEXISTS: somebody else was faster. NONODE: its parent went again; the next round sees to it.
        if (!isKeeperError(error, 'NODEEXISTS', 'NONODE')) {
          throw error;
        }
      });
    }
  }
}
