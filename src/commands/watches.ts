/** watches: what this session is told of. */
import { isWithin } from '../protocol/path.js';
import { compareNames } from '../tree/order.js';
import { command, flag, variadicArg } from './spec.js';

export const watches = command({
  name: 'watches',
  group: 'watch',
  summary: 'List the watches of this session, or take them off',
  description:
    'Kind, path, number of watchers; those at PATH or below it, or all. Kinds: data, exists and children fire once; persistent and persistentRecursive stay. With --remove they are taken off.',
  args: [variadicArg('path', 'znodePath', 'only what is there or below', { optional: true })],
  options: { remove: flag('remove', null, 'take them off') },
  examples: [
    { line: 'watches', summary: 'all of them' },
    { line: 'watches --remove', summary: 'and none is left' },
  ],
  async *run({ session, signal }, { path: paths, remove }) {
    const roots = paths.length === 0 ? ['/'] : paths;
    const armed = session.watches
      .filter(({ path }) => roots.some((root) => isWithin(path, root)))
      .sort((a, b) => compareNames(a.path, b.path));
    if (!remove) {
      yield { kind: 'watches', watches: armed };
      return;
    }
    for (const path of new Set(armed.map((each) => each.path))) {
      await session.removeWatches(path, 'any', { signal });
      yield { kind: 'done', verb: 'watches', fields: { path, removed: true } };
    }
  },
});
