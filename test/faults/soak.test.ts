/**
 * Twenty seconds of faults at random, one upon the other, under a client at work. ZKSH_SOAK_SEED repeats the choice of
 * faults (not their moments), ZKSH_SOAK_MS makes it longer.
 */
import { expect, test } from 'vitest';
import type { FaultProxy } from '../helpers/fault-proxy.js';
import { describeWithOwnZooKeeper } from '../helpers/skip.js';
import { startZooKeeper } from '../helpers/zookeeper.js';
import { type Joined, newRoot, sceneOf, TICK_MS } from './scene.js';
import { Workload } from './workload.js';

const SOAK_MS = Number(process.env.ZKSH_SOAK_MS ?? 20_000);
const SEED = Number(process.env.ZKSH_SOAK_SEED ?? Date.now() % 2 ** 31);

type Random = (max: number) => number;

const FAULTS: readonly ((proxy: FaultProxy, random: Random) => void)[] = [
  (proxy) => proxy.cut('close'),
  (proxy) => proxy.cut('reset'),
  (proxy, random) => void proxy.cutAfter(1 + random(50)),
  (proxy, random) => void proxy.cutAfter(1 + random(5_000), 'reset'),
  (proxy, random) => void proxy.cutAfter(1 + random(200_000)),
  (proxy) => proxy.blackHole(),
  (proxy) => proxy.blackHole('toClients'),
  (proxy, random) => {
    proxy.welcome = (['mute', 'close', 'reset'] as const)[random(3)]!;
    proxy.cut('reset');
  },
  (proxy, random) => {
    proxy.delayMs = random(100);
  },
  (proxy, random) => {
    proxy.bytesPerSecond = 200_000 + random(800_000);
  },
];

describeWithOwnZooKeeper('a client at work', () => {
  test(`through faults at random (seed ${SEED})`, { timeout: SOAK_MS + 120_000 }, async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const server = await startZooKeeper({ config: { tickTime: TICK_MS } });
    context.onTestFinished(() => server.stop());
    const proxies = [await startProxy(server.address), await startProxy(server.address)];
    const servers = proxies.map(({ address }) => address).join();
    const observer = await join(server.address);
    const random = randomFrom(SEED);

    const works: Workload[] = [];
    const begin = async (): Promise<Joined> => {
      const joined = await join(servers, { waitMs: 30_000 });
      const work = new Workload(joined.session, newRoot());
      works.push(work);
      await work.start();
      return joined;
    };
    let joined = await begin();
    let faultsCount = 0;
    let [doneCount, lostCount] = [0, 0];

    for (const end = performance.now() + SOAK_MS; performance.now() < end; faultsCount++) {
      const proxy = proxies[random(proxies.length)]!;
      FAULTS[random(FAULTS.length)]?.(proxy, random);
      await pause(50 + random(500));
      if (random(2) === 0) soothe(proxy);
      // On a machine that stands still, a session may be lost to it; then another client goes on.
      if (joined.session.state === 'expired') {
        proxies.forEach(soothe);
        lostCount += 1;
        joined = await begin();
      }
    }
    proxies.forEach(soothe);
    if (joined.session.state !== 'expired') await works.at(-1)?.untilMoreWork();

    for (const work of works) {
      const { outcomes } = await work.stop();
      await work.check(observer.session);
      for (const lane of Object.values(outcomes)) {
        doneCount += [...lane.values()].filter((outcome) => outcome === 'done').length;
      }
    }
    const connectionsCount = proxies.reduce((sum, proxy) => sum + proxy.connectionsCount, 0);
    // So many a second that something was tested, so few that nobody was stormed.
    expect(doneCount).toBeGreaterThan(SOAK_MS / 100);
    expect(lostCount).toBeLessThan(5);
    expect(connectionsCount).toBeGreaterThan(faultsCount / 10);
    expect(connectionsCount).toBeLessThan(20 + SOAK_MS / 50);
  });
});

function soothe(proxy: FaultProxy): void {
  proxy.delayMs = 0;
  proxy.bytesPerSecond = Number.POSITIVE_INFINITY;
  proxy.heal();
}

/** Whole numbers from 0 to below `max`: mulberry32. */
function randomFrom(seed: number): Random {
  let state = seed;
  return (max) => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * max);
  };
}

/** Between two faults; how long is part of the fault. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
