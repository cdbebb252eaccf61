/** Subtrees deleted, for deleteall and delete -r: what is refused, what is asked before, and how it is told. */
import { UsageError } from '../errors.js';
import { exitStatus } from '../exit-codes.js';
import { formatSessionId } from '../protocol/ids.js';
import { isWithin, joinPath, type ZnodePath } from '../protocol/path.js';
import { QUOTA_ROOT } from '../protocol/quota.js';
import { type BlastRadius, createBlastRadius, measureRadius } from '../tree/copy/blast-radius.js';
import { bottomUp } from '../tree/read/bottom-up.js';
import { removeTree } from '../tree/write/remove.js';
import { confirm } from './confirm.js';
import type { CommandContext } from './context.js';
import { statusOfAll, stopsAll } from './each-path.js';
import { explained } from './explained.js';
import { createLongRun, type LongRun } from './long-run.js';
import { productAt } from './products.js';
import type { Result } from './results.js';

export interface RemoveTreesOptions {
  readonly batch?: number | undefined;
  readonly rate?: number | undefined;
}

export async function* removeTrees(
  context: CommandContext,
  paths: readonly ZnodePath[],
  options: RemoveTreesOptions = {},
): AsyncGenerator<Result> {
  if (options.batch === 0 || options.rate === 0) {
    throw new UsageError(`--${options.batch === 0 ? 'batch' : 'rate'}: at least 1`);
  }
  const roots = withoutCovered(paths);
  for (const root of roots) {
    await refuseSystemPath(context, root);
  }
  const statuses: number[] = [];
  for (const root of roots) {
    try {
      for await (const result of removeOne(context, root, options)) {
        if (result.kind === 'ended') {
          statuses.push(result.status);
        } else {
          yield result;
        }
      }
    } catch (error) {
      const told = isOf(error, root) ? await refusalOf(context, root, error, 'getChildren') : error;
      if (roots.length === 1 || stopsAll(told)) {
        throw told;
      }
      statuses.push(exitStatus(told));
      yield { kind: 'failure', error: told };
    }
  }
  if (statuses.length > 0) {
    yield { kind: 'ended', status: statusOfAll(statuses, roots.length) };
  }
}

async function* removeOne(
  context: CommandContext,
  root: ZnodePath,
  { batch, rate }: RemoveTreesOptions,
): AsyncGenerator<Result> {
  const { session, signal, clock, settings, io } = context;
  // Only inside a chroot is it allowed at all, and there it stays.
  const isKept = root === '/';
  if (settings.dryRun) {
    yield* plan(context, root, isKept);
    return;
  }
  const run = createLongRun(context, { doing: 'deleting', did: 'deleted', allBelow: [root] });
  if (!settings.yes && io.canAsk()) {
    yield* ask(context, root, { isKept, run });
  }
  const statuses: number[] = [];
  const options = {
    isKept,
    signal,
    clock,
    ...(batch === undefined ? {} : { batch }),
    ...(rate === undefined ? {} : { rate }),
  };
  let deletedCount = 0;
  for await (const { deleted, failures } of removeTree(session, root, options)) {
    deletedCount += deleted.length;
    run.progress.add(deleted.length);
    if (deleted.length > 0) {
      yield { kind: 'deleted', paths: deleted };
    }
    for (const { path, error } of failures) {
      const told = await refusalOf(context, path, error, 'delete');
      statuses.push(exitStatus(told));
      run.progress.fail();
      yield { kind: 'failure', error: told };
    }
    yield* run.due();
  }
  yield { kind: 'summary', did: 'deleted', ...run.progress.summary() };
  if (statuses.length > 0) {
    yield { kind: 'ended', status: statusOfAll(statuses, statuses.length + deletedCount) };
  }
}

async function* plan(context: CommandContext, root: ZnodePath, isKept: boolean): AsyncGenerator<Result> {
  const radius = createBlastRadius();
  for await (const entries of bottomUp(measureRadius(context.session, root, radius, context.signal))) {
    for (const { path, error } of entries) {
      if (error?.code !== 'NONODE' && !(isKept && path === root)) {
        yield { kind: 'planned', action: 'delete', path };
      }
    }
  }
  yield* warnOf(root, radius);
}

/** @throws LocalError where the answer is no */
async function* ask(
  context: CommandContext,
  root: ZnodePath,
  { isKept, run }: { readonly isKept: boolean; readonly run: LongRun },
): AsyncGenerator<Result> {
  const radius = createBlastRadius();
  const counted = createLongRun(context, { doing: 'looking at what would go', did: 'read', allBelow: [root] });
  for await (const entries of measureRadius(context.session, root, radius, context.signal)) {
    counted.progress.add(entries.length);
    yield* counted.due();
  }
  run.progress.totalCount = radius.znodesCount;
  const below = radius.znodesCount - 1;
  if (below <= 0) {
    return;
  }
  yield* warnOf(root, radius);
  const which = `${isKept ? '' : `${root} and `}the ${below === 1 ? 'znode' : `${amount(below)} znodes`} below it`;
  const weight = radius.bytes === 0 ? '' : ` (${amount(radius.bytes)} bytes of data)`;
  await confirm(context, `Delete ${which}${weight}?`);
}

/** What somebody may not have thought of. */
function* warnOf(root: ZnodePath, radius: BlastRadius): Generator<Result> {
  const { ephemerals, ephemeralsCount, owners, unreadableCount } = radius;
  const product = productAt(root);
  if (product !== null) {
    yield { kind: 'message', text: `${root} looks like ${product}` };
  }
  if (ephemeralsCount > 0) {
    const sessions = owners.size === 1 ? 'one session that lives' : `${amount(owners.size)} sessions that live`;
    const named = ephemerals.map(({ path, owner }) => `\n  ${path}  held by ${formatSessionId(owner)}`).join('');
    const more = ephemeralsCount - ephemerals.length;
    const rest = more === 0 ? '' : `\n  and ${amount(more)} more`;
    const what = ephemeralsCount === 1 ? '1 ephemeral' : `${amount(ephemeralsCount)} ephemerals`;
    yield { kind: 'message', text: `${what} of ${sessions} would go:${named}${rest}` };
  }
  if (unreadableCount > 0) {
    yield { kind: 'message', text: `${amount(unreadableCount)} may not be read: what is below is not counted` };
  }
}

function amount(count: number): string {
  return count.toLocaleString('en-US');
}

function isOf(error: unknown, root: ZnodePath): boolean {
  return (error as { kind?: unknown }).kind === 'keeper' && (error as { path?: unknown }).path === root;
}

/** With who could do it. */
async function refusalOf(
  { session, signal }: CommandContext,
  path: ZnodePath,
  error: unknown,
  op: 'delete' | 'getChildren',
): Promise<unknown> {
  return explained(session, Promise.reject(error), { op, path }, { signal }).catch((told: unknown) => told);
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
