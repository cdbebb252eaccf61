/** addWatch: a persistent watch behind the prompt, as zkCli.sh has it; watch -b is the same under another name. */
import { UsageError } from '../errors.js';
import { command, option, variadicArg } from './spec.js';
import { watchInBackground } from './watch-background.js';

const MODES = ['PERSISTENT', 'PERSISTENT_RECURSIVE'] as const;

export const addWatch = command({
  name: 'addWatch',
  group: 'watch',
  summary: 'In the shell: leave a persistent watch behind the prompt',
  description:
    'Its events appear above the line being typed, until removewatches, or the end of the session. PERSISTENT_RECURSIVE tells of the znode and everything below it; PERSISTENT of its data and its children. The znode need not exist. In scripts use watch, which goes on and survives the session.',
  args: [variadicArg('path', 'znodePath', 'the znodes to watch')],
  options: {
    mode: option('mode', 'm', 'MODE', 'choice', 'PERSISTENT_RECURSIVE unless given', { choices: MODES }),
  },
  examples: [
    { line: 'addWatch /services', summary: 'and everything below it' },
    { line: 'addWatch -m PERSISTENT /config', summary: 'the znode itself and the list of its children' },
  ],
  zkCliDifferences: ['-m counts for one call; in zkCli.sh it sticks for those that follow.', 'Takes several paths.'],
  interactiveOnly: true,
  async *run(context, { path: paths, mode }) {
    if (context.shell.notify === undefined) {
      throw new UsageError('for the interactive shell: here nobody would see the events', {
        hint: `watch ${mode === 'PERSISTENT' ? '' : '-R '}${paths.join(' ')}`,
      });
    }
    yield* watchInBackground(context, paths, mode === 'PERSISTENT' ? 'persistent' : 'persistentRecursive');
  },
});
