/** getAcl: who may do what with a znode. */
import { explained } from './explained.js';
import { arg, command, flag } from './spec.js';

export const getAcl = command({
  name: 'getAcl',
  group: 'acl',
  summary: 'Print the ACL of a znode, as setAcl takes it back',
  description:
    'One `scheme:id:perms` a line; perms are letters of cdrwa: create and delete children, read, write, administer. Who may read but not administer sees digest hashes as `x`.',
  args: [arg('path', 'znodePath', 'the znode')],
  options: { stat: flag('stat', 's', 'the stat first, and a blank line') },
  examples: [
    { line: 'getAcl /config/db', summary: 'an entry a line' },
    { line: 'getAcl /config/db -o json', summary: 'as JSON' },
  ],
  zkCliDifferences: [
    'One line an entry, in the form that setAcl takes; zkCli.sh prints two that it does not take back.',
  ],
  async *run({ session, signal }, { path, stat: withStat }) {
    const reading = session.getAcl(path, { signal });
    const { acl, stat } = await explained(session, reading, { op: 'getACL', path }, { signal });
    yield { kind: 'acl', path, acl, stat, withStat };
  },
});
