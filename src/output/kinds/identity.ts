/** whoami: who this connection is to the server. */
import type { IdentityResult } from '../../commands/results.js';
import { escapeName, visibleName, visibleText } from '../escape.js';
import type { Form, KindForms } from '../forms.js';

const plain: Form<IdentityResult> = ({ identities }, { terminal }) =>
  identities
    .map(({ scheme, id }) => `${terminal ? visibleName(`${scheme}:${id}`) : escapeName(`${scheme}:${id}`)}\n`)
    .join('');

export const identity: KindForms<IdentityResult> = {
  human: plain,
  plain,
  zkcli: ({ identities }, { terminal }) => {
    const lines = identities.map(({ scheme, id }) => `${scheme}: ${id}\n`).join('');
    return `Auth scheme: User\n${terminal ? visibleText(lines) : lines}`;
  },
};
