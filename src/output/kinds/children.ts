/** Listings: names in columns for people, one a line in plain, `[a, b]` as zkCli.sh. */
import stringWidth from 'string-width';
import type { ChildrenResult } from '../../commands/results.js';
import { formatSessionId } from '../../protocol/ids.js';
import { STAT_FIELDS, type Stat } from '../../protocol/stat.js';
import { escapeName, visibleName, visibleText } from '../escape.js';
import type { Form, KindForms, RenderOptions } from '../forms.js';
import { paintFor } from '../paint.js';
import { howLongAgo } from '../time.js';
import { inLongColumns } from './long-columns.js';
import { formatBytes, statColumns, zkCliStat } from './stat.js';

type Row = ChildrenResult['rows'][number];

const plain: Form<ChildrenResult> = ({ rows, withStat, endsWithNul }, { terminal }) => {
  if (endsWithNul === true) {
    return withNul(rows);
  }
  return rows
    .map(({ label, stat }) => {
      const name = terminal ? visibleName(label) : escapeName(label);
      return withStat ? `${name}\t${stat === null ? NO_COLUMNS : statColumns(stat)}\n` : `${name}\n`;
    })
    .join('');
};

/** As they are: whoever reads this (xargs -0) takes every byte but NUL for a name's. */
function withNul(rows: readonly Row[]): string {
  return rows.map(({ path }) => `${path}\0`).join('');
}

/** As many columns as ever, so that a script may count them. */
const NO_COLUMNS = STAT_FIELDS.map(() => '-').join('\t');

const human: Form<ChildrenResult> = (result, options) => {
  if (result.endsWithNul === true) {
    return withNul(result.rows);
  }
  if (result.long !== undefined) {
    return inLongColumns(result.rows, result.long === 'first', options);
  }
  if (result.withStat) {
    return withDetails(result.rows, options);
  }
  const names = result.rows.map(({ label }) => visibleName(label));
  const areNames = result.rows.every(({ label }) => !label.startsWith('/'));
  return areNames && Number.isFinite(options.width) ? inColumns(names, options.width) : names.map(line).join('');
};

/** `ls -s` there shows the stat of the znode listed, not of the children; sorted by UTF-16 unit, as Java does. */
const zkcli: Form<ChildrenResult> = ({ rows, recursive, withStat, parent, endsWithNul }, { terminal }) => {
  if (endsWithNul === true) {
    return withNul(rows);
  }
  const shown = (text: string) => (terminal ? visibleText(text) : text);
  if (recursive) {
    return zkCliOrder(rows.map(({ path }) => path))
      .map((path) => line(shown(path)))
      .join('');
  }
  const names = rows.map(({ path }) => path.slice(path.lastIndexOf('/') + 1)).sort();
  return `[${shown(names.join(', '))}]\n${withStat && parent !== null ? zkCliStat(parent.stat) : ''}`;
};

export const children: KindForms<ChildrenResult> = { human, plain, zkcli };

/** Not by Math.max(...): a listing may have more rows than a call takes arguments. */
function widest(widths: readonly number[]): number {
  return widths.reduce((most, each) => Math.max(most, each), 0);
}

function line(text: string): string {
  return `${text}\n`;
}

/** Down the columns, as ls(1): as many columns as fit. */
function inColumns(names: readonly string[], width: number): string {
  const widths = names.map((name) => stringWidth(name));
  const narrowest = widths.reduce((least, each) => Math.min(least, each), width);
  for (let count = Math.floor((width + GAP) / (narrowest + GAP)); count > 1; count--) {
    const rowsCount = Math.ceil(names.length / count);
    const columns: number[] = [];
    for (let from = 0; from < names.length; from += rowsCount) {
      columns.push(widest(widths.slice(from, from + rowsCount)));
    }
    if (columns.reduce((sum, column) => sum + column + GAP, -GAP) <= width) {
      return columnLines(names, widths, columns, rowsCount);
    }
  }
  return names.map(line).join('');
}

const GAP = 2;

function columnLines(
  names: readonly string[],
  widths: readonly number[],
  columns: readonly number[],
  rowsCount: number,
): string {
  const lines: string[] = [];
  for (let row = 0; row < rowsCount; row++) {
    let text = '';
    let blanks = 0;
    for (const [column, columnWidth] of columns.entries()) {
      const index = column * rowsCount + row;
      if (index < names.length) {
        text += ' '.repeat(blanks) + names[index];
        blanks = columnWidth - (widths[index] ?? 0) + GAP;
      }
    }
    lines.push(line(text));
  }
  return lines.join('');
}

/** What a person wants to know of each in columns, the name behind it; below the name where it is narrow. */
function withDetails(rows: readonly Row[], options: RenderOptions): string {
  const paint = paintFor(options);
  return rows
    .map(({ label, stat }) => {
      const name = visibleName(label);
      const details = stat === null ? 'may not be read'.padEnd(DETAILS_WIDTH) : detailsOf(stat, options.nowMs);
      const owner = ownerOf(stat);
      return options.width >= DETAILS_WIDTH + NAME_WIDTH_MIN
        ? line(`${paint.faint(details)}  ${name}${owner === '' ? '' : `  ${paint.faint(owner)}`}`)
        : line(name) +
            [details.trim().replace(/ {2,}/g, '  '), ...(owner === '' ? [] : [owner])]
              .map((text) => line(`  ${paint.faint(text)}`))
              .join('');
    })
    .join('');
}

/** Of detailsOf: 12, 10, 5 and 14 columns and what is between them. */
const DETAILS_WIDTH = 47;
/** With less room than this for names they go on lines of their own. */
const NAME_WIDTH_MIN = 20;

function detailsOf(stat: Stat, nowMs: number): string {
  return [
    `${String(stat.numChildren).padStart(3)} ${stat.numChildren === 1 ? 'child' : 'children'}`.padEnd(12),
    formatBytes(stat.dataLength).padStart(10),
    `v${stat.version}`.padEnd(5),
    howLongAgo(stat.mtime, nowMs).padEnd(14),
  ].join('  ');
}

function ownerOf(stat: Stat | null): string {
  return stat === null || stat.ephemeralOwner === 0n ? '' : `ephemeral ${formatSessionId(stat.ephemeralOwner)}`;
}

/** From depth first to zkCli.sh's order: after a znode all its children, then the descent into each. */
function zkCliOrder(paths: readonly string[]): string[] {
  const below = new Map<string, string[]>();
  for (const path of paths.slice(1)) {
    const parent = path.slice(0, Math.max(1, path.lastIndexOf('/')));
    const siblings = below.get(parent);
    if (siblings === undefined) {
      below.set(parent, [path]);
    } else {
      siblings.push(path);
    }
  }
  const ordered = paths.slice(0, 1);
  const waiting = paths.slice(0, 1);
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const listed = (below.get(path) ?? []).sort();
    for (const child of listed) {
      ordered.push(child);
    }
    for (const child of listed.reverse()) {
      waiting.push(child);
    }
  }
  return ordered;
}
