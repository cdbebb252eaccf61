/** One line of text that is the data: pwd, version. */
import type { TextResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';

const plain: Form<TextResult> = ({ text: line }, { terminal }) =>
  `${terminal ? visibleName(line) : escapeName(line)}\n`;

export const text: KindForms<TextResult> = { human: plain, plain, zkcli: plain };
