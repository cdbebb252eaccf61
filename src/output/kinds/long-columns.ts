/** ls -l for people: a znode a line, in columns of fixed width, because rows come while the tree is still being read. */
import type { ChildrenResult } from '../../commands/results.js';
import { formatSessionId } from '../../protocol/ids.js';
import type { Stat } from '../../protocol/stat.js';
import { visibleName } from '../escape.js';
import type { RenderOptions } from '../forms.js';
import { amount } from '../numbers.js';
import { paintFor } from '../paint.js';
import { howLongAgo } from '../time.js';
import { formatBytes } from './stat.js';

interface Column {
  readonly heading: string;
  readonly width: number;
  readonly side: 'left' | 'right';
  readonly text: (stat: Stat, nowMs: number) => string;
}

/** The last ones give way first where it is narrow. */
const COLUMNS: readonly Column[] = [
  { heading: 'children', width: 9, side: 'right', text: ({ numChildren }) => amount(numChildren) },
  { heading: 'size', width: 10, side: 'right', text: ({ dataLength }) => formatBytes(dataLength) },
  { heading: 'modified', width: 14, side: 'left', text: ({ mtime }, nowMs) => howLongAgo(mtime, nowMs) },
  { heading: 'version', width: 7, side: 'right', text: ({ version }) => String(version) },
  { heading: 'created', width: 14, side: 'left', text: ({ ctime }, nowMs) => howLongAgo(ctime, nowMs) },
];
const GAP = '  ';
/** Names want so much room at least. */
const NAME_WIDTH_MIN = 24;

export function inLongColumns(
  rows: ChildrenResult['rows'],
  hasHeading: boolean,
  options: Pick<RenderOptions, 'width' | 'color' | 'nowMs'>,
): string {
  const paint = paintFor(options);
  const columns = columnsFor(options.width);
  const heading = columns.map(({ heading: text, width, side }) => padded(text, width, side)).join(GAP);
  const lines = rows.map(({ label, stat }) => {
    const cells =
      stat === null
        ? 'may not be read'.padEnd(heading.length)
        : columns.map(({ width, side, text }) => padded(text(stat, options.nowMs), width, side)).join(GAP);
    const owner =
      stat === null || stat.ephemeralOwner === 0n ? '' : `ephemeral ${formatSessionId(stat.ephemeralOwner)}`;
    const name = visibleName(label);
    return columns.length === 0
      ? `${name}\n`
      : `${paint.faint(cells)}${GAP}${name}${owner === '' ? '' : `${GAP}${paint.faint(owner)}`}\n`;
  });
  const first = hasHeading && columns.length > 0 ? `${paint.heading(`${heading}${GAP}name`)}\n` : '';
  return first + lines.join('');
}

function columnsFor(width: number): readonly Column[] {
  let count = 0;
  for (let used = 0; count < COLUMNS.length; count++) {
    used += (COLUMNS[count]?.width ?? 0) + GAP.length;
    if (used + NAME_WIDTH_MIN > width) {
      break;
    }
  }
  return COLUMNS.slice(0, count);
}

function padded(text: string, width: number, side: 'left' | 'right'): string {
  return side === 'left' ? text.padEnd(width) : text.padStart(width);
}
