/** Every recorded run of the real zkCli.sh (fixtures/), repeated through bin/zkCli.sh and compared byte by byte. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { type Ensemble, startEnsemble } from '../helpers/ensemble.js';
import { freePort } from '../helpers/free-port.js';
import { describeWithOwnZooKeeper, describeWithRealZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { type Case, DROP_IN, readCases, readGolden, runCase } from './cases.js';
import { difference } from './compare.js';
import { clean, openSuper, prepare, readTree, SERVER_JVM } from './prepare.js';

const CASES = readCases();

describeWithOwnZooKeeper('zkCli.sh as it was recorded, standalone', () => {
  let server: ZooKeeperServer;
  let session: Session;
  let down: string;

  beforeAll(async () => {
    server = await startZooKeeper({ jvm: SERVER_JVM });
    session = await openSuper(server.address);
    down = `127.0.0.1:${await freePort()}`;
  });
  afterAll(async () => {
    await session?.close();
    await server?.stop();
  });

  const repeat = (each: Case) => repeatCase(each, { server: server.address, down }, session);
  const ours = CASES.filter(({ needs }) => needs === undefined);
  test.concurrent.for(ours.filter(({ alone }) => alone !== true))('$name: $about', repeat);
  test.for(ours.filter(({ alone }) => alone === true))('$name: $about', repeat);
});

describeWithRealZooKeeper('zkCli.sh as it was recorded, with an ensemble', () => {
  let ensemble: Ensemble;

  beforeAll(async () => {
    ensemble = await startEnsemble({
      jvm: SERVER_JVM,
      readOnlyMode: true,
      config: { localSessionsEnabled: true, localSessionsUpgradingEnabled: true },
    });
    await ensemble.untilServing();
  });
  afterAll(() => ensemble?.stop());

  const place = (index: number) => ({ server: ensemble.servers[index]?.address ?? '', down: 'nobody:1' });

  test.for(CASES.filter(({ needs }) => needs === 'ensemble'))('$name: $about', (each) =>
    repeatCase(each, place(0), null),
  );

  test('without a quorum: the cases of a read-only server', async () => {
    const [, second, third] = ensemble.servers;
    await Promise.all([second?.kill(), third?.kill()]);
    await expect.poll(() => ensemble.servers[0]?.mode(), { timeout: 60_000 }).toBe('read-only');
    for (const each of CASES.filter(({ needs }) => needs === 'readonly')) {
      await repeatCase(each, place(0), null);
    }
  });
});

async function repeatCase(
  each: Case,
  place: { readonly server: string; readonly down: string },
  session: Session | null,
): Promise<void> {
  const hasNodes = session !== null && each.nodes !== false;
  if (hasNodes) {
    await prepare(session, each);
  }
  const ours = await runCase(each, [DROP_IN], place);
  const tree = hasNodes ? await readTree(session, `/${each.name}`) : null;
  if (hasNodes) {
    await clean(session, each.name);
  }
  const differences = readGolden(each.name).map((golden) => {
    const sameTree = golden.tree === null || tree === null || JSON.stringify(golden.tree) === JSON.stringify(tree);
    const treeDifference = sameTree
      ? null
      : `tree there ${JSON.stringify(golden.tree)}\ntree here  ${JSON.stringify(tree)}`;
    return [difference(golden, ours, each.tags), treeDifference].filter((part) => part !== null).join('\n');
  });
  expect(differences.includes('') ? '' : differences.join('\nor\n')).toBe('');
}
