/** sync: what is read from now on is at least as new as this moment. */
import { command, optionalArg } from './spec.js';

export const sync = command({
  name: 'sync',
  group: 'data',
  summary: 'Wait until this server has caught up with the leader',
  description:
    'What the same session reads afterwards holds every change that was committed before. The server does it for all znodes; the path need not exist.',
  args: [optionalArg('path', 'znodePath', 'any path; the working directory where none is given')],
  options: {},
  examples: [{ line: 'sync /config', summary: 'silent when done' }],
  zkCliDifferences: [
    'Silent, and a failure is an error with a status of its own; zkCli.sh prints rc=N and ends with 0.',
  ],
  async *run({ session, shell, signal }, { path = shell.cwd }) {
    await session.sync(path, { signal });
    yield { kind: 'done', verb: 'sync', fields: { path } };
  },
});
