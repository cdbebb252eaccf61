/** How much there is in subtrees: `bytes<TAB>znodes<TAB>path`, and for people in columns. */
import type { UsageResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { amount } from '../numbers.js';
import { paintFor } from '../paint.js';
import { formatBytes } from './stat.js';

const plain: Form<UsageResult> = ({ rows }, { terminal }) =>
  rows
    .map(({ path, bytes, znodesCount }) => {
      const name = terminal ? visibleName(path) : escapeName(path);
      return `${bytes}\t${znodesCount}\t${name}\n`;
    })
    .join('');

const human: Form<UsageResult> = ({ rows, isExact }, options) => {
  const paint = paintFor(options);
  const sizes = rows.map(({ bytes }) => (isExact ? amount(bytes) : formatBytes(bytes)));
  const counts = rows.map(({ znodesCount }) => amount(znodesCount));
  const [sizeWidth, countWidth] = [widest(sizes, SIZE_WIDTH), widest(counts, COUNT_WIDTH)];
  return rows
    .map(({ path, unreadCount }, index) => {
      const size = (sizes[index] ?? '').padStart(sizeWidth);
      const count = `${(counts[index] ?? '').padStart(countWidth)} ${counts[index] === '1' ? 'znode ' : 'znodes'}`;
      const unread = unreadCount === 0 ? '' : `  ${paint.warning(`and ${amount(unreadCount)} that could not be read`)}`;
      return `${size}  ${paint.faint(count)}  ${visibleName(path)}${unread}\n`;
    })
    .join('');
};

export const usage: KindForms<UsageResult> = { human, plain, zkcli: plain };

/** Rows may come in several results: their columns stand below one another as far as that can be foreseen. */
const SIZE_WIDTH = 10;
const COUNT_WIDTH = 7;

function widest(texts: readonly string[], least: number): number {
  return texts.reduce((most, { length }) => Math.max(most, length), least);
}
