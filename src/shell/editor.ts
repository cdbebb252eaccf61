/**
 * The line being typed, as a pure state: text, cursor, what was killed, what can be undone. Knows no keys, no history and
 * no terminal. Behaviour follows readline's emacs mode, several lines included.
 */
import type { EditorAction } from '../syntax/keys.js';
import { nextBoundary, nextWord, previousBlankWord, previousBoundary, previousWord } from './graphemes.js';

export interface EditorState {
  readonly text: string;
  /** UTF-16 offset, always between two graphemes. */
  readonly cursor: number;
  /** Newest first. */
  readonly killRing: readonly string[];
  /** What it was before; newest last. */
  readonly undo: readonly { readonly text: string; readonly cursor: number }[];
  /** What the last action was: kills in a row join, a yank can be followed by yankPop, typing is undone word by word. */
  readonly last: 'insert' | 'kill' | 'yank' | 'other';
  /** Where the last yank begins, and which entry of the ring it was. */
  readonly yanked: { readonly from: number; readonly index: number };
}

export const EMPTY_EDITOR: EditorState = {
  text: '',
  cursor: 0,
  killRing: [],
  undo: [],
  last: 'other',
  yanked: { from: 0, index: 0 },
};

const KILL_RING_MAX = 30;
const UNDO_MAX = 200;

/** The actions that need nothing but the state. */
export const EDITOR_ACTIONS = {
  charBack: (s: EditorState) => moved(s, previousBoundary(s.text, s.cursor)),
  charForward: (s: EditorState) => moved(s, nextBoundary(s.text, s.cursor)),
  wordBack: (s: EditorState) => moved(s, previousWord(s.text, s.cursor)),
  wordForward: (s: EditorState) => moved(s, nextWord(s.text, s.cursor)),
  lineStart: (s: EditorState) => moved(s, lineStart(s)),
  lineEnd: (s: EditorState) => moved(s, lineEnd(s)),
  deleteBack: (s: EditorState) => edited(s, previousBoundary(s.text, s.cursor), s.cursor, ''),
  deleteForward: (s: EditorState) => edited(s, s.cursor, nextBoundary(s.text, s.cursor), ''),
  killWordBack: (s: EditorState) => killed(s, previousWord(s.text, s.cursor), s.cursor),
  killBlankWordBack: (s: EditorState) => killed(s, previousBlankWord(s.text, s.cursor), s.cursor),
  killWordForward: (s: EditorState) => killed(s, s.cursor, nextWord(s.text, s.cursor)),
  killToStart: (s: EditorState) => killed(s, lineStart(s), s.cursor),
  killToEnd,
  yank: (s: EditorState) => yank(s, 0, s.cursor),
  yankPop: (s: EditorState) => (s.last === 'yank' ? yank(s, s.yanked.index + 1, s.yanked.from) : s),
  transposeChars,
  undo,
} as const satisfies Partial<Record<EditorAction, (state: EditorState) => EditorState>>;

export function isTextAction(action: EditorAction): action is keyof typeof EDITOR_ACTIONS {
  return Object.hasOwn(EDITOR_ACTIONS, action);
}

/** Typed or pasted text goes in at the cursor. */
export function insertText(state: EditorState, text: string): EditorState {
  // Typing is undone in words: a blank begins a new step.
  const continues = state.last === 'insert' && !/\s/.test(text);
  const next = edited(state, state.cursor, state.cursor, text);
  return { ...next, undo: continues ? state.undo : next.undo, last: 'insert' };
}

/** From `from` to `to` stands `text` now, the cursor behind it. */
export function replaceText(state: EditorState, from: number, to: number, text: string): EditorState {
  return edited(state, from, to, text);
}

/** Another text altogether (from the history), the cursor at `cursor`, its end by default. */
export function setText(state: EditorState, text: string, cursor: number = text.length): EditorState {
  return { ...edited(state, 0, state.text.length, text), cursor };
}

/** A new line to type; what was killed stays. */
export function clearLine(state: EditorState): EditorState {
  return { ...EMPTY_EDITOR, killRing: state.killRing };
}

/** One line up or down inside a text of several lines, in the same column; null where there is none. */
export function moveLine(state: EditorState, direction: -1 | 1): EditorState | null {
  const start = lineStart(state);
  const end = lineEnd(state);
  if (direction === -1 ? start === 0 : end === state.text.length) {
    return null;
  }
  const column = state.cursor - start;
  const targetStart = direction === -1 ? state.text.lastIndexOf('\n', start - 2) + 1 : end + 1;
  const targetEnd = direction === -1 ? start - 1 : lineEnd({ ...state, cursor: targetStart });
  const offset = Math.min(targetStart + column, targetEnd);
  return moved(state, toBoundary(state.text, targetStart, offset));
}

function toBoundary(text: string, start: number, offset: number): number {
  let at = start;
  for (let next = nextBoundary(text, at); next <= offset && next > at; next = nextBoundary(text, at)) {
    at = next;
  }
  return at;
}

function lineStart({ text, cursor }: EditorState): number {
  return cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1;
}

function lineEnd({ text, cursor }: EditorState): number {
  const end = text.indexOf('\n', cursor);
  return end === -1 ? text.length : end;
}

function moved(state: EditorState, cursor: number): EditorState {
  return { ...state, cursor, last: 'other' };
}

function edited(state: EditorState, from: number, to: number, text: string): EditorState {
  if (from === to && text === '') {
    return { ...state, last: 'other' };
  }
  return {
    ...state,
    text: state.text.slice(0, from) + text + state.text.slice(to),
    cursor: from + text.length,
    undo: [...state.undo.slice(1 - UNDO_MAX), { text: state.text, cursor: state.cursor }],
    last: 'other',
  };
}

function killed(state: EditorState, from: number, to: number): EditorState {
  if (from === to) {
    return state;
  }
  const piece = state.text.slice(from, to);
  const [newest = '', ...older] = state.killRing;
  const joined = to === state.cursor ? piece + newest : newest + piece;
  const killRing = state.last === 'kill' ? [joined, ...older] : [piece, ...state.killRing].slice(0, KILL_RING_MAX);
  return { ...edited(state, from, to, ''), killRing, last: 'kill' };
}

function killToEnd(state: EditorState): EditorState {
  const end = lineEnd(state);
  // At the end of a line, the line break itself.
  return killed(state, state.cursor, end === state.cursor ? Math.min(end + 1, state.text.length) : end);
}

function yank(state: EditorState, index: number, from: number): EditorState {
  const length = state.killRing.length;
  const text = state.killRing[length === 0 ? 0 : index % length];
  if (text === undefined) {
    return state;
  }
  return { ...edited(state, from, state.cursor, text), last: 'yank', yanked: { from, index } };
}

function transposeChars(state: EditorState): EditorState {
  const { text, cursor } = state;
  // At the end the last two change places, elsewhere the ones around the cursor.
  const middle = cursor === text.length ? previousBoundary(text, cursor) : cursor;
  const from = previousBoundary(text, middle);
  const to = nextBoundary(text, middle);
  if (from === middle || middle === to) {
    return state;
  }
  return edited(state, from, to, text.slice(middle, to) + text.slice(from, middle));
}

function undo(state: EditorState): EditorState {
  const before = state.undo.at(-1);
  if (before === undefined) {
    return state;
  }
  return { ...state, ...before, undo: state.undo.slice(0, -1), last: 'other' };
}
