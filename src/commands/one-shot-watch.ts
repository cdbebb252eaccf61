/** -w of the verbs that read: the next change of what was read, told above the line being typed. */
import type { Watcher } from '../client/api.js';
import { UsageError } from '../errors.js';
import type { CommandContext } from './context.js';
import { flag } from './spec.js';

export const WATCH_OPTION = { watch: flag('watch', 'w', 'in the shell: tell its next change, once') } as const;

/** To be spread into the options of a read. @throws UsageError where nobody would see the event */
export function watcherFor(
  { shell, wallClock }: Pick<CommandContext, 'shell' | 'wallClock'>,
  isWanted: boolean,
  paths: readonly string[],
): { readonly watcher?: Watcher } {
  if (!isWanted) {
    return {};
  }
  if (shell.notify === undefined) {
    throw new UsageError('-w is for the interactive shell: here nobody would see the event', {
      hint: paths.length === 0 ? '' : `watch ${paths.join(' ')} --once`,
    });
  }
  return {
    watcher: ({ type, path, zxid }) =>
      shell.notify?.({ kind: 'watchEvent', time: wallClock(), event: type, path, zxid }),
  };
}
