/** What ls reads many znodes for: whole subtrees, and the stats of children. */
import { isKeeperError } from '../errors.js';
import { EXIT, exitStatus } from '../exit-codes.js';
import { nameOf, type ZnodePath } from '../protocol/path.js';
import { createSortedEntries, type SortedBy, type SortedEntry } from '../tree/read/sorted-entries.js';
import { type WalkEntry, type WalkOptions, walk, walkLines } from '../tree/read/walk.js';
import type { CommandContext } from './context.js';
import { statusOfAll, stopsAll } from './each-path.js';
import { explained } from './explained.js';
import type { ChildrenResult, Result } from './results.js';

export interface ListShape {
  readonly withStat: boolean;
  /** The columns that people want, under a heading. */
  readonly isLong: boolean;
  readonly sort: SortedBy;
  readonly isReversed: boolean;
  readonly rate: number | undefined;
}

export type ListedPlace = ListShape & {
  /** One of several: full paths, and the znode itself first. */
  readonly isNamed: boolean;
  readonly watcher: object;
};

/** The children of one znode with their stats, by a walk of one level; or in another order, for which stats are needed. */
export async function* listWithStats(
  context: CommandContext,
  path: ZnodePath,
  { isNamed, watcher, ...shape }: ListedPlace,
): AsyncGenerator<ChildrenResult> {
  const { session, signal } = context;
  if (Object.keys(watcher).length > 0) {
    // Only a read of its own leaves a watch; the walk comes behind it.
    const listing = session.getChildren(path, { signal, ...watcher });
    await explained(session, listing, { op: 'getChildren', path }, { signal });
  }
  let parent: ChildrenResult['parent'] = null;
  let isFirst = true;
  const result = (entries: readonly SortedEntry[]): ChildrenResult => {
    const rows = entries.map(({ path: child, stat }) => ({
      path: child,
      label: isNamed ? child : nameOf(child),
      stat: shape.withStat ? stat : null,
    }));
    const heading = shape.isLong ? { long: isFirst ? ('first' as const) : ('more' as const) } : {};
    isFirst = false;
    return { kind: 'children', rows, withStat: shape.withStat, ...heading, recursive: false, isPart: true, parent };
  };
  const sorted = isTreeOrder(shape) ? null : createSortedEntries(shape.sort, shape.isReversed, shape.withStat);
  for await (const entries of explainedWalk(context, path, { want: 'stat', depthMax: 1, ...pace(context, shape) })) {
    const [first] = entries;
    let children = entries.filter(({ error }) => error?.code !== 'NONODE');
    if (parent === null && first !== undefined && first.stat !== null) {
      parent = { path, stat: first.stat };
      children = isNamed && sorted === null ? children : children.slice(1);
      if (isNamed && sorted !== null) {
        yield result([first]);
      }
    }
    if (sorted !== null) {
      sorted.add(children);
    } else {
      yield result(children);
    }
  }
  for (const entries of sorted?.read() ?? []) {
    yield result(entries);
  }
}

/** All of it as one result: one of several listings, or names, which stand in columns. */
export async function listWhole(context: CommandContext, path: ZnodePath, place: ListedPlace): Promise<ChildrenResult> {
  const parts: ChildrenResult[] = [];
  for await (const part of listWithStats(context, path, place)) {
    parts.push(part);
  }
  const { isPart: _, ...whole } = parts[0] as ChildrenResult;
  return { ...whole, rows: parts.flatMap(({ rows }) => rows) };
}

function isTreeOrder({ sort, isReversed }: ListShape): boolean {
  return sort === 'name' && !isReversed;
}

/** Root by root, as the walk brings them. What may not be read is told, and the walk goes on. */
export async function* listSubtrees(
  context: CommandContext,
  roots: readonly ZnodePath[],
  shape: ListShape,
): AsyncGenerator<Result> {
  const lost: number[] = [];
  const list = subtreeLister(shape);
  let isPartly = false;
  for (const root of roots) {
    try {
      for await (const result of list(context, root, shape)) {
        isPartly ||= result.kind === 'failure';
        yield result;
      }
    } catch (error) {
      if (roots.length === 1 || stopsAll(error)) {
        throw error;
      }
      lost.push(exitStatus(error));
      yield { kind: 'failure', error };
    }
  }
  if (isPartly || lost.length > 0) {
    yield { kind: 'ended', status: isPartly ? EXIT.failed.status : statusOfAll(lost, roots.length) };
  }
}

type Lister = (context: CommandContext, root: ZnodePath, shape: ListShape) => AsyncGenerator<Result>;

function subtreeLister(shape: ListShape): Lister {
  if (!isTreeOrder(shape)) {
    return listInOrder;
  }
  return shape.withStat ? listStats : listPaths;
}

/** Names alone: text from the reply to the stream. */
async function* listPaths(context: CommandContext, root: ZnodePath, shape: ListShape): AsyncGenerator<Result> {
  for await (const lines of walkLines(context.session, root, pace(context, shape))) {
    for (const some of lines) {
      if (some.kind === 'text') {
        yield { kind: 'listing', text: some.text };
      } else if (some.kind === 'paths') {
        const rows = some.paths.map((path) => ({ path, label: path, stat: null }));
        yield { kind: 'children', rows, withStat: false, recursive: true, parent: null };
      } else if (some.error.code !== 'NONODE') {
        yield { kind: 'failure', error: some.error };
      }
    }
  }
}

async function* listStats(context: CommandContext, root: ZnodePath, shape: ListShape): AsyncGenerator<Result> {
  let isFirst = true;
  for await (const entries of walk(context.session, root, { want: 'stat', ...pace(context, shape) })) {
    yield* rowsOf(entries, shape, isFirst);
    isFirst = false;
    yield* failuresOf(entries);
  }
}

async function* listInOrder(context: CommandContext, root: ZnodePath, shape: ListShape): AsyncGenerator<Result> {
  const want = shape.withStat || shape.sort !== 'name' ? 'stat' : 'names';
  const sorted = createSortedEntries(shape.sort, shape.isReversed, shape.withStat);
  for await (const entries of walk(context.session, root, { want, ...pace(context, shape) })) {
    sorted.add(entries.filter(({ error }) => error?.code !== 'NONODE'));
    yield* failuresOf(entries);
  }
  let isFirst = true;
  for (const entries of sorted.read()) {
    yield* rowsOf(entries, shape, isFirst);
    isFirst = false;
  }
}

function* rowsOf(
  entries: readonly SortedEntry[],
  { withStat, isLong }: ListShape,
  isFirst: boolean,
): Generator<Result> {
  const rows = entries
    .filter((entry) => (entry as Partial<WalkEntry>).error?.code !== 'NONODE')
    .map(({ path, stat }) => ({ path, label: path, stat }));
  const heading = isLong ? { long: isFirst ? ('first' as const) : ('more' as const) } : {};
  yield { kind: 'children', rows, withStat, ...heading, recursive: true, parent: null };
}

function* failuresOf(entries: readonly WalkEntry[]): Generator<Result> {
  for (const { error } of entries) {
    if (error !== null && error.code !== 'NONODE') {
      yield { kind: 'failure', error };
    }
  }
}

function pace({ signal, clock }: CommandContext, { rate }: ListShape): Pick<WalkOptions, 'signal' | 'clock' | 'rate'> {
  return { signal, clock, rate };
}

/** The root's own refusal with all that can be found out about why. */
async function* explainedWalk(
  { session, signal }: CommandContext,
  root: ZnodePath,
  options: WalkOptions,
): AsyncGenerator<WalkEntry[]> {
  try {
    yield* walk(session, root, options);
  } catch (error) {
    if (isKeeperError(error)) {
      await explained(session, Promise.reject(error), { op: 'getChildren', path: root }, { signal });
    }
    throw error;
  }
}
