/** create: the path that was made; with a number behind it when sequential. */
import type { CreatedResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';

const plain: Form<CreatedResult> = ({ path }, { terminal }) => `${terminal ? visibleName(path) : escapeName(path)}\n`;

export const created: KindForms<CreatedResult> = {
  human: plain,
  plain,
  /** On stderr there; see streamOf. */
  zkcli: ({ path }, { terminal }) => `Created ${terminal ? visibleName(path) : path}\n`,
};
