/** Every operation against a real ZooKeeper, and the faults that only a real one shows. */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ConnectOptions, Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import type { WatchEvent } from '../../src/protocol/events.js';
import { failure, open } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { startFaultProxy } from '../helpers/fault-proxy.js';
import { describeWithOwnZooKeeper, describeWithZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';

const OPEN = [{ perms: 31, scheme: 'world', id: 'anyone' }];
const sessions: Session[] = [];

afterEach(async () => {
  await Promise.all(sessions.splice(0).map((session) => session.close()));
});

async function connect(servers: string, options: ConnectOptions = {}): Promise<Session> {
  const session = await openSession({ servers, ...options });
  sessions.push(session);
  return session;
}

/** A watcher, and what it was told, as `type path`. */
function listening(): { readonly told: string[]; readonly watcher: (event: WatchEvent) => void } {
  const told: string[] = [];
  return { told, watcher: ({ type, path }) => told.push(`${type} ${path}`) };
}

describeWithZooKeeper('a real server', (address) => {
  const root = `/test-${randomUUID()}`;
  let session: Session;

  beforeAll(async () => {
    session = await openSession({ servers: address });
    await session.create(root, null);
    await session.close();
  });

  /** A session whose root is a znode of its own. */
  async function below(name: string, options: ConnectOptions = {}): Promise<Session> {
    const maker = await connect(address);
    await maker.create(`${root}/${name}`, null);
    return connect(`${address}${root}/${name}`, options);
  }

  test('a znode from create to delete, with every version checked', async () => {
    session = await below('life');
    const created = await session.create('/a', Buffer.from('one'));
    expect(created).toMatchObject({ path: '/a', stat: { version: 0, dataLength: 3, ephemeralOwner: 0n } });
    expect(await session.getData('/a')).toEqual({ data: Buffer.from('one'), stat: created.stat });
    expect(await session.setData('/a', null, 0)).toMatchObject({ version: 1, dataLength: 0 });
    expect((await session.getData('/a')).data).toBeNull();
    expect(await failure(session.setData('/a', null, 0))).toMatchObject({ code: 'BADVERSION', applied: 'no' });
    expect(await session.setData('/a', Buffer.alloc(0))).toMatchObject({ version: 2 });
    expect((await session.getData('/a')).data).toEqual(Buffer.alloc(0));
    expect(await failure(session.delete('/a', 0))).toMatchObject({ code: 'BADVERSION' });
    await session.delete('/a', 2);
    expect(await session.exists('/a')).toBeNull();
    expect(await failure(session.getData('/a'))).toMatchObject({ kind: 'keeper', code: 'NONODE', path: '/a' });
  });

  test('each kind of znode', async () => {
    session = await below('kinds');
    expect((await session.create('/e', null, { mode: 'ephemeral' })).stat?.ephemeralOwner).toBe(session.sessionId);
    expect((await session.create('/s-', null, { mode: 'persistentSequential' })).path).toBe('/s-0000000001');
    expect((await session.create('/', null, { mode: 'ephemeralSequential' })).path).toBe('/0000000002');
    expect(await session.create('/c', null, { mode: 'container' })).toMatchObject({ path: '/c', stat: { version: 0 } });
    expect(await session.create('/t', null, { mode: 'ttl', ttlMs: 60_000 })).toMatchObject({ path: '/t' });
    expect((await session.create('/t-', null, { mode: 'ttlSequential', ttlMs: 60_000 })).path).toBe('/t-0000000005');
    expect(await failure(session.create('/e/x', null))).toMatchObject({ code: 'NOCHILDRENFOREPHEMERALS' });
    expect((await session.getEphemerals()).sort()).toEqual(['/0000000002', '/e']);
    expect(await session.getEphemerals('/e')).toEqual(['/e']);
    expect((await session.getChildren('/')).children).toHaveLength(6);
    expect(await session.getAllChildrenNumber('/')).toBe(6);
  });

  test('ACLs, credentials, and who we are', async () => {
    session = await below('acl');
    await session.addAuth('digest', Buffer.from('tom:secret'));
    expect(await session.whoAmI()).toContainEqual({ scheme: 'digest', id: 'tom' });
    await session.create('/mine', Buffer.from('x'), { acl: [{ perms: 31, scheme: 'auth', id: '' }] });
    expect((await session.getAcl('/mine')).acl).toEqual([
      { perms: 31, scheme: 'digest', id: expect.stringMatching(/^tom:.{28}$/) },
    ]);
    const other = await connect(`${address}${root}/acl`);
    expect(await failure(other.getData('/mine'))).toMatchObject({ code: 'NOAUTH', path: '/mine' });
    await session.setAcl('/mine', OPEN, 0);
    expect(await failure(session.setAcl('/mine', OPEN, 0))).toMatchObject({ code: 'BADVERSION' });
    expect((await other.getData('/mine')).data?.toString()).toBe('x');
    await session.setAcl('/mine', [{ perms: 0, scheme: 'world', id: 'anyone' }, ...OPEN]);
    expect((await session.getAcl('/mine')).acl[0]).toEqual({ perms: 0, scheme: 'world', id: 'anyone' });
  });

  test('a credential that no server knows ends the session', async () => {
    session = await connect(address);
    expect(await failure(session.addAuth('nonsense', Buffer.from('x')))).toMatchObject({ code: 'AUTHFAILED' });
    expect(session.state).toBe('authFailed');
  });

  test('a multi of every kind happens as a whole or not at all', async () => {
    session = await below('multi');
    await session.create('/a', null);
    const results = await session.multi([
      { op: 'check', path: '/a', version: 0 },
      { op: 'create', path: '/b', data: Buffer.from('b') },
      { op: 'create', path: '/b/c-', data: null, mode: 'ephemeralSequential' },
      { op: 'create', path: '/d', data: null, mode: 'container' },
      { op: 'create', path: '/e', data: null, mode: 'ttl', ttlMs: 60_000 },
      { op: 'setData', path: '/a', data: Buffer.from('2'), version: 0 },
      { op: 'delete', path: '/d' },
    ]);
    expect(results).toMatchObject([
      { op: 'check' },
      { op: 'create', path: '/b', stat: { dataLength: 1 } },
      { op: 'create', path: '/b/c-0000000000' },
      { op: 'create', path: '/d' },
      { op: 'create', path: '/e' },
      { op: 'setData', stat: { version: 1 } },
      { op: 'delete' },
    ]);
    const refused = await failure(
      session.multi([
        { op: 'create', path: '/f', data: null },
        { op: 'check', path: '/a', version: 0 },
        { op: 'delete', path: '/a' },
      ]),
    );
    expect(refused).toMatchObject({ code: 'BADVERSION', op: 'check', path: '/a', facts: { index: 1 } });
    expect(await session.exists('/f')).toBeNull();
  });

  test('multiRead of a mixed list with missing znodes', async () => {
    session = await below('multi-read');
    await session.create('/a', Buffer.from('a'));
    const results = await session.multiRead([
      { op: 'getData', path: '/a' },
      { op: 'getChildren', path: '/' },
      { op: 'getData', path: '/missing' },
    ]);
    expect(results).toMatchObject([
      { op: 'getData', data: Buffer.from('a'), stat: { dataLength: 1 } },
      { op: 'getChildren', children: ['a'] },
      { op: 'error', code: 'NONODE' },
    ]);
  });

  test('one-shot watches, in the order of the changes', async () => {
    session = await below('watches');
    const { told, watcher } = listening();
    await session.exists('/a', { watcher });
    await session.getChildren('/', { watcher });
    await session.create('/a', null);
    await session.getData('/a', { watcher });
    await session.setData('/a', null);
    await session.setData('/a', null);
    expect(told).toEqual(['created /a', 'children /', 'changed /a']);
    expect(session.watches).toEqual([]);
  });

  test('persistent and recursive watches, side by side, until they are taken off', async () => {
    session = await below('persistent');
    const [flat, deep] = [listening(), listening()];
    const flatHandle = await session.addWatch('/a', 'persistent', flat.watcher);
    const deepHandle = await session.addWatch('/a', 'persistentRecursive', deep.watcher);
    await session.create('/a', null);
    await session.create('/a/b', null);
    await session.setData('/a/b', null);
    await session.delete('/a/b');
    expect(flat.told).toEqual(['created /a', 'children /a', 'children /a']);
    expect(deep.told).toEqual(['created /a', 'created /a/b', 'changed /a/b', 'deleted /a/b']);
    await session.checkWatches('/a', 'persistent');
    await flatHandle.remove();
    expect(await failure(session.checkWatches('/a', 'persistent'))).toMatchObject({ code: 'NOWATCHER' });
    await session.setData('/a', null);
    expect([flat.told.length, deep.told.at(-1)]).toEqual([3, 'changed /a']);
    await deepHandle.remove();
    await session.delete('/a');
    expect(deep.told).toHaveLength(5);
    expect(await failure(session.removeWatches('/a', 'any'))).toMatchObject({ code: 'NOWATCHER' });
  });

  test('a one-shot watch beside a persistent one', async () => {
    session = await below('covered');
    await session.create('/a', null);
    const [persistent, once] = [listening(), listening()];
    const handle = await session.addWatch('/a', 'persistent', persistent.watcher);
    await session.getData('/a', { watcher: once.watcher });
    await session.setData('/a', null);
    await session.setData('/a', null);
    expect([persistent.told, once.told]).toEqual([['changed /a', 'changed /a'], ['changed /a']]);
    await session.getData('/a', { watcher: once.watcher });
    await handle.remove();
    await session.setData('/a', null);
    await eventually(() => once.told.length === 2, { what: 'the one-shot watch, which stands on its own now' });
  });

  test('sync, configuration, and a reconfig that a standalone server refuses', async () => {
    session = await connect(address);
    expect(await session.sync('/')).toBe('/');
    expect((await session.getConfig()).stat.aversion).toBe(-1);
    expect(await failure(session.reconfig({ joining: 'server.9=h:1:2;3' }))).toMatchObject({
      code: 'UNIMPLEMENTED',
      op: 'reconfig',
      applied: 'no',
    });
    expect(session.state).toBe('connected');
    expect((await session.getChildren('/')).children).toContain('zookeeper');
  });

  test('data as large as the server takes; one byte more is refused here and harms nobody', async () => {
    session = await below('large');
    await session.create('/a', null);
    const room = 1_048_575 - 8 - 4 - `${root}/large/a`.length - 4 - 4;
    const [fits, tooLarge, neighbour] = await Promise.allSettled([
      session.setData('/a', Buffer.alloc(room)),
      session.setData('/a', Buffer.alloc(room + 1)),
      session.exists('/a'),
    ]);
    expect([fits.status, tooLarge.status, neighbour.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await session.getData('/a')).data).toHaveLength(room);
  });

  test('eager: one command in one round trip, and the session is closed', async () => {
    session = await connect(address, { eager: true });
    const asked = session.getChildren('/');
    expect((await asked).children).toContain('zookeeper');
    await session.close();
    expect(session.state).toBe('closed');
  });

  test('10,000 writes and reads in flight keep their order and their answers', async () => {
    session = await below('many');
    const paths = await Promise.all(
      Array.from({ length: 2000 }, (_, index) =>
        session.create('/n-', Buffer.from(String(index)), { mode: 'persistentSequential' }),
      ),
    );
    expect(paths.map(({ path }) => Number(path.slice(3)))).toEqual(Array.from({ length: 2000 }, (_, index) => index));
    const read = await Promise.all(paths.flatMap(({ path }) => Array.from({ length: 4 }, () => session.getData(path))));
    expect(read.every(({ data }, index) => data?.toString() === String(Math.floor(index / 4)))).toBe(true);
  });
});

describeWithOwnZooKeeper('a server that is killed, frozen and configured', () => {
  let server: ZooKeeperServer;

  beforeAll(async () => {
    server = await startZooKeeper({
      config: { tickTime: 500, enforceQuota: true },
      jvm: ['-Dzookeeper.enforceQuota=true'],
    });
  });

  afterAll(() => server.stop());

  test('a quota that is enforced is an error with a name', async () => {
    const session = await connect(server.address);
    await session.create('/q', null);
    const limits = '/zookeeper/quota/q';
    await session.multi([
      { op: 'create', path: limits, data: null },
      {
        op: 'create',
        path: `${limits}/zookeeper_limits`,
        data: Buffer.from('count=-1,bytes=-1=;byteHardLimit=3;countHardLimit=-1'),
      },
      { op: 'create', path: `${limits}/zookeeper_stats`, data: Buffer.from('count=0,bytes=0') },
    ]);
    expect(await failure(session.setData('/q', Buffer.alloc(10)))).toMatchObject({
      code: 'QUOTAEXCEEDED',
      applied: 'no',
    });
    expect(session.state).toBe('connected');
  });

  test('killed and started again: the session, its ephemerals and its watches live on', async () => {
    const scene = await open(server.address, { sessionTimeoutMs: 9000 });
    const { session } = scene;
    const { told, watcher } = listening();
    await session.create('/killed', null);
    await session.create('/killed/e', null, { mode: 'ephemeral' });
    await session.addWatch('/killed', 'persistentRecursive', watcher);
    await server.restart();
    expect(await scene.event('connected', 1)).toMatchObject({ resumed: true, sessionId: session.sessionId });
    expect((await session.exists('/killed/e'))?.ephemeralOwner).toBe(session.sessionId);
    const other = await connect(server.address);
    await other.setData('/killed', Buffer.from('x'));
    await session.sync('/killed');
    await eventually(() => told.includes('changed /killed'), { what: 'the event' });
  });

  test('frozen: noticed within the session time-out, and what was asked is told; thawed, it goes on', async () => {
    const scene = await open(server.address, { sessionTimeoutMs: 4000 });
    server.freeze();
    // The signal takes its time.
    await eventually(async () => (await failure(scene.session.sync('/', { deadlineMs: 100 }))).code === 'TIMEOUT', {
      what: 'the server to stand still',
    });
    const asked = [failure(scene.session.setData('/frozen', null)), failure(scene.session.exists('/frozen'))];
    await scene.event('disconnected');
    server.resume();
    expect(await Promise.all(asked)).toMatchObject([
      { code: 'CONNECTIONLOSS', applied: 'unknown' },
      { code: 'CONNECTIONLOSS', applied: 'no' },
    ]);
    await scene.event('connected', 1);
  });

  test('away for longer than the session: it is told as expired, and the ephemerals are gone', async () => {
    const proxy = await startFaultProxy(server.address);
    const scene = await open(proxy.address, { sessionTimeoutMs: 1000 });
    const { session } = scene;
    await session.create('/gone', null, { mode: 'ephemeral' });
    const other = await connect(server.address);
    const { told, watcher } = listening();
    await other.exists('/gone', { watcher });
    proxy.welcome = 'close';
    proxy.cut('close');
    await eventually(() => told.includes('deleted /gone'), { what: 'the end of the ephemeral' });
    proxy.welcome = 'forward';
    await scene.event('expired');
    expect(await failure(session.exists('/gone'))).toMatchObject({ code: 'SESSIONEXPIRED', sessionOver: true });
    await proxy.stop();
  });
});
