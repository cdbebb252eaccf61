/** A quota: each limit with what is used of it; `-` where there is none. zkCli.sh's two lines. */
import type { QuotaLimits, QuotaResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { paintFor } from '../paint.js';

type Row = readonly [limit: string, value: number | null, used: number | null];

function rowsOf({ limits, used }: QuotaResult): readonly Row[] {
  const count = used?.count ?? null;
  const bytes = used?.bytes ?? null;
  return [
    ['count', limits.count, count],
    ['bytes', limits.bytes, bytes],
    ['count-hard', limits.countHard, count],
    ['bytes-hard', limits.bytesHard, bytes],
  ];
}

const plain: Form<QuotaResult> = (result, { terminal }) => {
  const path = terminal ? visibleName(result.path) : escapeName(result.path);
  return rowsOf(result)
    .map(([limit, value, used]) => `${result.isNamed ? `${path}\t` : ''}${limit}\t${value ?? '-'}\t${used ?? '-'}\n`)
    .join('');
};

const human: Form<QuotaResult> = (result, options) => {
  const paint = paintFor(options);
  const lines = rowsOf(result).map(([limit, value, used]) => {
    const isOver = value !== null && used !== null && used > value;
    const left = value === null ? paint.faint('no limit') : `${value}${isOver ? paint.bad('  exceeded') : ''}`;
    return `  ${paint.faint(limit.padEnd('count-hard'.length + 2))}${String(used ?? '-').padStart(8)} of ${left}\n`;
  });
  return `${paint.heading(visibleName(result.path))}\n${lines.join('')}`;
};

/** StatsTrack.toString: an odd `=` stands between the old keys and the new ones. */
const zkcli: Form<QuotaResult> = ({ path: name, limits, used }, { terminal }) => {
  const path = terminal ? visibleName(name) : name;
  const text = (name: keyof QuotaLimits) => limits[name] ?? -1;
  const limitLine = `count=${text('count')},bytes=${text('bytes')}=;byteHardLimit=${text('bytesHard')};countHardLimit=${text('countHard')}`;
  const usedLine = used === null ? '' : `Output stat for ${path} count=${used.count},bytes=${used.bytes}\n`;
  return `Output quota for ${path} ${limitLine}\n${usedLine}`;
};

export const quota: KindForms<QuotaResult> = { human, plain, zkcli };
