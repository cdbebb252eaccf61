/** Something was done: success is silent. Only zkCli.sh's sync speaks. */
import type { DoneResult } from '../../commands/results.js';
import { type KindForms, nothing } from '../forms.js';

export const done: KindForms<DoneResult> = {
  human: nothing,
  plain: nothing,
  zkcli: ({ verb }) => (verb === 'sync' ? 'Sync is OK\n' : ''),
};
