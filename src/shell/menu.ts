/**
 * The list of candidates below the line: which one is selected, what the line reads then, how the list is drawn.
 * Pure. Knows no keys and no server; the candidates come from syntax/complete.ts.
 */
import type { Candidate, Completion } from '../syntax/complete.js';
import { type EditorState, replaceText } from './editor.js';
import { cutToWidth, type Row, type Span } from './frame.js';
import { shownWidth } from './graphemes.js';

export interface MenuState {
  readonly candidates: readonly Candidate[];
  /** -1: the list is only shown. */
  readonly selected: number;
  /** The line as it was, and the part of it that a candidate takes the place of. */
  readonly base: EditorState;
  readonly from: number;
  readonly to: number;
  /** Columns of the widest candidate. */
  readonly cellWidth: number;
  readonly withSummaries: boolean;
}

/** What one answer of the completer does: inserts what is certain, and lists the rest. */
export function applyCompletion(
  editor: EditorState,
  { from, to, candidates }: Completion,
): { editor: EditorState; menu: MenuState | null } {
  const [first, second] = candidates;
  if (first === undefined) {
    return { editor, menu: null };
  }
  if (second === undefined) {
    return { editor: insertCandidate(editor, from, to, first), menu: null };
  }
  const prefix = commonPrefix(candidates);
  const longer = prefix.length > to - from ? replaceText(editor, from, to, prefix) : editor;
  const menu = openMenu(longer, { from, to: longer === editor ? to : from + prefix.length, candidates });
  return { editor: longer, menu };
}

/** Another candidate is selected; the line reads accordingly. `step` may be more than one. */
export function moveSelection(menu: MenuState, step: number): { editor: EditorState; menu: MenuState } {
  const count = menu.candidates.length;
  const from = menu.selected === -1 && step < 0 ? 0 : menu.selected;
  const target = menu.selected === -1 && step > 0 ? 0 : from + step;
  const selected = Math.abs(step) === 1 ? (target + count) % count : Math.min(Math.max(target, 0), count - 1);
  const candidate = menu.candidates[selected];
  const editor = candidate === undefined ? menu.base : insertCandidate(menu.base, menu.from, menu.to, candidate);
  return { editor, menu: { ...menu, selected } };
}

/** How many candidates stand beside each other. */
export function menuColumns(menu: MenuState, columns: number): number {
  return menu.withSummaries ? 1 : Math.max(1, Math.floor(columns / (menu.cellWidth + 2)));
}

/** At most `rowsMax` rows around the selection; the last one says what is not shown. */
export function layOutMenu(menu: MenuState, columns: number, rowsMax: number): Row[] {
  const perRow = menuColumns(menu, columns);
  const rowsCount = Math.ceil(menu.candidates.length / perRow);
  if (rowsMax < 1) {
    return [];
  }
  const listed = rowsCount <= rowsMax ? rowsCount : Math.max(1, rowsMax - 1);
  const current = Math.floor(Math.max(0, menu.selected) / perRow);
  const first = Math.min(Math.max(0, current - Math.floor(listed / 2)), rowsCount - listed);
  const rows = Array.from({ length: listed }, (_, i) => menuRow(menu, first + i, perRow, columns));
  if (listed < rowsCount && rowsMax > 1) {
    const from = first * perRow;
    const to = Math.min(menu.candidates.length, from + listed * perRow);
    const text = `${from + 1}–${to} of ${menu.candidates.length}`;
    rows.push([{ text: cutToWidth(text, columns), style: 'dim' }]);
  }
  return rows;
}

function menuRow(menu: MenuState, row: number, perRow: number, columns: number): Row {
  const cellWidth = Math.min(menu.cellWidth, columns - 2);
  const spans: Span[] = [];
  for (let index = row * perRow; index < Math.min((row + 1) * perRow, menu.candidates.length); index += 1) {
    const { display = '', summary = '' } = menu.candidates[index] ?? {};
    const cell = cutToWidth(display, cellWidth);
    const padding = ' '.repeat(Math.max(0, cellWidth - shownWidth(cell)));
    const isSelected = index === menu.selected;
    // The mark tells the selection where there is no colour.
    spans.push({ text: `${isSelected ? '>' : ' '}${cell}`, style: isSelected ? 'selected' : 'plain' });
    spans.push({ text: `${padding} `, style: 'plain' });
    if (menu.withSummaries && summary !== '') {
      spans.push({ text: cutToWidth(` ${summary}`, columns - cellWidth - 2), style: 'dim' });
    }
  }
  return spans;
}

function openMenu(base: EditorState, { from, to, candidates }: Completion): MenuState {
  return {
    candidates,
    selected: -1,
    base,
    from,
    to,
    cellWidth: candidates.reduce((widest, { display }) => Math.max(widest, shownWidth(display)), 1),
    withSummaries: candidates.some(({ summary }) => summary !== ''),
  };
}

function insertCandidate(editor: EditorState, from: number, to: number, { text, more }: Candidate): EditorState {
  const isFollowedByBlank = /^\s/.test(editor.text.slice(to));
  return replaceText(editor, from, to, more || isFollowedByBlank ? text : `${text} `);
}

function commonPrefix(candidates: readonly Candidate[]): string {
  let prefix = candidates[0]?.text ?? '';
  for (const { text } of candidates) {
    let length = 0;
    while (length < prefix.length && prefix[length] === text[length]) {
      length += 1;
    }
    prefix = prefix.slice(0, length);
  }
  // Neither half a surrogate pair nor a backslash without what it escapes.
  return prefix.replace(/[\ud800-\udbff]$/, '').replace(/(^|[^\\])((?:\\\\)*)\\$/, '$1$2');
}
