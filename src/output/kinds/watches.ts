/** The watches that are armed: `kind<TAB>path<TAB>watchers`. */
import type { WatchesResult } from '../../commands/results.js';
import { escapeName, visibleName } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { paintFor } from '../paint.js';

const plain: Form<WatchesResult> = ({ watches: armed }, { terminal }) =>
  armed
    .map(({ kind, path, watchersCount }) => {
      const name = terminal ? visibleName(path) : escapeName(path);
      return `${kind}\t${name}\t${watchersCount}\n`;
    })
    .join('');

const KIND_WIDTH = 'persistentRecursive'.length + 2;

const human: Form<WatchesResult> = ({ watches: armed }, options) => {
  const paint = paintFor(options);
  return armed
    .map(({ kind, path, watchersCount }) => {
      const several = watchersCount === 1 ? '' : paint.faint(`  ${watchersCount} watchers`);
      return `${paint.faint(kind.padEnd(KIND_WIDTH))}${visibleName(path)}${several}\n`;
    })
    .join('');
};

export const watches: KindForms<WatchesResult> = { human, plain, zkcli: plain };
