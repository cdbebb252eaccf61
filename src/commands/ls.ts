/** ls: the children of znodes, or with -R everything below them. What a subtree costs is list-subtree.ts's business. */
import { UsageError } from '../errors.js';
import { joinPath, type ZnodePath } from '../protocol/path.js';
import { compareNames } from '../tree/order.js';
import { SORTED_BY, type SortedBy } from '../tree/read/sorted-entries.js';
import type { CommandContext } from './context.js';
import { eachRead } from './each-path.js';
import { explained } from './explained.js';
import { type ListedPlace, listSubtrees, listWhole, listWithStats } from './list-subtree.js';
import { WATCH_OPTION, watcherFor } from './one-shot-watch.js';
import type { ChildrenResult } from './results.js';
import { command, flag, option, variadicArg } from './spec.js';

export const ls = command({
  name: 'ls',
  aliases: ['ls2'],
  group: 'data',
  summary: 'List the children of a znode',
  description:
    'Names are sorted by Unicode code point. With -R, or with several paths, full paths are printed: each path itself first, a parent before its children.\n-R reads many znodes in one request and prints while it reads. Znodes that vanish meanwhile are left out; those whose children may not be read are told on stderr, and the status is 1.\n--sort puts the youngest, the largest, the highest first; with -R it puts the whole subtree in that order, and prints when all is read.',
  args: [
    variadicArg('path', 'znodePath', 'the znodes to list; the working directory where none is given', {
      optional: true,
    }),
  ],
  options: {
    stat: flag('stat', 's', 'with the stat of each'),
    long: flag('long', 'l', 'the same; for people in columns, with ages and sizes'),
    recursive: flag('recursive', 'R', 'the whole subtree', { conflicts: ['watch'] }),
    sort: option('sort', null, 'BY', 'choice', 'order by time of last change, size, children, version or name', {
      choices: SORTED_BY,
    }),
    reverse: flag('reverse', null, 'the other way round'),
    rate: option('rate', null, 'N', 'count', 'read at most N znodes a second, to spare the server'),
    ...WATCH_OPTION,
  },
  examples: [
    { line: 'ls /services', summary: 'one name a line in a pipe, columns on a terminal' },
    { line: 'ls -R /config', summary: 'the whole subtree, full paths' },
    { line: 'ls -s /config -o json', summary: 'with stats, an object a line' },
    { line: 'ls -l --sort time /jobs', summary: 'what was changed last comes first' },
  ],
  zkCliDifferences: [
    'Plain output is one name a line, not `[a, b]`.',
    '-s shows the stat of each child, not that of the znode listed (that is: stat PATH), and works with -R too.',
    '-R goes depth first: what is below a child comes right behind it.',
    '-w and -R exclude each other; to follow a subtree: watch -R PATH.',
  ],
  async *run(context, { path: paths, stat, long, recursive, watch, sort = 'name', reverse, rate }) {
    if (rate === 0) {
      throw new UsageError('--rate: at least 1');
    }
    const roots = paths.length === 0 ? [context.shell.cwd] : paths;
    const watcher = watcherFor(context, watch, roots);
    const shape = { withStat: stat || long, isLong: long, sort: sort as SortedBy, isReversed: reverse, rate };
    const isByName = sort === 'name';
    if (recursive) {
      yield* listSubtrees(context, roots, shape);
      return;
    }
    const place = { ...shape, isNamed: roots.length > 1, watcher };
    const [only] = roots;
    if (shape.withStat && roots.length === 1 && only !== undefined) {
      yield* listWithStats(context, only, place);
      return;
    }
    yield* eachRead(roots, (path) =>
      shape.withStat || !isByName ? listWhole(context, path, place) : listNames(context, path, place),
    );
  },
});

async function listNames(
  { session, signal }: CommandContext,
  path: ZnodePath,
  { isNamed, isReversed, watcher }: ListedPlace,
): Promise<ChildrenResult> {
  const listing = session.getChildren(path, { signal, ...watcher });
  const { children, stat } = await explained(session, listing, { op: 'getChildren', path }, { signal });
  const names = children.sort(compareNames);
  if (isReversed) {
    names.reverse();
  }
  const rows = names.map((name) => {
    const child = joinPath(path, name);
    return { path: child, label: isNamed ? child : name, stat: null };
  });
  return {
    kind: 'children',
    rows: isNamed ? [{ path, label: path, stat }, ...rows] : rows,
    withStat: false,
    recursive: false,
    parent: { path, stat },
  };
}
