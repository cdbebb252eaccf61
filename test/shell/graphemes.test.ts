import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphemes, nextBoundary, previousBoundary, shownText, shownWidth } from '../../src/shell/graphemes.js';
import { pressKey } from '../../src/shell/line.js';
import { KEY_BINDINGS } from '../../src/syntax/keys.js';
import { AROUND, lineAt } from './marked.js';

test.each([
  ['abc', ['a', 'b', 'c']],
  ['e\u0301x', ['e\u0301', 'x']],
  ['👩‍👩‍👧‍👦!', ['👩‍👩‍👧‍👦', '!']],
  ['🇩🇪🇫🇷', ['🇩🇪', '🇫🇷']],
  ['a\nb', ['a', '\n', 'b']],
  ['', []],
])('%j has the graphemes %j', (text, parts) => {
  expect(graphemes(text)).toEqual(parts);
});

test('a long text is taken apart as well as a short one', () => {
  const parts = Array.from({ length: 2_000 }, (_, index) => ['é', 'e\u0301', '👩‍👩‍👧‍👦', '漢', '🇩🇪'][index % 5]);

  expect(graphemes(parts.join(''))).toEqual(parts);
});

test('boundaries stop at the ends', () => {
  expect(previousBoundary('ab', 0)).toBe(0);
  expect(nextBoundary('ab', 2)).toBe(2);
});

test.each([
  ['a\tb', 'a^Ib', 4],
  ['\x1b[0m', '^[[0m', 5],
  ['\x7f\x9b', '^?<9b>', 6],
  ['a\u202eb', 'a<202e>b', 8],
  ['漢字', '漢字', 4],
])('%j is shown as %s', (text, shown, width) => {
  expect(shownText(text)).toBe(shown);
  expect(shownWidth(text)).toBe(width);
});

describe('whatever is typed', () => {
  const press = fc.oneof(
    fc.constantFrom(...KEY_BINDINGS.flatMap(({ keys }) => keys)).map((key) => ({ type: 'key', key }) as const),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).map((text) => ({ type: 'text', text }) as const),
    fc
      .string({ unit: fc.constantFrom('a', ' ', '\n', "'", '漢', '👍') })
      .map((text) => ({ type: 'paste', text }) as const),
  );

  test('the cursor stands between two graphemes of the text', () => {
    fc.assert(
      fc.property(fc.array(press, { maxLength: 60 }), (presses) => {
        const around = { ...AROUND, history: ['get /a', "set /é 'x\ny'", '漢👩‍👩‍👧‍👦字'] };
        let state = lineAt('|');
        for (const each of presses) {
          state = pressKey(state, each, around).state;
          const { text, cursor } = state.editor;
          const offsets = new Set([0]);
          let offset = 0;
          for (const grapheme of graphemes(text)) {
            offset += grapheme.length;
            offsets.add(offset);
          }
          expect(offsets).toContain(cursor);
        }
      }),
    );
  });
});
