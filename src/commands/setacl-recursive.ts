/** setAcl -R: a whole subtree, the leaves first, so that no znode closes the way to those below it. */

import { EXIT } from '../exit-codes.js';
import type { AclEntry } from '../protocol/acl.js';
import { isWithin, type ZnodePath } from '../protocol/path.js';
import { ANY_VERSION } from '../protocol/stat.js';
import { walk } from '../tree/read/walk.js';
import type { CommandContext } from './context.js';
import { eachRead } from './each-path.js';
import { explained } from './explained.js';
import type { Result } from './results.js';

export async function* setAclBelow(
  context: CommandContext,
  root: ZnodePath,
  acl: readonly AclEntry[],
): AsyncGenerator<Result> {
  const { session, signal } = context;
  const paths: ZnodePath[] = [];
  let isPartly = false;
  let status: number = EXIT.ok.status;
  const asked = { op: 'getChildren', path: root } as const;
  const walking = walk(session, root, { want: 'names', signal });
  for (;;) {
    const { value: entries, done } = await explained(session, walking.next(), asked, { signal });
    if (done === true) {
      break;
    }
    for (const { path, error } of entries) {
      if (error?.code === 'NONODE' || (isSystem(session.chroot, path) && !isSystem(session.chroot, root))) {
        continue;
      }
      paths.push(path);
      if (error !== null) {
        isPartly = true;
        const told = explained(session, Promise.reject(error), { op: 'getChildren', path }, { signal });
        yield { kind: 'failure', error: await told.catch((each: unknown) => each) };
      }
    }
  }
  // Pipelined: a server keeps the order of a session, and each stands for itself.
  for await (const result of eachRead(paths.reverse(), (path) => setOne(context, path, acl))) {
    if (result.kind === 'ended') {
      status = result.status;
    } else {
      yield result;
    }
  }
  if (isPartly || status !== EXIT.ok.status) {
    yield { kind: 'ended', status: isPartly ? EXIT.failed.status : status };
  }
}

async function setOne(
  { session, settings, signal }: CommandContext,
  path: ZnodePath,
  acl: readonly AclEntry[],
): Promise<Result> {
  if (settings.dryRun) {
    return { kind: 'planned', action: 'setAcl', path };
  }
  const setting = session.setAcl(path, acl, ANY_VERSION, { signal });
  const stat = await explained(session, setting, { op: 'setACL', path }, { signal });
  return { kind: 'changed', path, stat, withStat: false };
}

/** Of / everything is meant, but hardly /zookeeper, which every client reads. */
function isSystem(chroot: string, path: ZnodePath): boolean {
  return chroot === '' && isWithin(path, '/zookeeper');
}
