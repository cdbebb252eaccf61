/** set, setAcl: silent, or the new stat where it was asked for. */
import type { ChangedResult } from '../../commands/results.js';
import type { KindForms } from '../forms.js';
import { statForPeople, statLines, zkCliStat } from './stat.js';

export const changed: KindForms<ChangedResult> = {
  human: ({ stat, withStat }, options) => (withStat ? statForPeople(stat, options) : ''),
  plain: ({ stat, withStat }) => (withStat ? statLines(stat) : ''),
  zkcli: ({ stat, withStat }) => (withStat ? zkCliStat(stat) : ''),
};
