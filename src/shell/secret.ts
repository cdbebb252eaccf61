/** A secret being typed: keys go in, nothing is shown. Pure. */
import { actionOf } from '../syntax/keys.js';
import type { KeyPress } from './keyboard.js';

export type SecretStep =
  | { readonly type: 'typing'; readonly text: string }
  | { readonly type: 'done'; readonly text: string }
  /** Ctrl-C, or Ctrl-D with nothing typed. */
  | { readonly type: 'givenUp' };

export function typeSecret(text: string, press: KeyPress): SecretStep {
  if (press.type !== 'key') {
    return { type: 'typing', text: text + press.text.replace(/\n+$/, '') };
  }
  switch (actionOf(press.key)) {
    case 'accept':
      return { type: 'done', text };
    case 'deleteBack':
      return { type: 'typing', text: [...text].slice(0, -1).join('') };
    case 'killToStart':
      return { type: 'typing', text: '' };
    case 'interrupt':
      return { type: 'givenUp' };
    case 'endOfInput':
      return text === '' ? { type: 'givenUp' } : { type: 'typing', text };
    default:
      return { type: 'typing', text };
  }
}
