/** addauth: one more identity for this connection. */
import { UsageError } from '../errors.js';
import { orAborted } from '../tree/abort.js';
import { arg, command, optionalArg } from './spec.js';

export const addauth = command({
  name: 'addauth',
  group: 'acl',
  summary: 'Log in with one more identity',
  description:
    'Waits for the server’s answer and is kept for sessions to come. The server does not check a digest password: a wrong one is another identity (see whoami). Where no credential is given it is asked for without echo. It never enters the history.\nFor a single command use --auth or, out of sight of ps, --auth-file.',
  args: [
    arg('scheme', 'text', 'digest, or another that the server knows'),
    optionalArg('credential', 'secret', 'for digest: user:password'),
  ],
  options: {},
  examples: [{ line: 'addauth digest admin:secret', summary: 'from now on also digest:admin' }],
  zkCliDifferences: ['Waits for the answer; a scheme that the server does not know is an error (status 5).'],
  async *run({ connection, io, signal }, { scheme, credential }) {
    const secret = credential ?? (await io.readSecret(`Credential for ${scheme}: `));
    if (secret === null) {
      throw new UsageError('no credential given, and no terminal to ask on', {
        hint: `Give it: addauth ${scheme} ${scheme === 'digest' ? 'USER:PASSWORD' : 'CREDENTIAL'}`,
      });
    }
    await orAborted(connection.addAuth(scheme, Buffer.from(secret, 'utf8')), signal);
    yield { kind: 'done', verb: 'addauth', fields: { scheme } };
  },
});
