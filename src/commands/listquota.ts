/** listquota: the limits of a subtree, and what is used of them. */
import { isWithin, type ZnodePath } from '../protocol/path.js';
import type { CommandContext } from './context.js';
import { eachRead } from './each-path.js';
import { existing, explained } from './explained.js';
import { noQuota } from './quota-errors.js';
import { ancestorWithQuota, nameOfZnode, placeOf, quotaPlace, quotasBelow, readQuota } from './quota-layout.js';
import type { Result } from './results.js';
import { command, variadicArg } from './spec.js';

export const listquota = command({
  name: 'listquota',
  group: 'quota',
  summary: 'Print the limits of subtrees, and what is used of them',
  description:
    'Four lines: limit, value, used; `-` where there is no limit. What is used is what the server counts: the znodes with the one at the top, and the bytes of their data. Without PATH every quota is printed, its path in front.',
  args: [variadicArg('path', 'znodePath', 'the tops of the subtrees', { optional: true })],
  options: {},
  examples: [
    { line: 'listquota', summary: 'every quota there is' },
    { line: 'listquota -o json', summary: 'the same as JSON' },
  ],
  zkCliDifferences: ['Where there is none the status is 3, not 0.', 'Works inside a chroot.'],
  async *run(context, { path: paths }) {
    if (paths.length > 0) {
      yield* eachRead(paths, (path) => listOne(context, path));
      return;
    }
    const { session, signal } = context;
    for (const znode of await quotasBelow(session, session.chroot || '/', { signal })) {
      const stored = await readQuota(session, placeOf(znode), { signal });
      if (stored !== null) {
        const path = nameOfZnode(session, znode);
        yield { kind: 'quota', path, serverPath: znode, isNamed: true, limits: stored.limits, used: stored.used };
      }
    }
  },
});

async function listOne({ session, signal }: CommandContext, path: ZnodePath): Promise<Result> {
  const place = quotaPlace(session, path);
  const stored = await readQuota(session, place, { signal });
  if (stored === null) {
    await explained(session, existing(session, path, { signal }), { op: 'exists', path }, { signal });
    const ancestor = await ancestorWithQuota(session, place.znode, { signal });
    const isOurs = ancestor !== null && isWithin(ancestor, session.chroot || '/');
    throw noQuota(path, isOurs ? nameOfZnode(session, ancestor) : null);
  }
  return { kind: 'quota', path, serverPath: place.znode, isNamed: false, limits: stored.limits, used: stored.used };
}
