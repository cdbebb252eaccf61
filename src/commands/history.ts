/** history: what was typed in this shell and those before it. */
import { UsageError } from '../errors.js';
import { command, optionalArg } from './spec.js';

export const history = command({
  name: 'history',
  group: 'shell',
  summary: 'In the shell: list what was typed, with the numbers that redo takes',
  description:
    'The last 20 entries, or as many as asked for. Secrets are blanked, and lines that begin with a blank were never kept.',
  args: [optionalArg('count', 'count', 'how many')],
  options: {},
  examples: [
    { line: 'history', summary: 'the last 20' },
    { line: 'history 100', summary: 'more of them' },
  ],
  zkCliDifferences: ['Keeps the lines of earlier shells, and shows 20, not 11.'],
  session: 'none',
  interactiveOnly: true,
  async *run({ shell }, { count = SHOWN_DEFAULT }) {
    const { history: lines } = shell;
    if (lines === undefined) {
      throw new UsageError('only the interactive shell has a history');
    }
    const first = Math.max(0, lines.length - count);
    const entries = lines.slice(first).map((line, index) => ({ index: first + index + 1, line }));
    yield { kind: 'history', entries };
  },
});

const SHOWN_DEFAULT = 20;
