/** The data of a znode: bytes as they are in a pipe, made visible on a terminal. */
import type { ValueResult } from '../../commands/results.js';
import { visibleData, visibleText } from '../escape.js';
import type { Form, KindForms, RenderOptions } from '../forms.js';
import { hexDump } from '../hex.js';
import { paintFor } from '../paint.js';
import { statForPeople, statLines, zkCliStat } from './stat.js';

/** The stat, a blank line, then the data and nothing else. */
const plain: Form<ValueResult> = (result, options) =>
  withStat(result, result.withStat ? statLines(result.stat) : '', options);

const human: Form<ValueResult> = (result, options) =>
  withStat(result, result.withStat ? statForPeople(result.stat, options) : '', options);

/** Data as UTF-8 text (null is the word), a newline, then the stat. */
const zkcli: Form<ValueResult> = ({ data, stat, withStat: wanted, encoding }, { terminal }) => {
  const text = encode(data ?? Buffer.from('null'), encoding)?.trimEnd() ?? data?.toString('utf8') ?? 'null';
  return `${terminal ? visibleText(text) : text}\n${wanted ? zkCliStat(stat) : ''}`;
};

export const value: KindForms<ValueResult> = { human, plain, zkcli };

function withStat(result: ValueResult, statText: string, options: RenderOptions): string | Buffer {
  const { data } = result;
  const head = statText === '' ? '' : `${statText}\n`;
  const encoded = encode(data, result.encoding);
  if (encoded !== null) {
    return head + encoded;
  }
  if (options.terminal) {
    return head + onTerminal(data, options);
  }
  const bytes = data ?? Buffer.alloc(0);
  return head === '' ? bytes : Buffer.concat([Buffer.from(head), bytes]);
}

/** Whole lines; null: as they are. Null data are none, empty ones an empty line of base64. */
function encode(data: Buffer | null, encoding: ValueResult['encoding'] = 'raw'): string | null {
  switch (encoding) {
    case 'raw':
      return null;
    case 'base64':
      return data === null ? '' : `${data.toString('base64')}\n`;
    case 'hex':
      return data === null ? '' : hexDump(data);
  }
}

/** On a terminal nobody can see whether nothing is null or empty; people are told. */
function onTerminal(data: Buffer | null, options: RenderOptions): string {
  if (data === null || data.length === 0) {
    return options.format === 'human' ? `${paintFor(options).faint(data === null ? '(null)' : '(empty)')}\n` : '';
  }
  const text = visibleData(data);
  return text.endsWith('\n') ? text : `${text}\n`;
}
