/** export: a subtree to a file, a folder or stdout. The format: protocol/znode-lines.ts and docs/export-format.md. */
import type { Session } from '../client/api.js';
import { formatServer } from '../client/connect-string.js';
import { LocalError, UsageError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import { createExportWriter, type ExportHeader, type ExportTrailer } from '../protocol/znode-lines.js';
import { isHidden } from '../tree/copy/restore.js';
import { createFolderSink } from '../tree/export/export-folder.js';
import { createFileSink, type ExportSink } from '../tree/export/export-sink.js';
import { type SnapshotBatch, type SnapshotOptions, type SnapshotRecord, snapshot } from '../tree/export/snapshot.js';
import { createAclReader } from '../tree/read/acl-reader.js';
import type { CommandContext } from './context.js';
import { existing, explained } from './explained.js';
import { createLongRun, type LongRun, VANISHED } from './long-run.js';
import type { Result } from './results.js';
import { command, flag, option, optionalArg, repeatedOption } from './spec.js';
import { KIND_OPTION, matchesPath, readKinds } from './znode-kinds.js';

export const exportVerb = command({
  name: 'export',
  group: 'tree',
  summary: 'Write a subtree to a file: data, ACLs, kinds and stats',
  description:
    'One line of JSON a znode, a parent before its children, between a first line that says where they are from and a last one with their number and a checksum; import and diff read it, so does the sandbox. A name that ends in .gz is compressed. The file appears at its place when it is complete. Without FILE, or with -, it goes to stdout.\nWith --dir a folder is written instead: a folder for each znode, its data in the file @data, the rest in @znode.json, for editors, grep and git.\nIt is no point in time: each znode is as it was at some moment while the export ran. Those that vanish meanwhile are left out; those that may not be read are told, and the status is 1.\nACLs can be read only one by one: --no-acl is several times as fast.\n/zookeeper is left out of an export of /.',
  args: [
    optionalArg('path', 'znodePath', 'the subtree; the working directory unless given'),
    optionalArg('file', 'file', 'where to; stdout unless given'),
  ],
  options: {
    dir: option('dir', null, 'FOLDER', 'file', 'write a folder, which must not exist or be an export'),
    noAcl: flag('no-acl', null, 'leave out ACLs; who imports it gets the default, world:anyone:cdrwa'),
    noStat: flag(
      'no-stat',
      null,
      'leave out stats: two exports of the same znodes are the same but for first and last line',
    ),
    ephemerals: option('ephemerals', null, 'POLICY', 'choice', 'include (unless given) or skip them', {
      choices: ['include', 'skip'],
    }),
    depth: option('depth', null, 'N', 'count', 'levels below PATH, at most; 0 is PATH alone'),
    exclude: repeatedOption(
      'exclude',
      null,
      'GLOB',
      'glob',
      'leave out these and what is below them; of the name, or with a slash in it of the whole path',
    ),
    kind: KIND_OPTION,
    rate: option('rate', null, 'N', 'count', 'znodes read a second, at most'),
  },
  examples: [
    { line: 'export /config config.jsonl.gz', summary: 'compressed, because of its name' },
    { line: 'export /config', summary: 'to stdout' },
    { line: 'export /services --ephemerals skip --exclude locks', summary: 'part of it' },
    { line: 'export /config --dir config-folder', summary: 'a folder for each znode' },
    { line: "export /locks --kind '/locks/*=container'", summary: 'with what no server tells' },
  ],
  async *run(context, values) {
    const { session, signal } = context;
    const { path: root = context.shell.cwd, rate, depth } = values;
    const target = targetOf(values);
    if (rate === 0) {
      throw new UsageError('--rate: at least 1');
    }
    const kindOf = readKinds(values.kind);
    const asked = { op: 'exists', path: root } as const;
    await explained(session, existing(session, root, { signal }), asked, { signal });
    const excluded = values.exclude?.map(matchesPath) ?? [];
    const options: SnapshotOptions = {
      acls: values.noAcl ? null : createAclReader(session, { signal, openAnother: () => openBeside(context) }),
      ephemerals: values.ephemerals === 'skip' ? 'skip' : 'include',
      depthMax: depth,
      isExcluded: (path) => isSystem(session, root, path) || excluded.some((matches) => matches(path)),
      kindOf,
      rate,
      signal,
    };
    const header: ExportHeader = {
      root,
      chroot: session.chroot,
      server: session.server === null ? null : formatServer(session.server),
      timeMs: context.wallClock(),
      zxid: session.lastZxid,
      isPartial: depth !== undefined || excluded.length > 0,
    };
    const run = createLongRun(context, {
      doing: 'exporting',
      did: 'exported',
      ...(header.isPartial ? {} : { allBelow: [root] }),
    });
    const batches = withoutStat(snapshot(session, root, options), values.noStat);
    if (target === null) {
      yield* toStdout(batches, run, header, session);
    } else {
      const sink = await openSink(context, target, header);
      yield* toSink(batches, run, sink, session);
      yield {
        kind: 'done',
        verb: 'export',
        fields: { root, file: target.name, znodes: run.progress.summary().znodesCount },
      };
    }
    yield* run.end();
  },
});

interface Target {
  readonly kind: 'file' | 'folder';
  readonly name: string;
}

/** null: stdout. */
function targetOf({
  file,
  dir,
}: {
  readonly file: string | undefined;
  readonly dir: string | undefined;
}): Target | null {
  if (file !== undefined && dir !== undefined) {
    throw new UsageError('FILE and --dir are two places; give one of them');
  }
  if (dir !== undefined) {
    return { kind: 'folder', name: dir };
  }
  return file === undefined || file === '-' ? null : { kind: 'file', name: file };
}

function openSink(
  { io: { files } }: CommandContext,
  { kind, name }: Target,
  header: ExportHeader,
): Promise<ExportSink> {
  return kind === 'file' ? createFileSink(files, name, header) : createFolderSink(files, name, header);
}

async function* toStdout(
  batches: AsyncIterable<SnapshotBatch>,
  run: LongRun,
  header: ExportHeader,
  session: Session,
): AsyncGenerator<Result> {
  const writer = createExportWriter(header);
  const tally = createTally();
  for await (const batch of batches) {
    tally.add(batch);
    yield { kind: 'bytes', bytes: writer.znodes(batch.records) };
    yield* tell(batch, run);
  }
  yield { kind: 'bytes', bytes: writer.end(tally.trailer(session)) };
  yield* tally.tell(run);
}

async function* toSink(
  batches: AsyncIterable<SnapshotBatch>,
  run: LongRun,
  sink: ExportSink,
  session: Session,
): AsyncGenerator<Result> {
  const tally = createTally();
  try {
    for await (const batch of batches) {
      tally.add(batch);
      await sink.write(batch.records);
      yield* tell(batch, run);
    }
    await sink.end(tally.trailer(session));
  } finally {
    await sink.discard();
  }
  yield* tally.tell(run);
}

function* tell({ records, skipped }: SnapshotBatch, run: LongRun): Generator<Result> {
  run.progress.add(
    records.length,
    records.reduce((sum, { data }) => sum + (data?.length ?? 0), 0),
  );
  for (const { reason, error } of skipped) {
    if (error !== null) {
      yield* run.fail(error);
    } else {
      run.progress.skip(reason === 'ephemeral' ? 'ephemeral' : VANISHED);
    }
  }
  yield* run.due();
}

/** What the last line says, and what is told of the whole. */
function createTally() {
  let skippedCount = 0;
  let unreadableCount = 0;
  let hiddenCount = 0;
  let hiddenFirst = '';
  return {
    add({ records, skipped }: SnapshotBatch): void {
      skippedCount += skipped.length;
      unreadableCount += skipped.filter(({ reason }) => reason === 'denied').length;
      for (const { path, acl } of records) {
        if (acl?.some(isHidden) === true) {
          hiddenFirst ||= path;
          hiddenCount += 1;
        }
      }
    },
    trailer(session: Session): Omit<ExportTrailer, 'znodesCount'> {
      return { skippedCount, unreadableCount, zxid: session.lastZxid };
    },
    *tell(run: LongRun): Generator<Result> {
      if (hiddenCount > 0) {
        const others = hiddenCount === 1 ? '' : ` and ${hiddenCount - 1} more`;
        yield* run.fail(
          new LocalError(`the server hides the password hashes in the ACL of ${hiddenFirst}${others}`, {
            why: 'Only those who may set an ACL (permission a) see them; x stands in their place, which import refuses.',
            hint: 'Export as one who may (--auth), or leave ACLs out: --no-acl',
          }),
        );
      }
    },
  };
}

async function* withoutStat(batches: AsyncIterable<SnapshotBatch>, isWithout: boolean): AsyncGenerator<SnapshotBatch> {
  for await (const batch of batches) {
    yield isWithout
      ? { ...batch, records: batch.records.map((record): SnapshotRecord => ({ ...record, stat: null })) }
      : batch;
  }
}

/** To the very server at hand: another one may be behind. */
export function openBeside({
  session,
  openSession,
}: Pick<CommandContext, 'session' | 'openSession'>): Promise<Session> {
  const { server, chroot } = session;
  return server === null ? openSession() : openSession(`${formatServer(server)}${chroot}`);
}

/** ZooKeeper's own, of which every ensemble has its own. Whoever asks for it by name gets it. */
export function isSystem({ chroot }: Session, root: ZnodePath, path: ZnodePath): boolean {
  return chroot === '' && root === '/' && path === '/zookeeper';
}
