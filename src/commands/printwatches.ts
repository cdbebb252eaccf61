/** printwatches: whether events of watches behind the prompt are shown. */
import { command, optionalArg } from './spec.js';

export const printwatches = command({
  name: 'printwatches',
  group: 'watch',
  summary: 'In the shell: show or hide what watches behind the prompt report',
  description: 'Without a word it says which. The watches stay as they are.',
  args: [optionalArg('state', 'choice', 'on or off', { choices: ['on', 'off'] })],
  options: {},
  examples: [
    { line: 'printwatches', summary: 'on or off' },
    { line: 'printwatches off', summary: 'silent from now on' },
  ],
  zkCliDifferences: ['Anything but on and off is refused; zkCli.sh takes it for off.'],
  session: 'none',
  interactiveOnly: true,
  async *run({ shell }, { state }) {
    if (state === undefined) {
      const text = shell.hidesWatches === true ? 'off' : 'on';
      yield { kind: 'text', text, fields: { printwatches: text } };
      return;
    }
    shell.hidesWatches = state === 'off';
    yield { kind: 'done', verb: 'printwatches', fields: { printwatches: state } };
  },
});
