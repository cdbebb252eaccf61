/** What was typed, with the numbers that redo takes. An entry of several lines stays on one. */
import type { HistoryResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { paintFor } from '../paint.js';

const plain: Form<HistoryResult> = ({ entries }, { terminal }) =>
  entries.map(({ index, line }) => `${index}\t${terminal ? visibleName(line) : escapeName(line)}\n`).join('');

const human: Form<HistoryResult> = ({ entries }, options) => {
  const paint = paintFor(options);
  const width = String(entries.at(-1)?.index ?? '').length;
  return entries
    .map(({ index, line }) => `${paint.faint(String(index).padStart(width))}  ${visibleName(line)}\n`)
    .join('');
};

export const history: KindForms<HistoryResult> = {
  human,
  plain,
  zkcli: ({ entries }) => entries.map(({ index, line }) => `${index} - ${visibleName(line)}\n`).join(''),
};
