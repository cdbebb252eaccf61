/** Walks over a subtree in the orders of ZKUtil (3.9). Reads ahead, so that a large tree costs few round trips. */
import { ANY_VERSION } from '../protocol/stat.js';
import { type Handle, KeeperFailure } from './handle.js';
import { checkPath } from './paths.js';
import { getChildren, getData, remove } from './znodes.js';

/** Listings on their way at once. */
const READ_AHEAD_MAX = 128;
/** Batches on their way at once, as ZKUtil.deleteInBatch has them. */
const BATCHES_MAX = 10;

type Listing = ReturnType<typeof getChildren>;

/** visitSubTreeDFS: `visit` the root, then for each znode all its sorted children before the descent into each. */
export async function visitSubtree(
  handle: Handle,
  root: string,
  { watch = false, readAhead = false }: { readonly watch?: boolean; readonly readAhead?: boolean },
  visit: (path: string) => Promise<void> | void,
): Promise<void> {
  checkPath(root);
  await getData(handle, root, { watch });
  await visit(root);
  const list = (path: string) => getChildren(handle, path, { watch });
  await descend(root, list(root), { list, readAhead }, visit);
}

async function descend(
  path: string,
  listing: Listing,
  how: { readonly list: (path: string) => Listing; readonly readAhead: boolean },
  visit: (path: string) => Promise<void> | void,
): Promise<void> {
  try {
    const paths = (await listing).children.sort(byCodeUnit).map((name) => childOf(path, name));
    for (const child of paths) {
      await visit(child);
    }
    const ahead: Listing[] = [];
    for (const [index, child] of paths.entries()) {
      const until = how.readAhead ? Math.min(paths.length, index + READ_AHEAD_MAX) : index + 1;
      for (const next of paths.slice(index + ahead.length, until)) {
        ahead.push(quiet(how.list(next)));
      }
      await descend(child, ahead.shift() ?? how.list(child), how, visit);
    }
  } catch (error) {
    // It was listed, and has gone before it could be asked.
    if (!isFailure(error, 'NONODE')) {
      throw error;
    }
  }
}

/** ZKUtil.deleteRecursive. Whether all was deleted; with a batch size below 1 each znode by itself, and failures throw. */
export async function deleteSubtree(handle: Handle, root: string, batchSize: number): Promise<boolean> {
  checkPath(root);
  const paths = (await listBreadthFirst(handle, root)).reverse();
  if (batchSize > 0) {
    return deleteInBatches(handle, paths, batchSize);
  }
  for (const path of paths) {
    await remove(handle, path);
  }
  return true;
}

async function listBreadthFirst(handle: Handle, root: string): Promise<string[]> {
  const paths = [root];
  const ahead: Listing[] = [];
  for (let at = 0; at < paths.length; at++) {
    while (ahead.length < READ_AHEAD_MAX && at + ahead.length < paths.length) {
      ahead.push(quiet(getChildren(handle, paths[at + ahead.length] ?? root)));
    }
    const path = paths[at] ?? root;
    const { children } = await (ahead.shift() ?? getChildren(handle, path));
    for (const name of children) {
      paths.push(childOf(path, name));
    }
  }
  return paths;
}

/** Some batches are on their way when the first of them fails; no more follow it. */
async function deleteInBatches(handle: Handle, paths: readonly string[], batchSize: number): Promise<boolean> {
  const running = new Set<Promise<void>>();
  let succeeded = true;
  for (let at = 0; at < paths.length && succeeded; at += batchSize) {
    const ops = paths.slice(at, at + batchSize).map((path) => ({ op: 'delete', path, version: ANY_VERSION }) as const);
    const batch: Promise<void> = handle
      .ask(null, (session) => session.multi(ops))
      .then(
        () => {},
        () => {
          succeeded = false;
        },
      )
      .finally(() => running.delete(batch));
    running.add(batch);
    if (running.size >= BATCHES_MAX) {
      await Promise.race(running);
    }
  }
  await Promise.all(running);
  return succeeded;
}

export function isFailure(error: unknown, code: string): error is KeeperFailure {
  return error instanceof KeeperFailure && error.code === code;
}

/** A promise that is looked at later, or never. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

function childOf(path: string, name: string): string {
  return path === '/' ? `/${name}` : `${path}/${name}`;
}

/** String.compareTo. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
