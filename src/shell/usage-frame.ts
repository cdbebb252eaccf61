/** What du -i shows: where one is, the znodes below with a bar for their share, the keys. Pure: a state to a frame. */
import type { UsageRow } from '../commands/results.js';
import { formatBytes } from '../output/kinds/stat.js';
import { amount } from '../output/numbers.js';
import { cutToWidth, type Frame, type Row, type Span } from './frame.js';
import { shownWidth } from './graphemes.js';
import { type BrowserLevel, type BrowserOrder, type BrowserState, currentLevel } from './usage-browser.js';

export interface WindowSize {
  readonly columns: number;
  readonly rows: number;
}

/** Of the head and the keys, and the row that Ink needs for itself. */
const OTHER_ROWS = 3;

/** Rows of the list that have room. */
export function listRows({ rows }: WindowSize): number {
  return Math.max(1, rows - OTHER_ROWS);
}

export function usageFrame(state: BrowserState, size: WindowSize): Frame {
  const columns = Math.max(1, size.columns - 1);
  const level = currentLevel(state);
  const head = headRow(state, level, columns);
  const body = bodyRows(state, level, { columns, rows: listRows(size) });
  const keys: Row = [{ text: cutToWidth(KEYS_TEXT, columns), style: 'dim' }];
  // A very low window shows the list, and then whatever has room.
  const rowsMax = Math.max(1, size.rows - 1);
  const all = rowsMax >= OTHER_ROWS ? [head, ...body, keys] : body;
  return { rows: all.slice(0, rowsMax), cursor: null };
}

const KEYS_TEXT = 'up, down  enter: go in  left: back  s: sort  r: measure again  q: leave';

const ORDER_NAMES: Readonly<Record<BrowserOrder, string>> = {
  bytes: 'by bytes',
  znodes: 'by znodes',
  children: 'by children',
  name: 'by name',
};

function headRow({ order, measuringCount }: BrowserState, { path, measured }: BrowserLevel, columns: number): Row {
  const figures =
    measuringCount !== null
      ? `measuring, ${amount(measuringCount)} znodes`
      : measured === null
        ? ''
        : `${formatBytes(measured.total.bytes)} in ${amount(measured.total.znodesCount)} znodes, ${ORDER_NAMES[order]}`;
  const room = columns - figures.length - 2;
  // The path is cut first, then the figures.
  const name = cutToWidth(path, Math.max(Math.min(columns, PATH_WIDTH_MIN), room));
  const rest = cutToWidth(figures, columns - shownWidth(name) - 2);
  return [{ text: name, style: 'cwd' }, ...(rest === '' ? [] : [{ text: `  ${rest}`, style: 'state' } as Span])];
}

const PATH_WIDTH_MIN = 12;

function bodyRows(
  { trouble, measuringCount }: BrowserState,
  level: BrowserLevel,
  { columns, rows }: WindowSize,
): Row[] {
  if (trouble !== null) {
    return trouble
      .split('\n')
      .map((line): Row => [{ text: cutToWidth(line, columns), style: 'trouble' }])
      .slice(0, rows);
  }
  if (level.rows.length === 0) {
    const text = measuringCount !== null ? '' : 'no children';
    return [[{ text: cutToWidth(text, columns), style: 'dim' }]];
  }
  const most = Math.max(1, level.measured?.total.bytes ?? 1);
  const omitted = level.measured?.omittedCount ?? 0;
  const isOmittedShown = omitted > 0 && rows > 1;
  const from = firstRow(level, isOmittedShown ? rows - 1 : rows);
  const shown = level.rows
    .slice(from, from + (isOmittedShown ? rows - 1 : rows))
    .map((row, index) =>
      listRow(row, { columns, share: row.bytes / most, isSelected: from + index === level.selected }),
    );
  const more: Row = [{ text: cutToWidth(`and ${amount(omitted)} smaller ones`, columns), style: 'dim' }];
  return isOmittedShown ? [...shown, more] : shown;
}

/** Pages, so that the list stands still while the selection moves. */
function firstRow({ selected, rows }: BrowserLevel, pageRows: number): number {
  const page = Math.floor(selected / pageRows) * pageRows;
  return Math.max(0, Math.min(page, rows.length - 1));
}

interface ListRowOptions {
  readonly columns: number;
  /** Of everything that is here, 0 to 1. */
  readonly share: number;
  readonly isSelected: boolean;
}

const BAR_WIDTH = 12;
/** With less room than this it is left out. */
const WITH_BAR_MIN = 60;
const WITH_COUNT_MIN = 40;

function listRow(row: UsageRow, { columns, share, isSelected }: ListRowOptions): Row {
  const size = formatBytes(row.bytes).padStart(10);
  const bar = columns < WITH_BAR_MIN ? '' : `  [${'#'.repeat(Math.round(share * BAR_WIDTH)).padEnd(BAR_WIDTH)}]`;
  const count = columns < WITH_COUNT_MIN ? '' : `  ${amount(row.znodesCount).padStart(9)}`;
  const front = `${size}${bar}${count}  `;
  const slash = row.childrenCount > 0 ? '/' : '';
  const unread = row.unreadCount > 0 ? ' (partly unread)' : '';
  const name = `${row.path.slice(row.path.lastIndexOf('/') + 1)}${slash}${unread}`;
  const text = cutToWidth(front, columns) + cutToWidth(name, columns - front.length);
  return [
    {
      text: isSelected ? text.padEnd(text.length + Math.max(0, columns - shownWidth(text))) : text,
      style: isSelected ? 'selected' : 'plain',
    },
  ];
}
