/** connect: a new session, here or elsewhere. */
import { command, optionalArg } from './spec.js';

export const connect = command({
  name: 'connect',
  group: 'shell',
  summary: 'Open a new session, to the same servers or to others',
  description:
    'The session that stands is closed first: its ephemerals and watches go. Credentials are given again. The working directory stays.',
  args: [optionalArg('servers', 'connectString', 'as --server takes them; the same as before where none are given')],
  options: {},
  examples: [
    { line: 'connect', summary: 'after the session expired' },
    { line: 'connect localhost:2181/app', summary: 'other servers, or another chroot' },
  ],
  zkCliDifferences: ['Waits until the session stands.'],
  session: 'none',
  async *run({ connection }, { servers }) {
    const session = await connection.connect(servers);
    const { state, server, chroot, sessionId, sessionTimeoutMs } = session;
    yield { kind: 'connection', state, server, chroot, sessionId, sessionTimeoutMs };
  },
});
