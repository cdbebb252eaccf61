/** redo: an entry of the history once more. */
import { UsageError } from '../errors.js';
import { command, optionalArg } from './spec.js';

export const redo = command({
  name: 'redo',
  group: 'shell',
  summary: 'In the shell: run a line of the history again',
  description:
    'The line with that number, or the last one; it is shown before it runs. One whose secret was blanked is refused.',
  args: [optionalArg('number', 'count', 'as history shows it')],
  options: {},
  examples: [
    { line: 'redo 1', summary: 'the first line that was kept' },
    { line: 'redo', summary: 'the one before' },
  ],
  zkCliDifferences: [
    'Ends with the status of the command; zkCli.sh always with 0. Without a number it repeats the last line.',
  ],
  session: 'none',
  interactiveOnly: true,
  async *run({ shell }, { number }) {
    const { history: lines, redo: repeat } = shell;
    if (lines === undefined || repeat === undefined) {
      throw new UsageError('only the interactive shell has a history');
    }
    const index = number === undefined ? lines.findLastIndex((each) => !isRedo(each)) : number - 1;
    const line = lines[index];
    if (line === undefined) {
      throw new UsageError(number === undefined ? 'nothing was typed before' : `there is no line ${number}`, {
        why: lines.length === 0 ? 'The history is empty.' : `The history has lines 1 to ${lines.length}.`,
        hint: 'See them: history',
      });
    }
    if (isRedo(line)) {
      throw new UsageError(`line ${number} is a redo itself`, {
        hint: 'Give the number of the line that is meant; see: history',
      });
    }
    if (line.includes(BLANKED)) {
      throw new UsageError('its secret is not kept, so it cannot be run again', { hint: 'Type it again.' });
    }
    repeat(line);
    yield { kind: 'done', verb: 'redo', fields: { line } };
  },
});

/** As syntax/redact.ts leaves it. */
const BLANKED = '***';

function isRedo(line: string): boolean {
  return /(^|;)\s*redo\b/i.test(line);
}
