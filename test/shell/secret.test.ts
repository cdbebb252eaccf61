import { expect, test } from 'vitest';
import { typeSecret } from '../../src/shell/secret.js';
import { keys } from './marked.js';

/** What becomes of the keys, one after the other. */
function typed(script: string) {
  let text = '';
  for (const press of keys(script)) {
    const step = typeSecret(text, press);
    if (step.type !== 'typing') {
      return step;
    }
    text = step.text;
  }
  return { type: 'typing', text };
}

test.each([
  ['u:pw<enter>', { type: 'done', text: 'u:pw' }],
  ['u:px<backspace>w<enter>', { type: 'done', text: 'u:pw' }],
  ['a👍<backspace><enter>', { type: 'done', text: 'a' }],
  ['wrong<C-u>right<enter>', { type: 'done', text: 'right' }],
  ['u<left><up><tab><C-r>:pw<enter>', { type: 'done', text: 'u:pw' }],
  ['u:pw<C-c>', { type: 'givenUp' }],
  ['<C-d>', { type: 'givenUp' }],
  ['u<C-d>', { type: 'typing', text: 'u' }],
])('%s', (script, step) => {
  expect(typed(script)).toEqual(step);
});

test('a paste goes in without the line break at its end', () => {
  expect(typeSecret('u:', { type: 'paste', text: 'p w\n' })).toEqual({ type: 'typing', text: 'u:p w' });
});
