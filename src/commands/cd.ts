/** cd: where relative paths begin. */
import { ROOT } from '../protocol/path.js';
import { existing, explained } from './explained.js';
import { command, optionalArg } from './spec.js';

export const cd = command({
  name: 'cd',
  group: 'shell',
  summary: 'Change the working directory',
  description: 'The znode must exist. Without a path: back to /. It lasts as long as the shell or the script.',
  args: [optionalArg('path', 'znodePath', 'where to go; / where none is given')],
  options: {},
  examples: [{ line: 'cd /services', summary: 'then `ls` lists it' }],
  async *run({ session, shell, signal }, { path = ROOT }) {
    const looking = existing(session, path, { signal });
    await explained(session, looking, { op: 'exists', path }, { signal });
    shell.cwd = path;
    yield { kind: 'done', verb: 'cd', fields: { path } };
  },
});
