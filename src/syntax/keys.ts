/** The keys of the line editor: one table, read by the editor, by help and by the man page. Emacs's names: C- control, M- alt (or Esc before). */

export interface KeyBinding {
  readonly action: EditorAction;
  /** `C-a`, `M-b`, or a named key: `home end left right up down delete backspace enter tab escape`; with `C-`/`M-`/`S-` before. */
  readonly keys: readonly string[];
  readonly summary: string;
}

export const KEY_BINDINGS = [
  { action: 'accept', keys: ['enter', 'C-j'], summary: 'run the line; inside a quote or here-document: a new line' },
  { action: 'newLine', keys: ['M-enter'], summary: 'a new line in the same command' },
  { action: 'complete', keys: ['tab'], summary: 'complete; again: list, and go through the list' },
  { action: 'completeBack', keys: ['S-tab'], summary: 'go back through the list' },
  { action: 'interrupt', keys: ['C-c'], summary: 'end the running verb; otherwise clear the line' },
  {
    action: 'endOfInput',
    keys: ['C-d'],
    summary: 'on an empty line: leave; otherwise delete the character under the cursor',
  },
  { action: 'lineStart', keys: ['C-a', 'home'], summary: 'to the start of the line' },
  { action: 'lineEnd', keys: ['C-e', 'end'], summary: 'to the end of the line' },
  { action: 'charBack', keys: ['C-b', 'left'], summary: 'back one character' },
  { action: 'charForward', keys: ['C-f', 'right'], summary: 'forward one character' },
  { action: 'wordBack', keys: ['M-b', 'C-left', 'M-left'], summary: 'back one word' },
  { action: 'wordForward', keys: ['M-f', 'C-right', 'M-right'], summary: 'forward one word' },
  { action: 'deleteBack', keys: ['backspace', 'C-h'], summary: 'delete the character before the cursor' },
  { action: 'deleteForward', keys: ['delete'], summary: 'delete the character under the cursor' },
  { action: 'killBlankWordBack', keys: ['C-w'], summary: 'cut back to a blank' },
  { action: 'killWordBack', keys: ['M-backspace', 'M-C-h'], summary: 'cut the word before the cursor' },
  { action: 'killWordForward', keys: ['M-d'], summary: 'cut the word behind the cursor' },
  { action: 'killToEnd', keys: ['C-k'], summary: 'cut to the end of the line' },
  { action: 'killToStart', keys: ['C-u'], summary: 'cut to the start of the line' },
  { action: 'yank', keys: ['C-y'], summary: 'put back what was cut last' },
  { action: 'yankPop', keys: ['M-y'], summary: 'right after that: what was cut before it instead' },
  { action: 'transposeChars', keys: ['C-t'], summary: 'swap the two characters before the cursor' },
  { action: 'undo', keys: ['C-_'], summary: 'take back the last change' },
  { action: 'historyBack', keys: ['up', 'C-p'], summary: 'the line before in the history' },
  { action: 'historyForward', keys: ['down', 'C-n'], summary: 'the next line in the history' },
  { action: 'historyStart', keys: ['M-<'], summary: 'the oldest line in the history' },
  { action: 'historyEnd', keys: ['M->'], summary: 'back to the line being typed' },
  { action: 'historySearch', keys: ['C-r'], summary: 'search the history backwards; again: further back' },
  { action: 'cancel', keys: ['C-g', 'escape'], summary: 'leave the search or the list of candidates' },
  { action: 'clearScreen', keys: ['C-l'], summary: 'clear the screen' },
  { action: 'suspend', keys: ['C-z'], summary: 'stop zksh; `fg` in your shell goes on' },
] as const satisfies readonly { action: string; keys: readonly string[]; summary: string }[];

export type EditorAction = (typeof KEY_BINDINGS)[number]['action'];

const ACTIONS: ReadonlyMap<string, EditorAction> = new Map(
  KEY_BINDINGS.flatMap(({ action, keys }) => keys.map((key) => [key, action] as const)),
);

/** What the key does; undefined: it is text, or nothing. */
export function actionOf(key: string): EditorAction | undefined {
  return ACTIONS.get(key);
}
