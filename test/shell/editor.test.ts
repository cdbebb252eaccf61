import { describe, expect, test } from 'vitest';
import { KEY_BINDINGS } from '../../src/syntax/keys.js';
import { lineAt, marked, typed } from './marked.js';

/** Each key that moves or edits: the line before, the keys, the line behind. */
const CASES: readonly (readonly [before: string, keys: string, behind: string])[] = [
  ['get /a|', '<C-a>', '|get /a'],
  ['get /a|', '<home>', '|get /a'],
  ['|get /a', '<C-e>', 'get /a|'],
  ['|get /a', '<end>', 'get /a|'],
  ['ab|', '<C-b>', 'a|b'],
  ['ab|', '<left>', 'a|b'],
  ['|ab', '<left>', '|ab'],
  ['|ab', '<C-f>', 'a|b'],
  ['a|b', '<right>', 'ab|'],
  ['ab|', '<right>', 'ab|'],
  ['get /config/db|', '<M-b>', 'get /config/|db'],
  ['get /config/|db', '<C-left>', 'get /|config/db'],
  ['get /|config', '<M-left>', '|get /config'],
  ['|get /config/db', '<M-f>', 'get| /config/db'],
  ['get| /config/db', '<C-right>', 'get /config|/db'],
  ['get /config|/db', '<M-right>', 'get /config/db|'],
  ['ab|c', '<backspace>', 'a|c'],
  ['ab|c', '<C-h>', 'a|c'],
  ['|abc', '<backspace>', '|abc'],
  ['a|bc', '<delete>', 'a|c'],
  ['abc|', '<delete>', 'abc|'],
  ['a|bc', '<C-d>', 'a|c'],
  ['get /a/b |', '<C-w>', 'get |'],
  ['get /a/b|', '<M-backspace>', 'get /a/|'],
  ['get /a/b|', '<M-C-h>', 'get /a/|'],
  ['get |/a/b', '<M-d>', 'get |/b'],
  ['get| /a', '<C-k>', 'get|'],
  ['get |/a', '<C-u>', '|/a'],
  ['ab|', '<C-t>', 'ba|'],
  ['a|bc', '<C-t>', 'ba|c'],
  ['a|', '<C-t>', 'a|'],
  ['get /a|', '<C-w><C-y>', 'get /a|'],
  ['get /a|', '<C-w><C-y><C-y>', 'get /a/a|'],
  ['a b|', '<C-w><left><C-u><C-y><M-y>', 'b| '],
  ['a b c|', '<C-w><C-w><C-y>', 'a b c|'],
  ['get /a|', '<C-u><C-_>', 'get /a|'],
  ['|', 'get /a<C-_>', '|'],
  ['a|b', '<M-enter>', 'a\n|b'],
];

describe('editing', () => {
  test.each(CASES)('%j, %s: %j', (before, script, behind) => {
    const line = typed(lineAt(before), script);

    expect(marked(line.editor)).toBe(behind);
  });

  test('every key of the table is tried here or belongs to history, menu or process', () => {
    const elsewhere = /^(accept|complete|interrupt|history|cancel|clearScreen|suspend)/;
    const tried = CASES.map(([, script]) => script).join('');

    const missing = KEY_BINDINGS.filter(({ action }) => !elsewhere.test(action))
      .flatMap((binding) => [...binding.keys])
      .filter((key) => !tried.includes(`<${key}>`));

    expect(missing).toEqual([]);
  });

  test('one step over a grapheme of several code points, however long it is', () => {
    expect(marked(typed(lineAt('a👩‍👩‍👧‍👦|'), '<left>').editor)).toBe('a|👩‍👩‍👧‍👦');
    expect(marked(typed(lineAt('é|'), '<backspace>').editor)).toBe('|');
    expect(marked(typed(lineAt('|漢字'), '<delete>').editor)).toBe('|字');
  });

  test('typed words are taken back one by one', () => {
    const word = typed(lineAt('|'), 'ls');
    const more = typed(word, ' ');
    const all = typed(typed(more, '/a'), '/b');

    expect(typed(all, '<C-_>').editor.text).toBe('ls');
    expect(typed(all, '<C-_><C-_>').editor.text).toBe('');
  });
});

describe('several lines', () => {
  test('start, end and cutting stay within the line of the cursor', () => {
    expect(marked(typed(lineAt('one\ntw|o\nthree'), '<C-a>').editor)).toBe('one\n|two\nthree');
    expect(marked(typed(lineAt('one\ntw|o\nthree'), '<C-e>').editor)).toBe('one\ntwo|\nthree');
    expect(marked(typed(lineAt('one\ntw|o\nthree'), '<C-k>').editor)).toBe('one\ntw|\nthree');
    expect(marked(typed(lineAt('one\ntw|o\nthree'), '<C-k><C-k>').editor)).toBe('one\ntw|three');
  });

  test('up and down go to the same column of the neighbouring line, or to its end', () => {
    expect(marked(typed(lineAt('one\n\nthr|ee'), '<up>').editor)).toBe('one\n|\nthree');
    expect(marked(typed(lineAt('one\ntw|o\nthree'), '<up>').editor)).toBe('on|e\ntwo\nthree');
    expect(marked(typed(lineAt('one\ntw|o\nthree'), '<down>').editor)).toBe('one\ntwo\nth|ree');
    expect(marked(typed(lineAt('a\nlong line|'), '<up>').editor)).toBe('a|\nlong line');
  });
});
