/** get: the data of znodes. */
import { eachRead } from './each-path.js';
import { explained } from './explained.js';
import { command, flag, variadicArg } from './spec.js';

export const get = command({
  name: 'get',
  aliases: ['cat'],
  group: 'data',
  summary: 'Print the data of a znode, byte for byte',
  description:
    'In a pipe the bytes come as they are stored and nothing else. On a terminal control characters are shown escaped and a newline is added where there is none. Null and empty data are both no bytes; -o json tells them apart.',
  args: [variadicArg('path', 'znodePath', 'the znodes to read')],
  options: { stat: flag('stat', 's', 'the stat first, and a blank line') },
  examples: [
    { line: 'get /config/db', summary: 'the value and nothing else' },
    { line: 'get -s /config/db', summary: 'with the stat' },
    { line: 'get /config/db -o json', summary: 'as JSON: data, encoding and stat' },
  ],
  zkCliDifferences: [
    'The stat comes before the data, not behind it.',
    'No newline is added, except on a terminal; null data prints nothing, not `null`.',
    'There is no -b (base64) and -x (hex): pipe into base64 or xxd, or use -o json.',
    'A word behind the path, such as `true`, is another path and leaves no watch; to follow a znode: watch PATH.',
  ],
  run: ({ session, signal }, { path: paths, stat: withStat }) =>
    eachRead(paths, async (path) => {
      const reading = session.getData(path, { signal });
      const { data, stat } = await explained(session, reading, { op: 'getData', path }, { signal });
      return { kind: 'value', path, data, stat, withStat };
    }),
});
