/** whoami: the identities that the server grants this connection. */
import { command } from './spec.js';

export const whoami = command({
  name: 'whoami',
  group: 'acl',
  summary: 'Print who this connection is to the server',
  description:
    'One `scheme:id` a line: the address, and what addauth, --auth, SASL or a certificate added. ZooKeeper 3.7 and up.',
  args: [],
  options: {},
  examples: [{ line: 'whoami', summary: 'such as ip:127.0.0.1' }],
  zkCliDifferences: ['Prints `scheme:id` without a heading.'],
  async *run({ session, signal }) {
    yield { kind: 'identity', identities: await session.whoAmI({ signal }) };
  },
});
