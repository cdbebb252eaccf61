/** create: a new znode of any kind, and with -p the parents it needs. */
import type { CreateOptions } from '../client/api.js';
import { KeeperError, UsageError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { type CreateMode, isSequential, TTL_MS_MAX } from '../protocol/modes.js';
import type { ZnodePath } from '../protocol/path.js';
import type { CommandContext } from './context.js';
import { DATA_OPTIONS, readData } from './data-options.js';
import { explained, missingAncestors } from './explained.js';
import { withParents } from './parents.js';
import type { Result } from './results.js';
import { arg, command, flag, option, optionalArg } from './spec.js';

export const create = command({
  name: 'create',
  group: 'data',
  summary: 'Create a znode and print its path',
  description:
    'Without DATA the znode has none (null); for empty data give an empty word. Without ACL anyone may do anything (world:anyone:cdrwa).\nWith -p missing parents are created first: persistent, with empty data, open to anyone whatever the ACL of the znode itself; those that exist stay as they are.',
  args: [
    arg('path', 'znodePath', 'the znode to create'),
    optionalArg('data', 'data', 'its data: text, @FILE or - for stdin'),
    optionalArg('acl', 'acl', 'its ACL: scheme:id:perms, several with commas'),
  ],
  options: {
    ephemeral: flag('ephemeral', 'e', 'gone with this session'),
    sequential: flag('sequential', 's', 'with a number of ten digits behind its name'),
    container: flag('container', 'c', 'removed by the server some time after its last child is gone'),
    ttl: option('ttl', 't', 'DURATION', 'duration', 'removed by the server when unchanged and childless so long'),
    parents: flag('parents', 'p', 'create missing parents too'),
    ...DATA_OPTIONS,
    aclOption: option('acl', null, 'ACL', 'acl', 'its ACL, where no DATA stands before it'),
  },
  examples: [
    { line: 'create /config/cache \'{"ttl": 60}\'', summary: 'a persistent znode' },
    { line: 'create -p /services/api/replicas 3', summary: 'and the parents it needs' },
    { line: 'create -e -s /locks/job- holder', summary: 'ephemeral and numbered: prints /locks/job-0000000000' },
    { line: 'create /secret x digest:admin:tCOYCfHpR3ZGIJ8Uq4VOVzZrJQg=:cdrwa', summary: 'for one user only' },
    { line: 'create -t 1h /cache/report', summary: 'removed when unchanged for an hour' },
  ],
  zkCliDifferences: [
    'Prints the path alone, on stdout.',
    '-t takes a duration with a unit (10s, 1h), not milliseconds.',
    'A word too many is refused, not taken for an ACL that is no ACL.',
  ],
  writes: true,
  async toOperations(values, io) {
    if (values.parents) {
      throw new UsageError('-p cannot stand in a multi', {
        hint: 'Give the parents operations of their own, in front.',
      });
    }
    const data = (await readData(values, io)) ?? null;
    return [{ op: 'create', path: values.path, data, ...createOptions(values) }];
  },
  async *run(context, values) {
    const { session, settings, signal, io } = context;
    const { path, parents } = values;
    const wanted = createOptions(values);
    const data = (await readData(values, io)) ?? null;
    if (settings.dryRun) {
      yield* plan(context, path, wanted.mode, parents);
      return;
    }
    const create = () => session.create(path, data, { ...wanted, signal });
    const creating = parents ? withParents(context, path, create) : create();
    yield { kind: 'created', ...(await explained(session, creating, { op: 'create', path }, { signal })) };
  },
});

interface Kind {
  readonly ephemeral: boolean;
  readonly sequential: boolean;
  readonly container: boolean;
  readonly ttl: number | undefined;
}

type CreateValues = Kind & { readonly acl: CreateOptions['acl']; readonly aclOption: CreateOptions['acl'] };

function createOptions(values: CreateValues): CreateOptions & { readonly mode: CreateMode } {
  if (values.acl !== undefined && values.aclOption !== undefined) {
    throw new UsageError('the ACL is given twice', { why: 'Give it behind DATA or with --acl.' });
  }
  const acl = values.acl ?? values.aclOption;
  return {
    mode: modeOf(values),
    ...(acl === undefined ? {} : { acl }),
    ...(values.ttl === undefined ? {} : { ttlMs: values.ttl }),
  };
}

/** @throws UsageError for combinations that no server takes */
function modeOf({ ephemeral, sequential, container, ttl }: Kind): CreateMode {
  if (container && (ephemeral || sequential || ttl !== undefined)) {
    throw new UsageError('a container is neither ephemeral nor sequential and has no TTL', {
      why: 'The server removes it some time after its last child is gone.',
      hint: 'Give -c alone, or leave it out.',
    });
  }
  if (ephemeral && ttl !== undefined) {
    throw new UsageError('an ephemeral znode has no TTL', {
      why: 'It goes with its session.',
      hint: 'Give -e or -t, not both.',
    });
  }
  if (ttl !== undefined) {
    if (ttl < 1 || ttl > TTL_MS_MAX) {
      throw new UsageError(`--ttl: from 1ms to ${TTL_MS_MAX}ms (about 34 years)`);
    }
    return sequential ? 'ttlSequential' : 'ttl';
  }
  if (ephemeral) {
    return sequential ? 'ephemeralSequential' : 'ephemeral';
  }
  return container ? 'container' : sequential ? 'persistentSequential' : 'persistent';
}

/** What create would do; fails as it would where that can be seen without trying. */
async function* plan(
  { session, signal }: CommandContext,
  path: ZnodePath,
  mode: CreateMode,
  parents: boolean,
): AsyncGenerator<Result> {
  const missing = await missingAncestors(session, path, { signal });
  const facts = { op: 'create', path };
  if (missing[0] !== undefined && !parents) {
    throw new KeeperError('NONODE', errorEntry('NONODE').what, { ...facts, firstMissing: missing[0] });
  }
  if (!isSequential(mode) && (await session.exists(path, { signal })) !== null) {
    throw new KeeperError('NODEEXISTS', errorEntry('NODEEXISTS').what, facts);
  }
  for (const ancestor of missing) {
    yield { kind: 'planned', action: 'create', path: ancestor };
  }
  yield { kind: 'planned', action: 'create', path };
}
