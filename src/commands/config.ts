/** config: who belongs to the ensemble. */
import { UsageError } from '../errors.js';
import { configResult } from './ensemble-config.js';
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
    watch: flag('watch', 'w', 'in the shell: tell when it changes, once'),
  },
  examples: [
    { line: 'config', summary: 'as text' },
    { line: 'config -c', summary: 'to connect to all members' },
    { line: 'config -o json', summary: 'version, servers, text' },
  ],
  zkCliDifferences: ['-c prints the addresses in the order of the members, and no version in front.'],
  async *run({ session, shell, signal, wallClock }, { connectString, stat, watch }) {
    const { notify } = shell;
    if (watch && notify === undefined) {
      throw new UsageError('-w is for the interactive shell: here nobody would see the event');
    }
    const watcher = watch
      ? {
          watcher: (event: {
            zxid: bigint | null;
            path: string;
            type: 'created' | 'deleted' | 'changed' | 'children';
          }) =>
            notify?.({ kind: 'watchEvent', time: wallClock(), event: event.type, path: event.path, zxid: event.zxid }),
        }
      : {};
    yield configResult(await session.getConfig({ signal, ...watcher }), { stat, connectString });
  },
});
