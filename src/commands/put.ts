/** put: the data of a znode, which is created where it does not exist. */
import { isKeeperError, KeeperError, UsageError } from '../errors.js';
import { ANY_VERSION } from '../protocol/stat.js';
import { DATA_OPTIONS, readData } from './data-options.js';
import { explained, missingAncestors } from './explained.js';
import { withParents } from './parents.js';
import { arg, command, flag, option, optionalArg } from './spec.js';

export const put = command({
  name: 'put',
  group: 'data',
  summary: 'Write the data of a znode, creating it where it does not exist',
  description:
    'As set where the znode exists, as create (persistent) where it does not; whichever others do meanwhile. --acl is the ACL of a znode that is created; that of one that exists stays.',
  args: [
    arg('path', 'znodePath', 'the znode to write'),
    optionalArg('data', 'data', 'the data: text, @FILE or - for stdin'),
  ],
  options: {
    parents: flag('parents', 'p', 'create missing parents too'),
    stat: flag('stat', 's', 'print the new stat'),
    acl: option('acl', null, 'ACL', 'acl', 'the ACL where the znode is created'),
    ...DATA_OPTIONS,
  },
  examples: [
    { line: 'put /config/db host=db2', summary: 'whether it exists or not' },
    { line: 'put -p /services/api/limits \'{"rps": 50}\'', summary: 'and the parents it needs' },
  ],
  writes: true,
  async *run(context, values) {
    const { session, settings, signal, io } = context;
    const { path, parents, stat: withStat, acl } = values;
    const data = await readData(values, io);
    if (data === undefined) {
      throw new UsageError('no data given', {
        why: 'DATA is text, @FILE or - for stdin.',
        hint: `For empty data: put ${path} ''. For none: put ${path} --null`,
      });
    }
    if (settings.dryRun) {
      const missing = await missingAncestors(session, path, { signal });
      const isThere = (await session.exists(path, { signal })) !== null;
      if (missing[0] !== undefined && !parents) {
        throw new KeeperError('NONODE', '', { op: 'create', path, firstMissing: missing[0], hint: hintFor(path) });
      }
      for (const ancestor of missing) {
        yield { kind: 'planned', action: 'create', path: ancestor };
      }
      yield { kind: 'planned', action: isThere ? 'set' : 'create', path };
      return;
    }
    for (let attempt = 1; ; attempt++) {
      try {
        const setting = session.setData(path, data, ANY_VERSION, { signal });
        const stat = await explained(session, setting, { op: 'setData', path }, { signal });
        yield { kind: 'changed', path, stat, withStat };
        return;
      } catch (error) {
        if (!isKeeperError(error, 'NONODE')) {
          throw error;
        }
      }
      try {
        const create = () => session.create(path, data, { signal, ...(acl === undefined ? {} : { acl }) });
        const creating = parents ? withParents(context, path, create) : create();
        const { stat } = await explained(session, creating, { op: 'create', path }, { signal });
        yield { kind: 'changed', path, stat: stat ?? (await session.getData(path, { signal })).stat, withStat };
        return;
      } catch (error) {
        // Somebody else was faster: then it is there to be written.
        if (!isKeeperError(error, 'NODEEXISTS') || attempt === ATTEMPTS_MAX) {
          throw isKeeperError(error, 'NONODE') ? withHint(error, hintFor(path)) : error;
        }
      }
    }
  },
});

/** Against somebody who creates and deletes it all the time. */
const ATTEMPTS_MAX = 5;

function hintFor(path: string): string {
  return `To create the missing parents as well: put -p ${path} DATA`;
}

function withHint(error: KeeperError, hint: string): KeeperError {
  return new KeeperError(error.code, error.message, { ...error.facts, hint, cause: error });
}
