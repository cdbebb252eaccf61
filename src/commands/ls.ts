/** ls: the children of znodes, or with -R everything below them. */
import { EXIT, exitStatus } from '../exit-codes.js';
import { joinPath, type ZnodePath } from '../protocol/path.js';
import { compareNames } from '../tree/order.js';
import { readStats } from '../tree/stats.js';
import { walk } from '../tree/walk.js';
import type { CommandContext } from './context.js';
import { eachRead, statusOfAll, stopsAll } from './each-path.js';
import { explained } from './explained.js';
import { WATCH_OPTION, watcherFor } from './one-shot-watch.js';
import type { ChildrenResult, Result } from './results.js';
import { command, flag, variadicArg } from './spec.js';

export const ls = command({
  name: 'ls',
  aliases: ['ls2'],
  group: 'data',
  summary: 'List the children of a znode',
  description:
    'Names are sorted by Unicode code point. With -R, or with several paths, full paths are printed: each path itself first, a parent before its children.\n-R reads many znodes in one request and prints while it reads. Znodes that vanish meanwhile are left out; those whose children may not be read are told on stderr, and the status is 1.',
  args: [
    variadicArg('path', 'znodePath', 'the znodes to list; the working directory where none is given', {
      optional: true,
    }),
  ],
  options: {
    stat: flag('stat', 's', 'with the stat of each'),
    recursive: flag('recursive', 'R', 'the whole subtree', { conflicts: ['watch'] }),
    ...WATCH_OPTION,
  },
  examples: [
    { line: 'ls /services', summary: 'one name a line in a pipe, columns on a terminal' },
    { line: 'ls -R /config', summary: 'the whole subtree, full paths' },
    { line: 'ls -s /config -o json', summary: 'with stats, an object a line' },
  ],
  zkCliDifferences: [
    'Plain output is one name a line, not `[a, b]`.',
    '-s shows the stat of each child, not that of the znode listed (that is: stat PATH), and works with -R too.',
    '-R goes depth first: what is below a child comes right behind it.',
    '-w and -R exclude each other; to follow a subtree: watch -R PATH.',
  ],
  run(context, { path: paths, stat: withStat, recursive, watch }) {
    const roots = paths.length === 0 ? [context.shell.cwd] : paths;
    const watcher = watcherFor(context, watch, roots);
    return recursive
      ? listTrees(context, roots, withStat)
      : eachRead(roots, (path) => listOne(context, path, { withStat, fullPaths: roots.length > 1, watcher }));
  },
});

interface ListOptions {
  readonly withStat: boolean;
  readonly fullPaths: boolean;
  readonly watcher: ReturnType<typeof watcherFor>;
}

async function listOne(
  { session, signal }: CommandContext,
  path: ZnodePath,
  { withStat, fullPaths, watcher }: ListOptions,
): Promise<ChildrenResult> {
  const listing = session.getChildren(path, { signal, ...watcher });
  const { children, stat } = await explained(session, listing, { op: 'getChildren', path }, { signal });
  const names = children.sort(compareNames);
  const paths = names.map((name) => joinPath(path, name));
  const stats = withStat ? await readStats(session, paths, signal) : [];
  const rows = paths.flatMap((child, index) => {
    const found = stats[index] ?? null;
    const label = fullPaths ? child : (names[index] ?? '');
    return found === 'gone' ? [] : [{ path: child, label, stat: found }];
  });
  return {
    kind: 'children',
    rows: fullPaths ? [{ path, label: path, stat }, ...rows] : rows,
    withStat,
    recursive: false,
    parent: { path, stat },
  };
}

/** Root by root, as the walk brings them. What may not be read is told, and the walk goes on. */
async function* listTrees(
  { session, signal }: CommandContext,
  roots: readonly ZnodePath[],
  withStat: boolean,
): AsyncGenerator<Result> {
  const lost: number[] = [];
  let isPartly = false;
  for (const root of roots) {
    try {
      for await (const entries of walk(session, root, { want: withStat ? 'stat' : 'names', signal })) {
        const rows = entries
          .filter(({ error }) => error?.code !== 'NONODE')
          .map(({ path, stat }) => ({ path, label: path, stat }));
        yield { kind: 'children', rows, withStat, recursive: true, parent: null };
        for (const { error } of entries) {
          if (error !== null && error.code !== 'NONODE') {
            isPartly = true;
            yield { kind: 'failure', error };
          }
        }
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
