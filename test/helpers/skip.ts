/**
 * Suites that need what not every machine has. Where it is missing they are skipped, and the run says why in one line;
 * with ZKSH_REQUIRE_ALL=1 (CI) they fail instead. A server that speaks ZooKeeper every machine has: without Java it is the sandbox.
 */
import { describe, inject, test } from 'vitest';
import type { ZooKeeperVersion } from './java.js';
import { haveProgram, REQUIRE_ALL } from './programs.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** `127.0.0.1:port` of the 3.9.5 that the run shares, or of the sandbox that stands in for it; null where neither was started. */
    zookeeper: string | null;
    /** For each version: why a real one cannot be had; null where it can. */
    missing: Readonly<Record<ZooKeeperVersion | 'java', string | null>>;
  }
}

/**
 * With the run's shared server, whose address the body gets (`''` where it is skipped: use it inside tests only).
 * Work below a path of your own, `/test-<random>`.
 */
export function describeWithZooKeeper(name: string, body: (address: string) => void): void {
  const address = inject('zookeeper');
  const why = inject('missing')['3.9.5'];
  if (address === null && why === null) throw new Error('global-setup.ts did not see that this file asks for a server');
  describeIf(address !== null, why ?? '', name, () => body(address ?? ''));
}

/** For tests that start servers of their own, of `version` (default 3.9.5, or the sandbox in its place). */
export function describeWithOwnZooKeeper(name: string, body: () => void, version: ZooKeeperVersion = '3.9.5'): void {
  if (version === '3.9.5') describe(name, body);
  else describeWithRealZooKeeper(name, body, version);
}

/** For ensembles, and for what is compared with a real server. */
export function describeWithRealZooKeeper(name: string, body: () => void, version: ZooKeeperVersion = '3.9.5'): void {
  const why = inject('missing')[version];
  describeIf(why === null, why ?? '', name, body);
}

/** Whether suites run on a real 3.9.5; for the few tests of a suite in which the sandbox cannot do as it does. */
export function haveRealZooKeeper(): boolean {
  return inject('missing')['3.9.5'] === null;
}

export type ShellName = 'bash' | 'zsh' | 'fish';

export function describeWithShell(shell: ShellName, name: string, body: () => void): void {
  describeWithProgram(shell, name, body);
}

/** With another program on the PATH. */
export function describeWithProgram(program: string, name: string, body: () => void): void {
  describeIf(haveProgram(program), `there is no ${program} on this machine`, name, body);
}

function describeIf(isThere: boolean, why: string, name: string, body: () => void): void {
  if (isThere) {
    describe(name, body);
  } else if (REQUIRE_ALL) {
    describe(name, () => {
      test('finds what it needs', () => {
        throw new Error(`${why}, and ZKSH_REQUIRE_ALL=1 lets nothing be skipped`);
      });
    });
  } else {
    describe.skip(`${name} (skipped: ${why})`, body);
  }
}
