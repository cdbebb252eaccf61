/** deleteall: subtrees, from the leaves up. How it is done is tree/remove.ts's business. */
import { UsageError } from '../errors.js';
import { exitStatus } from '../exit-codes.js';
import { isWithin, joinPath, type ZnodePath } from '../protocol/path.js';
import { QUOTA_ROOT } from '../protocol/quota.js';
import { listBottomUp, removeAll } from '../tree/remove.js';
import { confirm } from './confirm.js';
import type { CommandContext } from './context.js';
import { statusOfAll, stopsAll } from './each-path.js';
import { explained } from './explained.js';
import type { Result } from './results.js';
import { command, option, variadicArg } from './spec.js';
import { isInteger } from './version-word.js';

export const deleteall = command({
  name: 'deleteall',
  aliases: ['rmr'],
  group: 'data',
  summary: 'Delete znodes and everything below them',
  description:
    'The subtree is read in large requests and deleted in multis, the leaves first, several in flight. On a terminal it asks before it deletes more than the znode itself; -y answers yes, -n prints what would go. What others create or delete meanwhile is taken along. What may not be deleted is told, the rest goes, and the status is 1.\nInside a chroot `deleteall /` empties it and leaves the chroot itself; elsewhere / and what is below /zookeeper are refused.',
  args: [variadicArg('path', 'znodePath', 'the znodes to delete with what is below them')],
  options: {
    batch: option('batch', 'b', 'N', 'count', 'znodes in one multi: all of them go, or none; 1000 unless given'),
  },
  examples: [
    { line: 'deleteall /jobs', summary: 'silent when done' },
    { line: 'deleteall -n /services', summary: 'what would go, the leaves first' },
    { line: 'deleteall -y /cache /locks', summary: 'several, without a question' },
  ],
  zkCliDifferences: [
    'Refuses / and system znodes before anything is deleted; zkCli.sh deletes until it meets /zookeeper.',
    'One znode that cannot be deleted does not keep its batch; what failed is named, and the status is 1, not 0.',
    'Asks on a terminal, and takes several paths.',
  ],
  writes: true,
  refuse(words) {
    const last = words.at(-1) ?? '';
    return words.length < 2 || !isInteger(last)
      ? null
      : {
          message: `there is no version to give; ${last} stands where a path should`,
          why: `(A znode of that name: ./${last})`,
          hint: `deleteall ${words.slice(0, -1).join(' ')}`,
        };
  },
  async *run(context, { path: paths, batch = BATCH_DEFAULT }) {
    if (batch < 1) {
      throw new UsageError('--batch: at least 1');
    }
    const roots = withoutCovered(paths);
    for (const root of roots) {
      await refuseSystemPath(context, root);
    }
    const statuses: number[] = [];
    for (const root of roots) {
      try {
        for await (const result of deleteTree(context, root, batch)) {
          if (result.kind === 'ended') {
            statuses.push(result.status);
          } else {
            yield result;
          }
        }
      } catch (error) {
        if (roots.length === 1 || stopsAll(error)) {
          throw error;
        }
        statuses.push(exitStatus(error));
        yield { kind: 'failure', error };
      }
    }
    if (statuses.length > 0) {
      yield { kind: 'ended', status: statusOfAll(statuses, roots.length) };
    }
  },
});

const BATCH_DEFAULT = 1000;

async function* deleteTree(context: CommandContext, root: ZnodePath, batch: number): AsyncGenerator<Result> {
  const { session, signal, settings } = context;
  const listing = listBottomUp(session, root, signal);
  const listed = await explained(session, listing, { op: 'getChildren', path: root }, { signal });
  // Only inside a chroot is it allowed at all, and there it stays.
  const isKept = root === '/';
  const paths = isKept ? listed.slice(0, -1) : listed;
  if (settings.dryRun) {
    for (const path of paths) {
      yield { kind: 'planned', action: 'delete', path };
    }
    return;
  }
  if (listed.length > 1) {
    const below = listed.length - 1;
    await confirm(
      context,
      `Delete ${isKept ? '' : `${root} and `}the ${below === 1 ? 'znode' : `${below} znodes`} below it?`,
    );
  }
  const statuses: number[] = [];
  let deletedCount = 0;
  for await (const { deleted, failures } of removeAll(session, { root, paths, isKept, batch, signal })) {
    deletedCount += deleted.length;
    if (deleted.length > 0) {
      yield { kind: 'deleted', paths: deleted };
    }
    for (const { path, error } of failures) {
      statuses.push(exitStatus(error));
      yield { kind: 'failure', error: await refusalOf(context, path, error) };
    }
  }
  if (statuses.length > 0) {
    yield { kind: 'ended', status: statusOfAll(statuses, statuses.length + deletedCount) };
  }
}

/** With who could do it. */
async function refusalOf({ session, signal }: CommandContext, path: ZnodePath, error: unknown): Promise<unknown> {
  return explained(session, Promise.reject(error), { op: 'delete', path }, { signal }).catch((told: unknown) => told);
}

/** `deleteall /a /a/b` is `deleteall /a`. */
function withoutCovered(paths: readonly ZnodePath[]): ZnodePath[] {
  const distinct = [...new Set(paths)];
  return distinct.filter((path) => !distinct.some((other) => other !== path && isWithin(path, other)));
}

/** @throws UsageError before anything is deleted */
async function refuseSystemPath({ session, signal }: CommandContext, path: ZnodePath): Promise<void> {
  const serverPath = path === '/' ? session.chroot || '/' : `${session.chroot}${path}`;
  if (serverPath === '/') {
    const { children } = await session.getChildren('/', { signal });
    const own = children.filter((name) => name !== 'zookeeper').sort();
    throw new UsageError('refused: / holds /zookeeper, which belongs to ZooKeeper itself', {
      path,
      why: 'Nothing was deleted.',
      ...(own.length === 0 || own.length > SPELLED_MAX
        ? { hint: 'Name the znodes that should go; see them: ls /' }
        : { hint: `All but that: deleteall ${own.map((name) => joinPath('/', name)).join(' ')}` }),
    });
  }
  if (isWithin(serverPath, '/zookeeper')) {
    throw new UsageError('refused: what is below /zookeeper belongs to ZooKeeper itself', {
      path,
      why: 'Nothing was deleted.',
      hint: isWithin(serverPath, QUOTA_ROOT) ? 'To take a quota off a znode: delquota PATH' : '',
    });
  }
}

/** More names would be no hint any more. */
const SPELLED_MAX = 8;
