/** Paths as data: one a line, `[a, b]` as zkCli.sh. */
import type { PathsResult } from '../../commands/results.js';
import { escapeName, visibleName, visibleText } from '../escape.js';
import type { Form, KindForms } from '../forms.js';

const plain: Form<PathsResult> = ({ paths: all }, { terminal }) =>
  all.map((path) => `${terminal ? visibleName(path) : escapeName(path)}\n`).join('');

export const paths: KindForms<PathsResult> = {
  human: plain,
  plain,
  zkcli: ({ paths: all }, { terminal }) => {
    const line = `[${all.join(', ')}]\n`;
    return terminal ? visibleText(line) : line;
  },
};
