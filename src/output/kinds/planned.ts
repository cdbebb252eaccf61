/** --dry-run: what would be done. */
import type { PlannedResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';

const human: Form<PlannedResult> = ({ action, path }) => `would ${action} ${visibleName(path)}\n`;

export const planned: KindForms<PlannedResult> = {
  human,
  plain: ({ action, path }, { terminal }) => `${action}\t${terminal ? visibleName(path) : escapeName(path)}\n`,
  zkcli: human,
};
