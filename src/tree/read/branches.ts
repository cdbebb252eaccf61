/**
 * Where each znode of a walk stands in a drawing: below which ancestors, and whether it is the last child. Asks nobody.
 * How many children there are is known when the parent is read, so a drawing needs no look ahead; one of some znodes only is
 * made when all are known.
 */
import type { ZnodePath } from '../../protocol/path.js';
import type { WalkEntry } from './walk.js';

export interface DrawnZnode {
  readonly path: ZnodePath;
  /** From the child of the root down to itself: whether each is its parent's last child. Empty for the root. */
  readonly lasts: readonly boolean[];
  readonly childrenCount: number | null;
  readonly dataLength: number | null;
  /** Why nothing more is known. */
  readonly refusal: string | null;
}

export interface Branches {
  /** What can be drawn now. Entries come in tree order, those of vanished znodes among them. */
  add(entries: readonly WalkEntry[]): DrawnZnode[];
  end(): DrawnZnode[];
}

/** @param isWanted null: all of them */
export function createBranches(root: ZnodePath, isWanted: ((path: ZnodePath) => boolean) | null): Branches {
  return isWanted === null ? createAllBranches(root) : createSomeBranches(root, isWanted);
}

interface Level {
  /** Children that are still to come. */
  left: number;
  isLast: boolean;
}

function createAllBranches(root: ZnodePath): Branches {
  /** Of the ancestors of what comes next, the root first. */
  const levels: Level[] = [];
  let lastPath: ZnodePath | null = null;
  return {
    add(entries) {
      const drawn: DrawnZnode[] = [];
      for (const entry of entries) {
        if (entry.path === lastPath) {
          // It was drawn; its children could not be read any more.
          continue;
        }
        lastPath = entry.path;
        levels.length = Math.min(levels.length, depthBelow(root, entry.path));
        const parent = levels.at(-1);
        if (parent !== undefined) {
          parent.left -= 1;
        }
        levels.push({ left: entry.childrenCount ?? 0, isLast: parent !== undefined && parent.left <= 0 });
        if (entry.error?.code !== 'NONODE') {
          drawn.push(
            drawnZnode(
              entry,
              levels.slice(1).map(({ isLast }) => isLast),
            ),
          );
        }
      }
      return drawn;
    },
    end: () => [],
  };
}

interface Kept {
  readonly znode: DrawnZnode;
  readonly depth: number;
}

function createSomeBranches(root: ZnodePath, isWanted: (path: ZnodePath) => boolean): Branches {
  /** Of what comes next; those that nothing wanted has been found below yet are not kept. */
  const ancestors: { readonly znode: DrawnZnode; isKept: boolean }[] = [];
  const kept: Kept[] = [];
  return {
    add(entries) {
      for (const entry of entries.filter(({ error }) => error?.code !== 'NONODE')) {
        ancestors.length = Math.min(ancestors.length, depthBelow(root, entry.path));
        ancestors.push({ znode: drawnZnode(entry, []), isKept: false });
        if (isWanted(entry.path)) {
          for (const [depth, ancestor] of ancestors.entries()) {
            if (!ancestor.isKept) {
              ancestor.isKept = true;
              kept.push({ znode: ancestor.znode, depth });
            }
          }
        }
      }
      return [];
    },
    end: () => withLasts(kept),
  };
}

/** From the last to the first it is plain which have none behind them. */
function withLasts(kept: readonly Kept[]): DrawnZnode[] {
  const isLast = new Array<boolean>(kept.length);
  /** By depth: one was met below the parent at hand. */
  let met: boolean[] = [];
  for (let index = kept.length - 1; index >= 0; index--) {
    const { depth } = kept[index] as Kept;
    met = met.slice(0, depth + 1);
    isLast[index] = met[depth] !== true;
    met[depth] = true;
  }
  const lasts: boolean[] = [];
  return kept.map(({ znode, depth }, index) => {
    lasts.length = Math.max(0, depth - 1);
    if (depth > 0) {
      lasts.push(isLast[index] === true);
    }
    return { ...znode, lasts: [...lasts] };
  });
}

function drawnZnode({ path, stat, childrenCount, error }: WalkEntry, lasts: readonly boolean[]): DrawnZnode {
  return { path, lasts, childrenCount, dataLength: stat?.dataLength ?? null, refusal: error?.code ?? null };
}

/** The root is 0. */
function depthBelow(root: ZnodePath, path: ZnodePath): number {
  let depth = 0;
  const from = root === '/' ? 0 : root.length;
  for (let at = path.indexOf('/', from); at >= 0 && at + 1 < path.length; at = path.indexOf('/', at + 1)) {
    depth += 1;
  }
  return depth;
}
