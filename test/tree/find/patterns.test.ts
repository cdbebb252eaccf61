import { describe, expect, test } from 'vitest';
import { compileGlob, compileRegex, compileSearch } from '../../../src/tree/find/patterns.js';

describe('a glob', () => {
  test.each([
    ['lock', 'lock', true],
    ['lock', 'lock-1', false],
    ['*.json', 'a.json', true],
    ['*.json', '.json', true],
    ['*', '.hidden', true],
    ['*', 'a/b', false],
    ['?', '😀', true],
    ['??', 'a', false],
    ['[é😀]', '😀', true],
    ['[a-c]x', 'bx', true],
    ['[!a-c]', 'd', true],
    ['[!a-c]', 'b', false],
    ['[[:digit:]]*', '3x', true],
    ['{a,b-c}', 'b-c', true],
    ['v{1..3}', 'v2', true],
    ['!(a)', 'b', true],
    ['!(a)', 'a', false],
    ['@(a|b)', 'b', true],
    ['!a', '!a', true],
    ['#a', '#a', true],
    ['a[b', 'a[b', true],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a-b*', 'a-b1', true],
    ['x\\-y', 'x-y', true],
    ['with blank "and" \'quotes\'', 'with blank "and" \'quotes\'', true],
    ['*', 'two\nlines', true],
    ['/config/**', '/config', false],
    ['/config/**', '/config/a/b', true],
    ['/config/*', '/config/a/b', false],
    ['/a/**/b', '/a/b', true],
    ['/a/**/b', '/a/x/y/b', true],
    ['**/b', '/a/b', true],
  ])('%j and %j: %s', (pattern, text, isMatch) => {
    expect(compileGlob(pattern)(text)).toBe(isMatch);
  });

  test('that ignores the letter case does so beyond ASCII', () => {
    const matches = compileGlob('GRÖSSE*', { ignoreCase: true });

    expect(['größe', 'grösse', 'Grösser'].map(matches)).toEqual([false, true, true]);
    expect(compileGlob('Name', { ignoreCase: true })('nAME')).toBe(true);
  });
});

describe('a regular expression', () => {
  test('is found anywhere, unless it is tied down', () => {
    expect(compileSearch('b')('abc')).toBe(true);
    expect(compileSearch('^b')('abc')).toBe(false);
  });

  test('takes a character for one, whatever its width', () => {
    expect(compileSearch('^.$')('😀')).toBe(true);
    expect(compileSearch('^\\p{Lu}$')('Ä')).toBe(true);
  });

  test('may have escapes that the strict dialect does not know', () => {
    expect(compileRegex('a\\-b', '').test('a-b')).toBe(true);
  });

  test('that makes no sense is refused', () => {
    expect(() => compileRegex('(', '')).toThrow(SyntaxError);
  });

  test('gives the same answer each time it is asked', () => {
    const search = compileSearch('x', { ignoreCase: true });

    expect([search('aX'), search('aX'), search('a')]).toEqual([true, true, false]);
  });
});
