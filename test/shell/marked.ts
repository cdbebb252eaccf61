/** A line with its cursor as `|`, so that a test reads like the screen. */
import { type EditorState, EMPTY_EDITOR } from '../../src/shell/editor.js';
import type { KeyPress } from '../../src/shell/keyboard.js';
import { EMPTY_LINE, type LineState, type LineSurroundings, pressKey } from '../../src/shell/line.js';

export function editorAt(marked: string): EditorState {
  const cursor = marked.indexOf('|');
  return { ...EMPTY_EDITOR, text: marked.replace('|', ''), cursor };
}

export function marked({ text, cursor }: EditorState): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

export function lineAt(text: string): LineState {
  return { ...EMPTY_LINE, editor: editorAt(text) };
}

export const AROUND: LineSurroundings = {
  history: [],
  columns: 80,
  isIncomplete: (text) => text.split("'").length % 2 === 0,
};

/** `<C-a>` is a key, everything else is typed. */
export function keys(script: string): KeyPress[] {
  return Array.from(script.matchAll(/<([^>]+>?)>|[^<]+/g), ([text, key]) =>
    key === undefined ? { type: 'text', text } : { type: 'key', key },
  );
}

/** The state after the keys; effects are dropped. */
export function typed(start: LineState, script: string, around: LineSurroundings = AROUND): LineState {
  return keys(script).reduce((state, press) => pressKey(state, press, around).state, start);
}
