/** The whole live region: the line being typed, what comes next on it, the list of candidates or the search. Pure. */
import type { EditorState } from './editor.js';
import { CONTINUATION, type Frame, layOutLine, type Row, type Span, windowOf } from './frame.js';
import { previousBoundary, shownText } from './graphemes.js';
import type { HistoryLines } from './history-list.js';
import { type LineState, visibleText } from './line.js';
import { layOutMenu } from './menu.js';
import type { Palette } from './palette.js';

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
  // A pasted document of thousands of lines must not cost its length with every key.
  const { text, cursor, from } = nearCursor(editor, columns, rowsMax);
  const line = layOutLine({ prompt: from === 0 ? around.prompt : [], text, cursor, ghost }, columns);
  const shown = windowOf(line, rowsMax);
  const menuRowsMax = Math.min(MENU_ROWS_MAX, rowsMax - shown.rows.length);
  const menuRows: readonly Row[] = menu === null ? [] : layOutMenu(menu, columns, menuRowsMax);
  return { rows: [...shown.rows, ...menuRows], cursor: shown.cursor };
}

/**
 * The line as it stays in the terminal once it was given up: to be run or, with `mark`, to be forgotten. Not wrapped, so
 * that it can be copied as one line and follows the width of the terminal.
 */
export function doneText(state: LineState, around: FrameSurroundings, palette: Palette, mark = ''): string {
  const lines = (visibleText(state, around.history) + mark).split('\n').map(shownText);
  return `${around.prompt.map(palette).join('')}${lines.join(`\n${palette(CONTINUATION)}`)}\n`;
}

/**
 * The part of a long text that can be in the window: what is cut off before it, by lines or within a very long one, would
 * be above the window's first row in any case.
 */
function nearCursor({ text, cursor }: EditorState, columns: number, rowsMax: number) {
  const windowLength = columns * (rowsMax + 1);
  // In steps of whole rows, so that the rows do not shift with every key.
  const farthest = Math.floor(cursor / windowLength - 1) * windowLength;
  let from = cursor;
  let to = cursor;
  for (let row = 0; row <= rowsMax && from > Math.max(0, farthest); row += 1) {
    from = Math.max(0, text.lastIndexOf('\n', from - 1));
  }
  for (let row = 0; row <= rowsMax && to < text.length; row += 1) {
    const end = text.indexOf('\n', to + 1);
    to = end === -1 ? text.length : end;
  }
  if (from < farthest) {
    from = previousBoundary(text, farthest);
  }
  to = Math.min(to, cursor + windowLength);
  return { text: text.slice(from, to), cursor: cursor - from, from };
}

function below(upper: Frame, lower: Frame): Frame {
  const height = upper.rows.length;
  const cursor = lower.cursor && { x: lower.cursor.x, y: lower.cursor.y + height };
  return { rows: [...upper.rows, ...lower.rows], cursor };
}
