/** version: of this program. */
import { command } from './spec.js';

export const version = command({
  name: 'version',
  group: 'shell',
  summary: 'Print the version of zksh and of Node.js',
  args: [],
  options: {},
  examples: [{ line: 'version', summary: 'such as zksh 0.1.0 (Node.js 20.20.0)' }],
  zkCliDifferences: ['Prints the versions of zksh and of Node.js.'],
  session: 'none',
  async *run({ settings }) {
    const node = process.versions.node;
    yield {
      kind: 'text',
      text: `zksh ${settings.version} (Node.js ${node})`,
      fields: { zksh: settings.version, node },
    };
  },
});
