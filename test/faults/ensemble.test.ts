/** An ensemble of three that loses servers under a client at work. The observer is connected to all the others. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Ensemble, startEnsemble } from '../helpers/ensemble.js';
import { describeWithRealZooKeeper } from '../helpers/skip.js';
import type { ZooKeeperServer } from '../helpers/zookeeper.js';
import { newRoot, SESSION_MS, sceneOf, TICK_MS } from './scene.js';
import { Workload } from './workload.js';

describeWithRealZooKeeper('a client at work in an ensemble', () => {
  let ensemble: Ensemble;
  beforeAll(async () => {
    // initLimit and syncLimit count ticks: with small ones a busy machine would end servers that we have not touched.
    ensemble = await startEnsemble({ config: { tickTime: TICK_MS, initLimit: 100, syncLimit: 40 } });
  });
  afterAll(() => ensemble?.stop());

  const connectedTo = (port: number | undefined): ZooKeeperServer =>
    ensemble.servers.find((server) => server.port === port)!;

  test('survives the death of the leader, and its return', async (context) => {
    const { join } = sceneOf(context);
    const { session, events } = await join(ensemble.address);
    const observer = await join(ensemble.address);
    const work = new Workload(session, newRoot());
    await work.start();
    await work.untilMoreWork();

    const leader = await ensemble.leader();
    await leader.kill();
    await work.untilMoreWork();
    await leader.restart();
    await work.untilMoreWork();

    await work.stop();
    await work.check(observer.session);
    expect(events.filter(({ type }) => type === 'expired')).toEqual([]);
    expect(events.filter(({ type }) => type === 'attemptFailed').length).toBeLessThan(100);
  });

  test('leaves a server that is killed for another one, and its session goes along', async (context) => {
    const { join } = sceneOf(context);
    const { session, events, next } = await join(ensemble.address);
    const observer = await join(ensemble.address);
    const work = new Workload(session, newRoot());
    await work.start();
    const ephemeral = `${newRoot()}-ephemeral`;
    await session.create(ephemeral, null, { mode: 'ephemeral' });
    const { sessionId } = session;

    const dead = connectedTo(session.server?.port);
    const back = next('connected');
    await dead.kill();
    expect(await back).toMatchObject({ resumed: true, sessionId });
    expect(session.server?.port).not.toBe(dead.port);
    await work.untilMoreWork();
    expect((await observer.session.exists(ephemeral))?.ephemeralOwner).toBe(sessionId);

    await work.stop();
    await work.check(observer.session);
    expect(events.filter(({ type }) => type === 'expired')).toEqual([]);
    await dead.restart();
  });

  test('leaves a frozen server; what that one did in its sleep is told as it was', async (context) => {
    const { join } = sceneOf(context);
    const { session, next } = await join(ensemble.address);
    const work = new Workload(session, newRoot());
    await work.start();
    await work.untilMoreWork();

    const frozen = connectedTo(session.server?.port);
    const others = ensemble.servers.filter((server) => server !== frozen);
    const observer = await join(others.map(({ address }) => address).join());
    context.onTestFinished(() => frozen.resume());
    const lost = next('disconnected', SESSION_MS + 20_000);
    frozen.freeze();
    await lost;
    await work.untilMoreWork();
    expect(session.server?.port).not.toBe(frozen.port);
    frozen.resume();
    await frozen.untilServing();
    await work.untilMoreWork();

    await work.stop();
    await work.check(observer.session);
  });

  test('waits without a quorum, and then goes on or knows that its session is over', async (context) => {
    const { join } = sceneOf(context);
    const { session, events, next } = await join(ensemble.address);
    const work = new Workload(session, newRoot());
    await work.start();
    await work.untilMoreWork();

    const followers = await ensemble.followers();
    const lost = next('disconnected');
    await Promise.all(followers.map((server) => server.kill()));
    await lost;
    await Promise.all(followers.map((server) => server.restart()));
    await ensemble.untilServing();
    // A new leader gives all sessions their full time again, so this one lives.
    await work.untilMoreWork();
    await work.stop();
    const observer = await join(ensemble.address);
    await work.check(observer.session);
    expect(events.at(-1)).toMatchObject({ type: 'connected', resumed: true });
  });
});
