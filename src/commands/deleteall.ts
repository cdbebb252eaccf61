/** deleteall: subtrees, from the leaves up. How it is done is remove-trees.ts's business. */
import { removeTrees } from './remove-trees.js';
import { command, option, variadicArg } from './spec.js';
import { isInteger } from './version-word.js';

export const deleteall = command({
  name: 'deleteall',
  aliases: ['rmr'],
  group: 'data',
  summary: 'Delete znodes and everything below them',
  description:
    'The subtree is read in large requests and deleted in multis, the leaves first, several in flight. On a terminal it asks before it deletes more than the znode itself: how many there are, how much data, and which ephemerals of sessions that live; -y answers yes, -n prints what would go. What others create or delete meanwhile is taken along. What may not be deleted is told, the rest goes, and the status is 1. Where it was interrupted, the same command goes on.\nInside a chroot `deleteall /` empties it and leaves the chroot itself; elsewhere / and what is below /zookeeper are refused.',
  args: [variadicArg('path', 'znodePath', 'the znodes to delete with what is below them')],
  options: {
    batch: option('batch', 'b', 'N', 'count', 'znodes in one multi: all of them go, or none; 1000 unless given'),
    rate: option('rate', null, 'N', 'count', 'znodes deleted a second, at most'),
  },
  examples: [
    { line: 'deleteall /jobs', summary: 'silent when done' },
    { line: 'deleteall -n /services', summary: 'what would go, the leaves first' },
    { line: 'deleteall -y /cache /locks', summary: 'several, without a question' },
  ],
  zkCliDifferences: [
    'Refuses / and system znodes before anything is deleted; zkCli.sh deletes until it meets /zookeeper.',
    'One znode that cannot be deleted does not keep its batch; what failed is named, and the status is 1, not 0.',
    'Asks on a terminal, and takes several paths.',
  ],
  writes: true,
  refuse(words) {
    const last = words.at(-1) ?? '';
    return words.length < 2 || !isInteger(last)
      ? null
      : {
          message: `there is no version to give; ${last} stands where a path should`,
          why: `(A znode of that name: ./${last})`,
          hint: `deleteall ${words.slice(0, -1).join(' ')}`,
        };
  },
  run: (context, { path: paths, batch, rate }) => removeTrees(context, paths, { batch, rate }),
});
