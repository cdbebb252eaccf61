/** A real server before 3.9, which keeps one mode of watch for each path and cannot take one mode off. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Watcher } from '../../src/client/api.js';
import { failure, open } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { describeWithOwnZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';

function listening(): { readonly told: string[]; readonly watcher: Watcher } {
  const told: string[] = [];
  return { told, watcher: ({ type, path }) => told.push(`${type} ${path}`) };
}

describeWithOwnZooKeeper(
  'ZooKeeper 3.8.6',
  () => {
    let server: ZooKeeperServer;

    beforeAll(async () => {
      server = await startZooKeeper({ version: '3.8.6' });
    });

    afterAll(() => server.stop());

    for (const order of [
      ['persistent', 'persistentRecursive'],
      ['persistentRecursive', 'persistent'],
    ] as const) {
      test(`${order.join(' and ')} at one path: both hear what they wait for`, async () => {
        const { session } = await open(server.address);
        const path = `/${order[0]}`;
        const heard = { persistent: listening(), persistentRecursive: listening() };
        for (const mode of order) await session.addWatch(path, mode, heard[mode].watcher);
        await session.create(path, null);
        await session.create(`${path}/b`, null);
        await session.create(`${path}/b/c`, null);
        await session.setData(`${path}/b`, null);
        await session.delete(`${path}/b/c`);
        await session.delete(`${path}/b`);
        await session.setData(path, null);
        expect(heard.persistent.told).toEqual([
          `created ${path}`,
          `children ${path}`,
          `children ${path}`,
          `changed ${path}`,
        ]);
        expect(heard.persistentRecursive.told).toEqual([
          `created ${path}`,
          `created ${path}/b`,
          `created ${path}/b/c`,
          `changed ${path}/b`,
          `deleted ${path}/b/c`,
          `deleted ${path}/b`,
          `changed ${path}`,
        ]);
      });
    }

    test('one-shot watches beside a persistent one harm it not', async () => {
      const { session } = await open(server.address);
      await session.create('/beside', null);
      const [persistent, once] = [listening(), listening()];
      await session.addWatch('/beside', 'persistent', persistent.watcher);
      await session.getData('/beside', { watcher: once.watcher });
      await session.getChildren('/beside', { watcher: once.watcher });
      await session.setData('/beside', null);
      await session.create('/beside/a', null);
      await session.setData('/beside', null);
      await session.delete('/beside/a');
      expect(persistent.told).toEqual(['changed /beside', 'children /beside', 'changed /beside', 'children /beside']);
      expect(once.told).toEqual(['changed /beside', 'children /beside']);
    });

    test('all kinds at one path survive a reconnect', async () => {
      const scene = await open(server.address);
      const { session } = scene;
      await session.create('/all', null);
      const [flat, deep, data, children] = [listening(), listening(), listening(), listening()];
      await session.getData('/all', { watcher: data.watcher });
      await session.getChildren('/all', { watcher: children.watcher });
      await session.addWatch('/all', 'persistent', flat.watcher);
      await session.addWatch('/all', 'persistentRecursive', deep.watcher);
      await server.restart();
      await scene.event('connected', 1);
      await session.create('/all/a', null);
      await session.setData('/all', null);
      await eventually(() => deep.told.length === 2, { what: 'the events' });
      expect(flat.told).toEqual(['children /all', 'changed /all']);
      expect(deep.told).toEqual(['created /all/a', 'changed /all']);
      expect([children.told, data.told]).toEqual([['children /all'], ['changed /all']]);
    });

    test('a persistent watch is taken off by taking all off; what stays goes on', async () => {
      const { session } = await open(server.address);
      await session.create('/off', null);
      const [flat, deep, once] = [listening(), listening(), listening()];
      const handle = await session.addWatch('/off', 'persistent', flat.watcher);
      await session.addWatch('/off', 'persistentRecursive', deep.watcher);
      await session.getData('/off', { watcher: once.watcher });
      await handle.remove();
      await session.setData('/off', null);
      await session.create('/off/a', null);
      expect([flat.told, deep.told, once.told]).toEqual([[], ['changed /off', 'created /off/a'], ['changed /off']]);
      await session.removeWatches('/off', 'persistentRecursive');
      await session.setData('/off', null);
      expect(deep.told).toHaveLength(2);
      expect(await failure(session.removeWatches('/off', 'any'))).toMatchObject({ code: 'NOWATCHER' });
    });
  },
  '3.8.6',
);
