/** diff: what is different between subtrees, ensembles, exports, or the servers of one ensemble. */
import type { Session } from '../client/api.js';
import { formatServer } from '../client/connect-string.js';
import { isZkshError, LocalError, UsageError } from '../errors.js';
import { EXIT } from '../exit-codes.js';
import { joinPath, type ZnodePath } from '../protocol/path.js';
import { STAT_FIELDS } from '../protocol/stat.js';
import { type DiffBatch, type Difference, type DiffOptions, diffSides, type StatField } from '../tree/compare/diff.js';
import { exportSide, type Side, sessionSide } from '../tree/compare/diff-sides.js';
import { recheck } from '../tree/compare/recheck.js';
import { openExportFolder } from '../tree/export/export-folder.js';
import { openExportFile } from '../tree/export/export-input.js';
import type { SnapshotOptions } from '../tree/export/snapshot.js';
import { type AclReader, createAclReader } from '../tree/read/acl-reader.js';
import type { CommandContext } from './context.js';
import { textHunks } from './data-diff.js';
import { parseConfig } from './ensemble-config.js';
import { existing, explained } from './explained.js';
import { isSystem, openBeside } from './export.js';
import { formatLocation, type Location, sessionAt, type ZnodeLocation } from './location.js';
import { createLongRun, type LongRun } from './long-run.js';
import type { Result } from './results.js';
import { command, flag, option, optionalArg, repeatedOption } from './spec.js';
import { matchesPath } from './znode-kinds.js';

export const diff = command({
  name: 'diff',
  group: 'tree',
  summary: 'Compare subtrees, ensembles, exports, or the servers of an ensemble',
  description:
    'A and B are paths, zk://HOST:PORT/PATH on another ensemble, or @FILE, an export or its folder. Data and existence are compared; ACLs and fields of the stat where that is asked for. What naturally differs is not: zxids, times, owners.\nEphemerals are left out unless --ephemerals include, and containers and TTL znodes count as persistent, since no server tells them apart.\nWith --servers every server of the ensemble is compared with the first, each in a session of its own, after a sync; what looks different is read again before it is told.\nThe status is 9 where something is different, 0 where nothing is, 1 where something could not be read.',
  args: [optionalArg('a', 'location', 'what to compare with'), optionalArg('b', 'location', 'what is compared')],
  options: {
    acl: flag('acl', null, 'compare ACLs too: a request for each znode'),
    stat: option('stat', null, 'FIELDS', 'text', 'compare these fields of the stat too, with commas between'),
    unified: flag('unified', 'u', 'how text data differ, line by line, also in plain and json', {
      conflicts: ['brief'],
    }),
    brief: flag('brief', null, 'only what differs, not how'),
    ephemerals: option('ephemerals', null, 'POLICY', 'choice', 'skip (unless given) or include them', {
      choices: ['include', 'skip'],
    }),
    depth: option('depth', null, 'N', 'count', 'levels below the roots, at most'),
    exclude: repeatedOption(
      'exclude',
      null,
      'GLOB',
      'glob',
      'leave out these and what is below them; of the name, or with a slash in it of the whole path',
    ),
    servers: flag('servers', null, 'the servers of this ensemble with each other, below A'),
    rate: option('rate', null, 'N', 'count', 'znodes read a second on each side, at most'),
  },
  examples: [
    { line: 'diff /config /config-new', summary: 'two subtrees' },
    { line: 'diff /config @config.jsonl.gz', summary: 'with an export' },
    { line: 'diff /config zk://localhost:2181/app/config --acl', summary: 'with another ensemble, ACLs too' },
    { line: 'diff --servers /config', summary: 'what is not the same on all servers' },
  ],
  async *run(context, values) {
    if (values.rate === 0) {
      throw new UsageError('--rate: at least 1');
    }
    const options: DiffOptions = { withAcl: values.acl, statFields: readFields(values.stat) };
    const run = createLongRun(context, { doing: 'comparing', did: 'compared' });
    const setup: Setup = { context, values, options, sidesCount: 2, aclReaderFor: createAclReaders(context) };
    const comparison = values.servers ? await openServers(setup) : await openPlaces(setup);
    let isDifferent = false;
    let ignoredCount = 0;
    for await (const batch of diffSides(comparison.sides, options)) {
      ignoredCount += batch.ignoredCount;
      yield* tellBatch(batch, comparison, run);
      for (const difference of await comparison.confirm(batch.differences)) {
        isDifferent = true;
        yield await resultOf(difference, comparison, values);
      }
    }
    if (ignoredCount > 0) {
      run.progress.skip('ephemeral', ignoredCount);
    }
    yield* run.end(isDifferent ? EXIT.differences.status : EXIT.ok.status);
  },
});

interface Values {
  readonly a: Location | undefined;
  readonly b: Location | undefined;
  readonly acl: boolean;
  readonly unified: boolean;
  readonly brief: boolean;
  readonly ephemerals: string | undefined;
  readonly depth: number | undefined;
  readonly exclude: readonly string[] | undefined;
  readonly rate: number | undefined;
}

interface Setup {
  readonly context: CommandContext;
  readonly values: Values;
  readonly options: DiffOptions;
  readonly sidesCount: number;
  readonly aclReaderFor: (session: Session) => AclReader;
}

interface Comparison {
  readonly sides: readonly Side[];
  /** What each side is called. */
  readonly names: readonly string[];
  /** Servers of one ensemble: the path alone does not say where it is. */
  readonly areServers: boolean;
  confirm(differences: readonly Difference[]): Promise<readonly Difference[]>;
}

/** @throws UsageError */
function readFields(text: string | undefined): StatField[] {
  const words = (text ?? '').split(',').map((word) => word.trim());
  return words.flatMap((word) => {
    const field = STAT_FIELDS.find((known) => known.toLowerCase() === word.toLowerCase());
    if (field === undefined && (word !== '' || words.length > 1)) {
      throw new UsageError(`--stat: ${word === '' ? 'a name is missing' : `${word} is no field of a stat`}`, {
        why: `There are ${STAT_FIELDS.join(', ')}.`,
      });
    }
    return field ?? [];
  });
}

// ---- what is compared ------------------------------------------------------------------------------------------------

async function openPlaces(setup: Setup): Promise<Comparison> {
  const { a, b } = setup.values;
  if (a === undefined || b === undefined) {
    throw new UsageError('two places are needed, A and B', { hint: 'diff /config @config.jsonl.gz' });
  }
  if (a.kind === 'file' && b.kind === 'file' && a.file === '-' && b.file === '-') {
    throw new UsageError('only one of them can be stdin');
  }
  const sides = await Promise.all([openSide(setup, a), openSide(setup, b)]);
  return {
    sides,
    names: [formatLocation(a), formatLocation(b)],
    areServers: false,
    confirm: async (differences) => differences,
  };
}

async function openSide(setup: Setup, location: Location): Promise<Side> {
  if (location.kind === 'znode') {
    return openZnodes(setup, location);
  }
  const { context, values } = setup;
  const { files } = context.io;
  const { file } = location;
  const kind = await files.kindOf(file);
  if (kind === null) {
    throw new LocalError(`cannot read ${file}: there is no such file`);
  }
  const open = () => (kind === 'folder' ? openExportFolder(files, file) : openExportFile(files, file));
  const input = open();
  const batches = input.batches();
  const first = await batches.next();
  const excluded = values.exclude?.map(matchesPath) ?? [];
  const all = {
    ...input,
    async *batches() {
      if (first.done !== true) {
        yield first.value;
        yield* batches;
      }
    },
  };
  return exportSide(all, file, input.header?.root ?? '/', {
    ephemerals: policyOf(values),
    depthMax: values.depth,
    isExcluded: (path) => excluded.some((matches) => matches(path)),
  });
}

async function openZnodes(setup: Setup, location: ZnodeLocation): Promise<Side> {
  const { context } = setup;
  const { signal } = context;
  const session = await sessionAt(context, location);
  const { path } = location;
  await explained(session, existing(session, path, { signal }), { op: 'exists', path }, { signal });
  return sessionSide(session, path, snapshotOptions(setup, session, path));
}

function snapshotOptions(
  { context, values, options, sidesCount, aclReaderFor }: Setup,
  session: Session,
  root: ZnodePath,
): SnapshotOptions {
  const excluded = values.exclude?.map(matchesPath) ?? [];
  return {
    acls: options.withAcl ? aclReaderFor(session) : null,
    ephemerals: policyOf(values),
    depthMax: values.depth,
    isExcluded: (path) => isSystem(session, root, path) || excluded.some((matches) => matches(path)),
    rate: values.rate,
    // All sides are read at once, and all but the slowest one wait.
    share: 1 / sidesCount / 2,
    signal: context.signal,
  };
}

/** Both sides may be read by one session. */
function createAclReaders(context: CommandContext): Setup['aclReaderFor'] {
  const readers = new Map<Session, AclReader>();
  return (session) => {
    const openAnother = () => openBeside({ session, openSession: context.openSession });
    const reader = readers.get(session) ?? createAclReader(session, { signal: context.signal, openAnother });
    readers.set(session, reader);
    return reader;
  };
}

function policyOf({ ephemerals }: Values): 'include' | 'skip' {
  return ephemerals === 'include' ? 'include' : 'skip';
}

/** Every server by itself. */
async function openServers({ values, ...setup }: Setup): Promise<Comparison> {
  const { context, options } = setup;
  const { session, openSession, signal } = context;
  const { a, b } = values;
  if (b !== undefined || a?.kind === 'file' || (a?.kind === 'znode' && a.servers !== null)) {
    throw new UsageError('--servers compares one path of this ensemble on all of its servers', {
      hint: 'diff --servers /config',
    });
  }
  const root = a?.path ?? context.shell.cwd;
  const addresses = await addressesOf(session, signal);
  if (addresses.length < 2) {
    throw new UsageError(`only one server is known: ${addresses.join('')}`, {
      why: 'The ensemble’s configuration names no others, nor does --server.',
      hint: 'Name them: zksh -s zk1:2181,zk2:2181,zk3:2181 diff --servers',
    });
  }
  const sessions = await Promise.all(addresses.map((address) => openSession(`${address}${session.chroot}`)));
  await Promise.all(sessions.map((each) => each.sync(root, { signal })));
  const [first] = sessions;
  if (first !== undefined) {
    await explained(first, existing(first, root, { signal }), { op: 'exists', path: root }, { signal });
  }
  const included = { ...values, ephemerals: values.ephemerals ?? 'include' };
  const sides = sessions.map((each) =>
    sessionSide(each, root, snapshotOptions({ ...setup, values: included, sidesCount: sessions.length }, each, root)),
  );
  const place = (path: ZnodePath) => (path === '/' ? root : joinPath(root, path.slice(1)));
  return {
    sides,
    names: addresses,
    areServers: true,
    confirm: (differences) => recheck(differences, sessions, { ...options, place, signal }),
  };
}

/** Of the ensemble’s configuration, where it says so; else of the connect string. */
async function addressesOf(session: Session, signal: AbortSignal): Promise<string[]> {
  const config = await session.getConfig({ signal }).catch((error: unknown) => {
    if (isZkshError(error) && error.kind === 'keeper' && !error.sessionOver) {
      return null;
    }
    throw error;
  });
  const { servers } = parseConfig((config?.data ?? Buffer.alloc(0)).toString('utf8'));
  const known = servers.flatMap(({ host, clientHost, clientPort }) =>
    clientPort === null ? [] : [`${clientHost === null || isAnyAddress(clientHost) ? host : clientHost}:${clientPort}`],
  );
  return known.length > 1 ? known : session.servers.map(formatServer);
}

function isAnyAddress(host: string): boolean {
  return host === '0.0.0.0' || /^\[?[0:]+\]?$/.test(host);
}

// ---- what is told ----------------------------------------------------------------------------------------------------

function* tellBatch(batch: DiffBatch, { names }: Comparison, run: LongRun): Generator<Result> {
  run.progress.add(batch.comparedCount, batch.comparedBytes);
  for (const { side, entry } of batch.unreadable) {
    const { error } = entry;
    yield* run.fail(error ?? new LocalError(`${entry.path} of ${names[side]} may not be read`));
  }
  yield* run.due();
}

async function resultOf(
  { what, path, side, left, right, fields }: Difference,
  { sides, names, areServers }: Comparison,
  { unified, brief }: Values,
): Promise<Result> {
  const isText = what === 'data' && !brief && left?.data != null && right?.data != null;
  return {
    kind: 'difference',
    what,
    left: left === null ? null : { place: sides[0]?.place(path) ?? path, record: left },
    right: right === null ? null : { place: sides[side]?.place(path) ?? path, record: right },
    server: areServers ? (names[side] ?? null) : null,
    fields,
    hunks: isText ? await textHunks(left.data, right.data) : null,
    detail: brief ? 'none' : unified ? 'always' : 'human',
  };
}
