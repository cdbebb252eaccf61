/**
 * watch -b: a watch that outlives its verb, where a prompt does too. It belongs to the session: the shell tells what is
 * missed while the connection is away, and that it is gone when the session is.
 */
import { UsageError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import type { CommandContext } from './context.js';
import type { Result } from './results.js';

/** @throws UsageError where nobody would see the events */
export async function* watchInBackground(
  { session, shell, signal, wallClock }: CommandContext,
  paths: readonly ZnodePath[],
  mode: 'persistent' | 'persistentRecursive',
): AsyncGenerator<Result> {
  if (shell.notify === undefined) {
    throw new UsageError('-b is for the interactive shell: here nobody would see the events', {
      hint: `watch ${paths.join(' ')}`,
    });
  }
  for (const path of paths) {
    await session.addWatch(
      path,
      mode,
      ({ type, zxid, path: changed }) =>
        shell.notify?.({ kind: 'watchEvent', time: wallClock(), event: type, path: changed, zxid }),
      { signal },
    );
  }
  yield { kind: 'message', text: `watching ${paths.join(', ')} behind the prompt; to end it: watch --stop PATH` };
}

/** @throws KeeperError NOWATCHER */
export async function* stopWatching(
  { session, signal }: CommandContext,
  paths: readonly ZnodePath[],
): AsyncGenerator<Result> {
  for (const path of paths) {
    await session.removeWatches(path, 'any', { signal });
    yield { kind: 'done', verb: 'watch', fields: { path, stopped: true } };
  }
}
