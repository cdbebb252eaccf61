/** A word to people, on stderr; nobody else gets it. */
import type { MessageResult } from '../../commands/results.js';
import { visibleText } from '../escape.js';
import { type KindForms, nothing } from '../forms.js';
import { paintFor } from '../paint.js';

export const message: KindForms<MessageResult> = {
  human: ({ text }, options) => `${paintFor(options).faint(visibleText(text))}\n`,
  plain: nothing,
  zkcli: nothing,
};
