/** removewatches: takes watches off a znode. */
import type { WatcherType } from '../protocol/events.js';
import { eachWrite } from './each-path.js';
import { command, flag, variadicArg } from './spec.js';

export const removewatches = command({
  name: 'removewatches',
  group: 'watch',
  summary: 'Take watches of this session off znodes',
  description:
    'All that stand on the path itself, or those of one kind; a recursive watch stands where it was set. See which there are: watches.',
  args: [variadicArg('path', 'znodePath', 'the znodes')],
  options: {
    children: flag('children', 'c', 'only those on its children', {
      conflicts: ['data', 'any', 'persistent', 'recursive'],
    }),
    data: flag('data', 'd', 'only those on its data', { conflicts: ['any', 'persistent', 'recursive'] }),
    any: flag('any', 'a', 'all, as without an option', { conflicts: ['persistent', 'recursive'] }),
    persistent: flag('persistent', 'p', 'only persistent ones', { conflicts: ['recursive'] }),
    recursive: flag('recursive', 'r', 'only persistent recursive ones'),
    local: flag('local', 'l', 'here too where the server cannot be asked'),
  },
  examples: [
    { line: 'removewatches /services', summary: 'whatever watches it' },
    { line: 'removewatches -r /config', summary: 'only what addWatch left' },
  ],
  zkCliDifferences: [
    'Of several kinds zkCli.sh takes the first; here they exclude each other.',
    'Takes several paths.',
  ],
  run: ({ session, signal }, { path: paths, local, ...kinds }) =>
    eachWrite(paths, async (path) => {
      const type = TYPES.find((each) => kinds[each.key])?.type ?? 'any';
      await session.removeWatches(path, type, { signal, local });
      return { kind: 'done', verb: 'removewatches', fields: { path, type } };
    }),
});

const TYPES = [
  { key: 'children', type: 'children' },
  { key: 'data', type: 'data' },
  { key: 'any', type: 'any' },
  { key: 'persistent', type: 'persistent' },
  { key: 'recursive', type: 'persistentRecursive' },
] as const satisfies readonly { key: string; type: WatcherType }[];
