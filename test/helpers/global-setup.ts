/**
 * Before the first test: finds Java and ZooKeeper, and starts the one 3.9.5 that the whole run shares; where it cannot be had,
 * the sandbox stands in for it. Says in one line what is missing. Looks at the test files first: a run that asks for no server
 * starts none, and one that runs the program builds it.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { haveJava, letSandboxStandIn, sandboxStandsIn, type ZooKeeperVersion, zooKeeperClasspath } from './java.js';
import { haveProgram, REQUIRE_ALL } from './programs.js';
import type {} from './skip.js';
import { startZooKeeper, type ZooKeeperServer } from './zookeeper.js';

/** How a test file asks for the shared server: by describeWithZooKeeper, or by inject itself. */
const ASKS_FOR_SERVER = /WithZooKeeper|inject\('zookeeper'\)/;
/** That real ones can be started at all. */
const ASKS_FOR_JARS = /With(Own|Real)?ZooKeeper|inject\(/;
const ASKS_FOR_3_8 = /3\.8\.6/;
/** It runs the program, not its sources. */
const ASKS_FOR_BUILD = /bin\/zk|zksh-process|pseudo-terminal|readme-blocks/;
const OPTIONAL_PROGRAMS = ['bash', 'zsh', 'fish', 'groff'];

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const texts = project.vitest.state.getPaths().map((file) => readFileSync(file, 'utf8'));
  const missing: Record<ZooKeeperVersion | 'java', string | null> = { java: null, '3.9.5': null, '3.8.6': null };
  let server: ZooKeeperServer | undefined;

  if (texts.some((text) => ASKS_FOR_BUILD.test(text))) {
    execFileSync(process.execPath, ['build.mjs', '--if-stale'], { stdio: 'inherit' });
  }
  if (!haveJava()) missing.java = missing['3.9.5'] = missing['3.8.6'] = 'there is no Java 11 or later on this machine';
  if (sandboxStandsIn()) missing['3.9.5'] = missing['3.8.6'] = 'ZKSH_TEST_SANDBOX=1 asks for the sandbox';
  for (const [version, asks] of [
    ['3.9.5', ASKS_FOR_JARS],
    ['3.8.6', ASKS_FOR_3_8],
  ] as const) {
    if (missing[version] !== null || !texts.some((text) => asks.test(text))) continue;
    await zooKeeperClasspath(version).catch((error: Error) => {
      missing[version] = error.message;
    });
  }
  if (missing['3.9.5'] !== null) letSandboxStandIn();
  if (texts.some((text) => ASKS_FOR_SERVER.test(text))) server = await startZooKeeper();
  project.provide('zookeeper', server?.address ?? null);
  project.provide('missing', missing);
  sayWhatIsMissing(missing);
  return async () => server?.stop();
}

function sayWhatIsMissing(missing: Readonly<Record<ZooKeeperVersion | 'java', string | null>>): void {
  const reasons = new Set(Object.values(missing).filter((why) => why !== null));
  for (const program of OPTIONAL_PROGRAMS) if (!haveProgram(program)) reasons.add(`there is no ${program}`);
  const what = REQUIRE_ALL ? 'Suites fail' : 'Suites are skipped';
  const instead = missing['3.9.5'] === null ? '' : ' Those that need no real server run on the sandbox.';
  if (reasons.size > 0) console.warn(`${what}: ${[...reasons].join('; ')}.${instead}`);
}
