import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/shell/frame.js';
import { completionArrived, EMPTY_LINE, type LineState } from '../../src/shell/line.js';
import { doneText, type FrameSurroundings, lineFrame } from '../../src/shell/line-frame.js';
import { createPalette } from '../../src/shell/palette.js';
import { lineAt, typed } from './marked.js';

const AROUND: FrameSurroundings = {
  prompt: [{ text: '> ', style: 'plain' }],
  history: ['get /a', 'set /a 1'],
  columns: 20,
  rows: 6,
  ghost: '',
};
const PLAIN = createPalette(false);

function texts({ rows }: Frame): string[] {
  return rows.map((row) =>
    row
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
}

describe('the live region', () => {
  test('is the line, with the ghost behind its end', () => {
    const frame = lineFrame(lineAt('get |'), { ...AROUND, ghost: 'PATH' });

    expect(texts(frame)).toEqual(['> get PATH']);
    expect(frame.cursor).toEqual({ x: 6, y: 0 });
    expect(texts(lineFrame(lineAt('ge|t'), { ...AROUND, ghost: 'PATH' }))).toEqual(['> get']);
  });

  test('in a search is the line found and what is searched for, where the cursor is', () => {
    const frame = lineFrame(typed(lineAt('|'), '<C-r>set', { ...AROUND, isIncomplete: () => false }), AROUND);

    expect(texts(frame)).toEqual(['> set /a 1', 'search: set']);
    expect(frame.cursor).toEqual({ x: 11, y: 1 });
  });

  test('says so when a search finds nothing', () => {
    const state = typed(lineAt('|'), '<C-r>xyz', { ...AROUND, isIncomplete: () => false });

    expect(texts(lineFrame(state, { ...AROUND, columns: 40 }))).toEqual(['>', 'search (nothing found): xyz']);
  });

  test('with candidates has them below the line, as many as there is room for', () => {
    const candidates = ['ls', 'get', 'stat', 'set'].map((text) => ({
      text,
      display: text,
      summary: `about ${text}`,
      more: false,
    }));
    const asked: LineState = { ...EMPTY_LINE, completing: 1 };
    const state = completionArrived(asked, 1, { from: 0, to: 0, candidates });

    expect(texts(lineFrame(state, { ...AROUND, rows: 5 }))).toEqual([
      '>',
      ' ls    about ls',
      ' get   about get',
      '1–2 of 4',
    ]);
    expect(texts(lineFrame(state, { ...AROUND, rows: 20 }))).toHaveLength(5);
    expect(texts(lineFrame(state, { ...AROUND, rows: 2 }))).toEqual(['>']);
  });

  test('is never higher than the terminal, and shows where the cursor is', () => {
    const text = Array.from({ length: 5_000 }, (_, index) => `line ${index}`).join('\n');

    const atEnd = lineFrame(lineAt(`${text}|`), AROUND);
    expect(texts(atEnd)).toEqual([4995, 4996, 4997, 4998, 4999].map((n) => `... line ${n}`));
    expect(atEnd.cursor).toEqual({ x: 13, y: 4 });

    const middle = lineFrame(lineAt(text.replace('line 2500', 'line |2500')), AROUND);
    expect(texts(middle)).toEqual([2496, 2497, 2498, 2499, 2500].map((n) => `... line ${n}`));
    expect(middle.cursor).toEqual({ x: 9, y: 4 });

    const atStart = lineFrame(lineAt(`|${text}`), AROUND);
    expect(texts(atStart)).toEqual(['> line 0', '... line 1', '... line 2', '... line 3', '... line 4']);
    expect(atStart.cursor).toEqual({ x: 2, y: 0 });
  });
});

test('a very long line is shown around the cursor, and its rows stay where they are while one types', () => {
  const text = 'x'.repeat(1_000_000);

  const frame = lineFrame(lineAt(`${text}yz|`), AROUND);
  const next = lineFrame(lineAt(`${text}yzw|`), AROUND);

  expect(texts(frame)).toHaveLength(5);
  expect(texts(frame).at(-1)).toMatch(/^x*yz$/);
  expect(texts(next).at(-1)).toBe(`${texts(frame).at(-1)}w`);
  expect(frame.cursor?.x).toBe(texts(frame).at(-1)?.length);
});

describe('the line that stays', () => {
  test('is the prompt and the text, not wrapped, without the ghost', () => {
    const long = 'x'.repeat(50);

    expect(doneText(lineAt(`set /a ${long}|`), { ...AROUND, ghost: 'ACL' }, PLAIN)).toBe(`> set /a ${long}\n`);
  });

  test('has its further lines and the mark of Ctrl-C', () => {
    expect(doneText(lineAt("set /a 'x\ny|"), AROUND, PLAIN, '^C')).toBe("> set /a 'x\n... y^C\n");
  });

  test('does not drive the terminal', () => {
    expect(doneText(lineAt('a\x1b[2J|'), AROUND, PLAIN)).toBe('> a^[[2J\n');
  });
});
