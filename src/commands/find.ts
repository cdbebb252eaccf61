/** find: znodes below others, by name, data and stat. What can be asked of one: find-expression.ts; what is done with it: find-actions.ts. */
import { UsageError } from '../errors.js';
import { nameOf, type ZnodePath } from '../protocol/path.js';
import { compileGlob } from '../tree/find/patterns.js';
import { needOf } from '../tree/find/predicates.js';
import { type Glance, type WalkOptions, walkSifted } from '../tree/read/walk.js';
import type { CommandContext } from './context.js';
import { createAction, type FindAction, type FoundZnode } from './find-actions.js';
import { QUESTIONS, readExpression } from './find-expression.js';
import { createLongRun, inPortions, type LongRun } from './long-run.js';
import type { Result } from './results.js';
import { command, flag, option, variadicArg } from './spec.js';

export const find = command({
  name: 'find',
  group: 'tree',
  summary: 'Find znodes by name, path, data, age, size, owner and more',
  description:
    'All questions must be answered with yes; --not turns the next one round, --or begins another row of questions, as in find(1). Without a question every znode is found. What has to be read for an answer is read, and no more: names alone are cheapest, then what a stat tells, then data.\nNumbers: +N more than N, -N less, N exactly, A..B from A to B. Sizes take k, M and G. Ages: +1h more than an hour ago, -10m within the last ten minutes, 1h..2d in between; or times: 2026-11-01..2026-11-02T12:00.\nGlobs are those of a shell: * and ? within one name, ** through any number of levels, [a-z], {a,b}, !(x). Quote them. A regular expression is JavaScript’s and is looked for anywhere in the text; ^ and $ tie it down.\nNo server tells which znodes are containers or have a TTL: they count as persistent.\nFound znodes are printed, a parent before its children; or -l with stats, --print0 for xargs -0, --count their number, --exec runs a command for each, --delete deletes them, the deepest first, each only if it was not changed since it was found. What lies below /zookeeper is never deleted. Znodes that vanish meanwhile are left out; those that may not be read are told, and the status is 1.\nLong options may be written with one hyphen, as find(1) has them.',
  args: [
    variadicArg('path', 'znodePath', 'where to look; the working directory where none is given', { optional: true }),
  ],
  options: {
    ...QUESTIONS,
    minDepth: option('min-depth', null, 'N', 'count', 'not what is less than N levels below PATH, which itself is 0'),
    maxDepth: option('max-depth', null, 'N', 'count', 'go down N levels at most'),
    prune: option('prune', null, 'GLOB', 'glob', 'do not go below znodes of this name'),
    long: flag('long', 'l', 'print each with its stat', { conflicts: ['print0', 'count', 'exec', 'delete'] }),
    print0: flag('print0', '0', 'print each with a NUL behind it, for xargs -0', {
      conflicts: ['count', 'exec', 'delete'],
    }),
    count: flag('count', 'c', 'print only how many there are', { conflicts: ['exec', 'delete'] }),
    limit: option('limit', null, 'N', 'count', 'end after N that were found'),
    rate: option('rate', null, 'N', 'count', 'read at most N znodes a second, to spare the server'),
    delete: flag('delete', null, 'delete what was found; asks on a terminal, -n shows what would go', {
      conflicts: ['exec'],
    }),
    exec: option(
      'exec',
      null,
      'COMMAND',
      'userCommand',
      'run a command for each, {} being its path; with + at the end for many at once; takes the rest of the line',
      { rest: true },
    ),
  },
  examples: [
    { line: "find /services --name '*.json'", summary: 'by name' },
    { line: 'find / --size +100k -l', summary: 'large ones, with their stats' },
    { line: 'find /locks --kind ephemeral --ctime +1h', summary: 'locks that are held for long' },
    { line: 'find /jobs --json state=failed --limit 10', summary: 'by a field of the JSON they hold' },
    { line: 'find /services --empty --or --mtime +7d', summary: 'one or the other' },
    { line: 'find /jobs --mtime +7d --delete -n', summary: 'what would be deleted' },
    { line: 'find /config --exec echo found {}', summary: 'a command for each' },
  ],
  isExpression: true,
  refuse(words) {
    const sign = words.find((word) => /^['"]?(!|\(|\)|\\\(|\\\))['"]?$/.test(word));
    return sign === undefined
      ? null
      : {
          message: `${sign} is find(1)'s`,
          why: 'Here --not turns the next question round, and --or begins another row of questions; there are no brackets.',
        };
  },
  async *run(context, values) {
    const roots = values.path.length === 0 ? [context.shell.cwd] : values.path;
    const { limit, minDepth = 0, maxDepth, prune } = values;
    refuseZero(values);
    const question = await readExpression(context, values.given ?? [], maxDepth !== undefined);
    const action = createAction(context, values);
    const run = createLongRun(context, {
      doing: 'searching',
      did: 'searched',
      ...(limit === undefined ? { allBelow: roots } : {}),
    });
    const isPruned = prune === undefined ? null : compileGlob(prune);
    const search: Search = {
      look: (znode) => {
        const isKnown = znode.error === null || (znode.error.code === 'NOAUTH' && question.needs === 'names');
        return isKnown && question.test(znode) ? action.keep(znode) : null;
      },
      options: {
        want: needOf([question, action]),
        ...(maxDepth === undefined ? {} : { depthMax: maxDepth }),
        ...(isPruned === null ? {} : { enter: ({ path }) => !isPruned(nameOf(path)) }),
        rate: values.rate,
        signal: context.signal,
      },
      minDepth,
      left: limit ?? Number.POSITIVE_INFINITY,
    };
    yield* run.eachRoot(roots, (root) => searchOne(context, { root, run, action, search }));
    yield* action.end(run);
    yield* run.end(action.status);
  },
});

interface Search {
  readonly look: (znode: Glance) => FoundZnode | null;
  readonly options: WalkOptions;
  readonly minDepth: number;
  /** How many more may be found. */
  left: number;
}

interface SearchPlace {
  readonly root: ZnodePath;
  readonly run: LongRun;
  readonly action: FindAction;
  readonly search: Search;
}

async function* searchOne(
  { session }: CommandContext,
  { root, run, action, search }: SearchPlace,
): AsyncGenerator<Result> {
  if (search.left <= 0) {
    return;
  }
  const rootDepth = depthOf(root);
  const look =
    search.minDepth === 0
      ? search.look
      : (znode: Glance) => (depthOf(znode.path) - rootDepth >= search.minDepth ? search.look(znode) : null);
  for await (const batch of walkSifted(session, root, { ...search.options, look, keptBytes: action.keptBytes })) {
    const found = batch.kept.length > search.left ? batch.kept.slice(0, search.left) : batch.kept;
    search.left -= found.length;
    for (const portion of inPortions(found)) {
      yield* action.found(portion, run);
    }
    yield* run.count(batch);
    if (search.left <= 0) {
      return;
    }
  }
}

/** `/` is 0, `/a` 1. */
function depthOf(path: ZnodePath): number {
  if (path === '/') {
    return 0;
  }
  let depth = 0;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    depth += 1;
  }
  return depth;
}

function refuseZero({ limit, rate }: { readonly limit: number | undefined; readonly rate: number | undefined }): void {
  if (limit === 0 || rate === 0) {
    throw new UsageError(`--${limit === 0 ? 'limit' : 'rate'}: at least 1`);
  }
}
