/** The two ways in which a server can tell of changes: persistent watches (3.6 and up), and one-shot ones for the others. */
import type { Session, Watcher, WatchHandle } from '../../client/api.js';
import { isKeeperError, type KeeperError } from '../../errors.js';
import { joinPath, type ZnodePath } from '../../protocol/path.js';
import { walk } from '../read/walk.js';
import { type Snapshot, type Zxids, zxidsOf } from './zxids.js';

export interface SourceSetup {
  readonly session: Session;
  readonly watcher: Watcher;
  readonly roots: readonly ZnodePath[];
  readonly recursive: boolean;
  readonly signal: AbortSignal;
}

/** How the watches stand on a session. */
export interface WatchSource {
  arm(): Promise<void>;
  /** What there is now. @throws KeeperError NOAUTH for a root */
  read(): Promise<Snapshot & { readonly errors: readonly KeeperError[] }>;
  /**
   * One-shot watches tell only where to look: what is there now, the watch standing again.
   * null: the event says all.
   */
  readonly look: ((path: ZnodePath, known: ReadonlyMap<ZnodePath, Zxids>) => Promise<Snapshot>) | null;
  /** Takes the watches off, as far as they stand. Waits for nobody. */
  disarm(): void;
}

/** The session arms them again after each reconnect. */
export function createPersistentSource({ session, watcher, roots, recursive, signal }: SourceSetup): WatchSource {
  const handles: WatchHandle[] = [];
  const mode = recursive ? 'persistentRecursive' : 'persistent';
  return {
    async arm() {
      const arming = roots.map(async (root) => handles.push(await session.addWatch(root, mode, watcher, { signal })));
      await Promise.all(arming);
    },
    async read() {
      const found = new Map<ZnodePath, Zxids>();
      const errors: KeeperError[] = [];
      for (const root of roots) {
        if (recursive) {
          errors.push(...(await readSubtree(session, root, found, signal)));
        } else {
          const stat = await session.exists(root, { signal });
          if (stat !== null) {
            found.set(root, zxidsOf(stat));
          }
        }
      }
      return { found, errors, unreadable: pathsOf(errors) };
    },
    look: null,
    disarm() {
      for (const handle of handles.splice(0)) {
        // On a session that is over there is nothing to take off.
        handle.remove().catch(() => {});
      }
    },
  };
}

/** Reading arms, so `read` arms everything once more: after a reconnect, too. */
export function createOneShotSource({ session, watcher, roots, recursive, signal }: SourceSetup): WatchSource {
  let isOn = true;
  const request = {
    signal,
    watcher: (event: Parameters<Watcher>[0]) => {
      if (isOn) {
        watcher(event);
      }
    },
  };

  /** `path`, and what is below it but not below a znode that is `known` to be watched already. */
  async function readAndArm(
    path: ZnodePath,
    known: ReadonlyMap<ZnodePath, Zxids>,
    into: OneShotReading,
  ): Promise<void> {
    try {
      const stat = await session.exists(path, request);
      if (stat === null) {
        return;
      }
      into.found.set(path, zxidsOf(stat));
      const { children } = await session.getChildren(path, request);
      if (recursive) {
        const below = children.map((name) => joinPath(path, name)).filter((child) => !known.has(child));
        await Promise.all(below.map((child) => readAndArm(child, known, into)));
      }
    } catch (error) {
      if (!isKeeperError(error, 'NONODE', 'NOAUTH') || (error.code === 'NOAUTH' && roots.includes(path))) {
        throw error;
      }
      if (error.code === 'NOAUTH') {
        into.errors.push(error);
      }
    }
  }

  return {
    arm: async () => {},
    async read() {
      const into: OneShotReading = { found: new Map(), errors: [] };
      await Promise.all(roots.map((root) => readAndArm(root, new Map(), into)));
      return { found: into.found, errors: into.errors, unreadable: pathsOf(into.errors) };
    },
    async look(path, known) {
      const into: OneShotReading = { found: new Map(), errors: [] };
      await readAndArm(path, known, into);
      return { found: into.found, unreadable: pathsOf(into.errors) };
    },
    disarm() {
      isOn = false;
    },
  };
}

interface OneShotReading {
  readonly found: Map<ZnodePath, Zxids>;
  readonly errors: KeeperError[];
}

/** A root that does not exist has nothing below it. */
async function readSubtree(
  session: Session,
  root: ZnodePath,
  found: Map<ZnodePath, Zxids>,
  signal: AbortSignal,
): Promise<KeeperError[]> {
  const errors: KeeperError[] = [];
  try {
    for await (const entries of walk(session, root, { want: 'stat', signal })) {
      for (const { path, stat, error } of entries) {
        if (stat !== null) {
          found.set(path, zxidsOf(stat));
        } else if (error !== null && error.code !== 'NONODE') {
          errors.push(error);
        }
      }
    }
  } catch (error) {
    if (!isKeeperError(error, 'NONODE')) {
      throw error;
    }
  }
  return errors;
}

function pathsOf(errors: readonly KeeperError[]): Set<ZnodePath> {
  return new Set(errors.map(({ path }) => path as ZnodePath));
}
