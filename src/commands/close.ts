/** close: ends the session, not the shell. */
import { command } from './spec.js';

export const close = command({
  name: 'close',
  group: 'shell',
  summary: 'End the session: its ephemerals and watches go',
  description: 'The shell stays; the next verb that needs a session opens a new one.',
  args: [],
  options: {},
  examples: [{ line: 'close', summary: 'silent when done' }],
  zkCliDifferences: ['Verbs after it open a new session; zkCli.sh prints `Not connected` and ends with 0.'],
  session: 'none',
  async *run({ connection }) {
    await connection.close();
    yield { kind: 'done', verb: 'close', fields: { state: 'closed' } };
  },
});
