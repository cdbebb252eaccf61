/** What a network can do to a client: black holes, cut frames, resets, mute and hasty servers, slow lines. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { isZkshError } from '../../src/errors.js';
import { eventually } from '../helpers/eventually.js';
import { describeWithOwnZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { NOTICE_MS, newRoot, SESSION_MS, sceneOf, TICK_MS } from './scene.js';
import { Workload } from './workload.js';

describeWithOwnZooKeeper('a client at work', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await startZooKeeper({ config: { tickTime: TICK_MS } });
  });
  afterAll(() => server?.stop());

  test.concurrent('gives a black hole up and goes on when there is a way again', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, events, next } = await join(proxy.address);
    const observer = await join(server.address);
    const work = new Workload(session, newRoot());
    await work.start();
    await work.untilMoreWork();

    const noticed = next('disconnected', NOTICE_MS + 20_000);
    proxy.blackHole();
    await noticed;
    const back = next('connected');
    proxy.heal();
    expect(await back).toMatchObject({ resumed: true, sessionId: session.sessionId });
    await work.untilMoreWork();

    const account = await work.stop();
    expect([...account.outcomes.set.values()]).toContain('unknown');
    await work.check(observer.session);
    expect(events.filter(({ type }) => type === 'expired')).toEqual([]);
    expect(proxy.connectionsCount).toBeLessThan(30);
  });

  test.concurrent('notices a black hole behind which replies are lost, and calls its writes unknown', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, next } = await join(proxy.address);
    const observer = await join(server.address);
    const work = new Workload(session, newRoot());
    await work.start();
    await work.untilMoreWork();

    const noticed = next('disconnected', NOTICE_MS + 20_000);
    proxy.blackHole('toClients');
    await noticed;
    proxy.cut('reset');
    proxy.heal();
    await work.untilMoreWork();
    await work.stop();
    await work.check(observer.session);
  });

  test.concurrent('notices a black hole also while it only listens', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, next } = await join(proxy.address);
    const observer = await join(server.address);
    const root = newRoot();
    await session.create(root, null);
    const seen: string[] = [];
    await session.addWatch(root, 'persistentRecursive', ({ path }) => seen.push(path));
    const noticed = next('disconnected', NOTICE_MS + 20_000);
    proxy.blackHole();
    await noticed;
    await observer.session.create(`${root}/missed`, null);
    const back = next('connected');
    proxy.heal();
    expect(await back).toMatchObject({ resumed: true });
    // Nobody tells a persistent watch what it has missed; the state does.
    expect((await session.getChildren(root)).children).toEqual(['missed']);
    await observer.session.create(`${root}/heard`, null);
    await eventually(() => seen.includes(`${root}/heard`), { what: 'a live watch' });
    expect(seen).not.toContain(`${root}/missed`);
  });

  test.concurrent.for(['close', 'reset'] as const)(
    'goes on when replies are cut in mid-frame (%s)',
    async (how, context) => {
      const { join, proxy: startProxy } = sceneOf(context);
      const proxy = await startProxy(server.address);
      const { session, events } = await join(proxy.address);
      const observer = await join(server.address);
      const work = new Workload(session, newRoot());
      await work.start();
      // In the length, in the header, in the body, and far into a long reply.
      for (const bytes of [1, 3, 5, 13, 21, 100, 1_000, 40_001, 100_003]) {
        await work.untilMoreWork(5);
        await proxy.cutAfter(bytes, how);
      }
      await work.untilMoreWork();
      await work.stop();
      await work.check(observer.session);
      expect(events.filter(({ type }) => type === 'expired')).toEqual([]);
      expect(proxy.connectionsCount).toBeLessThan(60);
    },
  );

  test.concurrent('cuts in the handshake cost nothing but time', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, next } = await join(proxy.address);
    const root = newRoot();
    await session.create(root, Buffer.from('kept'));
    for (const bytes of [0 + 1, 4, 7, 20, 35]) {
      const back = next('connected');
      const cut = proxy.cutAfter(bytes);
      proxy.cut('close');
      await cut;
      expect(await back).toMatchObject({ resumed: true });
      expect(String((await session.getData(root)).data)).toBe('kept');
    }
  });

  test.concurrent('says of each hasty one-shot write what became of it, wherever it was cut', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const observer = await join(server.address);
    const root = newRoot();
    await observer.session.create(root, null);
    const seen = { done: 0, no: 0, unknown: 0 };
    // From the first byte of the handshake's answer to behind the reply of the write.
    for (let bytes = 1; bytes < 170; bytes += 4) {
      void proxy.cutAfter(bytes, bytes % 8 === 1 ? 'close' : 'reset');
      const told = await createHastily(proxy.address, `${root}/${bytes}`);
      const isThere = (await observer.session.exists(`${root}/${bytes}`)) !== null;
      if (told !== 'unknown') expect(isThere, `cut after ${bytes} bytes, told ${told}`).toBe(told === 'done');
      seen[told] += 1;
    }
    expect(seen.done).toBeGreaterThan(0);
    expect(seen.unknown).toBeGreaterThan(0);
    expect(proxy.connectionsCount).toBeLessThan(200);
  });

  test.concurrent('does not storm a server that accepts and closes', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, next } = await join(proxy.address);
    const lost = next('disconnected');
    const before = proxy.connectionsCount;
    proxy.welcome = 'close';
    proxy.cut('close');
    await lost;
    // One second short of the end of the session.
    await expect(session.getData('/', { deadlineMs: 3_000 })).rejects.toMatchObject({ code: 'TIMEOUT', applied: 'no' });
    expect(proxy.connectionsCount - before).toBeGreaterThan(1);
    expect(proxy.connectionsCount - before).toBeLessThan(40);
    proxy.heal();
    await session.getData('/');
  });

  test.concurrent('goes to the next server when the first accepts and says nothing', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const mute = await startProxy(server.address);
    mute.welcome = 'mute';
    const good = await startProxy(server.address);
    const { session } = await join(`${mute.address},${good.address}`, { shuffle: false });
    expect(session.server?.port).toBe(good.port);
    expect(mute.connectionsCount).toBe(1);
    await session.getData('/');
  });

  test.concurrent('leaves a server that turns mute for one that answers', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const [first, second] = [await startProxy(server.address), await startProxy(server.address)];
    const { session } = await join(`${first.address},${second.address}`, { shuffle: false });
    const observer = await join(server.address);
    const work = new Workload(session, newRoot());
    await work.start();
    first.welcome = 'mute';
    first.blackHole();
    await work.untilMoreWork();
    expect(session.server?.port).toBe(second.port);
    await work.stop();
    await work.check(observer.session);
  });

  test.concurrent('is told within its time that no server speaks', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const mute = await startProxy(server.address);
    mute.welcome = 'mute';
    const opening = join(mute.address, { connectTimeoutMs: 1_500 });
    await expect(opening).rejects.toMatchObject({ kind: 'connection', code: 'CONNECTTIMEOUT', server: mute.address });
    expect(mute.connectionsCount).toBeLessThan(10);
    await eventually(() => mute.openCount === 0, { what: 'its connections to be closed' });
  });

  test.concurrent('keeps its session while a long reply trickles in', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, events } = await join(proxy.address);
    const root = newRoot();
    const long = Buffer.alloc(600_000, 'long-');
    await session.create(root, long);
    // The reply takes longer than the session lasts without a ping.
    proxy.bytesPerSecond = 100_000;
    expect((await session.getData(root)).data?.equals(long)).toBe(true);
    proxy.bytesPerSecond = Number.POSITIVE_INFINITY;
    expect(events).toEqual([]);
  });

  test.concurrent('keeps its session on a slow line', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, events } = await join(proxy.address);
    const observer = await join(server.address);
    const work = new Workload(session, newRoot());
    await work.start(observer.session);
    proxy.delayMs = 300;
    await work.untilMoreWork(10);
    await work.stop();
    await work.check(observer.session);
    expect(events).toEqual([]);
  });

  test.concurrent('closes in time when nobody answers, and the process may end', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session } = await join(proxy.address);
    proxy.blackHole();
    await session.close(500);
    expect(session.state).toBe('closed');
    await eventually(() => proxy.openCount === 0, { what: 'its connection to be closed' });
    await expect(session.getData('/')).rejects.toMatchObject({ code: 'SESSIONCLOSED', sessionOver: true });
  });
});

/** As a one-shot command does: the request goes out behind the handshake. */
async function createHastily(servers: string, path: string): Promise<'done' | 'no' | 'unknown'> {
  let session: Session | undefined;
  try {
    session = await openSession({ servers, eager: true, sessionTimeoutMs: SESSION_MS, connectTimeoutMs: 20_000 });
    await session.create(path, null);
    return 'done';
  } catch (error) {
    if (!isZkshError(error)) throw error;
    expect(error.applied).not.toBe('yes');
    return error.applied === 'no' ? 'no' : 'unknown';
  } finally {
    await session?.close(500);
  }
}
