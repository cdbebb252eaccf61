/** setAcl: who may do what with a znode from now on. */
import { ANY_VERSION } from '../protocol/stat.js';
import { statBeforeWrite } from './dry-run.js';
import { explained } from './explained.js';
import { arg, command, flag, option } from './spec.js';
import { isInteger } from './version-word.js';

export const setAcl = command({
  name: 'setAcl',
  group: 'acl',
  summary: 'Replace the ACL of a znode',
  description:
    'The new list replaces the old one, for this znode only. A comma inside an id is written `\\,`. Scheme auth stands for whoever this connection has logged in as (addauth).',
  args: [
    arg('path', 'znodePath', 'the znode'),
    arg('acl', 'acl', 'scheme:id:perms, several with commas; perms are letters of cdrwa'),
  ],
  options: {
    version: option('version', 'v', 'N', 'version', 'only where the ACL has this version (aversion)'),
    stat: flag('stat', 's', 'print the new stat'),
  },
  examples: [
    { line: 'setAcl /config/db world:anyone:r', summary: 'anyone may read, nobody may write' },
    { line: 'setAcl /config/db world:anyone:r,ip:10.0.0.0/8:cdrwa -v 0', summary: 'where it was never changed' },
  ],
  zkCliDifferences: [
    'An entry that is malformed is refused; zkCli.sh drops it with a warning and sets the rest.',
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
  async *run({ session, settings, signal }, { path, acl, version, stat: withStat }) {
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
