/** Which programs this machine has, and whether it must have them all. */
import { spawnSync } from 'node:child_process';

/** CI lets no suite be skipped. */
export const REQUIRE_ALL = process.env.ZKSH_REQUIRE_ALL === '1';

const seen = new Map<string, boolean>();

export function haveProgram(program: string): boolean {
  const known = seen.get(program);
  if (known !== undefined) return known;
  const isThere = spawnSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;
  seen.set(program, isThere);
  return isThere;
}
