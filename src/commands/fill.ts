/** fill: test trees, as large as wanted, the same for the same options. */
import { isKeeperError, UsageError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import { regularCount, type TestTreeOptions, type TestTreeShape, testTree } from '../tree/copy/test-tree.js';
import { createSaver } from '../tree/write/checkpoint.js';
import { writeAll } from '../tree/write/write.js';
import type { CommandContext } from './context.js';
import { explained } from './explained.js';
import { jobPlace } from './job-place.js';
import { createLongRun } from './long-run.js';
import { withParents } from './parents.js';
import type { Result } from './results.js';
import { arg, command, flag, option } from './spec.js';

export const fill = command({
  name: 'fill',
  group: 'tree',
  summary: 'Make a test tree',
  description:
    'Creates PATH, and the parents it needs, and N znodes below it. The same options give the same tree, data included; --seed gives another. What is there already with the same data is left as it is, so the same command goes on where it was interrupted; with --resume it begins where that was, without looking at all that came before.',
  args: [arg('path', 'znodePath', 'below which the znodes go')],
  options: {
    znodes: option('znodes', null, 'N', 'count', 'how many; 1000 unless given'),
    shape: option('shape', null, 'SHAPE', 'choice', 'wide: all children of PATH; deep: chains; mixed (unless given)', {
      choices: ['wide', 'deep', 'mixed'],
      conflicts: ['fanout'],
    }),
    fanout: option('fanout', null, 'N', 'count', 'a regular tree: so many children each, level by level'),
    depth: option(
      'depth',
      null,
      'N',
      'count',
      'of a regular tree, which is then full; of the chains of a deep one (50)',
    ),
    size: option('size', null, 'BYTES', 'count', 'data of each; 100 unless given'),
    data: option('data', null, 'KIND', 'choice', 'text (unless given), json, or random bytes', {
      choices: ['text', 'json', 'random'],
    }),
    seed: option('seed', null, 'N', 'count', 'another tree of the same kind; 1 unless given'),
    rate: option('rate', null, 'N', 'count', 'znodes created a second, at most'),
    resume: flag('resume', null, 'go on where the same command was cut short'),
  },
  examples: [
    { line: 'fill /test', summary: '1000 znodes of 100 bytes' },
    { line: 'fill /test --znodes 100000 --shape wide', summary: 'all of them children of /test' },
    { line: 'fill /test --fanout 10 --depth 3 --data json', summary: 'a full tree of 1110 znodes' },
  ],
  writes: true,
  async *run(context, values) {
    const options = treeOptions(values);
    const { root, znodesCount } = options;
    if (context.settings.dryRun) {
      for (const batch of testTree(options)) {
        for (const { path } of batch) {
          yield { kind: 'planned', action: 'create', path };
        }
      }
      return;
    }
    await createRoot(context, root);
    yield* carryOut(context, options, values);
    yield { kind: 'done', verb: 'fill', fields: { path: root, znodes: znodesCount } };
  },
});

interface Values {
  readonly path: ZnodePath;
  readonly znodes: number | undefined;
  readonly shape: string | undefined;
  readonly fanout: number | undefined;
  readonly depth: number | undefined;
  readonly size: number | undefined;
  readonly data: string | undefined;
  readonly seed: number | undefined;
  readonly rate: number | undefined;
  readonly resume: boolean;
}

const ZNODES_DEFAULT = 1_000;
const CHAIN_DEPTH = 50;
/** No znode of a stock server holds as much. */
const DATA_BYTES_MAX = 1_048_000;
/** Longer paths fit into no request. */
const DEPTH_MAX = 10_000;
const ZNODES_MAX = 2 ** 31 - 1;

/** @throws UsageError for what makes no tree */
function treeOptions(values: Values): TestTreeOptions {
  const { path: root, size = 100, data = 'text', seed = 1, rate, depth, fanout } = values;
  const shape = shapeOf(values);
  const full = fanout !== undefined && depth !== undefined ? regularCount(fanout, depth) : undefined;
  const znodesCount = values.znodes ?? full ?? ZNODES_DEFAULT;
  if (size > DATA_BYTES_MAX) {
    throw new UsageError(`--size: at most ${DATA_BYTES_MAX}`, { why: 'No request may be larger than a server takes.' });
  }
  if (rate === 0) {
    throw new UsageError('--rate: at least 1');
  }
  if (full !== undefined && values.znodes !== undefined && values.znodes > full) {
    throw new UsageError(`--znodes: a tree of fanout ${fanout} and depth ${depth} has ${full}`);
  }
  if (znodesCount > ZNODES_MAX) {
    throw new UsageError(`that would be ${znodesCount} znodes; at most ${ZNODES_MAX}`);
  }
  return { root, znodesCount, shape, dataBytes: size, dataKind: data as TestTreeOptions['dataKind'], seed };
}

function shapeOf({ shape = 'mixed', fanout, depth }: Values): TestTreeShape {
  if (fanout === 0 || depth === 0) {
    throw new UsageError(`--${fanout === 0 ? 'fanout' : 'depth'}: at least 1`);
  }
  if (depth !== undefined && depth > DEPTH_MAX) {
    throw new UsageError(`--depth: at most ${DEPTH_MAX}`);
  }
  if (fanout !== undefined) {
    return { kind: 'regular', fanout };
  }
  if (depth !== undefined && shape !== 'deep') {
    throw new UsageError('--depth is that of a regular tree or of chains', {
      hint: `With --fanout N, or: --shape deep --depth ${depth}`,
    });
  }
  return shape === 'deep' ? { kind: 'deep', depth: depth ?? CHAIN_DEPTH } : { kind: shape as 'wide' | 'mixed' };
}

async function createRoot(context: CommandContext, root: ZnodePath): Promise<void> {
  const { session, signal } = context;
  if (root === '/') {
    return;
  }
  const creating = withParents(context, root, () => session.create(root, Buffer.alloc(0), { signal }));
  await explained(session, creating, { op: 'create', path: root }, { signal }).catch((error: unknown) => {
    if (!isKeeperError(error, 'NODEEXISTS')) {
      throw error;
    }
  });
}

async function* carryOut(
  context: CommandContext,
  options: TestTreeOptions,
  { rate, resume }: Values,
): AsyncGenerator<Result> {
  const { session, signal, clock, io } = context;
  const checkpoint = io.checkpoint(['fill', jobPlace(session, options.root), JSON.stringify(options)]);
  const known = resume ? await checkpoint.load() : null;
  const doneCount = typeof known?.done === 'number' ? known.done : 0;
  if (resume && doneCount === 0) {
    yield { kind: 'message', text: 'Nothing is known of an earlier run: it begins at the beginning.' };
  }
  const run = createLongRun(context, { doing: 'creating', did: 'created' });
  run.progress.totalCount = options.znodesCount - doneCount;
  const save = createSaver(checkpoint, clock);
  let count = doneCount;
  const writes = writeAll(session, testTree(options, doneCount), {
    signal,
    clock,
    ...(rate === undefined ? {} : { rate }),
  });
  for await (const outcomes of writes) {
    for (const outcome of outcomes) {
      if (outcome.state === 'done') {
        run.progress.add(1, options.dataBytes);
      } else if (outcome.state === 'skipped') {
        run.progress.skip(outcome.why === 'same' ? 'there already, the same' : 'there already, an ephemeral');
      } else {
        yield* run.fail(outcome.error);
      }
    }
    count += outcomes.length;
    await save(() => ({ done: count }));
    yield* run.due();
  }
  await checkpoint.clear();
  yield* run.end();
}
