/** mv against real servers: in one step, in many, between ensembles, and whoever writes meanwhile. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { describeWithOwnZooKeeper, describeWithZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { openScene, type Scene } from './scene.js';
import { treeOf } from './tree-of.js';

describeWithZooKeeper('mv', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
  });
  afterEach(() => scene.close());

  /** What of `path` is seen between here and there, by one who looks all the time. */
  async function watchBoth(one: string, other: string, run: () => Promise<unknown>): Promise<Set<string>> {
    const session = await scene.open();
    const seen = new Set<string>();
    let isOver = false;
    const looking = (async () => {
      while (!isOver) {
        const found = await session.multiRead([
          { op: 'getData', path: one },
          { op: 'getData', path: other },
        ]);
        seen.add(found.map(({ op }) => (op === 'error' ? '-' : 'x')).join(''));
      }
    })();
    await run();
    isOver = true;
    await looking;
    return seen;
  }

  test('moves a small subtree in one step: nobody sees it twice, or not at all', async () => {
    await scene.run('fill /from --znodes 300 --size 500');
    const before = await treeOf(scene.session, '/from');

    const seen = await watchBoth('/from/n0', '/to/n0', () => scene.run('mv /from /to'));

    expect([...seen].every((state) => state === 'x-' || state === '-x')).toBe(true);
    expect(await scene.session.exists('/from')).toBeNull();
    expect(await treeOf(scene.session, '/to')).toEqual(before);
  });

  test('moves a large one with all that is in it', async () => {
    await scene.run('fill /from --znodes 2500 --size 50');
    await scene.session.setAcl('/from/n0', [{ perms: 31, scheme: 'ip', id: '127.0.0.1' }]);
    const before = await treeOf(scene.session, '/from');

    const { status, stderr } = await scene.run('mv /from /to');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await scene.session.exists('/from')).toBeNull();
    expect(await treeOf(scene.session, '/to')).toEqual(before);
    expect(scene.checkpoints.size).toBe(0);
  });

  test('znodes below one that lets nobody create are moved too', async () => {
    await scene.put('/from');
    await scene.put('/from/shut', 'x');
    await scene.put('/from/shut/child', 'y');
    // To delete below it is allowed, to create is not.
    await scene.session.setAcl('/from/shut', [{ perms: 1 | 8, scheme: 'world', id: 'anyone' }]);
    const before = await treeOf(scene.session, '/from');

    expect((await scene.run('mv /from /to')).status).toBe(0);
    expect(await treeOf(scene.session, '/to')).toEqual(before);
    expect(await scene.session.exists('/from')).toBeNull();
  });

  test('what is written meanwhile stays where it is, is told, and can be fetched', async () => {
    const other = await scene.open();
    await scene.run('fill /from --znodes 1500 --shape wide --size 10');
    let isOnce = true;
    // Behind the reading of the source for the comparison: the first look at the copy comes then.
    const { connection } = scene;
    const session = await connection.open();
    const real = session.multiRead.bind(session);
    session.multiRead = async (ops, options) => {
      if (isOnce && ops.some(({ path, op }) => op === 'getData' && path === '/to')) {
        isOnce = false;
        await other.setData('/from/n0007', Buffer.from('changed'));
        await other.create('/from/late', Buffer.from('late'));
        await other.create('/from/n0009/child', Buffer.from('child'));
      }
      return real(ops, options);
    };

    const { status, stderr } = await scene.run('mv /from /to');

    expect(status).toBe(1);
    expect(stderr).toContain('/from/n0007 was written since it was copied, and stays where it is');
    expect(stderr).toContain('/from/n0009 got a child since it was copied, and stays where it is');
    expect(stderr).toContain('2 failed');
    const left = [...(await treeOf(scene.session, '/from')).keys()];
    expect(left).toEqual(['', '/late', '/n0007', '/n0009', '/n0009/child']);
    expect((await scene.session.getData('/from/n0007')).data?.toString()).toBe('changed');

    const rest = await scene.run('mv --overwrite /from /to');
    expect(rest.status).toBe(0);
    expect(await scene.session.exists('/from')).toBeNull();
    expect((await scene.session.getData('/to/n0007')).data?.toString()).toBe('changed');
    expect((await scene.session.getData('/to/n0009/child')).data?.toString()).toBe('child');
    expect((await scene.session.exists('/to'))?.numChildren).toBe(1_501);
  });

  test('nothing is lost and nothing is twice, whoever writes meanwhile', async () => {
    const other = await scene.open();
    await scene.run('fill /from --znodes 3000 --shape wide --size 10');
    let isOver = false;
    const written = new Map<string, string>();
    const disturbing = (async () => {
      for (let index = 0; !isOver; index++) {
        const path = `/n${String((index * 37) % 3_000).padStart(4, '0')}`;
        const data = `written ${index}`;
        await other.setData(`/from${path}`, Buffer.from(data)).then(
          () => written.set(path, data),
          () => {},
        );
      }
    })();

    const first = await scene.run('mv /from /to');
    isOver = true;
    await disturbing;
    expect(first.error).toBeUndefined();
    if ((await scene.session.exists('/from')) !== null) {
      expect((await scene.run('mv --overwrite /from /to')).status).toBe(0);
    }

    const after = await treeOf(scene.session, '/to');
    expect(after.size).toBe(3_001);
    for (const [path, data] of written) {
      expect(after.get(path)?.data, path).toBe(data);
    }
  });

  test('does nothing where there are ephemerals, unless told what becomes of them', async () => {
    const other = await scene.open();
    await scene.put('/from');
    await scene.put('/from/a');
    await scene.put('/from/b');
    await other.create('/from/b/live', Buffer.from('x'), { mode: 'ephemeral' });

    const refused = await scene.run('mv /from /to');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain(
      `/from has an ephemeral (/from/b/live, held by 0x${other.sessionId.toString(16)}), which cannot be moved`,
    );
    expect(await scene.session.exists('/to')).toBeNull();

    const skipped = await scene.run('mv --ephemerals skip /from /to');
    expect(skipped.status).toBe(1);
    expect([...(await treeOf(scene.session, '/from')).keys()]).toEqual(['', '/b', '/b/live']);
    expect([...(await treeOf(scene.session, '/to')).keys()]).toEqual(['', '/a', '/b']);

    const persistent = await scene.run('mv --overwrite --ephemerals persistent /from /to');
    expect(persistent.status).toBe(0);
    expect(await scene.session.exists('/from')).toBeNull();
    expect((await scene.session.getData('/to/b/live')).data?.toString()).toBe('x');
  });

  test('deletes nothing where the copy is not whole', async () => {
    await scene.put('/from');
    await scene.put('/from/a', 'x');
    await scene.put('/from/secret', 'x', { acl: [{ perms: 16, scheme: 'world', id: 'anyone' }] });

    const { status, stderr } = await scene.run('mv /from /to');

    expect(status).toBe(1);
    expect(stderr).toContain('/from was not copied as a whole, so nothing was deleted');
    expect(await scene.session.exists('/from/a')).not.toBeNull();
  });

  test('where one may be copied and not be deleted, none of a small one is moved', async () => {
    await scene.put('/from');
    await scene.put('/from/a');
    await scene.put('/from/a/b');
    await scene.put('/from/c');
    await scene.session.setAcl('/from/a', [{ perms: 1 | 4, scheme: 'world', id: 'anyone' }]);

    const { status, stderr } = await scene.run('mv /from /to');

    expect(status).toBe(5);
    expect(stderr).toContain('/from/a/b');
    expect([...(await treeOf(scene.session, '/from')).keys()]).toEqual(['', '/a', '/a/b', '/c']);
    expect(await scene.session.exists('/to')).toBeNull();
  });
});

describeWithOwnZooKeeper('mv between ensembles', () => {
  let servers: ZooKeeperServer[];
  let scene: Scene;
  let there: Session;

  beforeAll(async () => {
    servers = [await startZooKeeper(), await startZooKeeper()];
    scene = await openScene(servers[0]!.address);
    there = await openSession({ servers: servers[1]!.address });
  });
  afterAll(async () => {
    await scene.close();
    await there.close();
    await Promise.all(servers.map((server) => server.stop()));
  });

  test('takes a subtree there, and back', async () => {
    await scene.run('fill /from --znodes 1200 --size 20');
    await scene.session.setAcl('/from/n0', [{ perms: 31, scheme: 'ip', id: '127.0.0.1' }]);
    const before = await treeOf(scene.session, '/from');
    const place = `zk://${servers[1]!.address}/moved`;

    expect(await scene.run(`mv /from ${place}`)).toMatchObject({ status: 0, stderr: '' });
    expect(await scene.session.exists('/from')).toBeNull();
    expect(await treeOf(there, '/moved')).toEqual(before);

    expect(await scene.run(`mv ${place} /back`)).toMatchObject({ status: 0, stderr: '' });
    expect(await there.exists('/moved')).toBeNull();
    expect(await treeOf(scene.session, '/back')).toEqual(before);
  });
});
