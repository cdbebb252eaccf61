/** cp against real servers: every kind of znode, other ensembles, others who write meanwhile, connections that break. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { OPEN_ACL } from '../../src/protocol/acl.js';
import { startFaultProxy } from '../helpers/fault-proxy.js';
import { describeWithOwnZooKeeper, describeWithZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { openScene, type Scene } from './scene.js';
import { ODD_NAMES, treeOf } from './tree-of.js';

const READ_ONLY = [{ perms: 1, scheme: 'world', id: 'anyone' }];
const ALICE = { scheme: 'digest', id: 'alice:Bz6DzmSYXAJPDpJMq2Q5ZDyyTLU=' };

/** All kinds of data, names and ACLs. */
async function makeOddTree(session: Session, root: string): Promise<void> {
  const create = (path: string, data: Buffer | null, acl = OPEN_ACL) => session.create(path, data, { acl });
  await create(root, Buffer.from('root'));
  await create(`${root}/null`, null);
  await create(`${root}/empty`, Buffer.alloc(0));
  await create(`${root}/binary`, Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)));
  await create(`${root}/large`, Buffer.alloc(900_000, 'x'));
  await create(`${root}/several`, null, [
    { perms: 31, ...ALICE },
    { perms: 1, scheme: 'world', id: 'anyone' },
    { perms: 3, scheme: 'ip', id: '10.0.0.0/8' },
    { perms: 31, scheme: 'ip', id: '127.0.0.1' },
  ]);
  for (const [index, name] of ODD_NAMES.entries()) {
    await create(`${root}/${name}`, Buffer.from(name));
    await create(`${root}/${name}/below`, Buffer.from(String(index)));
  }
}

describeWithZooKeeper('cp', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
  });
  afterEach(() => scene.close());

  test('keeps every kind of data, name and ACL', async () => {
    await makeOddTree(scene.session, '/from');

    const { status, stderr } = await scene.run('cp -r --verify /from /to');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await treeOf(scene.session, '/to')).toEqual(await treeOf(scene.session, '/from'));
  });

  test('creates below what lets nobody create, and closes it at the end', async () => {
    const { session } = scene;
    await scene.put('/from');
    await scene.put('/from/shut', 'x');
    await scene.put('/from/shut/child', 'y');
    await scene.put('/from/shut/child/leaf', 'z', { acl: READ_ONLY });
    await session.setAcl('/from/shut/child', READ_ONLY);
    await session.setAcl('/from/shut', READ_ONLY);

    expect((await scene.run('cp -r /from /to')).status).toBe(0);
    expect(await treeOf(session, '/to')).toEqual(await treeOf(session, '/from'));
  });

  test('leaves ephemerals out and tells how many, or makes persistent ones of them', async () => {
    const other = await scene.open();
    await scene.put('/from');
    await scene.put('/from/a', 'x');
    await other.create('/from/live', Buffer.from('y'), { mode: 'ephemeral' });

    const skipped = await scene.run('cp -r /from /to');
    const persistent = await scene.run('cp -r --ephemerals persistent /from /too');

    expect(skipped.status).toBe(0);
    expect(skipped.stderr).toMatch(/^2 znodes copied, 1 B, in \d+ ms; 1 skipped: ephemeral\n$/);
    expect([...(await treeOf(scene.session, '/to')).keys()]).toEqual(['', '/a']);
    expect(persistent).toMatchObject({ status: 0, stderr: '' });
    expect((await scene.session.exists('/too/live'))?.ephemeralOwner).toBe(0n);
    expect((await scene.session.getData('/too/live')).data?.toString()).toBe('y');
  });

  test('copies more than a multi holds, in order', async () => {
    await scene.run('fill /from --znodes 3000 --size 20');

    expect((await scene.run('cp -r --verify /from /to')).stderr).toBe('');
    expect(await treeOf(scene.session, '/to')).toEqual(await treeOf(scene.session, '/from'));
  });

  test('ends and tells what is not there any more, whoever writes meanwhile', async () => {
    const other = await scene.open();
    await scene.run('fill /from --znodes 4000 --shape wide --size 10');
    let isOver = false;
    const disturbing = (async () => {
      for (let index = 0; !isOver; index = (index + 7) % 4_000) {
        const path = `/from/n${String(index).padStart(4, '0')}`;
        await other.delete(path).catch(() => {});
        await other.create(`/from/new${index}`, null).catch(() => {});
        await other
          .setData(`/from/n${String((index + 3) % 4_000).padStart(4, '0')}`, Buffer.from('new'))
          .catch(() => {});
      }
    })();

    const { status, stderr, error } = await scene.run('cp -r /from /to');
    isOver = true;
    await disturbing;

    expect(error).toBeUndefined();
    expect(status).toBe(0);
    expect(stderr === '' || /^\d[\d,]* znodes copied, [^;]*; \d+ skipped: vanished meanwhile\n$/.test(stderr)).toBe(
      true,
    );
    // And once they have stopped, the rest comes along.
    expect((await scene.run('cp -r --overwrite /from /to')).status).toBe(0);
    const [from, to] = [await treeOf(scene.session, '/from'), await treeOf(scene.session, '/to')];
    for (const [path, seen] of from) {
      expect(to.get(path)).toEqual(seen);
    }
  });

  test('--verify tells what is not the same', async () => {
    await scene.run('fill /from --znodes 5 --shape wide');
    await scene.run('cp -r /from /to');
    await scene.session.setData('/to/n1', Buffer.from('other'));
    await scene.session.setAcl('/to/n2', READ_ONLY);

    const { status, stderr } = await scene.run('cp -r --skip-existing --verify /from /to');

    expect(status).toBe(1);
    expect(stderr).toContain('zksh: cp: /from/n1 and its copy /to/n1 differ: not the same\n');
    expect(stderr).toContain('zksh: cp: /from/n2 and its copy /to/n2 differ: not the same\n');
    expect(stderr).toContain('2 failed');
  });

  test('what may not be read is told, and the rest is copied', async () => {
    await scene.put('/from');
    await scene.put('/from/open', 'x');
    await scene.put('/from/secret', 'x', { acl: [{ perms: 31, ...ALICE }] });

    const { status, stderr } = await scene.run('cp -r /from /to');

    expect(status).toBe(1);
    expect(stderr).toContain('/from/secret');
    expect([...(await treeOf(scene.session, '/to')).keys()]).toEqual(['', '/open']);
  });

  test('goes on where the connection broke', async () => {
    const proxy = await startFaultProxy(address);
    const cut = await openScene(address, { via: proxy.address });
    try {
      await cut.run('fill /from --znodes 3000 --size 50');
      const broken = proxy.cutAfter(300_000, 'reset');

      const { status, stderr } = await cut.run('cp -r /from /to');

      await broken;
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(await treeOf(cut.session, '/to')).toEqual(await treeOf(cut.session, '/from'));
    } finally {
      await cut.close();
      await proxy.stop();
    }
  });

  test('leaves a place to go on from when it is interrupted, and asks for --resume', async () => {
    await scene.run('fill /from --znodes 3000 --shape wide --size 20');
    const control = new AbortController();
    const running = scene.run('cp -r --rate 3000 /from /to', { signal: control.signal });
    while ((await scene.session.exists('/to'))?.numChildren !== undefined || !(await scene.session.exists('/to'))) {
      if (((await scene.session.exists('/to'))?.numChildren ?? 0) > 600) {
        break;
      }
    }
    control.abort();

    expect((await running).error).toMatchObject({ code: 'INTERRUPTED' });
    const again = await scene.run('cp -r /from /to');
    expect(again.stderr).toContain('An earlier run of this was cut short. To go on with it: --resume');
    expect(again.status).toBe(4);
    expect((await scene.run('cp -r --resume --verify /from /to')).status).toBe(0);
    expect(await treeOf(scene.session, '/to')).toEqual(await treeOf(scene.session, '/from'));
    expect(scene.checkpoints.size).toBe(0);
  });
});

describeWithOwnZooKeeper('cp between ensembles', () => {
  let [one, two]: ZooKeeperServer[] = [];
  let scene: Scene;
  let there: Session;

  beforeAll(async () => {
    const config = { extendedTypesEnabled: true };
    [one, two] = [await startZooKeeper({ config }), await startZooKeeper({ config })];
    scene = await openScene(one.address);
    there = await openSession({ servers: two.address });
  });
  afterAll(async () => {
    await scene.close();
    await there.close();
    await one?.stop();
    await two?.stop();
  });

  test('keeps every kind of data, name and ACL', async () => {
    await makeOddTree(scene.session, '/from');

    const { status, stderr } = await scene.run(`cp -r --verify /from zk://${two!.address}/copied`);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await treeOf(there, '/copied')).toEqual(await treeOf(scene.session, '/from'));
  });

  test('from there to here, and from there to there', async () => {
    await there.create('/b', Buffer.from('x'));
    await there.create('/b/c', Buffer.from('y'));

    expect((await scene.run(`cp -r zk://${two!.address}/b /b`)).status).toBe(0);
    expect((await scene.run(`cp -r zk://${two!.address}/b zk://${two!.address}/bb`)).status).toBe(0);
    expect(await treeOf(scene.session, '/b')).toEqual(await treeOf(there, '/b'));
    expect(await treeOf(there, '/bb')).toEqual(await treeOf(there, '/b'));
  });

  test('makes the kinds that no server shows, where it is told', async () => {
    await scene.put('/kinds');
    await scene.put('/kinds/container', null, { mode: 'container' });
    await scene.session.create('/kinds/ttl', null, { mode: 'ttl', ttlMs: 60_000 });

    const { status } = await scene.run(
      `cp -r /kinds zk://${two!.address}/kinds --kind '/kinds/container=container' --kind '/kinds/ttl=ttl:1s'`,
    );

    expect(status).toBe(0);
    expect((await there.getChildren('/kinds')).children.sort()).toEqual(['container', 'ttl']);
  });

  test('a whole ensemble but for what is ZooKeeper’s own', async () => {
    const root = await openSession({ servers: one!.address });
    const outside = await openScene(one!.address);
    try {
      const { status } = await scene.run(`cp -r zk://${one!.address}/ zk://${two!.address}/all -p --ephemerals skip`);

      expect(status).toBe(0);
      expect((await there.getChildren('/all')).children).not.toContain('zookeeper');
      expect(await there.exists(`/all${scene.session.chroot}/from/binary`)).not.toBeNull();
    } finally {
      await outside.close();
      await root.close();
    }
  });

  test('knows the same ensemble by any name', async () => {
    await scene.put('/loop');
    const { chroot } = scene.session;
    const port = one!.address.split(':')[1];

    const { status, stderr } = await scene.run(`cp -r /loop zk://localhost:${port}${chroot}/loop/below`);

    expect(status).toBe(2);
    expect(stderr).toContain('it would go into itself without end');
    // The same paths elsewhere are no loop.
    expect((await scene.run(`cp -r -p /loop zk://${two!.address}${chroot}/loop/below`)).status).toBe(0);
  });

  test('a server that is not there is told by its name', async () => {
    const { status, stderr } = await scene.run('cp -r /from zk://127.0.0.1:1/x');

    expect(status).toBe(6);
    expect(stderr).toContain('127.0.0.1:1');
  });
});
