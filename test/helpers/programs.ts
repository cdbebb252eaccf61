/** Which programs this machine has. */
import { spawnSync } from 'node:child_process';

const seen = new Map<string, boolean>();

export function haveProgram(program: string): boolean {
  const known = seen.get(program);
  if (known !== undefined) return known;
  const isThere = spawnSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;
  seen.set(program, isThere);
  return isThere;
}
