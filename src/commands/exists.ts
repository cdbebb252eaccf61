/** exists: whether znodes exist, told by the status. */
import { EXIT } from '../exit-codes.js';
import { eachRead } from './each-path.js';
import { explained } from './explained.js';
import { WATCH_OPTION, watcherFor } from './one-shot-watch.js';
import type { Result } from './results.js';
import { command, variadicArg } from './spec.js';

export const exists = command({
  name: 'exists',
  group: 'data',
  summary: 'Tell by the exit status whether a znode exists',
  description:
    'Status 0: it exists; 3: it does not, and that is no error: nothing is printed in a pipe. With several paths 3 as soon as one of them does not exist.',
  args: [variadicArg('path', 'znodePath', 'the znodes to look for')],
  options: { ...WATCH_OPTION },
  examples: [
    { line: 'exists /config/db', summary: 'status 0 or 3, for if and ||' },
    { line: 'exists /config/db /services -o json', summary: 'an answer for each' },
  ],
  async *run(context, { path: paths, watch }) {
    const { session, signal } = context;
    const watcher = watcherFor(context, watch, paths);
    let isMissing = false;
    const answers = eachRead(paths, async (path): Promise<Result> => {
      const found = session.exists(path, { signal, ...watcher });
      return { kind: 'exists', path, stat: await explained(session, found, { op: 'exists', path }, { signal }) };
    });
    for await (const result of answers) {
      isMissing ||= result.kind === 'exists' && result.stat === null;
      if (result.kind === 'ended') {
        yield result;
        return;
      }
      yield result;
    }
    if (isMissing) {
      yield { kind: 'ended', status: EXIT.noNode.status };
    }
  },
});
