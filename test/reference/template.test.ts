/** Templates are filled completely, or not at all. */
import { expect, test } from 'vitest';
import { fillTemplate, indent } from '../../src/reference/template.js';

test('a place without a value is a mistake', () => {
  expect(() => fillTemplate('zksh.bash', {})).toThrow('zksh.bash: nothing to put at @@NOTICE@@');
});

test('a value without a place is a mistake', () => {
  const values = { NOTICE: '', VERBS: '', ALIASES: '', NAMES: '', TAKES: '', SURPLUS: '' };
  expect(() => fillTemplate('zksh.bash', values)).toThrow('zksh.bash: no place for SURPLUS');
});

test('what is put in is not taken for a pattern or a place', () => {
  const values = { NOTICE: '$& @@VERBS@@', VERBS: 'v', ALIASES: '', NAMES: '', TAKES: '' };
  expect(fillTemplate('zksh.bash', values).split('\n')[0]).toBe('$& @@VERBS@@');
});

test('empty lines are not indented', () => {
  expect(indent(2, ['a', '', 'b'])).toBe('  a\n\n  b');
});
