/** get: the data of znodes. */
import { eachRead } from './each-path.js';
import { explained } from './explained.js';
import { WATCH_OPTION, watcherFor } from './one-shot-watch.js';
import { command, flag, variadicArg } from './spec.js';

export const get = command({
  name: 'get',
  aliases: ['cat'],
  group: 'data',
  summary: 'Print the data of a znode, byte for byte',
  description:
    'In a pipe the bytes come as they are stored and nothing else. On a terminal control characters are shown escaped and a newline is added where there is none. Null and empty data are both no bytes; -o json tells them apart.',
  args: [variadicArg('path', 'znodePath', 'the znodes to read')],
  options: {
    stat: flag('stat', 's', 'the stat first, and a blank line'),
    base64: flag('base64', 'b', 'the bytes in base64, on one line', { conflicts: ['hex'] }),
    hex: flag('hex', 'x', 'the bytes in hex, 16 a line, with their text'),
    ...WATCH_OPTION,
  },
  examples: [
    { line: 'get /config/db', summary: 'the value and nothing else' },
    { line: 'get -s /config/db', summary: 'with the stat' },
    { line: 'get -x /config/db', summary: 'as a hex dump' },
    { line: 'get /config/db -o json', summary: 'as JSON: data, encoding and stat' },
  ],
  zkCliDifferences: [
    'The stat comes before the data, not behind it.',
    'No newline is added, except on a terminal; null data prints nothing, not `null`.',
    '-b and -x of null data print nothing; zkCli.sh encodes the word null.',
    'A word behind the path, such as `true`, is another path and leaves no watch; for that: -w, or watch PATH.',
  ],
  run(context, { path: paths, stat: withStat, base64, hex, watch }) {
    const { session, signal } = context;
    const watcher = watcherFor(context, watch, paths);
    const encoding = base64 ? 'base64' : hex ? 'hex' : 'raw';
    return eachRead(paths, async (path) => {
      const reading = session.getData(path, { signal, ...watcher });
      const { data, stat } = await explained(session, reading, { op: 'getData', path }, { signal });
      return { kind: 'value', path, data, stat, withStat, encoding };
    });
  },
});
