/** Requests for one znode as the Java client makes them: the path is checked first, and failures name it. */
import type { CreateOptions, Session } from '../client/api.js';
import type { AclEntry } from '../protocol/acl.js';
import { isSequential } from '../protocol/modes.js';
import { ANY_VERSION, type Stat } from '../protocol/stat.js';
import { type Handle, KeeperFailure } from './handle.js';
import { checkPath } from './paths.js';

/** Leaves a watch whose event is printed. */
interface Watching {
  readonly watch?: boolean;
}

function reading(handle: Handle, { watch = false }: Watching) {
  return watch ? { watcher: handle.watcher } : {};
}

/** @throws Refusal the path; KeeperFailure */
export function exists(handle: Handle, path: string, watching: Watching = {}): Promise<Stat | null> {
  return ask(handle, path, (session) => session.exists(path, reading(handle, watching)));
}

/** @throws Refusal the path; KeeperFailure */
export function getData(
  handle: Handle,
  path: string,
  watching: Watching = {},
): Promise<{ data: Buffer | null; stat: Stat }> {
  return ask(handle, path, (session) => session.getData(path, reading(handle, watching)));
}

/** @throws Refusal the path; KeeperFailure */
export function getChildren(
  handle: Handle,
  path: string,
  watching: Watching = {},
): Promise<{ children: string[]; stat: Stat }> {
  return ask(handle, path, (session) => session.getChildren(path, reading(handle, watching)));
}

/** The final path. @throws Refusal the path; KeeperFailure */
export async function create(
  handle: Handle,
  path: string,
  data: Buffer | null,
  options: CreateOptions = {},
): Promise<string> {
  checkPath(path, isSequential(options.mode ?? 'persistent'));
  checkAcl(options.acl);
  return (await handle.ask(path, (session) => session.create(path, data, options))).path;
}

/** @throws Refusal the path; KeeperFailure */
export function setData(handle: Handle, path: string, data: Buffer, version = ANY_VERSION): Promise<Stat> {
  return ask(handle, path, (session) => session.setData(path, data, version));
}

/** @throws Refusal the path; KeeperFailure */
export function remove(handle: Handle, path: string, version = ANY_VERSION): Promise<void> {
  return ask(handle, path, (session) => {
    if (path === '/' && session.chroot !== '') {
      // Java sends the root as it is, also below a chroot, and no server deletes that.
      throw new KeeperFailure('BADARGUMENTS', path);
    }
    return session.delete(path, version);
  });
}

/** @throws Refusal the path; KeeperFailure */
export async function setAcl(
  handle: Handle,
  path: string,
  acl: readonly AclEntry[],
  version = ANY_VERSION,
): Promise<Stat> {
  checkPath(path);
  checkAcl(acl);
  return handle.ask(path, (session) => session.setAcl(path, acl, version));
}

/** @throws Refusal the path; KeeperFailure */
export async function ask<T>(handle: Handle, path: string, request: (session: Session) => Promise<T>): Promise<T> {
  checkPath(path);
  return handle.ask(path, request);
}

/** The client refuses an empty list itself, and then names no path. */
function checkAcl(acl: readonly AclEntry[] | undefined): void {
  if (acl?.length === 0) {
    throw new KeeperFailure('INVALIDACL', null);
  }
}
