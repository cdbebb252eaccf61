/** check: a condition for a script, and for a multi. */
import { statBeforeWrite } from './dry-run.js';
import { arg, command, optionalArg } from './spec.js';

export const check = command({
  name: 'check',
  group: 'txn',
  summary: 'Succeed only where a znode exists, and has a version',
  description:
    'By itself: status 0, 3 (no such znode) or 4 (another version). Between others it tells what was so at that moment only; inside a multi nothing happens unless it is so.',
  args: [
    arg('path', 'znodePath', 'the znode'),
    optionalArg('version', 'version', 'the version it must have; any where none is given'),
  ],
  options: {},
  examples: [
    { line: 'check /config/db 0', summary: 'silent when so' },
    { line: 'check /config/db', summary: 'whatever its version is' },
  ],
  toOperations: async ({ path, version }) => [{ op: 'check', path, ...(version === undefined ? {} : { version }) }],
  async *run({ session, signal }, { path, version }) {
    const asked = { op: 'setData', path, expectedVersion: version } as const;
    yield { kind: 'exists', path, stat: await statBeforeWrite(session, asked, { signal }) };
  },
});
