/** Walks over a real server while others write below, the connection breaks, and the network is slow. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../../src/client/api.js';
import { openSession } from '../../../src/client/session.js';
import type { ZnodePath } from '../../../src/protocol/path.js';
import { type WalkEntry, walk } from '../../../src/tree/read/walk.js';
import { openScene, type Scene } from '../../commands/scene.js';
import { type FaultProxy, startFaultProxy } from '../../helpers/fault-proxy.js';
import { describeWithZooKeeper } from '../../helpers/skip.js';

const PARENTS = 40;
const CHILDREN = 100;

describeWithZooKeeper('a walk over a server', (address) => {
  let scene: Scene;
  let proxy: FaultProxy;
  let far: Session;

  beforeAll(async () => {
    scene = await openScene(address);
    await scene.put('/stable');
    for (let parent = 0; parent < PARENTS; parent++) {
      await scene.session.multi([
        { op: 'create', path: `/stable/p${parent}`, data: null },
        ...Array.from({ length: CHILDREN }, (_, child) => ({
          op: 'create' as const,
          path: `/stable/p${parent}/c${child}`,
          data: Buffer.alloc(500, 'x'),
        })),
      ]);
    }
    proxy = await startFaultProxy(address);
    far = await openSession({ servers: `${proxy.address}${scene.session.chroot}`, sessionTimeoutMs: 10_000 });
  });

  afterAll(async () => {
    await far.close();
    await proxy.stop();
    await scene.close();
  });

  async function all(session: Session, root: string, want: 'names' | 'stat' | 'data'): Promise<WalkEntry[]> {
    const entries: WalkEntry[] = [];
    for await (const some of walk(session, root as ZnodePath, { want })) entries.push(...some);
    return entries;
  }

  test.each(['names', 'stat', 'data'] as const)('for %s goes on where the connection broke', async (want) => {
    const expected = (await all(scene.session, '/stable', want)).map(({ path }) => path);
    expect(expected).toHaveLength(1 + PARENTS * (1 + CHILDREN));
    const bytes = proxy.bytesToClients;
    await all(far, '/stable', want);
    const half = Math.floor((proxy.bytesToClients - bytes) / 2);
    const cut = proxy.cutAfter(half, 'reset');

    const found = (await all(far, '/stable', want)).map(({ path }) => path);

    await cut;
    expect(found).toEqual(expected);
  });

  test.each(['names', 'data'] as const)(
    'for %s ends while others create and delete, and misses nothing that stood',
    async (want) => {
      await scene.put('/moving');
      await scene.session.multi(
        Array.from({ length: 200 }, (_, index) => ({ op: 'create' as const, path: `/moving/s${index}`, data: null })),
      );
      let isOver = false;
      const writing = Promise.all(
        [0, 1, 2].map(async (writer) => {
          for (let round = 0; !isOver; round++) {
            const path = `/moving/s${(round * 7 + writer) % 200}/w${writer}`;
            await scene.session.create(path, Buffer.alloc(10));
            await scene.session.create(`${path}/below`, null);
            await scene.session.delete(`${path}/below`);
            await scene.session.delete(path);
          }
        }),
      );
      try {
        for (let round = 0; round < 10; round++) {
          const entries = await all(scene.session, '/moving', want);
          const stood = entries.filter(({ path }) => /^\/moving\/s\d+$/.test(path));
          expect(new Set(stood.map(({ path }) => path)).size).toBe(200);
          const refusals = new Set(entries.map(({ error }) => error?.code).filter((code) => code !== undefined));
          expect([...refusals].every((code) => code === 'NONODE')).toBe(true);
        }
      } finally {
        isOver = true;
        await writing;
        await scene.session.multi(
          Array.from({ length: 200 }, (_, index) => ({ op: 'delete' as const, path: `/moving/s${index}` })),
        );
        await scene.session.delete('/moving');
      }
    },
  );

  test('needs few round trips, however slow they are', async () => {
    const startRequests = proxy.bytesToClients;
    proxy.delayMs = 20;
    try {
      const startMs = performance.now();
      const entries = await all(far, '/stable', 'names');
      const elapsedMs = performance.now() - startMs;

      expect(entries).toHaveLength(1 + PARENTS * (1 + CHILDREN));
      // One round trip a znode would take 160 s; the limit is far above what a busy machine needs.
      expect(elapsedMs).toBeLessThan(20_000);
      expect(proxy.bytesToClients).toBeGreaterThan(startRequests);
    } finally {
      proxy.delayMs = 0;
    }
  });
});
