/** "Did you mean". */
import { expect, test } from 'vitest';
import { closest } from '../../src/syntax/closest.js';

const NAMES = ['ls', 'get', 'set', 'create', 'delete', 'getAcl', '--recursive', '--server'];

test.each<[string, string | null]>([
  ['gte', 'get'],
  ['GET', 'get'],
  ['creat', 'create'],
  ['craete', 'create'],
  ['getacl', 'getAcl'],
  ['--recusive', '--recursive'],
  ['--sever', '--server'],
  ['l', 'ls'],
  ['xyzzy', null],
  ['q', null],
  ['', null],
  ['x'.repeat(100_000), null],
])('%.20s: %s', (typed, name) => {
  expect(closest(typed, NAMES)).toBe(name);
});
