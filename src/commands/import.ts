/** import: the znodes of an export, at their old place or another. What is planned for each: tree/copy/restore.ts. */
import { ConnectionError, isZkshError, LocalError, UsageError } from '../errors.js';
import type { AclEntry } from '../protocol/acl.js';
import { isWithin, parentOf, type ZnodePath } from '../protocol/path.js';
import type { ZnodeRecord } from '../protocol/znode-line.js';
import type { ExportHeader } from '../protocol/znode-lines.js';
import { createPathMap, type PathMap } from '../tree/copy/path-map.js';
import { createRestore, type Restore, type RestoreWrite } from '../tree/copy/restore.js';
import { openExportFolder } from '../tree/export/export-folder.js';
import { type ExportInput, openExportFile } from '../tree/export/export-input.js';
import { type Survey, surveyExport } from '../tree/export/survey.js';
import { createProgress } from '../tree/progress.js';
import { createSaver } from '../tree/write/checkpoint.js';
import type { IfExists, PlannedCreate } from '../tree/write/planned-write.js';
import { reconcile } from '../tree/write/reconcile.js';
import type { CommandContext } from './context.js';
import { createFailures } from './failures.js';
import { deleteExtras } from './import-extras.js';
import { jobPlace } from './job-place.js';
import { createLongRun } from './long-run.js';
import { MAP_OPTION, readMap } from './map-option.js';
import { carryOutRestore, entryForUs, SKIPPED, tellLeftOut, withAdvice } from './restoring.js';
import type { Result } from './results.js';
import { arg, command, flag, option, optionalArg } from './spec.js';
import { KIND_OPTION, readKinds } from './znode-kinds.js';

export const importVerb = command({
  name: 'import',
  group: 'tree',
  summary: 'Create the znodes of an export',
  description:
    'FILE is what export wrote, compressed or not, or its folder, or lines written by hand; - is stdin. The znodes go where they were, or to PATH. A file is read to its end and its checksum compared before anything is written; what comes from stdin is written as it comes.\nZnodes that are there already with the same data and ACL are fine; others fail, unless --overwrite or --skip-existing says otherwise. One that fails does not stop the rest; the status is then 1.\nEphemerals are left out unless --ephemerals says what becomes of them. Containers and TTL znodes are made as such where the export knows (export --kind, or --kind here).\nWhere the ACL of a znode would not let us create what belongs below it, it is created with one entry more, for our own address, which is taken away at the end.\nAn import that was cut short goes on with --resume; the same command line, the same file.',
  args: [
    arg('file', 'file', 'what export wrote; - is stdin'),
    optionalArg('path', 'znodePath', 'where to; where it was unless given'),
  ],
  options: {
    skipExisting: flag('skip-existing', null, 'leave znodes that are there as they are', { conflicts: ['overwrite'] }),
    overwrite: flag('overwrite', null, 'make data and ACL of znodes that are there as in the export'),
    deleteExtra: flag('delete-extra', null, 'delete what stands below PATH and is not in the export', {
      conflicts: ['map'],
    }),
    noAcl: flag('no-acl', null, 'leave the ACLs of the export aside: world:anyone:cdrwa'),
    ephemerals: option('ephemerals', null, 'POLICY', 'choice', 'skip (unless given), persistent, or ephemeral', {
      choices: ['skip', 'persistent', 'ephemeral'],
    }),
    kind: KIND_OPTION,
    map: MAP_OPTION,
    rate: option('rate', null, 'N', 'count', 'znodes written a second, at most'),
    resume: flag('resume', null, 'go on where an import of this file to this place was cut short'),
  },
  examples: [
    { line: 'import config.jsonl.gz', summary: 'where it was' },
    { line: 'import -n config.jsonl.gz /copy', summary: 'what would be done, elsewhere' },
    { line: 'import config.jsonl.gz /config --overwrite --delete-extra', summary: 'as it was, and nothing else' },
    { line: 'import config-folder --map /config/old=/config/new', summary: 'from a folder, a part of it moved' },
  ],
  writes: true,
  async *run(context, values) {
    if (values.rate === 0) {
      throw new UsageError('--rate: at least 1');
    }
    const job = yield* prepare(context, values);
    yield* context.settings.dryRun ? tryOut(context, job) : carryOut(context, job);
  },
});

interface Values {
  readonly file: string;
  readonly path: ZnodePath | undefined;
  readonly skipExisting: boolean;
  readonly overwrite: boolean;
  readonly deleteExtra: boolean;
  readonly noAcl: boolean;
  readonly ephemerals: string | undefined;
  readonly kind: readonly string[] | undefined;
  readonly map: readonly string[] | undefined;
  readonly rate: number | undefined;
  readonly resume: boolean;
}

interface Job {
  readonly values: Values;
  readonly open: () => ExportInput;
  /** null: it can be read only once. */
  readonly survey: Survey | null;
  readonly ifExists: IfExists;
}

async function* prepare(context: CommandContext, values: Values): AsyncGenerator<Result, Job> {
  const { files } = context.io;
  const { file } = values;
  const kind = await files.kindOf(file);
  if (kind === null) {
    throw new LocalError(`cannot read ${file}: there is no such file`);
  }
  const isOnce = kind === 'stream';
  if (isOnce && (values.resume || values.deleteExtra)) {
    throw new UsageError(`${values.resume ? '--resume' : '--delete-extra'} needs a file that can be read twice`);
  }
  const open = () => (kind === 'folder' ? openExportFolder(files, file) : openExportFile(files, file));
  const survey = isOnce ? null : yield* check(context, open());
  if (values.deleteExtra && survey !== null) {
    refuseDeleting(survey, file);
  }
  return { values, open, survey, ifExists: values.overwrite ? 'overwrite' : values.skipExisting ? 'skip' : 'same' };
}

/** Reads all of it before anything is written. @throws LocalError with file and line */
async function* check({ clock }: CommandContext, input: ExportInput): AsyncGenerator<Result, Survey> {
  const progress = createProgress(clock, { doing: 'checking' });
  const reading = surveyExport(input);
  for (let seen = 0; ; ) {
    const { value, done } = await reading.next();
    if (done === true) {
      return value;
    }
    progress.add(value - seen);
    seen = value;
    const figures = progress.due();
    if (figures !== null) {
      yield { kind: 'progress', ...figures };
    }
  }
}

/** @throws LocalError where what is missing in the export may well exist */
function refuseDeleting({ header, trailer, disorderAt }: Survey, file: string): void {
  const unreadable = trailer?.unreadableCount ?? 0;
  if (header?.isPartial === true || unreadable > 0) {
    throw new LocalError(`${file} does not hold all of its subtree, and what it lacks would be deleted`, {
      why:
        unreadable > 0
          ? `${unreadable} znodes could not be read for it. Nothing was written.`
          : 'It was made with --depth or --exclude. Nothing was written.',
      hint: 'Without --delete-extra.',
    });
  }
  if (disorderAt !== null) {
    throw new LocalError(`${file} is not in tree order, which --delete-extra needs: znode ${disorderAt} of it`, {
      why: 'A parent stands before what is below it, siblings by code point. Nothing was written.',
    });
  }
}

/** Where the whole of it goes. */
function targetOf({ path }: Values, header: ExportHeader | null): ZnodePath {
  return path ?? ((header?.root ?? '/') as ZnodePath);
}

function mapOf(context: CommandContext, values: Values, header: ExportHeader | null): PathMap {
  const whole = { from: header?.root ?? '/', to: targetOf(values, header) };
  return createPathMap([...readMap(values.map, context.shell.cwd), whole]);
}

interface Opened {
  readonly header: ExportHeader | null;
  readonly batches: AsyncIterable<readonly ZnodeRecord[]>;
}

/** The header is known once something was read. */
async function openBatches(input: ExportInput): Promise<Opened> {
  const batches = input.batches();
  const first = await batches.next();
  async function* all(): AsyncGenerator<readonly ZnodeRecord[]> {
    if (first.done !== true) {
      yield first.value;
      yield* batches;
    }
  }
  return { header: input.header, batches: all() };
}

async function restoreFor(
  context: CommandContext,
  { values, ifExists }: Job,
  header: ExportHeader | null,
  doneCount: number,
): Promise<Restore> {
  const { session, signal } = context;
  const isServers = session.chroot === '';
  const above = parentOf(targetOf(values, header));
  const stands = above !== '/' && (await session.exists(above, { signal }).catch(() => null)) !== null;
  let own: Promise<AclEntry | null> | null = null;
  return createRestore({
    map: mapOf(context, values, header),
    ephemerals: values.ephemerals === 'persistent' || values.ephemerals === 'ephemeral' ? values.ephemerals : 'skip',
    ifExists,
    withAcl: !values.noAcl,
    kindOf: readKinds(values.kind),
    standing: stands ? above : null,
    isDone: (_, ordinal) => ordinal <= doneCount,
    isServerRoot: (path) => isServers && path === '/',
    isSystem: (path) => isServers && isWithin(path, '/zookeeper'),
    ownEntry: () => {
      own ??= context.settings.dryRun ? Promise.resolve(null) : entryForUs(context);
      return own;
    },
  });
}

// ---- for real --------------------------------------------------------------------------------------------------------

async function* carryOut(context: CommandContext, job: Job): AsyncGenerator<Result> {
  const { session, clock, signal } = context;
  const { values, survey } = job;
  const checkpoint = survey === null ? null : context.io.checkpoint(jobName(context, job, survey));
  const known = (await checkpoint?.load()) ?? null;
  const doneCount = values.resume && typeof known?.done === 'number' ? known.done : 0;
  if (values.resume && doneCount === 0) {
    yield { kind: 'message', text: 'Nothing is known of an earlier run: the import begins at the beginning.' };
  }
  const { header, batches } = await openBatches(job.open());
  const restore = await restoreFor(context, job, header, doneCount);
  const run = createLongRun(context, { doing: 'importing', did: 'imported' });
  run.progress.totalCount = survey === null ? null : survey.recordsCount - doneCount;
  const failures = createFailures(context, run);
  const save = checkpoint === null ? null : createSaver(checkpoint, clock);
  const rate = values.rate === undefined ? {} : { rate: values.rate };
  const writing = carryOutRestore(restore.writes(batches), {
    session,
    restore,
    run,
    failures,
    options: { signal, clock, ...rate },
    // Others for the same record may follow.
    written: async ({ ordinal }) => save?.(() => ({ done: ordinal - 1 })),
  });
  try {
    yield* writing;
  } catch (error) {
    throw withWhatStands(error, run.progress.summary().znodesCount, survey !== null);
  }
  if (values.deleteExtra) {
    const map = mapOf(context, values, header);
    yield* deleteExtras(context, { root: targetOf(values, header), input: job.open(), map, run, failures });
  }
  yield* failures.end();
  await checkpoint?.clear();
  yield { kind: 'done', verb: 'import', fields: { file: values.file, znodes: run.progress.summary().znodesCount } };
  yield* run.end();
}

/** It broke off in the middle: what was written stays written, and there is a way to go on. */
function withWhatStands(error: unknown, count: number, canResume: boolean): unknown {
  const why = `${count === 1 ? 'One znode was' : `${count} znodes were`} imported before that.`;
  if (!isZkshError(error) || error.code === 'INTERRUPTED') {
    return error;
  }
  if (error.kind === 'local') {
    return new LocalError(error.message, { why, ...(error.hint === undefined ? {} : { hint: error.hint }) });
  }
  return error.kind === 'connection' && canResume
    ? new ConnectionError(error.code, error.message, {
        why,
        hint: 'To go on: the same command with --resume',
        applied: error.applied,
        sessionOver: error.sessionOver,
        attempts: error.attempts,
        ...(error.server === undefined ? {} : { server: error.server }),
        cause: error,
      })
    : error;
}

/** What makes two runs the same one: the same bytes to the same place in the same way. */
function jobName(
  { session, shell }: CommandContext,
  { values, ifExists }: Job,
  { checksum, header }: Survey,
): string[] {
  const { noAcl, ephemerals = 'skip', kind = [], deleteExtra } = values;
  return [
    'import',
    checksum,
    jobPlace(session, targetOf(values, header)),
    JSON.stringify({ ifExists, noAcl, ephemerals, kind, deleteExtra, map: readMap(values.map, shell.cwd) }),
  ];
}

// ---- --dry-run -------------------------------------------------------------------------------------------------------

async function* tryOut(context: CommandContext, job: Job): AsyncGenerator<Result> {
  const { session, signal } = context;
  const { header, batches } = await openBatches(job.open());
  const restore = await restoreFor(context, job, header, 0);
  const run = createLongRun(context, { doing: 'comparing', did: 'compared' });
  const failures = createFailures(context, run);
  for await (const writes of restore.writes(batches)) {
    const creates = writes.filter((write): write is PlannedCreate & RestoreWrite => write.op === 'create');
    const verdicts = await reconcile(session, creates, { signal });
    for (const [index, { path, role }] of creates.entries()) {
      const verdict = verdicts[index];
      if (verdict?.verdict === 'create') {
        yield { kind: 'planned', action: 'create', path };
      } else if (verdict?.verdict === 'change') {
        yield { kind: 'planned', action: 'overwrite', path };
      } else if (verdict?.verdict === 'fail') {
        yield* failures.add(path, withAdvice(verdict.error));
      } else if (verdict?.verdict === 'skip' && role === 'znode') {
        run.progress.skip(SKIPPED[verdict.why]);
      }
    }
    run.progress.add(writes.length);
    yield* tellLeftOut(restore.takeLeftOut(), run);
    yield* run.due();
  }
  yield* tellLeftOut(restore.takeLeftOut(), run);
  if (job.values.deleteExtra) {
    const map = mapOf(context, job.values, header);
    yield* deleteExtras(context, { root: targetOf(job.values, header), input: job.open(), map, run, failures });
  }
  yield* failures.end();
  yield* run.end();
}
