/**
 * Deletes a subtree while it is being read, the leaves first, through the batched writer. What comes to life meanwhile is
 * read and deleted in another round.
 */
import type { Clock, Session } from '../../client/api.js';
import { isKeeperError, type ZkshError } from '../../errors.js';
import { parentOf, type ZnodePath } from '../../protocol/path.js';
import { bottomUp } from '../read/bottom-up.js';
import { type WalkLines, walkLines } from '../read/walk.js';
import type { PlannedDelete } from './planned-write.js';
import { writeAll } from './write.js';

export interface RemoveOptions {
  /** The root itself stays. */
  readonly isKept?: boolean;
  /** Znodes in a multi, at most. */
  readonly batch?: number;
  /** Znodes deleted a second, at most. */
  readonly rate?: number;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

export interface Removed {
  readonly deleted: readonly ZnodePath[];
  readonly failures: readonly RemoveFailure[];
}

export interface RemoveFailure {
  readonly path: ZnodePath;
  readonly error: ZkshError;
}

/** Whoever creates znodes faster than they are deleted wins. */
const ROUNDS_MAX = 10;
/** With more refusals than this nobody waits for another round, in which all of them would have to be known. */
const REFUSALS_MAX = 100_000;

/**
 * As it goes on. What was gone before we came is neither deleted nor failed. A znode that stays only because something
 * below it could not be deleted is no failure of its own.
 * @throws KeeperError for the root itself; ConnectionError
 */
export async function* removeTree(session: Session, root: ZnodePath, options: RemoveOptions): AsyncGenerator<Removed> {
  const refused = new Set<ZnodePath>();
  /** Above what was refused: these cannot go. */
  const blocked = new Set<ZnodePath>();
  for (let round = 1; ; round++) {
    const notEmpty: RemoveFailure[] = [];
    try {
      for await (const outcomes of writeAll(
        session,
        deletes(session, root, { ...options, refused }),
        writerOptions(options),
      )) {
        const deleted: ZnodePath[] = [];
        const failures: RemoveFailure[] = [];
        for (const outcome of outcomes) {
          const { path } = outcome.write;
          if (outcome.state === 'done') {
            deleted.push(path);
          } else if (outcome.state === 'failed' && isKeeperError(outcome.error, 'NOTEMPTY')) {
            notEmpty.push({ path, error: outcome.error });
          } else if (outcome.state === 'failed') {
            failures.push({ path, error: outcome.error });
            refused.add(path);
            addAncestors(blocked, path);
          }
        }
        yield { deleted, failures };
      }
    } catch (error) {
      // Somebody else has deleted the rest.
      if (round === 1 || !isKeeperError(error, 'NONODE')) {
        throw error;
      }
      return;
    }
    const open = notEmpty.filter(({ path }) => !blocked.has(path));
    if (open.length === 0) {
      return;
    }
    if (round === ROUNDS_MAX || refused.size > REFUSALS_MAX) {
      yield { deleted: [], failures: open };
      return;
    }
  }
}

function writerOptions({ signal, clock, batch, rate }: RemoveOptions) {
  return {
    signal,
    clock,
    ...(batch === undefined ? {} : { countMax: batch }),
    ...(rate === undefined ? {} : { rate }),
  };
}

/** From below. What vanishes meanwhile is not looked at: its delete will say so. */
async function* deletes(
  session: Session,
  root: ZnodePath,
  { isKept = false, refused, signal }: RemoveOptions & { readonly refused: ReadonlySet<ZnodePath> },
): AsyncGenerator<PlannedDelete[]> {
  async function* downwards(): AsyncGenerator<PlannedDelete[]> {
    for await (const lines of walkLines(session, root, { signal })) {
      for (const some of lines) {
        yield* deletesIn(some);
      }
    }
  }
  for await (const some of bottomUp(downwards())) {
    yield refused.size === 0 && !isKept
      ? some
      : some.filter(({ path }) => !refused.has(path) && !(isKept && path === root));
  }
}

/** Znodes made of text at a time: what waits long is text, not objects. */
const PORTION = 500;

function* deletesIn(lines: WalkLines): Generator<PlannedDelete[]> {
  if (lines.kind === 'paths') {
    yield lines.paths.map((path) => ({ op: 'delete', path }));
  } else if (lines.kind === 'text') {
    const { text } = lines;
    for (let at = 0; at < text.length; ) {
      const portion: PlannedDelete[] = [];
      for (; at < text.length && portion.length < PORTION; ) {
        const end = text.indexOf(NEWLINE, at);
        portion.push({ op: 'delete', path: text.toString('latin1', at, end) as ZnodePath });
        at = end + 1;
      }
      yield portion;
    }
  }
}

const NEWLINE = 0x0a;

function addAncestors(ancestors: Set<ZnodePath>, path: ZnodePath): void {
  for (let at = parentOf(path); at !== '/' && !ancestors.has(at); at = parentOf(at)) {
    ancestors.add(at);
  }
}
