/** count: how many znodes there are below others. Who counts is tree/read/count.ts's business. */
import { UsageError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import { nameOf } from '../protocol/path.js';
import { compileGlob } from '../tree/find/patterns.js';
import { askCount, walkBelow } from '../tree/read/count.js';
import type { CommandContext } from './context.js';
import { createLongRun, type LongRun } from './long-run.js';
import type { Result } from './results.js';
import { command, flag, option, variadicArg } from './spec.js';

export const count = command({
  name: 'count',
  group: 'tree',
  summary: 'Count the znodes below others',
  description:
    'The znode itself is not among them. Without further questions the server counts, which costs one request (ZooKeeper 3.6 and up); else names are read, of which many come in one reply. Those whose children may not be read count themselves, are told, and the status is 1.',
  args: [
    variadicArg('path', 'znodePath', 'where to count; the working directory where none is given', { optional: true }),
  ],
  options: {
    name: option('name', null, 'GLOB', 'glob', 'only those of this name'),
    maxDepth: option('max-depth', null, 'N', 'count', 'only N levels'),
    byDepth: flag('by-depth', null, 'a line for each level'),
    rate: option('rate', null, 'N', 'count', 'read at most N znodes a second, to spare the server'),
  },
  examples: [
    { line: 'count /services', summary: 'a number' },
    { line: "count --name 'lock-*' /", summary: 'how many locks somebody holds or waits for' },
    { line: 'count --by-depth /', summary: 'how many on each level' },
  ],
  async *run(context, { path: paths, name, maxDepth, byDepth, rate }) {
    if (rate === 0) {
      throw new UsageError('--rate: at least 1');
    }
    const roots = paths.length === 0 ? [context.shell.cwd] : paths;
    const isPlain = name === undefined && maxDepth === undefined && !byDepth;
    const run = createLongRun(context, { doing: 'counting', did: 'read' });
    const matches = name === undefined ? null : compileGlob(name);
    yield* run.eachRoot(roots, async function* (root) {
      const asked = isPlain ? await askCount(context.session, root, context.signal) : null;
      if (asked !== null) {
        yield { kind: 'count', path: root, isNamed: roots.length > 1, counts: [{ depth: null, count: asked }] };
        return;
      }
      const levels = new Map<number, number>();
      yield* countLevels(context, run, { root, matches, maxDepth, rate }, levels);
      const counts = byDepth
        ? [...levels].sort(([left], [right]) => left - right).map(([depth, found]) => ({ depth, count: found }))
        : [{ depth: null, count: [...levels.values()].reduce((sum, found) => sum + found, 0) }];
      yield { kind: 'count', path: root, isNamed: roots.length > 1, counts };
    });
    yield* run.end();
  },
});

interface Counting {
  readonly root: ZnodePath;
  readonly matches: ((name: string) => boolean) | null;
  readonly maxDepth: number | undefined;
  readonly rate: number | undefined;
}

/** Into `levels`: how many on each. */
async function* countLevels(
  { session, signal, clock }: CommandContext,
  run: LongRun,
  { root, matches, maxDepth, rate }: Counting,
  levels: Map<number, number>,
): AsyncGenerator<Result> {
  const options = { ...(maxDepth === undefined ? {} : { depthMax: maxDepth }), rate, clock, signal };
  const rootDepth = depthOf(root);
  for await (const batch of walkBelow(session, root, options)) {
    for (const { path } of yield* run.take(batch, ({ error }) => error?.code === 'NOAUTH')) {
      if (matches === null || matches(nameOf(path))) {
        const depth = depthOf(path) - rootDepth;
        levels.set(depth, (levels.get(depth) ?? 0) + 1);
      }
    }
  }
}

/** `/` is 0, `/a` 1. */
function depthOf(path: ZnodePath): number {
  if (path === '/') {
    return 0;
  }
  let depth = 0;
  for (let at = 0; at >= 0; at = path.indexOf('/', at + 1)) {
    depth += 1;
  }
  return depth;
}
