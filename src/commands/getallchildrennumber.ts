/** getAllChildrenNumber: how many znodes are below one. */
import { askCount, walkBelow } from '../tree/read/count.js';
import { explained } from './explained.js';
import { command, optionalArg } from './spec.js';

export const getAllChildrenNumber = command({
  name: 'getAllChildrenNumber',
  group: 'data',
  summary: 'Count the znodes below a znode, at any depth',
  description:
    'The znode itself is not among them. The server counts; before ZooKeeper 3.6 it cannot, and the names are read instead.',
  args: [optionalArg('path', 'znodePath', 'the znode; the working directory where none is given')],
  options: {},
  examples: [{ line: 'getAllChildrenNumber /services', summary: 'a number' }],
  zkCliDifferences: [],
  async *run({ session, shell, signal, clock }, { path = shell.cwd }) {
    const counting = askCount(session, path, signal);
    let count = await explained(session, counting, { op: 'getAllChildrenNumber', path }, { signal });
    if (count === null) {
      count = 0;
      for await (const entries of walkBelow(session, path, { clock, signal })) {
        count += entries.length;
        for (const { error } of entries) {
          if (error !== null) {
            throw error;
          }
        }
      }
    }
    yield { kind: 'text', text: String(count), fields: { path, count } };
  },
});
