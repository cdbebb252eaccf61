/** getEphemerals: what goes with this session. */
import { isWithin } from '../protocol/path.js';
import { compareNames } from '../tree/order.js';
import { command, optionalArg } from './spec.js';

export const getEphemerals = command({
  name: 'getEphemerals',
  group: 'data',
  summary: 'List the ephemeral znodes of this session',
  description:
    'Those at PATH and below it, or all of them; sorted, a path a line. Only this session’s own: for whose another ephemeral is, see ephemeralOwner in its stat. ZooKeeper 3.6 and up.',
  args: [optionalArg('path', 'znodePath', 'only what is there or below')],
  options: {},
  examples: [
    { line: 'getEphemerals', summary: 'all that would go with this session' },
    { line: 'getEphemerals /services', summary: 'those below /services' },
  ],
  zkCliDifferences: [
    'PATH is a path: zkCli.sh takes it for the beginning of a text, so that /a finds /ab too.',
    'Works inside a chroot, where zkCli.sh compares with the paths of the server.',
  ],
  async *run({ session, signal }, { path }) {
    const prefix = path === undefined || path === '/' ? '' : path;
    const found = await session.getEphemerals(prefix, { signal });
    yield { kind: 'paths', paths: found.filter((each) => isWithin(each, path ?? '/')).sort(compareNames) };
  },
});
