import { describe, expect, test } from 'vitest';
import { isWithin, joinPath, nameOf, parentOf, resolvePath, validatePath } from '../../src/protocol/path.js';

describe('a path', () => {
  test.each([
    '/',
    '/a',
    '/a/b',
    '/...',
    '/.a',
    '/a.',
    '/a..b',
    '/..a',
    '/ ',
    '/a b',
    '/\u00a0',
    '/\ud7ff',
    '/\uf900',
    '/\uffef',
    '/é',
    '/e\u0301',
    '/:,"\'\\',
  ])('%j is legal', (path) => {
    expect(validatePath(path)).toBeNull();
    expect(resolvePath('/', path)).toBe(path);
  });

  test.each([
    ['', 'it is empty'],
    ['a', 'it does not start with /'],
    ['a/b', 'it does not start with /'],
    ['//', 'the component at position 1 is empty (//)'],
    ['/a//b', 'the component at position 3 is empty (//)'],
    ['/a/', 'it ends with /'],
    ['/.', 'the component at position 2 is ., which a server does not resolve'],
    ['/a/..', 'the component at position 4 is .., which a server does not resolve'],
    ['/a/./b', 'the component at position 4 is ., which a server does not resolve'],
    ['/a\u0000', 'the control character U+0000 at position 3 is not allowed'],
    ['/\u0001', 'the control character U+0001 at position 2 is not allowed'],
    ['/\u001f', 'the control character U+001F at position 2 is not allowed'],
    ['/\u007f', 'the control character U+007F at position 2 is not allowed'],
    ['/\u009f', 'the control character U+009F at position 2 is not allowed'],
    ['/\ue000', 'the character U+E000 at position 2 is not allowed'],
    ['/\uf8ff', 'the character U+F8FF at position 2 is not allowed'],
    ['/\ufff0', 'the character U+FFF0 at position 2 is not allowed'],
    ['/\ufffd', 'the character U+FFFD at position 2 is not allowed'],
    ['/\ud800', 'the character U+D800 at position 2 is not allowed'],
    ['/a😀', 'the character 😀 (U+1F600, beyond the basic plane) at position 3 is not allowed'],
  ])('%j is not: %s', (path, fault) => {
    expect(validatePath(path)).toBe(fault);
  });

  test.each(['/a/', '/a/.', '/a/..', '/'])('%j will do where the server puts a number behind it', (path) => {
    expect(validatePath(path, { sequential: true })).toBeNull();
  });

  test.each(['/a//', '//', '/./a', '/a\u0001', 'a/'])('%j will not, even there', (path) => {
    expect(validatePath(path, { sequential: true })).not.toBeNull();
  });
});

describe('resolving', () => {
  test.each([
    ['/', 'a', '/a'],
    ['/a', 'b/c', '/a/b/c'],
    ['/a', '/b', '/b'],
    ['/a/b', '.', '/a/b'],
    ['/a/b', '..', '/a'],
    ['/a/b', '../c', '/a/c'],
    ['/a', '..', '/'],
    ['/', '..', '/'],
    ['/a', '../../../b', '/b'],
    ['/a', './b/./c/..', '/a/b'],
    ['/a', '/', '/'],
    ['/a', '/b/../..', '/'],
    ['/', '...', '/...'],
  ])('in %s, %s is %s', (cwd, text, path) => {
    expect(resolvePath(cwd, text)).toBe(path);
  });

  test.each([
    ['/a', 'p/', '/a/p/'],
    ['/a', 'p-', '/a/p-'],
    ['/', '/p/', '/p/'],
    ['/a', '../p/', '/p/'],
    ['/a', './', '/a/'],
    ['/', './', '/'],
  ])('for a sequential create in %s, %s is %s', (cwd, text, path) => {
    expect(resolvePath(cwd, text, { sequential: true })).toBe(path);
  });

  test.each([
    ['', "not a path: '': it is empty"],
    ['a//b', 'not a path: a//b: the component at position 2 is empty (//)'],
    ['//', 'not a path: //: the component at position 1 is empty (//)'],
    ['a/', 'not a path: a/: it ends with /'],
    ['../', 'not a path: ../: it ends with /'],
    ['a\u001bb', 'not a path: a\\x1bb: the control character U+001B at position 2 is not allowed'],
    ['x\ufffd', 'not a path: x\ufffd: the character U+FFFD at position 2 is not allowed'],
  ])('%j is refused', (text, message) => {
    expect(() => resolvePath('/a', text)).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});

test.each([
  ['/', '/', ''],
  ['/a', '/', 'a'],
  ['/a/b c', '/a', 'b c'],
])('%s has the parent %s and the name %j', (path, parent, name) => {
  expect(parentOf(path)).toBe(parent);
  expect(nameOf(path)).toBe(name);
  expect(name === '' ? path : joinPath(parent, name)).toBe(path);
});

test('below means below, not beginning alike', () => {
  expect(isWithin('/a/b', '/a')).toBe(true);
  expect(isWithin('/a', '/a')).toBe(true);
  expect(isWithin('/ab', '/a')).toBe(false);
  expect(isWithin('/a', '/a/b')).toBe(false);
  expect(isWithin('/a', '/')).toBe(true);
});
