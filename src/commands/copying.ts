/** A subtree copied to another place, here or on another ensemble: what cp does, and the first half of mv. */
import type { Session } from '../client/api.js';
import { isWithin, parentOf, type ZnodePath } from '../protocol/path.js';
import { createPathMap, type PathRule } from '../tree/copy/path-map.js';
import { createRestore, type Restore, type RestoreWrite } from '../tree/copy/restore.js';
import { type KindOf, type SnapshotRecord, snapshot } from '../tree/export/snapshot.js';
import { comparePaths } from '../tree/order.js';
import { type AclReader, createAclReader } from '../tree/read/acl-reader.js';
import { type Checkpoint, createSaver } from '../tree/write/checkpoint.js';
import type { IfExists, PlannedCreate } from '../tree/write/planned-write.js';
import { reconcile, type Verdict } from '../tree/write/reconcile.js';
import type { CommandContext } from './context.js';
import { openBeside } from './export.js';
import { createFailures } from './failures.js';
import { createLongRun, type LongRun, VANISHED } from './long-run.js';
import { carryOutRestore, entryForUs, SKIPPED, withAdvice } from './restoring.js';
import type { Result } from './results.js';
import type { Place, TransferPlaces } from './transfer-places.js';

export interface CopyOptions {
  /** False: the znode alone. */
  readonly isDeep: boolean;
  readonly ephemerals: 'skip' | 'persistent';
  readonly withAcl: boolean;
  readonly ifExists: IfExists;
  readonly kindOf: KindOf | undefined;
  /** Over that of the whole. */
  readonly map: readonly PathRule[];
  readonly rate: number | undefined;
}

export interface CopyRun {
  readonly run: LongRun;
  readonly checkpoint: Checkpoint;
  /** The last path of the source that an earlier run has copied; null: none. */
  readonly after: string | null;
}

/** All of it, and nothing told at the end but what failed. */
export async function* copyTree(
  context: CommandContext,
  places: TransferPlaces,
  options: CopyOptions,
  { run, checkpoint, after }: CopyRun,
): AsyncGenerator<Result> {
  const { signal, clock } = context;
  const { session } = places.target;
  const restore = await restoreFor(context, places, options, { after, isReal: true });
  const failures = createFailures({ ...context, session }, run);
  const save = createSaver(checkpoint, clock);
  const skipped: Result[] = [];
  let last: string | null = null;
  if (options.isDeep) {
    // From now on it is a copy that was begun, whenever it ends.
    await checkpoint.save({ phase: 'copy', after });
  }
  for await (const result of carryOutRestore(
    restore.writes(recordsOf(context, places.source, options, { run, skipped })),
    {
      session,
      restore,
      run,
      failures,
      options: { signal, clock, ...(options.rate === undefined ? {} : { rate: options.rate }) },
      async written({ from }) {
        // Others for the same znode may follow; all those before it are done.
        const done = last;
        last = from;
        if (done !== null && done !== from) {
          await save(() => ({ phase: 'copy', after: done }));
        }
      },
    },
  )) {
    yield result;
    yield* skipped.splice(0);
  }
  yield* skipped;
  yield* failures.end();
}

/** What copyTree would do. */
export async function* planCopy(
  context: CommandContext,
  places: TransferPlaces,
  options: CopyOptions,
  run: LongRun,
): AsyncGenerator<Result> {
  const failures = createFailures({ ...context, session: places.target.session }, run);
  for await (const batch of compareCopy(context, places, options, run)) {
    for (const { write, verdict } of batch) {
      const { path, role } = write;
      if (verdict.verdict === 'create') {
        yield { kind: 'planned', action: 'create', path };
      } else if (verdict.verdict === 'change') {
        yield { kind: 'planned', action: 'overwrite', path };
      } else if (verdict.verdict === 'fail') {
        yield* failures.add(path, withAdvice(verdict.error));
      } else if (role === 'znode') {
        run.progress.skip(SKIPPED[verdict.why]);
      }
    }
    yield* run.due();
  }
  yield* failures.end();
}

export interface Compared {
  readonly write: RestoreWrite;
  readonly verdict: Verdict;
  /** Of the znode at the source, when it was read. */
  readonly version: number | null;
}

/** Each znode of the source, in tree order, and what stands at its place in the target. */
export async function* compareCopy(
  context: CommandContext,
  places: TransferPlaces,
  options: CopyOptions,
  run: LongRun,
): AsyncGenerator<readonly Compared[]> {
  const { signal } = context;
  const { session } = places.target;
  const restore = await restoreFor(context, places, options, { after: null, isReal: false });
  const versions = new Map<string, number>();
  const acls = aclReaderFor(context, session);
  const skipped: Result[] = [];
  async function* records(): AsyncGenerator<readonly SnapshotRecord[]> {
    for await (const batch of recordsOf(context, places.source, options, { run, skipped })) {
      for (const { path, stat } of batch) {
        versions.set(path, stat?.version ?? 0);
      }
      yield batch;
    }
  }
  for await (const writes of restore.writes(records())) {
    const creates = writes.filter((write): write is PlannedCreate & RestoreWrite => write.op === 'create');
    const verdicts = await reconcile(session, creates, { signal, acls });
    yield creates.map((write, index) => {
      const version = versions.get(write.from) ?? null;
      return { write, verdict: verdicts[index] as Verdict, version };
    });
    for (const { from } of creates) {
      versions.delete(from);
    }
  }
}

interface RestoreSetup {
  readonly after: string | null;
  /** Znodes will be created: who we are must be known. */
  readonly isReal: boolean;
}

async function restoreFor(
  { signal }: CommandContext,
  { source, target }: TransferPlaces,
  { ephemerals, withAcl, ifExists, kindOf, map }: CopyOptions,
  { after, isReal }: RestoreSetup,
): Promise<Restore> {
  const { session, path } = target;
  const isServers = session.chroot === '';
  const above = parentOf(path);
  const stands = above !== '/' && (await session.exists(above, { signal }).catch(() => null)) !== null;
  return createRestore({
    map: createPathMap([...map, { from: source.path, to: path }]),
    ephemerals,
    ifExists,
    withAcl,
    kindOf,
    standing: stands ? above : null,
    isDone: (record) => after !== null && comparePaths(record.path, after) <= 0,
    isServerRoot: (at) => isServers && at === '/',
    isSystem: (at) => isServers && isWithin(at, '/zookeeper'),
    ownEntry: once(() => (isReal ? entryForUs({ session, signal }) : Promise.resolve(null))),
  });
}

interface Telling {
  readonly run: LongRun;
  /** What is to be told between the outcomes. */
  readonly skipped: Result[];
}

async function* recordsOf(
  context: CommandContext,
  { session, path: root }: Place,
  { isDeep, withAcl, kindOf }: CopyOptions,
  { run, skipped: told }: Telling,
): AsyncGenerator<readonly SnapshotRecord[]> {
  const { signal } = context;
  const isServers = session.chroot === '' && root === '/';
  const options = {
    acls: withAcl ? aclReaderFor(context, session) : null,
    // Which are left out the restore says, that they can be counted.
    ephemerals: 'include' as const,
    depthMax: isDeep ? undefined : 0,
    isExcluded: isServers ? (path: ZnodePath) => path === '/zookeeper' : undefined,
    kindOf,
    signal,
  };
  for await (const { records, skipped } of snapshot(session, root, options)) {
    for (const { error } of skipped) {
      if (error === null) {
        run.progress.skip(VANISHED);
      } else {
        told.push(...run.fail(error));
      }
    }
    yield records;
  }
}

/** With sessions to the very server of `session`: another one may be behind. */
function aclReaderFor({ openSession, signal }: CommandContext, session: Session): AclReader {
  return createAclReader(session, { signal, openAnother: () => openBeside({ session, openSession }) });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** A run of `verb`, counted by the znodes of the source. */
export function createCopyRun(
  context: CommandContext,
  { source }: TransferPlaces,
  words: { readonly doing: string; readonly did: string; readonly isDeep: boolean },
): LongRun {
  const { doing, did, isDeep } = words;
  return createLongRun({ ...context, session: source.session }, { doing, did, allBelow: isDeep ? [source.path] : [] });
}
