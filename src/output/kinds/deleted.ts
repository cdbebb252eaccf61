/** deleteall: silent when done; json names each znode. */
import type { DeletedResult } from '../../commands/results.js';
import { type KindForms, nothing } from '../forms.js';

export const deleted: KindForms<DeletedResult> = { human: nothing, plain: nothing, zkcli: nothing };
