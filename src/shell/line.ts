/**
 * Everything about the line being typed: what a key press makes of it, and what is to be done then. Pure: keys come from
 * syntax/keys.ts, the text is edited by editor.ts, the list of candidates by menu.ts, the history by history-list.ts.
 */
import type { Completion } from '../syntax/complete.js';
import { actionOf, type EditorAction } from '../syntax/keys.js';
import {
  clearLine,
  EDITOR_ACTIONS,
  type EditorState,
  EMPTY_EDITOR,
  insertText,
  isTextAction,
  moveLine,
  setText,
} from './editor.js';
import {
  EMPTY_SEARCH,
  type HistoryLines,
  type HistoryWalk,
  lineAt,
  type SearchState,
  searchFor,
  searchOlder,
  walkHistory,
} from './history-list.js';
import type { KeyPress } from './keyboard.js';
import { applyCompletion, type MenuState, menuColumns, moveSelection } from './menu.js';

export interface LineState {
  readonly editor: EditorState;
  readonly menu: MenuState | null;
  readonly search: SearchState | null;
  readonly walk: HistoryWalk | null;
  /** Number of the completion that was asked for and not answered; any other key makes its answer stale. */
  readonly completing: number | null;
  readonly completionsCount: number;
}

export const EMPTY_LINE: LineState = {
  editor: EMPTY_EDITOR,
  menu: null,
  search: null,
  walk: null,
  completing: null,
  completionsCount: 0,
};

export type LineEffect =
  | { readonly type: 'run'; readonly text: string }
  | { readonly type: 'complete'; readonly id: number; readonly text: string; readonly cursor: number }
  | { readonly type: 'interrupt' | 'leave' | 'suspend' | 'clearScreen' };

export interface LineSurroundings {
  readonly history: HistoryLines;
  readonly columns: number;
  /** An open quote, here-document or backslash: Enter asks for more. */
  isIncomplete(text: string): boolean;
}

export interface Step {
  readonly state: LineState;
  readonly effect: LineEffect | null;
}

export function pressKey(state: LineState, press: KeyPress, around: LineSurroundings): Step {
  if (press.type !== 'key') {
    return { state: type(state, press.type === 'paste' ? pastedText(press.text) : press.text, around), effect: null };
  }
  const action = actionOf(press.key);
  if (action === undefined) {
    return { state, effect: null };
  }
  const answered = { ...state, completing: null };
  return searchKey(answered, action, around) ?? menuKey(answered, action, around) ?? lineKey(answered, action, around);
}

/** The completer has answered. Nothing happens when the line has changed since. */
export function completionArrived(state: LineState, id: number, completion: Completion | null): LineState {
  if (state.completing !== id) {
    return state;
  }
  const answered = { ...state, completing: null };
  return completion === null ? answered : { ...answered, ...applyCompletion(state.editor, completion) };
}

/** A fresh line; what was killed can still be put back. */
export function nextLine(state: LineState): LineState {
  return { ...EMPTY_LINE, editor: clearLine(state.editor), completionsCount: state.completionsCount };
}

/** The text on the line as the user sees it: what a search has found, else what was typed. */
export function visibleText({ editor, search }: LineState, history: HistoryLines): string {
  return search === null || search.index === null ? editor.text : (history[search.index] ?? '');
}

function type(state: LineState, text: string, { history }: LineSurroundings): LineState {
  if (state.search !== null) {
    const query = state.search.query + (text.split('\n')[0] ?? '');
    return { ...state, completing: null, search: searchFor(history, query) };
  }
  return { ...state, completing: null, menu: null, walk: null, editor: insertText(state.editor, text) };
}

/** What is pasted waits for Enter, however many lines it has; the last line break would only stand in the way. */
function pastedText(text: string): string {
  return text.replace(/\n+$/, '');
}

function searchKey(state: LineState, action: EditorAction, around: LineSurroundings): Step | null {
  const { search } = state;
  if (search === null) {
    return null;
  }
  switch (action) {
    case 'historySearch':
      return only({ ...state, search: searchOlder(around.history, search) });
    case 'deleteBack':
      return only({ ...state, search: searchFor(around.history, [...search.query].slice(0, -1).join('')) });
    case 'cancel':
      return only({ ...state, search: null });
    case 'interrupt':
    case 'suspend':
    case 'clearScreen':
      return null;
    default: {
      const text = visibleText(state, around.history);
      const found = {
        ...state,
        search: null,
        editor: text === state.editor.text ? state.editor : setText(state.editor, text),
      };
      // Any other key takes the line that was found and then does what it always does.
      return action === 'complete' ? only(found) : lineKey(found, action, around);
    }
  }
}

function menuKey(state: LineState, action: EditorAction, { columns }: LineSurroundings): Step | null {
  const { menu } = state;
  if (menu === null) {
    return null;
  }
  const isSelecting = menu.selected >= 0;
  switch (action) {
    case 'complete':
      return only({ ...state, ...moveSelection(menu, 1) });
    case 'completeBack':
      return only({ ...state, ...moveSelection(menu, -1) });
    case 'historyForward':
      return only({ ...state, ...moveSelection(menu, isSelecting ? menuColumns(menu, columns) : 1) });
    case 'historyBack':
      return isSelecting ? only({ ...state, ...moveSelection(menu, -menuColumns(menu, columns)) }) : null;
    case 'charForward':
      return isSelecting ? only({ ...state, ...moveSelection(menu, 1) }) : null;
    case 'charBack':
      return isSelecting ? only({ ...state, ...moveSelection(menu, -1) }) : null;
    case 'accept':
      return isSelecting ? only({ ...state, menu: null }) : null;
    case 'cancel':
      return only({ ...state, menu: null, editor: menu.base });
    default:
      return null;
  }
}

function lineKey(before: LineState, action: EditorAction, around: LineSurroundings): Step {
  const state = { ...before, menu: null };
  const { editor } = state;
  if (isTextAction(action)) {
    return only({ ...state, walk: null, editor: EDITOR_ACTIONS[action](editor) });
  }
  switch (action) {
    case 'accept':
      return around.isIncomplete(editor.text)
        ? only({ ...state, walk: null, editor: insertText(editor, '\n') })
        : { state, effect: { type: 'run', text: editor.text } };
    case 'newLine':
      return only({ ...state, walk: null, editor: insertText(editor, '\n') });
    case 'endOfInput':
      return editor.text === ''
        ? { state, effect: { type: 'leave' } }
        : only({ ...state, walk: null, editor: EDITOR_ACTIONS.deleteForward(editor) });
    case 'complete': {
      const id = state.completionsCount + 1;
      const { text, cursor } = editor;
      const waiting = { ...state, completing: id, completionsCount: id };
      return { state: waiting, effect: { type: 'complete', id, text, cursor } };
    }
    case 'historyBack':
    case 'historyForward':
      return only(historyKey(state, action === 'historyBack' ? -1 : 1, around.history));
    case 'historyStart':
      return only(showWalked(state, { ...startWalk(state, around.history), index: 0 }, around.history));
    case 'historyEnd':
      return state.walk === null
        ? only(state)
        : only(showWalked(state, { ...state.walk, index: around.history.length }, around.history));
    case 'historySearch':
      return only({ ...state, walk: null, search: EMPTY_SEARCH });
    case 'interrupt':
    case 'suspend':
    case 'clearScreen':
      return { state: action === 'interrupt' ? state : before, effect: { type: action } };
    case 'cancel':
    case 'completeBack':
      return only(state);
    default:
      return only(state);
  }
}

function historyKey(state: LineState, direction: -1 | 1, history: HistoryLines): LineState {
  if (state.walk === null) {
    const editor = moveLine(state.editor, direction);
    if (editor !== null) {
      return { ...state, editor };
    }
  }
  const walk = walkHistory(history, state.walk ?? startWalk(state, history), direction);
  return walk === null ? state : showWalked(state, walk, history);
}

function startWalk({ walk, editor }: LineState, history: HistoryLines): HistoryWalk {
  return walk ?? { index: history.length, prefix: editor.text.slice(0, editor.cursor), draft: editor.text };
}

function showWalked(state: LineState, walk: HistoryWalk, history: HistoryLines): LineState {
  return { ...state, walk, editor: setText(state.editor, lineAt(history, walk)) };
}

function only(state: LineState): Step {
  return { state, effect: null };
}
