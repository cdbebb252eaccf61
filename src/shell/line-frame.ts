/** The whole live region: the line being typed, what comes next on it, the list of candidates or the search. Pure. */
import { type Frame, layOutLine, type Row, type Span, windowOf } from './frame.js';
import type { HistoryLines } from './history-list.js';
import { type LineState, visibleText } from './line.js';
import { layOutMenu } from './menu.js';

export interface FrameSurroundings {
  readonly prompt: readonly Span[];
  readonly history: HistoryLines;
  readonly columns: number;
  readonly rows: number;
  /** What may come next behind the cursor; '' for nothing. */
  readonly ghost: string;
}

const MENU_ROWS_MAX = 10;

/** Leaves the last row of the terminal free: Ink keeps its cursor there while it draws. */
export function lineFrame(state: LineState, around: FrameSurroundings): Frame {
  const { columns, history } = around;
  const rowsMax = Math.max(1, around.rows - 1);
  const { search, menu, editor } = state;
  if (search !== null) {
    const found = search.index === null ? '' : (history[search.index] ?? '');
    const isVain = search.query !== '' && search.index === null;
    const label: Span = { text: isVain ? 'search (nothing found): ' : 'search: ', style: isVain ? 'trouble' : 'state' };
    const line = layOutLine({ prompt: [...around.prompt], text: found, cursor: null, ghost: '' }, columns);
    const asked = layOutLine({ prompt: [label], text: search.query, cursor: search.query.length, ghost: '' }, columns);
    return windowOf(below(line, asked), rowsMax);
  }
  const isAtEnd = editor.cursor === editor.text.length && menu === null;
  const ghost = isAtEnd ? around.ghost : '';
  const line = layOutLine({ prompt: around.prompt, text: editor.text, cursor: editor.cursor, ghost }, columns);
  const shown = windowOf(line, rowsMax);
  const menuRowsMax = Math.min(MENU_ROWS_MAX, rowsMax - shown.rows.length);
  const menuRows: readonly Row[] = menu === null ? [] : layOutMenu(menu, columns, menuRowsMax);
  return { rows: [...shown.rows, ...menuRows], cursor: shown.cursor };
}

/** The line as it stays in the terminal once it was given up to be run (or, with `mark`, to be forgotten). */
export function doneFrame(state: LineState, around: FrameSurroundings, mark = ''): Frame {
  const text = visibleText(state, around.history) + mark;
  return layOutLine({ prompt: around.prompt, text, cursor: null, ghost: '' }, around.columns);
}

function below(upper: Frame, lower: Frame): Frame {
  const height = upper.rows.length;
  const cursor = lower.cursor && { x: lower.cursor.x, y: lower.cursor.y + height };
  return { rows: [...upper.rows, ...lower.rows], cursor };
}
