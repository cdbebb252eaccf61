/** quit: leaves the shell or the script. */
import { command } from './spec.js';

export const quit = command({
  name: 'quit',
  aliases: ['exit'],
  group: 'shell',
  summary: 'Leave, with the status of the last command',
  description: 'The session is closed: its ephemerals and watches go.',
  args: [],
  options: {},
  examples: [{ line: 'quit', summary: 'as Ctrl-D on an empty line' }],
  zkCliDifferences: [],
  session: 'none',
  // biome-ignore lint/correctness/useYield: it has nothing to show
  async *run({ shell }) {
    shell.quit();
  },
});
