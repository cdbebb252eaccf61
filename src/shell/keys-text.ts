/** The keys of the line editor, for `help keys`. From syntax/keys.ts alone. */
import wrapAnsi from 'wrap-ansi';
import { paintFor } from '../output/paint.js';
import { KEY_BINDINGS } from '../syntax/keys.js';

const INDENT = '  ';

export function keysText({ color, width }: { readonly color: boolean; readonly width: number }): string {
  const paint = paintFor({ color });
  const rows = KEY_BINDINGS.map(({ keys, summary }) => ({ term: keys.join(', '), summary }));
  const termWidth = Math.max(...rows.map(({ term }) => term.length));
  const lines = rows.map(({ term, summary }) => {
    const head = `${INDENT}${paint.word(term)}${' '.repeat(termWidth - term.length + 2)}`;
    const indent = INDENT.length + termWidth + 2;
    const wrapped = wrapAnsi(summary, Math.max(16, width - indent));
    return head + wrapped.replaceAll('\n', `\n${' '.repeat(indent)}`);
  });
  return `${paint.heading('Keys')} (C- is Ctrl, M- is Alt or Escape before, S- is Shift)\n${lines.join('\n')}\n`;
}
