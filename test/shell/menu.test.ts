import { describe, expect, test } from 'vitest';
import { applyCompletion, layOutMenu, type MenuState, menuColumns, moveSelection } from '../../src/shell/menu.js';
import type { Candidate } from '../../src/syntax/complete.js';
import { editorAt, marked } from './marked.js';

function candidate(text: string, more: Partial<Candidate> = {}): Candidate {
  return { text, display: text, summary: '', more: false, ...more };
}

function complete(line: string, from: number, candidates: readonly Candidate[]) {
  const editor = editorAt(line);
  return applyCompletion(editor, { from, to: editor.cursor, candidates });
}

function menuOf(...texts: string[]): MenuState {
  const { menu } = complete(
    '|',
    0,
    texts.map((text) => candidate(text)),
  );
  if (menu === null) throw new Error('no menu');
  return menu;
}

function drawn(menu: MenuState, columns: number, rowsMax: number): string[] {
  return layOutMenu(menu, columns, rowsMax).map((row) =>
    row
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
}

describe('an answer of the completer', () => {
  test('nothing changes when there is no candidate', () => {
    expect(complete('xyz|', 0, [])).toEqual({ editor: editorAt('xyz|'), menu: null });
  });

  test('the only candidate is put in, with a blank where its word is whole', () => {
    expect(marked(complete('ge|', 0, [candidate('get')]).editor)).toBe('get |');
    expect(marked(complete('get /co|', 4, [candidate('/config/', { more: true })]).editor)).toBe('get /config/|');
    expect(marked(complete('ge| /a', 0, [candidate('get')]).editor)).toBe('get| /a');
  });

  test('what all candidates begin with is put in, and they are listed', () => {
    const { editor, menu } = complete('get /a|', 4, [candidate('/alpha'), candidate('/alpine')]);

    expect(marked(editor)).toBe('get /alp|');
    expect(menu?.selected).toBe(-1);
  });

  test('what was typed stays where the candidates have less in common', () => {
    const { editor, menu } = complete('get |', 4, [candidate('/a'), candidate("'/b c'")]);

    expect(marked(editor)).toBe('get |');
    expect(menu?.candidates).toHaveLength(2);
  });

  test('neither an escape nor a surrogate pair is cut in two', () => {
    expect(complete('a|', 0, [candidate('a\\ b'), candidate('a\\$b')]).editor.text).toBe('a');
    expect(complete('a|', 0, [candidate('a\\\\b'), candidate('a\\\\c')]).editor.text).toBe('a\\\\');
    expect(complete('a|', 0, [candidate('a👍'), candidate('a👎')]).editor.text).toBe('a');
  });
});

describe('selecting', () => {
  test('goes forward and back, round the ends, and the line reads accordingly', () => {
    const first = moveSelection(menuOf('a', 'b', 'c'), 1);
    expect([first.menu.selected, marked(first.editor)]).toEqual([0, 'a |']);

    const last = moveSelection(first.menu, -1);
    expect([last.menu.selected, marked(last.editor)]).toEqual([2, 'c |']);

    expect(moveSelection(last.menu, 1).menu.selected).toBe(0);
    expect(moveSelection(menuOf('a', 'b'), -1).menu.selected).toBe(1);
  });

  test('a step of a row stops at the ends', () => {
    const { menu } = moveSelection(menuOf('a', 'b', 'c'), 1);

    expect(moveSelection(menu, 2).menu.selected).toBe(2);
    expect(moveSelection(moveSelection(menu, 2).menu, 2).menu.selected).toBe(2);
    expect(moveSelection(menu, -2).menu.selected).toBe(0);
  });

  test('takes the place of what was typed, and what stands behind it stays', () => {
    const { menu } = complete('get /a| -s', 4, [candidate('/ab'), candidate('/ac')]);

    expect(marked(moveSelection(menu as MenuState, 1).editor)).toBe('get /ab| -s');
  });
});

describe('drawing', () => {
  test('candidates stand beside each other where they have no summaries', () => {
    const menu = menuOf('aa', 'b', 'cc', 'd');

    expect(menuColumns(menu, 10)).toBe(2);
    expect(drawn(menu, 10, 9)).toEqual([' aa  b', ' cc  d']);
    expect(drawn(moveSelection(menu, 1).menu, 10, 9)).toEqual(['>aa  b', ' cc  d']);
  });

  test('summaries take a row each and are cut', () => {
    const { menu } = complete('|', 0, [candidate('ls', { summary: 'List children' }), candidate('get')]);

    expect(drawn(menu as MenuState, 14, 9)).toEqual([' ls   List ch…', ' get']);
  });

  test('a long list shows a window around the selection and how much there is', () => {
    const menu = menuOf(...Array.from({ length: 100_000 }, (_, index) => `n${index}`));

    expect(drawn(menu, 20, 3)).toEqual([' n0      n1', ' n2      n3', '1–4 of 100000']);
    expect(drawn(moveSelection({ ...menu, selected: 98 }, 1).menu, 20, 3).at(-1)).toBe('97–100 of 100000');
    expect(drawn(moveSelection(menu, -1).menu, 20, 3)).toEqual([
      ' n99996  n99997',
      ' n99998 >n99999',
      '99997–100000 of 100…',
    ]);
  });

  test('names that would drive the terminal are shown, not sent, and long ones are cut', () => {
    expect(drawn(menuOf('a\x1b[2J', 'b'), 40, 9)).toEqual([' a^[[2J  b']);
    expect(drawn(menuOf('x'.repeat(50), 'b'), 10, 9)).toEqual([' xxxxxxx…', ' b']);
  });

  test('no room, no rows', () => {
    expect(drawn(menuOf('a', 'b'), 40, 0)).toEqual([]);
  });
});
