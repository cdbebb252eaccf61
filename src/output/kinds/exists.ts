/** exists: the status says it; only people get words. */
import type { ExistsResult } from '../../commands/results.js';
import { visibleName } from '../escape.js';
import { type KindForms, nothing } from '../forms.js';
import { paintFor } from '../paint.js';

export const exists: KindForms<ExistsResult> = {
  human: ({ path, stat }, options) => {
    const paint = paintFor(options);
    return `${visibleName(path)}: ${stat === null ? paint.warning('no such znode') : paint.good('exists')}\n`;
  },
  plain: nothing,
  zkcli: nothing,
};
