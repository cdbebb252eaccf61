/** setAcl: who may do what with a znode from now on. */
import { ANY_VERSION } from '../protocol/stat.js';
import { statBeforeWrite } from './dry-run.js';
import { explained } from './explained.js';
import { setAclBelow } from './setacl-recursive.js';
import { arg, command, flag, option } from './spec.js';
import { isInteger } from './version-word.js';

export const setAcl = command({
  name: 'setAcl',
  group: 'acl',
  summary: 'Replace the ACL of a znode',
  description:
    'The new list replaces the old one; with -R that of everything below too, the leaves first, and what fails does not stop the rest. A comma inside an id is written `\\,`. Scheme auth stands for whoever this connection has logged in as (addauth).',
  args: [
    arg('path', 'znodePath', 'the znode'),
    arg('acl', 'acl', 'scheme:id:perms, several with commas; perms are letters of cdrwa'),
  ],
  options: {
    version: option('version', 'v', 'N', 'version', 'only where the ACL has this version (aversion)'),
    stat: flag('stat', 's', 'print the new stat'),
    recursive: flag('recursive', 'R', 'everything below it too; of / all but /zookeeper', {
      conflicts: ['version', 'stat'],
    }),
  },
  examples: [
    { line: 'setAcl /config/db world:anyone:r', summary: 'anyone may read, nobody may write' },
    { line: 'setAcl /config/db world:anyone:r,ip:10.0.0.0/8:cdrwa -v 0', summary: 'where it was never changed' },
    { line: 'setAcl -R /services world:anyone:cdrwa', summary: 'a whole subtree' },
  ],
  zkCliDifferences: [
    'An entry that is malformed is refused; zkCli.sh drops it with a warning and sets the rest.',
    '-R begins with the leaves and ends with status 1 where some failed; zkCli.sh stops where its own ACL takes READ away.',
    'Ids with commas (X.509 names) can be written.',
  ],
  writes: true,
  refuse(words) {
    const [path, acl, version] = words;
    if (words.length !== 3 || version === undefined || !isInteger(version)) {
      return null;
    }
    return {
      message: `a version is given with -v; ${version} was taken for one word too many`,
      hint: `To replace only version ${version} of it: setAcl ${path} ${acl} -v ${version}`,
    };
  },
  async *run(context, { path, acl, version, stat: withStat, recursive }) {
    if (recursive) {
      yield* setAclBelow(context, path, acl);
      return;
    }
    const { session, settings, signal } = context;
    const asked = { op: 'setACL', path, expectedVersion: version } as const;
    if (settings.dryRun) {
      await statBeforeWrite(session, asked, { signal });
      yield { kind: 'planned', action: 'setAcl', path };
      return;
    }
    const setting = session.setAcl(path, acl, version ?? ANY_VERSION, { signal });
    yield { kind: 'changed', path, stat: await explained(session, setting, asked, { signal }), withStat };
  },
});
