/** stat: the eleven fields that ZooKeeper keeps for each znode. */
import { eachRead } from './each-path.js';
import { existing, explained } from './explained.js';
import { WATCH_OPTION, watcherFor } from './one-shot-watch.js';
import { command, variadicArg } from './spec.js';

export const stat = command({
  name: 'stat',
  group: 'data',
  summary: 'Print the stat of a znode: versions, times, zxids, sizes',
  description:
    'For people the times come with how long ago that was, zxids with epoch and counter, and an ephemeral with the session that owns it. Plain output is `field<TAB>value`, times in ISO 8601 UTC.',
  args: [variadicArg('path', 'znodePath', 'the znodes to look at')],
  options: { ...WATCH_OPTION },
  examples: [
    { line: 'stat /config/db', summary: 'all fields' },
    { line: 'stat /config/db -o json', summary: 'as JSON' },
  ],
  zkCliDifferences: [
    'Fields have the names of the protocol (version, not dataVersion) and stand in another order; -o zkcli keeps zkCli.sh’s.',
    '-w of a znode that does not exist leaves no watch; exists -w does.',
  ],
  async *run(context, { path: paths, watch }) {
    const { session, signal } = context;
    const watcher = watcherFor(context, watch, paths);
    yield* eachRead(paths, async (path) => {
      const looking = existing(session, path, { signal });
      const stat = await explained(session, looking, { op: 'exists', path }, { signal });
      if (watcher.watcher !== undefined) {
        await session.exists(path, { signal, ...watcher });
      }
      return { kind: 'stat', path, stat };
    });
  },
});
