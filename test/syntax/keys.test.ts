/** The keys of the editor: one meaning each. */
import { expect, test } from 'vitest';
import { actionOf, KEY_BINDINGS } from '../../src/syntax/keys.js';

test('no key does two things', () => {
  const keys = KEY_BINDINGS.flatMap((binding) => [...binding.keys] as string[]);
  expect(new Set(keys).size).toBe(keys.length);
});

test('no action is listed twice, and each has a key and a summary', () => {
  const actions = KEY_BINDINGS.map(({ action }) => action);
  expect(new Set(actions).size).toBe(actions.length);
  expect(KEY_BINDINGS.every(({ keys, summary }) => keys.length > 0 && summary.length > 0)).toBe(true);
});

test.each<[string, string | undefined]>([
  ['C-a', 'lineStart'],
  ['home', 'lineStart'],
  ['M-b', 'wordBack'],
  ['C-r', 'historySearch'],
  ['tab', 'complete'],
  ['x', undefined],
])('%s: %s', (key, action) => {
  expect(actionOf(key)).toBe(action);
});
