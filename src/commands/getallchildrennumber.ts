/** getAllChildrenNumber: how many znodes are below one. */
import { explained } from './explained.js';
import { command, optionalArg } from './spec.js';

export const getAllChildrenNumber = command({
  name: 'getAllChildrenNumber',
  group: 'data',
  summary: 'Count the znodes below a znode, at any depth',
  description: 'The server counts; the znode itself is not among them. ZooKeeper 3.6 and up.',
  args: [optionalArg('path', 'znodePath', 'the znode; the working directory where none is given')],
  options: {},
  examples: [{ line: 'getAllChildrenNumber /services', summary: 'a number' }],
  zkCliDifferences: [],
  async *run({ session, shell, signal }, { path = shell.cwd }) {
    const counting = session.getAllChildrenNumber(path, { signal });
    const count = await explained(session, counting, { op: 'getAllChildrenNumber', path }, { signal });
    yield { kind: 'text', text: String(count), fields: { path, count } };
  },
});
