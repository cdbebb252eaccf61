/**
 * What stands in the live region at the bottom of the terminal: rows of styled spans, and where the cursor is. Pure.
 * Wrapping is done here, by columns and not by words, so that the cursor can be placed; the view only draws.
 */
import { graphemes, shownText, shownWidth } from './graphemes.js';

export type SpanStyle = 'plain' | 'server' | 'state' | 'trouble' | 'cwd' | 'dim' | 'selected';

export interface Span {
  readonly text: string;
  readonly style: SpanStyle;
}
export type Row = readonly Span[];

export interface Frame {
  readonly rows: readonly Row[];
  /** null: nobody is to type here (any more). */
  readonly cursor: { readonly x: number; readonly y: number } | null;
}

export interface LineToLayOut {
  readonly prompt: readonly Span[];
  readonly text: string;
  /** null: the line is done, no cursor. */
  readonly cursor: number | null;
  /** Dim, behind the end of the text; cut at the end of the row. */
  readonly ghost: string;
}

/** In front of each further line of a command of several lines. */
export const CONTINUATION: Span = { text: '... ', style: 'dim' };

/** The prompt and the text behind it, wrapped at `columns`. */
export function layOutLine({ prompt, text, cursor, ghost }: LineToLayOut, columns: number): Frame {
  const rows = createRows(columns);
  for (const span of prompt) {
    rows.add(span.text, span.style);
  }
  let at: Frame['cursor'] = null;
  let offset = 0;
  for (const grapheme of graphemes(text)) {
    if (offset === cursor) {
      at = rows.place(grapheme === '\n' ? 1 : shownWidth(grapheme));
    }
    if (grapheme === '\n') {
      rows.breakLine();
      rows.add(CONTINUATION.text, CONTINUATION.style);
    } else {
      rows.add(shownText(grapheme), 'plain');
    }
    offset += grapheme.length;
  }
  if (cursor !== null && cursor >= text.length) {
    at = rows.place(1);
    rows.add(cutToWidth(ghost, columns - at.x - 1), 'dim');
  }
  return { rows: rows.done(), cursor: at };
}

/** At most `rowsMax` of the frame's rows, those around the cursor. */
export function windowOf(frame: Frame, rowsMax: number): Frame {
  const excess = frame.rows.length - rowsMax;
  if (excess <= 0) {
    return frame;
  }
  const y = frame.cursor?.y ?? frame.rows.length - 1;
  const from = Math.min(Math.max(0, y - rowsMax + 1), excess);
  return {
    rows: frame.rows.slice(from, from + rowsMax),
    cursor: frame.cursor && { x: frame.cursor.x, y: y - from },
  };
}

/** `text` as it is shown, cut to `width` columns with an ellipsis. */
export function cutToWidth(text: string, width: number): string {
  if (shownWidth(text) <= width) {
    return shownText(text);
  }
  let cut = '';
  let used = 1;
  for (const grapheme of graphemes(text)) {
    used += shownWidth(grapheme);
    if (used > width) {
      break;
    }
    cut += shownText(grapheme);
  }
  return width <= 0 ? '' : `${cut}…`;
}

/**
 * How many terminal rows lie above the cursor once a terminal that is `columns` wide now has wrapped the frame again,
 * as most do when they get narrower.
 */
export function rowsAboveCursor(frame: Frame, columns: number): number {
  const y = frame.cursor?.y ?? frame.rows.length;
  const above = frame.rows.slice(0, y).reduce((sum, row) => sum + Math.max(1, Math.ceil(widthOf(row) / columns)), 0);
  return above + Math.floor((frame.cursor?.x ?? 0) / columns);
}

function widthOf(row: Row): number {
  return row.reduce((sum, { text }) => sum + shownWidth(text), 0);
}

function createRows(columns: number) {
  const rows: Span[][] = [[]];
  let x = 0;

  function breakLine(): void {
    rows.push([]);
    x = 0;
  }
  function place(width: number): { x: number; y: number } {
    if (x + width > columns && x > 0) {
      breakLine();
    }
    return { x, y: rows.length - 1 };
  }
  function put(text: string, width: number, style: SpanStyle): void {
    place(width);
    const row = rows[rows.length - 1] ?? [];
    const last = row.at(-1);
    if (last?.style === style) {
      row[row.length - 1] = { text: last.text + text, style };
    } else {
      row.push({ text, style });
    }
    x += width;
  }
  return {
    breakLine,
    place,
    add(text: string, style: SpanStyle): void {
      for (const grapheme of graphemes(text)) {
        put(grapheme, shownWidth(grapheme), style);
      }
    },
    done: (): readonly Row[] => rows,
  };
}
