/** Where this machine keeps what outlives a run: history, checkpoints. */
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Environment } from './wishes.js';

/** By the XDG base directory specification: a relative path in the variable does not count. null: there is no home. */
export function stateFolder({ XDG_STATE_HOME = '' }: Environment): string | null {
  const home = homedir();
  const folder = isAbsolute(XDG_STATE_HOME) ? XDG_STATE_HOME : isAbsolute(home) ? join(home, '.local', 'state') : null;
  return folder === null ? null : join(folder, 'zksh');
}
