/** tree: a subtree, drawn. How it is drawn is output/kinds/drawing.ts's business. */
import { UsageError } from '../errors.js';
import { nameOf, type ZnodePath } from '../protocol/path.js';
import { compileGlob } from '../tree/find/patterns.js';
import { createBranches, type DrawnZnode } from '../tree/read/branches.js';
import { walk } from '../tree/read/walk.js';
import type { CommandContext } from './context.js';
import { createLongRun, type LongRun } from './long-run.js';
import type { Result } from './results.js';
import { command, flag, option, variadicArg } from './spec.js';

export const tree = command({
  name: 'tree',
  group: 'tree',
  summary: 'Draw a subtree',
  description:
    'For people with lines between parents and children; in a pipe a full path a line, with the columns asked for behind it. It is drawn while it is read, but for --name, which shows only znodes of that name and what leads to them.\nWhat lies below the last level of --depth is counted where counts are shown. Znodes that vanish meanwhile are left out; those that may not be read are told, and the status is 1.',
  args: [
    variadicArg('path', 'znodePath', 'the subtrees; the working directory where none is given', { optional: true }),
  ],
  options: {
    depth: option('depth', 'd', 'N', 'count', 'N levels below PATH, at most'),
    count: flag('count', 'c', 'how many children each has'),
    size: flag('size', 's', 'how many bytes of data each has'),
    name: option('name', null, 'GLOB', 'glob', 'only znodes of this name, and those above them'),
    rate: option('rate', null, 'N', 'count', 'read at most N znodes a second, to spare the server'),
  },
  examples: [
    { line: 'tree /services', summary: 'all of it' },
    { line: 'tree -d 2 -c -s /', summary: 'two levels, with numbers of children and sizes' },
    { line: "tree --name '*.json' /services", summary: 'where these are' },
  ],
  async *run(context, { path: paths, depth, count, size, name, rate }) {
    if (rate === 0) {
      throw new UsageError('--rate: at least 1');
    }
    const roots = paths.length === 0 ? [context.shell.cwd] : paths;
    const run = createLongRun(context, { doing: 'reading', did: 'read', allBelow: roots });
    const drawing = { shows: { count, size }, depth, rate, matches: name === undefined ? null : compileGlob(name) };
    yield* run.eachRoot(roots, (root) => drawOne(context, run, root, drawing));
    yield* run.end();
  },
});

interface Drawing {
  readonly shows: { readonly count: boolean; readonly size: boolean };
  readonly depth: number | undefined;
  readonly rate: number | undefined;
  readonly matches: ((name: string) => boolean) | null;
}

async function* drawOne(
  { session, signal, clock }: CommandContext,
  run: LongRun,
  root: ZnodePath,
  { shows, depth, rate, matches }: Drawing,
): AsyncGenerator<Result> {
  const branches = createBranches(root, matches === null ? null : (path) => matches(nameOf(path)));
  const want = shows.size || shows.count ? 'stat' : 'names';
  const options = { want, ...(depth === undefined ? {} : { depthMax: depth }), rate, clock, signal } as const;
  for await (const batch of walk(session, root, options)) {
    // In its place also what could not be read or has gone: the branches count on it.
    yield* run.take(batch);
    yield* drawn(branches.add(batch), shows);
  }
  yield* drawn(branches.end(), shows);
}

function* drawn(rows: readonly DrawnZnode[], shows: Drawing['shows']): Generator<Result> {
  if (rows.length > 0) {
    yield { kind: 'drawing', rows, shows };
  }
}
