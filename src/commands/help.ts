/** help: all verbs, or one of them. The text is made by output/ from the specs. */
import { UsageError } from '../errors.js';
import { findIn } from './find-command.js';
import { command, optionalArg } from './spec.js';

export const help = command({
  name: 'help',
  aliases: ['?'],
  group: 'shell',
  summary: 'Tell what verbs there are, or how one is used',
  args: [optionalArg('verb', 'verb', 'the verb to tell about')],
  options: {},
  examples: [
    { line: 'help', summary: 'all verbs' },
    { line: 'help watch', summary: 'one of them; the same as watch --help' },
  ],
  session: 'none',
  async *run({ commands }, { verb }) {
    const command = verb === undefined ? null : findIn(commands, verb);
    if (command === undefined) {
      throw new UsageError(`no such verb: ${verb}`, { hint: 'All verbs: help' });
    }
    yield { kind: 'help', command, commands };
  },
});
