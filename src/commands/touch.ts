/** touch: a znode that exists afterwards, and was just written. */
import { isKeeperError, KeeperError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import type { ZnodePath } from '../protocol/path.js';
import type { CommandContext } from './context.js';
import { eachWrite } from './each-path.js';
import { explained } from './explained.js';
import { withParents } from './parents.js';
import type { Result } from './results.js';
import { command, flag, variadicArg } from './spec.js';

export const touch = command({
  name: 'touch',
  group: 'data',
  summary: 'Write znodes as they are, creating those that do not exist',
  description:
    'A znode that exists is written with the data it has: its version goes up, its mtime is now, and watches fire. One that does not is created with empty data. Nobody else’s change is lost: what is written back is what was there.',
  args: [variadicArg('path', 'znodePath', 'the znodes')],
  options: {
    parents: flag('parents', 'p', 'create missing parents too'),
    noCreate: flag('no-create', 'c', 'leave those that do not exist', { conflicts: ['parents'] }),
  },
  examples: [
    { line: 'touch /config/db', summary: 'a new mtime; whoever watches it is told' },
    { line: 'touch -p /services/api/ready', summary: 'and the parents it needs' },
  ],
  writes: true,
  run: (context, { path: paths, parents, noCreate }) =>
    eachWrite(paths, (path) => touchOne(context, path, { parents, noCreate })),
});

/** Against somebody who writes it all the time. */
const ATTEMPTS_MAX = 10;

async function touchOne(
  context: CommandContext,
  path: ZnodePath,
  { parents, noCreate }: { readonly parents: boolean; readonly noCreate: boolean },
): Promise<Result> {
  const { session, settings, signal } = context;
  if (settings.dryRun) {
    const isThere = (await session.exists(path, { signal })) !== null;
    return { kind: 'planned', action: isThere ? 'set' : noCreate ? 'leave' : 'create', path };
  }
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    try {
      const stat = await rewrite(context, path);
      return { kind: 'changed', path, stat, withStat: false };
    } catch (error) {
      if (!isKeeperError(error, 'NONODE', 'BADVERSION')) {
        throw error;
      }
      if (error.code === 'BADVERSION') {
        continue;
      }
    }
    if (noCreate) {
      return { kind: 'done', verb: 'touch', fields: { path, exists: false } };
    }
    try {
      const create = () => session.create(path, Buffer.alloc(0), { signal });
      const creating = parents ? withParents(context, path, create) : create();
      const { stat } = await explained(session, creating, { op: 'create', path }, { signal });
      return stat === null
        ? { kind: 'done', verb: 'touch', fields: { path } }
        : { kind: 'changed', path, stat, withStat: false };
    } catch (error) {
      if (!isKeeperError(error, 'NODEEXISTS')) {
        throw isKeeperError(error, 'NONODE') ? withHint(error, path) : error;
      }
    }
  }
  throw new KeeperError('BADVERSION', errorEntry('BADVERSION').what, {
    op: 'setData',
    path,
    why: `Others wrote it each of ${ATTEMPTS_MAX} times between our read and our write.`,
    hint: 'It was just written, if not by us.',
  });
}

async function rewrite({ session, signal }: CommandContext, path: ZnodePath) {
  const { data, stat } = await session.getData(path, { signal }).catch((error: unknown) => {
    // That it does not exist is no refusal here, so nothing more is asked about it.
    const isRefusal = !isKeeperError(error, 'NONODE');
    return isRefusal
      ? explained(session, Promise.reject(error), { op: 'getData', path }, { signal })
      : Promise.reject(error);
  });
  const setting = session.setData(path, data, stat.version, { signal });
  return explained(session, setting, { op: 'setData', path, expectedVersion: stat.version }, { signal });
}

function withHint(error: KeeperError, path: ZnodePath): KeeperError {
  const hint = `To create the missing parents as well: touch -p ${path}`;
  return new KeeperError(error.code, error.message, { ...error.facts, hint, cause: error });
}
