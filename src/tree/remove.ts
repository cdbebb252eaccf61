/**
 * Deletes a subtree: multis of its znodes, the leaves first, several in flight; a server answers one session in order, so a
 * parent's multi may be on its way before its children's is answered. A multi that is refused is done again one by one, and
 * what came to life meanwhile is read and deleted in another round.
 */
import type { MultiOp, Session } from '../client/api.js';
import { isKeeperError } from '../errors.js';
import { parentOf, type ZnodePath } from '../protocol/path.js';
import { walk } from './walk.js';

export interface RemoveOptions {
  readonly root: ZnodePath;
  /** The root and everything below it, a child before its parent. */
  readonly paths: readonly ZnodePath[];
  /** The root itself stays, and is not among `paths`. */
  readonly isKept: boolean;
  /** Znodes in a multi, at most. */
  readonly batch: number;
  readonly signal: AbortSignal;
}

export interface Removed {
  readonly deleted: readonly ZnodePath[];
  readonly failures: readonly RemoveFailure[];
}

export interface RemoveFailure {
  readonly path: ZnodePath;
  readonly error: unknown;
}

/** Multis sent before the first is answered. */
const MULTIS_AHEAD = 4;
/** Single deletes sent before the first is answered. */
const DELETES_AHEAD = 256;
/** Of paths in one multi: well below jute.maxbuffer, whatever the encoding. */
const MULTI_CHARS_MAX = 250_000;
/** Whoever creates znodes faster than they are deleted wins. */
const ROUNDS_MAX = 10;

/** What is to go, a child before its parent. @throws KeeperError for the root itself; ConnectionError */
export async function listBottomUp(session: Session, root: ZnodePath, signal: AbortSignal): Promise<ZnodePath[]> {
  const paths: ZnodePath[] = [];
  for await (const entries of walk(session, root, { want: 'names', signal })) {
    for (const { path, error } of entries) {
      if (error?.code !== 'NONODE') {
        paths.push(path);
      }
    }
  }
  return paths.reverse();
}

/**
 * As it goes on. What was gone before we came is neither deleted nor failed. A znode that stays only because something
 * below it could not be deleted is no failure of its own.
 * @throws ConnectionError; what is wrong with more than one znode
 */
export async function* removeAll(session: Session, options: RemoveOptions): AsyncGenerator<Removed> {
  const { root, isKept, signal } = options;
  const refused = new Map<ZnodePath, unknown>();
  let paths = options.paths;
  for (let round = 1; ; round++) {
    const notEmpty: RemoveFailure[] = [];
    for await (const outcomes of removeRound(session, paths, options)) {
      const deleted = outcomes.filter(({ error }) => error === null).map(({ path }) => path);
      for (const { path, error } of outcomes) {
        if (isKeeperError(error, 'NOTEMPTY')) {
          notEmpty.push({ path, error });
        } else if (error !== null && !isKeeperError(error, 'NONODE')) {
          refused.set(path, error);
        }
      }
      yield { deleted, failures: [] };
    }
    const blocked = ancestorsOf(refused.keys());
    const open = notEmpty.filter(({ path }) => !blocked.has(path));
    if (open.length === 0 || round === ROUNDS_MAX) {
      const left = refused.size === 0 ? open : [];
      yield { deleted: [], failures: [...[...refused].map(([path, error]) => ({ path, error })), ...left] };
      return;
    }
    const again = await listBottomUp(session, root, signal).catch((error: unknown) => {
      if (isKeeperError(error, 'NONODE')) {
        return [];
      }
      throw error;
    });
    paths = again.filter((path) => !refused.has(path) && !(isKept && path === root));
  }
}

function ancestorsOf(paths: Iterable<ZnodePath>): ReadonlySet<ZnodePath> {
  const ancestors = new Set<ZnodePath>();
  for (const path of paths) {
    for (let at = parentOf(path); at !== '/' && !ancestors.has(at); at = parentOf(at)) {
      ancestors.add(at);
    }
  }
  return ancestors;
}

interface Outcome {
  readonly path: ZnodePath;
  /** null: deleted. */
  readonly error: unknown;
}

async function* removeRound(
  session: Session,
  paths: readonly ZnodePath[],
  { batch, signal }: RemoveOptions,
): AsyncGenerator<Outcome[]> {
  const again: ZnodePath[] = [];
  const inFlight: Promise<{ readonly chunk: readonly ZnodePath[]; readonly error: unknown }>[] = [];
  const chunks = batch === 1 ? [][Symbol.iterator]() : chunksOf(paths, batch);
  for (;;) {
    while (inFlight.length < MULTIS_AHEAD) {
      const { value: chunk, done } = chunks.next();
      if (done === true || chunk === undefined) {
        break;
      }
      inFlight.push(removeChunk(session, chunk, signal));
    }
    const next = inFlight.shift();
    if (next === undefined) {
      break;
    }
    const { chunk, error } = await next;
    if (error === null) {
      yield chunk.map((path) => ({ path, error: null }));
    } else if (isAboutZnodes(error)) {
      for (const path of chunk) {
        again.push(path);
      }
    } else {
      throw error;
    }
  }
  yield* removeOneByOne(session, batch === 1 ? paths : again, signal);
}

function removeChunk(session: Session, chunk: readonly ZnodePath[], signal: AbortSignal) {
  const ops: MultiOp[] = chunk.map((path) => ({ op: 'delete', path }));
  return session.multi(ops, { signal }).then(
    () => ({ chunk, error: null as unknown }),
    (error: unknown) => ({ chunk, error }),
  );
}

async function* removeOneByOne(
  session: Session,
  paths: readonly ZnodePath[],
  signal: AbortSignal,
): AsyncGenerator<Outcome[]> {
  for (let from = 0; from < paths.length; from += DELETES_AHEAD) {
    const some = paths.slice(from, from + DELETES_AHEAD);
    const outcomes = await Promise.all(
      some.map((path) =>
        session.delete(path, -1, { signal }).then(
          () => ({ path, error: null as unknown }),
          (error: unknown) => ({ path, error }),
        ),
      ),
    );
    yield outcomes.filter(({ error }) => error === null || isAboutZnodes(error));
    const fatal = outcomes.find(({ error }) => error !== null && !isAboutZnodes(error));
    if (fatal !== undefined) {
      throw fatal.error;
    }
  }
}

/** And not about the server or the session as a whole. */
function isAboutZnodes(error: unknown): boolean {
  return isKeeperError(error) && !error.sessionOver && error.code !== 'NOTREADONLY';
}

function* chunksOf(paths: readonly ZnodePath[], countMax: number): Generator<readonly ZnodePath[], undefined> {
  let chunk: ZnodePath[] = [];
  let chars = 0;
  for (const path of paths) {
    if (chunk.length > 0 && (chunk.length === countMax || chars + path.length > MULTI_CHARS_MAX)) {
      yield chunk;
      chunk = [];
      chars = 0;
    }
    chunk.push(path);
    chars += path.length;
  }
  if (chunk.length > 0) {
    yield chunk;
  }
}
