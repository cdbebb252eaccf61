/** watch on servers that say less: 3.8 tells no zxid with an event, and before 3.6 there are only one-shot watches. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { describeWithOwnZooKeeper, describeWithZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { openScene, type Scene } from './scene.js';
import { startWatch } from './watching.js';

describeWithOwnZooKeeper(
  'watch on 3.8.6',
  () => {
    let server: ZooKeeperServer;
    let scene: Scene;
    let other: Session;
    beforeAll(async () => {
      server = await startZooKeeper({ version: '3.8.6' });
      scene = await openScene(server.address);
      other = await scene.open();
    });
    afterAll(async () => {
      await scene.close();
      await server.stop();
    });

    test('reads the zxid that the event does not bring', async () => {
      const watching = await startWatch(scene, 'watch /a');

      const { stat: created } = await other.create('/a', null);
      await watching.seen(1);
      const changed = await other.setData('/a', Buffer.from('x'));
      await watching.seen(2);
      const { stat: child } = await other.create('/a/b', null);
      await watching.seen(3);
      await other.delete('/a/b');
      await watching.seen(4);
      await other.delete('/a');

      expect(await watching.seen(5)).toEqual(['created /a', 'changed /a', 'children /a', 'children /a', 'deleted /a']);
      expect(watching.events.slice(0, 3).map(({ zxid }) => zxid)).toEqual([
        created?.czxid,
        changed.mzxid,
        child?.czxid,
      ]);
      await watching.stop();
    });

    test('with -R a storm of changes is told whole', async () => {
      const watching = await startWatch(scene, 'watch -R /');

      for (let number = 0; number < 50; number++) {
        await other.create(`/n${number}`, null);
        await other.delete(`/n${number}`);
      }

      const seen = await watching.seen(100);
      expect(seen).toEqual(
        Array.from({ length: 50 }, (_, number) => [`created /n${number}`, `deleted /n${number}`]).flat(),
      );
      await watching.stop();
    });
  },
  '3.8.6',
);

describeWithZooKeeper('watch with one-shot watches', (address) => {
  let scene: Scene;
  let other: Session;
  beforeAll(async () => {
    scene = await openScene(address, { isOld: true });
    other = await scene.open();
  });
  afterAll(() => scene.close());

  test('goes on watching after each event', async () => {
    const watching = await startWatch(scene, 'watch /a');

    await other.create('/a', null);
    await watching.seen(1);
    await other.setData('/a', null);
    await watching.seen(2);
    await other.create('/a/b', null);
    await watching.seen(3);
    await other.delete('/a/b');
    await watching.seen(4);
    await other.delete('/a');
    await watching.seen(5);
    await other.create('/a', null);

    expect(await watching.seen(6)).toEqual([
      'created /a',
      'changed /a',
      'children /a',
      'children /a',
      'deleted /a',
      'created /a',
    ]);
    await watching.stop();
    await other.delete('/a');
  });

  test('with -R follows what is created below what was created', async () => {
    const watching = await startWatch(scene, 'watch -R /');

    await other.create('/x', null);
    await other.create('/x/y', null);
    await other.create('/x/y/z', null);
    await watching.seen(3);
    await other.setData('/x/y/z', Buffer.from('1'));
    await watching.seen(4);
    await other.delete('/x/y/z');
    await watching.seen(5);
    await other.create('/x/y/z', null);

    expect(await watching.seen(6)).toEqual([
      'created /x',
      'created /x/y',
      'created /x/y/z',
      'changed /x/y/z',
      'deleted /x/y/z',
      'created /x/y/z',
    ]);
    await watching.stop();
  });
});
