/** config: who belongs to the ensemble. */
import { configResult } from './ensemble-config.js';
import { WATCH_OPTION, watcherFor } from './one-shot-watch.js';
import { command, flag } from './spec.js';

export const config = command({
  name: 'config',
  group: 'ensemble',
  summary: 'Print the members of the ensemble',
  description:
    'The dynamic configuration that the server keeps in /zookeeper/config, whatever the chroot. A standalone server has none: then nothing is printed.',
  args: [],
  options: {
    connectString: flag('connect-string', 'c', 'only the members’ client addresses, as --server takes them'),
    stat: flag('stat', 's', 'with the stat of the znode'),
    ...WATCH_OPTION,
  },
  examples: [
    { line: 'config', summary: 'as text' },
    { line: 'config -c', summary: 'to connect to all members' },
    { line: 'config -o json', summary: 'version, servers, text' },
  ],
  zkCliDifferences: ['-c prints the addresses in the order of the members, and no version in front.'],
  async *run(context, { connectString, stat, watch }) {
    const { session, signal } = context;
    const config = await session.getConfig({ signal, ...watcherFor(context, watch, []) });
    yield configResult(config, { stat, connectString });
  },
});
