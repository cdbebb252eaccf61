import { expect, test } from 'vitest';
import { comparePaths } from '../../src/tree/order.js';

test('paths stand in tree order: a parent, all that is below it, then its next sibling', () => {
  const inOrder = ['/', '/a', '/a/b', '/a/b/c', '/a/c', '/a!', '/a!/x', '/a-b', '/aa', '/b', '/\uffee'];

  expect([...inOrder].reverse().sort(comparePaths)).toEqual(inOrder);
});
