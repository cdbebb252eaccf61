/** One operation of a multi: `index<TAB>op<TAB>path<TAB>result`. */
import type { OperationResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { paintFor } from '../paint.js';

const plain: Form<OperationResult> = ({ index, op, path, result }, { terminal }) =>
  `${index}\t${op}\t${terminal ? visibleName(path) : escapeName(path)}\t${result}\n`;

const human: Form<OperationResult> = ({ index, op, path, result }, options) => {
  const paint = paintFor(options);
  const mark = result === 'ok' ? paint.good(result) : NEVER_DONE.has(result) ? paint.faint(result) : paint.bad(result);
  return `${paint.faint(`${index}.`)} ${op} ${visibleName(path)}: ${mark}\n`;
};

/** Fine by themselves; they fell with another. */
const NEVER_DONE: ReadonlySet<string> = new Set(['rolledback', 'nottried']);

export const operation: KindForms<OperationResult> = { human, plain, zkcli: plain };
