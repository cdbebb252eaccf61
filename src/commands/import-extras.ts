/** import --delete-extra: what stands at the place and is not in the export goes, behind a question on a terminal. */
import { isWithin, type ZnodePath } from '../protocol/path.js';
import { findExtras } from '../tree/copy/extras.js';
import type { PathMap } from '../tree/copy/path-map.js';
import type { ExportInput } from '../tree/export/export-input.js';
import { walk } from '../tree/read/walk.js';
import { removeTree } from '../tree/write/remove.js';
import { confirm } from './confirm.js';
import type { CommandContext } from './context.js';
import { stopsAll } from './each-path.js';
import type { Failures } from './failures.js';
import type { LongRun } from './long-run.js';
import type { Result } from './results.js';

export interface ExtrasJob {
  readonly root: ZnodePath;
  /** Opened anew. */
  readonly input: ExportInput;
  readonly map: PathMap;
  readonly run: LongRun;
  readonly failures: Failures;
}

/** Ephemerals, and so what is above them, are left: they go with their sessions. */
export async function* deleteExtras(context: CommandContext, job: ExtrasJob): AsyncGenerator<Result> {
  const { session, signal, clock, settings } = context;
  const { root, run, failures } = job;
  const extras: ZnodePath[] = [];
  let count = 0;
  const isServers = session.chroot === '';
  const isExcluded = (path: ZnodePath) => isServers && isWithin(path, '/zookeeper');
  run.progress.doing = 'looking for extra znodes';
  for await (const extra of findExtras(session, root, expected(job), { isExcluded, signal })) {
    const { znodesCount, hasEphemerals } = await look(context, extra);
    if (hasEphemerals) {
      run.progress.skip('extra, but with ephemerals of living sessions');
    } else {
      extras.push(extra);
      count += znodesCount;
    }
    yield* run.due();
  }
  if (settings.dryRun) {
    for (const path of extras) {
      yield { kind: 'planned', action: 'delete', path };
    }
    return;
  }
  if (extras.length === 0) {
    return;
  }
  await confirm(
    context,
    `Delete ${count === 1 ? 'the znode' : `the ${count} znodes`} below ${root} not in the export?`,
  );
  run.progress.doing = 'deleting';
  let deletedCount = 0;
  for (const extra of extras) {
    for await (const { deleted, failures: refused } of removeTree(session, extra, { signal, clock })) {
      deletedCount += deleted.length;
      yield { kind: 'deleted', paths: deleted };
      for (const { path, error } of refused) {
        yield* failures.add(path, error);
      }
      yield* run.due();
    }
  }
  const what = deletedCount === 1 ? 'One znode that was' : `${deletedCount} znodes that were`;
  yield { kind: 'message', text: `Deleted: ${what.toLowerCase()} not in the export.` };
}

async function* expected({ input, map }: ExtrasJob): AsyncGenerator<readonly string[]> {
  for await (const records of input.batches()) {
    yield records.flatMap(({ path }) => map(path) ?? []);
  }
}

async function look({ session, signal }: CommandContext, root: ZnodePath) {
  let znodesCount = 0;
  let hasEphemerals = false;
  try {
    for await (const entries of walk(session, root, { want: 'stat', signal })) {
      znodesCount += entries.length;
      hasEphemerals ||= entries.some(({ stat }) => stat !== null && stat.ephemeralOwner !== 0n);
    }
  } catch (error) {
    // Gone by now, or it may not be read: deleting says so.
    if (stopsAll(error)) {
      throw error;
    }
  }
  return { znodesCount, hasEphemerals };
}
