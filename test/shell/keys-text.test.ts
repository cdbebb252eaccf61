import { expect, test } from 'vitest';
import { keysText } from '../../src/shell/keys-text.js';
import { KEY_BINDINGS } from '../../src/syntax/keys.js';

test('names every key and what it does, within the width', () => {
  const lines = keysText({ color: false, width: 60 }).split('\n');

  for (const { keys } of KEY_BINDINGS) {
    expect(lines.filter((line) => line.startsWith(`  ${keys.join(', ')} `))).toHaveLength(1);
  }
  expect(Math.max(...lines.slice(1).map((line) => line.length))).toBeLessThanOrEqual(60);
  expect(lines).toContain(`  C-w${' '.repeat(20)}cut back to a blank`);
});
