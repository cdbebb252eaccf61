/** get: the data of znodes. */
import { eachRead } from './each-path.js';
import { command, flag, variadicArg } from './spec.js';

export const get = command({
  name: 'get',
  aliases: ['cat'],
  group: 'data',
  summary: 'Print the data of a znode, byte for byte',
  description:
    'In a pipe the bytes come as they are stored and nothing else; on a terminal control characters are shown escaped and a missing newline at the end is added. Null and empty data are no bytes; -o json tells them apart.',
  args: [variadicArg('path', 'znodePath', 'the znodes to read')],
  options: { stat: flag('stat', 's', 'print the stat before the data') },
  examples: [
    { line: 'get /config/db', summary: 'the value and nothing else' },
    { line: 'get -s /config/db', summary: 'with the stat' },
    { line: 'get /config/db -o json', summary: 'as JSON: data, encoding and stat' },
  ],
  zkCliDifferences: [
    'The stat comes before the data, not behind it.',
    'No newline is added, except on a terminal.',
    'For -b (base64) and -x (hex) use -o json, or pipe into base64 or xxd.',
    'A word such as `true` behind the path is taken as a path, not as a watch; to follow a znode: watch PATH.',
  ],
  run: ({ session, signal }, { path: paths, stat: withStat }) =>
    eachRead(paths, async (path) => {
      const { data, stat } = await session.getData(path, { signal });
      return { kind: 'value', path, data, stat, withStat };
    }),
});
