/** pwd: the working directory. */
import { command } from './spec.js';

export const pwd = command({
  name: 'pwd',
  group: 'shell',
  summary: 'Print the working directory',
  args: [],
  options: {},
  examples: [{ line: 'pwd', summary: 'where relative paths begin' }],
  session: 'none',
  async *run({ shell }) {
    yield { kind: 'text', text: shell.cwd, fields: { path: shell.cwd } };
  },
});
