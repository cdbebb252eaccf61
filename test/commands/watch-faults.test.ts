/** watch through what happens to servers: killed and started again, and frozen. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSession } from '../../src/client/session.js';
import { describeWithOwnZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { openScene, type Scene } from './scene.js';
import { startWatch } from './watching.js';

describeWithOwnZooKeeper('watch', () => {
  let server: ZooKeeperServer;
  let scene: Scene;
  beforeEach(async () => {
    server = await startZooKeeper({ config: { tickTime: 500 } });
    scene = await openScene(server.address, { sessionTimeoutMs: 2_000 });
  });
  afterEach(async () => {
    server.resume();
    await scene.close();
    await server.stop();
  });

  /** By somebody who comes when the server serves, and goes. */
  async function change(path: string, data: string): Promise<void> {
    const session = await openSession({ servers: scene.servers, waitMs: 30_000 });
    await session.setData(path, Buffer.from(data));
    await session.close();
  }

  test('goes on when its server was killed and comes back', async () => {
    await scene.put('/a', 'x');
    const watching = await startWatch(scene, 'watch -R / --data');

    await server.kill();
    await watching.seen(1);
    await server.restart();
    await change('/a', 'y');
    await watching.seen(4);
    await change('/a', 'z');

    const seen = await watching.seen(5);
    expect(seen.slice(0, 1)).toEqual(['disconnected']);
    expect(seen).toContain('gap');
    expect(
      watching.events
        .filter(({ path }) => path === '/a')
        .at(-1)
        ?.data?.toString(),
    ).toBe('z');
    await watching.stop();
  });

  test('goes on when its server stood still', async () => {
    await scene.put('/a', 'x');
    const watching = await startWatch(scene, 'watch /a --data');

    server.freeze();
    await watching.seen(1);
    server.resume();
    await change('/a', 'y');

    const seen = await watching.seen(4);
    expect(seen[0]).toBe('disconnected');
    expect(seen.indexOf('gap')).toBeGreaterThan(seen.indexOf('connected'));
    expect(watching.events.at(-1)?.data?.toString()).toBe('y');
    await watching.stop();
  });
});
