/** du: how much there is in subtrees. The adding up is tree/find/usage.ts's business. */
import { UsageError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import {
  compareUsage,
  createTop,
  createUsageSum,
  type Measured,
  USAGE_MEASURES,
  type Usage,
  type UsageMeasure,
} from '../tree/find/usage.js';
import { createProgress } from '../tree/progress.js';
import { type Glance, walkSifted } from '../tree/read/walk.js';
import type { CommandContext } from './context.js';
import { createLongRun } from './long-run.js';
import type { Result } from './results.js';
import { command, flag, option, variadicArg } from './spec.js';
import type { UsageLook } from './usage-source.js';

const ORDERS = [...USAGE_MEASURES, 'none'] as const;

export const du = command({
  name: 'du',
  group: 'tree',
  summary: 'Bytes of data and number of znodes in subtrees',
  description:
    'A line for each znode that has children, down to the depth: the bytes of data in it and everything below, the number of znodes, the path; the largest first. With -a znodes without children have their lines, too. --top N keeps the N largest of all levels, leaves among them; with -S each znode counts by itself.\nIt counts data only: names, ACLs and what the server keeps beside them need memory of their own.\nWith --sort none lines come as soon as they are known, children before their parent, and memory does not grow with their number; so do more than 100,000 lines where no order is asked for. Znodes that vanish meanwhile are left out; those that may not be read are told, and the status is 1.\nIn the interactive shell -i shows the subtree to walk about in.',
  args: [
    variadicArg('path', 'znodePath', 'the subtrees; the working directory where none is given', { optional: true }),
  ],
  options: {
    depth: option('depth', 'd', 'N', 'count', 'lines for N levels; 1 unless given, 0 is PATH alone'),
    summarize: flag('summarize', 's', 'only PATH itself, as --depth 0', { conflicts: ['depth', 'top', 'all'] }),
    all: flag('all', 'a', 'znodes without children, too'),
    top: option('top', null, 'N', 'count', 'the N largest of all levels'),
    sort: option('sort', null, 'ORDER', 'choice', 'by bytes, znodes or number of children; or not at all', {
      choices: ORDERS,
    }),
    separate: flag('separate-dirs', 'S', 'each znode by itself, without what lies below it'),
    interactive: flag('interactive', 'i', 'in the shell: walk about in the subtree; q leaves', {
      conflicts: ['depth', 'summarize', 'all', 'top', 'sort', 'separate-dirs', 'bytes'],
    }),
    bytes: flag('bytes', 'b', 'exact numbers for people, too'),
    rate: option('rate', null, 'N', 'count', 'read at most N znodes a second, to spare the server'),
  },
  examples: [
    { line: 'du /', summary: 'what lies directly below the root, the largest first' },
    { line: 'du --top 20 /', summary: 'the largest subtrees and znodes' },
    { line: 'du -S --top 10 /', summary: 'the largest single znodes' },
    { line: 'du -s /services /config -o json', summary: 'a total for each' },
  ],
  async *run(context, values) {
    const { top, rate, all, bytes: isExact } = values;
    if (top === 0 || rate === 0) {
      throw new UsageError(`--${top === 0 ? 'top' : 'rate'}: at least 1`);
    }
    const roots = values.path.length === 0 ? [context.shell.cwd] : values.path;
    if (values.interactive) {
      await browse(context, roots);
      return;
    }
    const order = values.sort as (typeof ORDERS)[number] | undefined;
    const depth = values.summarize ? 0 : (values.depth ?? (top === undefined ? 1 : Number.POSITIVE_INFINITY));
    const isWanted = (usage: Usage) =>
      usage.depth <= depth && (all || top !== undefined || usage.childrenCount > 0 || usage.depth === 0);
    const run = createLongRun(context, { doing: 'measuring', did: 'measured', allBelow: roots });
    const options = { ...MEASURING, rate, signal: context.signal };

    async function* measure(root: ZnodePath): AsyncGenerator<Result> {
      const rows = createRows(order, top);
      const sum = createUsageSum((usage) => {
        if (isWanted(usage)) {
          rows.add(values.separate ? { ...usage, bytes: usage.ownBytes, znodesCount: 1 } : usage);
        }
      });
      for await (const batch of walkSifted(context.session, root, options)) {
        for (const each of batch.kept) {
          sum.add(each);
        }
        yield* usageOf(rows.ready());
        yield* run.count(batch);
      }
      sum.end();
      yield* usageOf(rows.take());
    }

    function* usageOf(rows: readonly Usage[]): Generator<Result> {
      if (rows.length > 0) {
        yield { kind: 'usage', rows, isExact };
      }
    }

    yield* run.eachRoot(roots, measure);
    yield* run.end();
  },
});

/** What vanished is not there; what may not be read is, with unknown bytes. */
function measured({ path, dataLength, error }: Glance): Measured | null {
  return error?.code === 'NONODE' ? null : { path, bytes: dataLength };
}

const MEASURING = { want: 'stat', look: measured, keptBytes: 300 } as const;

interface Rows {
  add(usage: Usage): void;
  /** What may be shown before the end. */
  ready(): readonly Usage[];
  take(): readonly Usage[];
}

/** @param order undefined: by bytes, as long as there are not too many to be kept */
function createRows(order: UsageMeasure | 'none' | undefined, top: number | undefined): Rows {
  if (top !== undefined) {
    if (order === 'none') {
      throw new UsageError('--top needs an order', { why: 'The largest by what?', hint: '--sort bytes' });
    }
    const kept = createTop<Usage>(top, compareUsage(order ?? 'bytes'));
    return { add: kept.add, ready: () => [], take: kept.take };
  }
  let rows: Usage[] = [];
  let isSorted = order !== 'none';
  const takeAll = () => {
    const all = rows;
    rows = [];
    return all;
  };
  return {
    add(usage) {
      rows.push(usage);
      isSorted &&= order !== undefined || rows.length <= SORTED_MAX;
    },
    ready: () => (isSorted ? [] : takeAll()),
    take: () => (isSorted && order !== 'none' ? takeAll().sort(compareUsage(order ?? 'bytes')) : takeAll()),
  };
}

/** More lines than this are in no order, unless one is asked for: to sort them is to keep them. */
const SORTED_MAX = 100_000;

/** @throws UsageError where nothing can be browsed */
async function browse(
  { shell, session, clock }: CommandContext,
  [root = shell.cwd, ...more]: readonly ZnodePath[],
): Promise<void> {
  if (more.length > 0) {
    throw new UsageError('-i shows one subtree');
  }
  if (shell.browse === undefined) {
    throw new UsageError('-i is for the interactive shell, on a terminal that can move its cursor', {
      hint: `du --top 20 ${root}`,
    });
  }
  await shell.browse({ root, measure: (path, signal) => lookAt(session, path as ZnodePath, signal, clock) });
}

/** More rows than this nobody goes through: the smallest are left out. */
const BROWSED_MAX = 10_000;

async function* lookAt(
  session: CommandContext['session'],
  path: ZnodePath,
  signal: AbortSignal,
  clock: CommandContext['clock'],
): AsyncGenerator<UsageLook> {
  const progress = createProgress(clock, { doing: 'measuring' });
  const kept = createTop<Usage>(BROWSED_MAX, compareUsage('bytes'));
  let total: Usage | null = null;
  const sum = createUsageSum((usage) => {
    if (usage.depth === 1) {
      kept.add(usage);
    } else if (usage.depth === 0) {
      total = usage;
    }
  });
  for await (const { kept, znodesCount } of walkSifted(session, path, { ...MEASURING, signal })) {
    for (const each of kept) {
      sum.add(each);
    }
    progress.add(znodesCount);
    const figures = progress.due();
    if (figures !== null) {
      yield { kind: 'measuring', znodesCount: figures.znodesCount };
    }
  }
  sum.end();
  if (total !== null) {
    yield { kind: 'measured', total, rows: kept.take(), omittedCount: kept.droppedCount };
  }
}
