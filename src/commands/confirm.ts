/** The question before something that cannot be undone: asked on a terminal, unless --yes. */
import { LocalError } from '../errors.js';
import type { CommandContext } from './context.js';

/** @throws LocalError where the answer is no; where there is no terminal nothing is asked */
export async function confirm({ io, settings }: CommandContext, question: string): Promise<void> {
  if (settings.yes) {
    return;
  }
  const answer = await io.readAnswer(`${question} [y/N] `);
  if (answer !== null && !/^\s*y(es)?\s*$/i.test(answer)) {
    throw new LocalError('not done: the answer was not yes', { why: 'Nothing was changed.', hint: '' });
  }
}
