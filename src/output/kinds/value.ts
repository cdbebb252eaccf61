/** The data of a znode: bytes as they are in a pipe, made visible on a terminal. */
import type { ValueResult } from '../../commands/results.js';
import { visibleData, visibleText } from '../escape.js';
import type { Form, KindForms, RenderOptions } from '../forms.js';
import { paintFor } from '../paint.js';
import { statForPeople, statLines, zkCliStat } from './stat.js';

/** The stat, a blank line, then the data and nothing else. */
const plain: Form<ValueResult> = (result, options) =>
  withStat(result, result.withStat ? statLines(result.stat) : '', options);

const human: Form<ValueResult> = (result, options) =>
  withStat(result, result.withStat ? statForPeople(result.stat, options) : '', options);

/** Data as UTF-8 text (null is the word), a newline, then the stat. */
const zkcli: Form<ValueResult> = ({ data, stat, withStat: wanted }, { terminal }) => {
  const text = data === null ? 'null' : data.toString('utf8');
  return `${terminal ? visibleText(text) : text}\n${wanted ? zkCliStat(stat) : ''}`;
};

export const value: KindForms<ValueResult> = { human, plain, zkcli };

function withStat({ data }: ValueResult, statText: string, options: RenderOptions): string | Buffer {
  const head = statText === '' ? '' : `${statText}\n`;
  if (options.terminal) {
    return head + onTerminal(data, options);
  }
  const bytes = data ?? Buffer.alloc(0);
  return head === '' ? bytes : Buffer.concat([Buffer.from(head), bytes]);
}

/** On a terminal nobody can see whether nothing is null or empty; people are told. */
function onTerminal(data: Buffer | null, options: RenderOptions): string {
  if (data === null || data.length === 0) {
    return options.format === 'human' ? `${paintFor(options).faint(data === null ? '(null)' : '(empty)')}\n` : '';
  }
  const text = visibleData(data);
  return text.endsWith('\n') ? text : `${text}\n`;
}
