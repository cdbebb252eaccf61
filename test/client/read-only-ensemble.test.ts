/** A real ensemble that loses its quorum, with read-only mode: what the one that is left gives, and the way back. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failure, open } from '../helpers/client-scene.js';
import { type Ensemble, startEnsemble } from '../helpers/ensemble.js';
import { eventually } from '../helpers/eventually.js';
import { describeWithRealZooKeeper } from '../helpers/skip.js';
import type { ZooKeeperServer } from '../helpers/zookeeper.js';

describeWithRealZooKeeper('an ensemble without a quorum', () => {
  let ensemble: Ensemble;

  beforeAll(async () => {
    ensemble = await startEnsemble({
      readOnlyMode: true,
      config: { localSessionsEnabled: true, localSessionsUpgradingEnabled: true },
    });
  });

  afterAll(() => ensemble.stop());

  test('is read only by those who take it; with the quorum, writing goes on', async () => {
    const { session: writer } = await open(ensemble.address);
    await writer.create('/read-only', Buffer.from('x'));
    await writer.close();
    const leader = await ensemble.leader();
    const [dead, left] = (await ensemble.followers()) as [ZooKeeperServer, ZooKeeperServer];
    await Promise.all([leader.kill(), dead.kill()]);
    await eventually(async () => (await left.mode()) === 'read-only', {
      what: 'the read-only mode',
      deadlineMs: 60_000,
    });

    expect(await failure(open(left.address, { connectTimeoutMs: 1000 }))).toMatchObject({ kind: 'connection' });

    const scene = await open(ensemble.address, { readOnly: true, waitMs: 60_000, connectTimeoutMs: 3000 });
    expect(scene.session.state).toBe('connectedReadOnly');
    expect((await scene.session.getData('/read-only')).data?.toString()).toBe('x');
    expect(await failure(scene.session.setData('/read-only', null))).toMatchObject({
      code: 'NOTREADONLY',
      applied: 'no',
    });

    await leader.restart();
    const back = await eventually(() => scene.events.find((event) => event.type === 'connected' && !event.readOnly), {
      what: 'a connection to a server that writes',
      deadlineMs: 120_000,
    });
    expect(back).toMatchObject({ type: 'connected', readOnly: false });
    expect(await scene.session.setData('/read-only', Buffer.from('y'))).toMatchObject({ version: 1 });
  }, 240_000);
});
