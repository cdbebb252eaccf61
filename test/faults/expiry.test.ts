/** Sessions that end without being closed by their client: what is told, when, and what is left on the server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { endSession } from '../helpers/raw-session.js';
import { describeWithOwnZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { newRoot, sceneOf } from './scene.js';
import { Workload } from './workload.js';

/** With it a server grants 200 ms to 2 s. */
const TICK_MS = 100;
const SESSION_MS = 1_500;

describeWithOwnZooKeeper('a session', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await startZooKeeper({ config: { tickTime: TICK_MS } });
  });
  afterAll(() => server?.stop());

  test.concurrent('that could not reach its server in time is expired, and all it has is told so', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, events, next } = await join(proxy.address, { sessionTimeoutMs: SESSION_MS });
    const observer = await join(server.address);
    const root = newRoot();
    const work = new Workload(session, root);
    await work.start();
    await session.create(`${root}/ephemeral`, null, { mode: 'ephemeral' });
    const { sessionId } = session;

    proxy.welcome = 'close';
    proxy.cut('reset');
    // The server, and nobody else, decides when a session is over.
    await eventually(async () => (await observer.session.exists(`${root}/ephemeral`)) === null, { what: 'the expiry' });
    const waiting = expect(session.setData(`${root}/register`, null)).rejects.toMatchObject({
      code: 'SESSIONEXPIRED',
      applied: 'no',
      sessionOver: true,
    });
    const expired = next('expired');
    proxy.heal();
    await expired;
    await waiting;

    expect(session.state).toBe('expired');
    expect(session.sessionId).toBe(sessionId);
    await expect(session.getData(root)).rejects.toMatchObject({ code: 'SESSIONEXPIRED', sessionOver: true });
    await work.stop();
    await work.check(observer.session);
    const connectionsCount = proxy.connectionsCount;
    await session.close();
    expect(session.state).toBe('expired');
    expect(proxy.connectionsCount).toBe(connectionsCount);
    await eventually(() => proxy.openCount === 0, { what: 'the end of its connection' });
    expect(events.at(-1)?.type).toBe('expired');
  });

  test.concurrent('that somebody else ends with its id and password knows it at once', async (context) => {
    const { join } = sceneOf(context);
    const { session, next } = await join(server.address);
    const observer = await join(server.address);
    const root = newRoot();
    const work = new Workload(session, root);
    await work.start();
    await work.untilMoreWork();
    const expired = next('expired');
    await endSession(server.port, session.sessionId, session.sessionPassword);
    await expired;
    expect(session.state).toBe('expired');
    await work.stop();
    await work.check(observer.session);
  });

  test.concurrent('is expired for a server that has forgotten it, and requests fail once each', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    const { session, next } = await join(proxy.address);
    const other = await startZooKeeper({ config: { tickTime: TICK_MS } });
    context.onTestFinished(() => other.stop());
    const root = newRoot();
    const work = new Workload(session, root);
    await work.start();
    await work.untilMoreWork();
    const observer = await join(server.address);

    const expired = next('expired');
    proxy.target = other.address;
    // A server that is behind what we have seen would refuse us; this one must know more than we do.
    const busy = await join(other.address);
    await busy.session.create('/growth', null);
    while (busy.session.lastZxid <= session.lastZxid + 200n) {
      await Promise.all(Array.from({ length: 100 }, () => busy.session.setData('/growth', null)));
    }
    proxy.cut('close');
    await expired;
    await work.stop();
    await work.check(observer.session);
  });

  test.concurrent('is asked for in full again after each reconnect', async (context) => {
    const { join, proxy: startProxy } = sceneOf(context);
    const proxy = await startProxy(server.address);
    // More than the server grants: 20 ticks.
    const { session, next } = await join(proxy.address, { sessionTimeoutMs: 60_000 });
    expect(session.sessionTimeoutMs).toBe(20 * TICK_MS);
    const back = next('connected');
    proxy.cut('close');
    expect(await back).toMatchObject({ resumed: true, sessionTimeoutMs: 20 * TICK_MS });
  });
});
