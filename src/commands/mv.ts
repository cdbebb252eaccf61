/**
 * mv: a subtree to another place. Within one ensemble, and small, it is one step; else it is copied, compared, and only what
 * is the same at both places is deleted, with the version that was compared.
 */
import { isKeeperError, KeeperError, LocalError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { formatSessionId } from '../protocol/ids.js';
import { REQUEST_BYTES_MAX } from '../protocol/limits.js';
import { parentOf, type ZnodePath } from '../protocol/path.js';
import { type BlastRadius, createBlastRadius, measureRadius } from '../tree/copy/blast-radius.js';
import { MOVE_COUNT_MAX, moveAtOnce } from '../tree/copy/move.js';
import { bottomUp } from '../tree/read/bottom-up.js';
import type { Checkpoint } from '../tree/write/checkpoint.js';
import type { PlannedDelete } from '../tree/write/planned-write.js';
import { writeAll } from '../tree/write/write.js';
import type { CommandContext } from './context.js';
import { COPY_OPTIONS, type CopyValues, jobOptions, readCopyOptions } from './copy-options.js';
import { differenceIn } from './copy-verification.js';
import { type CopyOptions, compareCopy, copyTree, createCopyRun, planCopy } from './copying.js';
import { explained, missingAncestors } from './explained.js';
import { createFailures, type Failures } from './failures.js';
import { jobPlace } from './job-place.js';
import { createLongRun, type LongRun } from './long-run.js';
import type { Result } from './results.js';
import { arg, command, option } from './spec.js';
import { checkTarget, openPlaces, type TransferPlaces } from './transfer-places.js';

export const mv = command({
  name: 'mv',
  aliases: ['rename', 'move'],
  group: 'tree',
  summary: 'Move a subtree, here or to another ensemble',
  description:
    'DST is the new place itself, and must be free. Up to 500 znodes that fit into one request are moved in one step within an ensemble: nobody sees them twice, or not at all. More of them, or to another ensemble (zk://HOST:PORT/PATH), are copied as cp does, compared, and then deleted from below, each only in the version that was compared: what others write meanwhile stays where it is, is told, and the status is 1.\nA server decides anew on zxids, times and versions, and on the counter from which sequential znodes get their numbers.\nEphemerals belong to their sessions and cannot be moved: where there are any nothing is done, unless --ephemerals says that they stay behind (skip) or become persistent.\nA move that was cut short goes on with --resume.',
  args: [arg('source', 'location', 'what to move'), arg('target', 'location', 'its new place')],
  options: {
    ...COPY_OPTIONS,
    ephemerals: option('ephemerals', null, 'POLICY', 'choice', 'skip or persistent; unless given nothing is moved', {
      choices: ['skip', 'persistent'],
    }),
  },
  examples: [
    { line: 'mv /config/old /config/new', summary: 'a rename, in one step' },
    { line: 'mv /app zk://zk2:2181/app', summary: 'to another ensemble' },
    { line: 'mv -n /services /old-services', summary: 'what would be done' },
  ],
  writes: true,
  async *run(context, values) {
    const { source, target, ephemerals } = values;
    const policy = ephemerals === 'persistent' ? 'persistent' : 'skip';
    const options = readCopyOptions(values, { cwd: context.shell.cwd, isDeep: true, ephemerals: policy });
    const places = await openPlaces(context, { verb: 'mv', source, target, isDeep: true, mayBeGone: values.resume });
    const checkpoint = context.io.checkpoint([
      'mv',
      jobPlace(places.source.session, places.source.path),
      jobPlace(places.target.session, places.target.path),
      jobOptions(values, { policy }),
    ]);
    const known = await checkpoint.load();
    if (places.stat === null) {
      await finish(places, checkpoint, known);
      return;
    }
    await checkTarget(context, places.target, {
      parents: values.parents || options.map.length > 0,
      mayExist: options.ifExists !== 'refuse',
      line: `mv -p ${places.source.name} ${places.target.name}`,
      hint:
        known === null
          ? 'What is moved takes a place that is free. To put it over what is there: --overwrite'
          : 'An earlier run of this was cut short. To go on with it: --resume',
    });
    const radius = createBlastRadius();
    yield* survey(context, places, radius);
    if (ephemerals === undefined && radius.ephemeralsCount > 0) {
      throw refuseEphemerals(places, radius);
    }
    if (context.settings.dryRun) {
      yield* plan(context, places, options);
      return;
    }
    const job = { places, options, radius, checkpoint, known, values };
    const atOnce = isPlain(values) ? await tryAtOnce(context, job) : null;
    if (atOnce === null) {
      yield* moveInSteps(context, job);
    } else {
      yield { kind: 'done', verb: 'mv', fields: { from: places.source.name, to: places.target.name, znodes: atOnce } };
    }
  },
});

interface Job {
  readonly places: TransferPlaces;
  readonly options: CopyOptions;
  readonly radius: BlastRadius;
  readonly checkpoint: Checkpoint;
  readonly known: Readonly<Record<string, unknown>> | null;
  readonly values: CopyValues;
}

/** There is nothing left to move: the earlier run was cut short behind its last delete. */
async function finish({ source }: TransferPlaces, checkpoint: Checkpoint, known: Job['known']): Promise<void> {
  if (known?.phase !== 'delete') {
    throw new KeeperError('NONODE', errorEntry('NONODE').what, { op: 'exists', path: source.path });
  }
  await checkpoint.clear();
}

/** Counts, and finds ephemerals. */
async function* survey(
  context: CommandContext,
  { source: { session, path } }: TransferPlaces,
  radius: BlastRadius,
): AsyncGenerator<Result> {
  const run = createLongRun({ ...context, session }, { doing: 'looking', did: 'read', allBelow: [path] });
  for await (const entries of measureRadius(session, path, radius, context.signal)) {
    run.progress.add(entries.length);
    yield* run.due();
  }
}

function refuseEphemerals(
  { source, target }: TransferPlaces,
  { ephemerals, ephemeralsCount }: BlastRadius,
): LocalError {
  const [first] = ephemerals;
  const held = first === undefined ? '' : ` (${first.path}, held by ${formatSessionId(first.owner)})`;
  const what = ephemeralsCount === 1 ? `has an ephemeral${held}` : `has ${ephemeralsCount} ephemerals${held}`;
  return new LocalError(`${source.name} ${what}, which cannot be moved`, {
    why: 'They belong to sessions that live. Nothing was done.',
    hint: `To leave them behind: mv --ephemerals skip ${source.name} ${target.name}`,
  });
}

function isPlain({ overwrite, skipExisting, resume, map = [] }: CopyValues): boolean {
  return !overwrite && !skipExisting && !resume && map.length === 0;
}

async function tryAtOnce({ signal }: CommandContext, { places, options, radius, values }: Job): Promise<number | null> {
  const { source, target, isOneSession } = places;
  const { session } = source;
  if (!isOneSession || radius.znodesCount > MOVE_COUNT_MAX || radius.ephemeralsCount > 0) {
    return null;
  }
  const parents = values.parents ? await missingAncestors(session, target.path, { signal }) : [];
  const { withAcl, kindOf } = options;
  const moving = moveAtOnce(session, {
    from: source.path,
    to: target.path,
    parents,
    withAcl,
    kindOf,
    bytesMax: REQUEST_BYTES_MAX,
    signal,
  });
  return moving.catch((error: unknown) => {
    const isDelete = isKeeperError(error) && error.op === 'delete';
    const path = (isKeeperError(error) ? error.path : undefined) as ZnodePath | undefined;
    const facts = { op: isDelete ? 'delete' : 'create', path: path ?? target.path } as const;
    return explained(session, Promise.reject(error), facts, { signal });
  });
}

/** Copy, compare, delete. */
async function* moveInSteps(context: CommandContext, job: Job): AsyncGenerator<Result> {
  const { places, options, checkpoint, known, values, radius } = job;
  const { source, target } = places;
  if (values.resume && known === null) {
    yield { kind: 'message', text: 'Nothing is known of an earlier run: it begins at the beginning.' };
  }
  const run = createCopyRun(context, places, { doing: 'copying', did: 'moved', isDeep: true });
  if (!(values.resume && known?.phase === 'delete')) {
    const after = values.resume && typeof known?.after === 'string' ? known.after : null;
    const copying = createCopyRun(context, places, { doing: 'copying', did: 'copied', isDeep: true });
    copying.progress.totalCount = radius.znodesCount;
    yield* copyTree(context, places, options, { run: copying, checkpoint, after });
    if (copying.progress.summary().failuresCount > 0) {
      yield* copying.end();
      throw new LocalError(`${source.name} was not copied as a whole, so nothing was deleted`, {
        hint: `When that is mended: mv --resume ${source.name} ${target.name}`,
      });
    }
    await checkpoint.save({ phase: 'delete' });
  }
  run.progress.doing = 'deleting';
  run.progress.totalCount = radius.znodesCount;
  yield* deleteCopied(context, job, run);
  await checkpoint.clear();
  const { znodesCount } = run.progress.summary();
  yield { kind: 'done', verb: 'mv', fields: { from: source.name, to: target.name, znodes: znodesCount } };
  yield* run.end();
}

/** Whatever is the same at both places goes from the first; the rest is told, but what stays only for its sake. */
async function* deleteCopied(context: CommandContext, { places, options }: Job, run: LongRun): AsyncGenerator<Result> {
  const { signal, clock } = context;
  const { session } = places.source;
  const failures = createFailures({ ...context, session }, run);
  const blocked = new Set<ZnodePath>();
  const told: { readonly path: ZnodePath; readonly error: unknown }[] = [];
  const deletes = copiedBottomUp(context, {
    places,
    options,
    run,
    differing: (path, error) => {
      block(blocked, path);
      told.push({ path, error });
    },
  });
  const rate = options.rate === undefined ? {} : { rate: options.rate };
  for await (const outcomes of writeAll(session, deletes, { signal, clock, ...rate })) {
    yield* tellAll(told.splice(0), failures);
    for (const outcome of outcomes) {
      const { path } = outcome.write;
      if (outcome.state === 'done' || outcome.state === 'skipped') {
        run.progress.add(1);
      } else if (!(isKeeperError(outcome.error, 'NOTEMPTY') && blocked.has(path))) {
        block(blocked, path);
        yield* failures.add(path, staying(path, outcome.error));
      }
    }
    yield* run.due();
  }
  yield* tellAll(told, failures);
  yield* failures.end();
}

async function* tellAll(
  told: readonly { readonly path: ZnodePath; readonly error: unknown }[],
  failures: Failures,
): AsyncGenerator<Result> {
  for (const { path, error } of told) {
    yield* failures.add(path, error);
  }
}

interface Comparing {
  readonly places: TransferPlaces;
  readonly options: CopyOptions;
  readonly run: LongRun;
  differing(path: ZnodePath, error: LocalError): void;
}

/** Deletes of what has a copy. */
async function* copiedBottomUp(
  context: CommandContext,
  { places, options, run, differing }: Comparing,
): AsyncGenerator<PlannedDelete[]> {
  async function* compared(): AsyncGenerator<{ readonly path: ZnodePath; readonly version: number | null }[]> {
    for await (const batch of compareCopy(context, places, { ...options, ifExists: 'same' }, run)) {
      const same: { readonly path: ZnodePath; readonly version: number | null }[] = [];
      for (const found of batch) {
        const path = found.write.from as ZnodePath;
        const error = differenceIn(found, 'mv');
        if (error !== null) {
          differing(path, error);
        } else if (found.write.role === 'znode') {
          same.push({ path, version: found.version });
        }
      }
      yield same;
    }
  }
  for await (const entries of bottomUp(compared())) {
    yield entries.flatMap(({ path, version }) => (version === null ? [] : [{ op: 'delete' as const, path, version }]));
  }
}

/** Above it nothing can go. */
function block(blocked: Set<ZnodePath>, path: ZnodePath): void {
  for (let at = parentOf(path); at !== '/' && !blocked.has(at); at = parentOf(at)) {
    blocked.add(at);
  }
}

function staying(path: ZnodePath, error: unknown): unknown {
  if (!isKeeperError(error, 'BADVERSION', 'NOTEMPTY')) {
    return error;
  }
  const what = error.code === 'BADVERSION' ? 'was written' : 'got a child';
  return new LocalError(`${path} ${what} since it was copied, and stays where it is`, {
    hint: 'To make the copy as it is now and move the rest: mv --overwrite',
    cause: error,
  });
}

async function* plan(context: CommandContext, places: TransferPlaces, options: CopyOptions): AsyncGenerator<Result> {
  const run = createCopyRun(context, places, { doing: 'comparing', did: 'compared', isDeep: true });
  const { session, path: root } = places.source;
  yield* planCopy(context, places, options, run);
  for await (const entries of bottomUp(measureRadius(session, root, createBlastRadius(), context.signal))) {
    for (const { path, error, stat } of entries) {
      if (error === null && (options.ephemerals === 'persistent' || stat?.ephemeralOwner === 0n)) {
        yield { kind: 'planned', action: 'delete', path };
      }
    }
  }
  yield* run.end();
}
