/** Sequential and ephemeral znodes, containers, TTL (DataTree.createNode, ContainerManager, SessionTrackerImpl). */
import { expect } from 'vitest';
import { eventually } from '../../helpers/eventually.js';
import { CONTAINER, EPHEMERAL, EPHEMERAL_SEQUENTIAL, part, SEQUENTIAL, TTL, TTL_SEQUENTIAL } from '../requests.js';
import { PLAIN, rule, section, slowRule } from '../rules.js';
import type { Scene } from '../scene.js';
import { Session } from '../session.js';
import { NO_EXTENDED_TYPES, SCANNING } from './setups.js';

const NAMES = ['d', 'b', 'a', 'c', 'z', 'longer-name', 'Another'];
const LARGEST_TTL = 1_099_511_627_775n;

export const kinds = section('kinds', PLAIN, [
  rule('110–113', 'sequence numbers count the children ever made, of any kind', async ({ a }) => {
    expect(await a.create('/t/s', { flags: SEQUENTIAL })).toBe('/t/s0000000000');
    expect(await a.create('/t/s', { flags: SEQUENTIAL })).toBe('/t/s0000000001');
    expect(await a.create('/t/s', { flags: SEQUENTIAL, as: 'create2' })).toBe('/t/s0000000002');
    await a.create('/t/plain');
    expect(await a.create('/t/s', { flags: SEQUENTIAL })).toBe('/t/s0000000004');
    await a.delete('/t/plain');
    expect(await a.create('/t/t', { flags: EPHEMERAL_SEQUENTIAL })).toBe('/t/t0000000005');
    await a.create('/t/s0000000000', { err: -110 });
    expect(await a.create('/t/s', { flags: SEQUENTIAL })).toBe('/t/s0000000006');
    await a.setData('/t');
    expect(await a.create('/t/s', { flags: SEQUENTIAL })).toBe('/t/s0000000007');
  }),
  rule(114, 'a sequential name that is there is refused, and the counter stays', async ({ a }) => {
    await a.create('/t/z0000000001');
    await a.create('/t/z', { flags: SEQUENTIAL, err: -110 });
    await a.create('/t/z', { flags: SEQUENTIAL, err: -110 });
    await a.create('/t/y', { flags: SEQUENTIAL });
    expect(await a.create('/t/z', { flags: SEQUENTIAL })).toBe('/t/z0000000002');
  }),
  rule(115, 'a multi that fails does not count', async ({ a }) => {
    const two = [part.create('/t/s', { flags: SEQUENTIAL }), part.create('/t/s', { flags: SEQUENTIAL })];
    await a.multi([...two, part.check('/nope')], { fails: { at: 2, err: -101 } });
    expect(await a.create('/t/s', { flags: SEQUENTIAL })).toBe('/t/s0000000000');
    expect(await a.multi(two)).toEqual(['/t/s0000000001', '/t/s0000000002']);
  }),
  rule('116–118', 'children and ephemerals come in the order of their hashes, and go in it', async ({ a, b }) => {
    for (const name of NAMES) await a.create(`/t/${name}`, { flags: EPHEMERAL });
    expect(await b.getChildren('/t', { watch: true })).toEqual(['longer-name', 'a', 'b', 'c', 'd', 'z', 'Another']);
    const order = await a.getEphemerals('');
    expect(order).toEqual(['/t/a', '/t/longer-name', '/t/z', '/t/Another', '/t/d', '/t/c', '/t/b']);
    for (const path of order) await b.exists(path, { watch: true });
    await a.close();
    await b.saw('D /t/a', 'K /t', ...order.slice(1).map((path) => `D ${path}`));
    await b.exists('/t');
    await b.getChildren('/t');
  }),
  rule(119, 'a client that closes its session hears what goes with it', async ({ a }) => {
    await a.create('/t/e', { flags: EPHEMERAL });
    await a.exists('/t/e', { watch: true });
    await a.getChildren('/t', { watch: true });
    await a.close();
    expect(a.arrivals.slice(-3)).toEqual(['D /t/e', 'K /t', 'closeSession']);
    await a.saw('D /t/e', 'K /t');
  }),
  ...[3, 12, 13, 50].map((count) =>
    rule('118b', `${count} ephemerals go in the order of a set of their paths`, async ({ a, b }) => {
      for (let index = 0; index < count; index++) await a.create(`/t/n-${index * 7919}`, { flags: EPHEMERAL });
      await a.delete('/t/n-0');
      const order = await a.getEphemerals(null);
      await b.addWatch('/t', 1);
      await a.close();
      await b.saw(...order.map((path) => `D ${path}`));
    }),
  ),
  rule(122, 'a dropped connection takes nothing along', async ({ scene, a, b }) => {
    await a.create('/t/e', { flags: EPHEMERAL });
    a.cut();
    await b.exists('/t/e');
    const again = await scene.reattach(a);
    await again.exists('/t/e');
    await again.getEphemerals('');
  }),
  rule('123–125', 'TTL znodes', async ({ a }) => {
    await a.create('/t/a', { as: 'createTTL', flags: TTL, ttl: 100_000n });
    await a.create('/t/a', { as: 'createTTL', flags: TTL_SEQUENTIAL, ttl: 100_000n });
    await a.create('/t/b', { as: 'createTTL', flags: TTL, ttl: 0n, err: -8 });
    await a.create('/t/b', { as: 'createTTL', flags: TTL, ttl: -1n, err: -8 });
    await a.create('/t/b', { as: 'createTTL', flags: TTL, ttl: LARGEST_TTL + 1n, err: -8 });
    await a.create('/t/b', { as: 'createTTL', flags: TTL, ttl: LARGEST_TTL });
    await a.create('/t/b/k');
    await a.create('/t/c', { as: 'createTTL', flags: TTL_SEQUENTIAL, ttl: 1n << 62n, err: -8 });
    await a.create('/t/d', { as: 'createTTL', flags: 7, ttl: 5n, err: -8 });
    await a.create('/t/d', { as: 'createTTL', flags: -1, ttl: -1n, err: -8 });
    expect((await a.exists('/t/a')).ephemeralOwner).toBe(0n);
  }),
  rule('126–127', 'a time to live and the flags must agree', async ({ a }) => {
    for (const flags of [0, 1, 2, 3, 4]) {
      for (const ttl of [0n, 5n]) await a.create('/t/a', { as: 'createTTL', flags, ttl, err: -8 });
    }
    for (const as of ['create', 'create2', 'createContainer'] as const) {
      for (const flags of [5, 6]) await a.create('/t/a', { as, flags, err: -8 });
    }
  }),
  rule(
    '126b',
    'createTTL without a time to live and without its flags: refused, though it ends a real server',
    async ({ a }) => {
      for (const flags of [0, 1, 2, 3, 4]) await a.create('/t/a', { as: 'createTTL', flags, ttl: -1n, err: -8 });
    },
    { only: ['sandbox'] },
  ),
  rule(130, 'createContainer makes containers, whatever the flags', async ({ a }) => {
    await a.create('/t/a', { as: 'createContainer', flags: 0 });
    await a.create('/t/b', { as: 'createContainer', flags: EPHEMERAL });
    await a.create('/t/c', { as: 'createContainer', flags: SEQUENTIAL });
    await a.create('/t/d', { as: 'createContainer', flags: EPHEMERAL_SEQUENTIAL });
    await a.create('/t/e', { as: 'createContainer', flags: CONTAINER });
    expect(await a.getEphemerals('')).toEqual([]);
    await a.create('/t/b/k', { flags: EPHEMERAL });
  }),
  rule('130b', 'create with the flags of a container makes a plain znode', async ({ a }) => {
    await a.create('/t/a', { flags: CONTAINER });
    await a.create('/t/b', { as: 'create2', flags: CONTAINER });
  }),
  rule(
    '122b',
    'the session of an ephemeral is the one that asked, also after it came back',
    async ({ scene, a, b }) => {
      const again = await scene.reattach(a);
      await again.create('/t/e', { flags: EPHEMERAL });
      expect((await b.exists('/t/e')).ephemeralOwner).toBe(a.sessionId);
      await again.close();
      await b.exists('/t/e', { err: -101 });
    },
  ),
]);

export const withoutExtendedTypes = section('kinds', NO_EXTENDED_TYPES, [
  rule(128, 'without extended types there is no TTL', async ({ a }) => {
    await a.create('/t/a', { as: 'createTTL', flags: TTL, ttl: 1000n, err: -6 });
    await a.create('/t/a', { as: 'createTTL', flags: TTL, ttl: 0n, err: -6 });
    await a.create('/t/a', { as: 'createTTL', flags: TTL_SEQUENTIAL, ttl: 1000n, err: -6 });
    await a.create('/t/a', { flags: TTL, err: -6 });
    await a.create('/t/a', { as: 'create2', flags: TTL_SEQUENTIAL, err: -6 });
    await a.create('/t/a', { as: 'createContainer', flags: TTL, err: -6 });
  }),
  rule(129, 'without extended types there are containers', async ({ a }) => {
    await a.create('/t/c', { as: 'createContainer', flags: CONTAINER });
    await a.create('/t/c/k');
  }),
  rule(157, 'nor in a multi', async ({ a }) => {
    await a.multi([part.create('/t/a', { as: 'createTTL', flags: TTL, ttl: 1000n })], { fails: { at: 0, err: -6 } });
  }),
]);

/** A session without a ledger, and the znode that the rule works below. */
async function below(scene: Scene, path: string): Promise<Session> {
  const session = scene.track(await Session.open('slow', scene.target, null));
  await session.create(path);
  return session;
}

const isThere = (session: Session, path: string): Promise<boolean> =>
  session.exists(path).then(
    () => true,
    () => false,
  );

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const expiry = section('kinds', SCANNING, [
  slowRule(120, 'a silent session ends after its time-out, and no tick later', async (scene, path) => {
    const watcher = await below(scene, path);
    const silent = scene.track(await Session.open('silent', scene.target, null, { sessionTimeoutMs: 2000 }));
    await silent.create(`${path}/e`, { flags: EPHEMERAL });
    const from = performance.now();
    await watcher.exists(`${path}/e`, { watch: true });
    await eventually(() => watcher.unseenEvents.length > 0, { what: 'the end of the session', everyMs: 5 });
    const tookMs = performance.now() - from;
    expect(tookMs).toBeGreaterThan(1_950);
    expect(tookMs).toBeLessThan(3_600);
    await watcher.saw(`D ${path}/e`);
    await silent.ends();
    silent.isClosed = true;
    await expect(silent.reattach()).rejects.toThrow('the session is gone');
  }),
  slowRule(121, 'pings keep a session alive', async (scene, path) => {
    await below(scene, path);
    const pinging = scene.track(await Session.open('pinging', scene.target, null, { sessionTimeoutMs: 2000 }));
    await pinging.create(`${path}/e`, { flags: EPHEMERAL });
    for (const _ of Array(7)) {
      await pause(700);
      await pinging.ping();
    }
    await pinging.exists(`${path}/e`);
  }),
  slowRule('121b', 'so do refused requests and reads', async (scene, path) => {
    await below(scene, path);
    const asking = scene.track(await Session.open('asking', scene.target, null, { sessionTimeoutMs: 2000 }));
    for (const _ of Array(4)) {
      await pause(700);
      await asking.exists('/nope', { err: -101 });
      await pause(700);
      await asking.delete('/nope', { err: -101 });
    }
  }),
  slowRule('121c', 'coming back begins the time-out anew', async (scene, path) => {
    await below(scene, path);
    let session = scene.track(await Session.open('back', scene.target, null, { sessionTimeoutMs: 2000 }));
    await session.create(`${path}/e`, { flags: EPHEMERAL });
    for (const _ of Array(4)) {
      await pause(1200);
      session = scene.track(await session.reattach());
    }
    await session.exists(`${path}/e`);
  }),
  slowRule(131, 'an empty container goes, unless it never had a child', async (scene, path) => {
    const session = await below(scene, path);
    await session.create(`${path}/c1`, { as: 'createContainer', flags: CONTAINER });
    await session.create(`${path}/c2`, { as: 'createContainer', flags: CONTAINER });
    await session.create(`${path}/c2/k`);
    await session.create(`${path}/c3`, { as: 'createContainer', flags: CONTAINER });
    await session.create(`${path}/c3/k`);
    await session.exists(`${path}/c2`, { watch: true });
    await session.getChildren(path, { watch: true });
    await session.delete(`${path}/c2/k`);
    await eventually(() => session.unseenEvents.length > 1, { what: 'the end of the container' });
    await session.saw(`D ${path}/c2`, `K ${path}`);
    expect(await isThere(session, `${path}/c1`)).toBe(true);
    expect(await isThere(session, `${path}/c3`)).toBe(true);
    expect(await session.exists(path)).toMatchObject({ numChildren: 2, cversion: 4 });
  }),
  slowRule(132, 'a znode made by create with the flags of a container stays', async (scene, path) => {
    const session = await below(scene, path);
    await session.create(`${path}/c`, { flags: CONTAINER });
    await session.create(`${path}/c/k`);
    await session.delete(`${path}/c/k`);
    await session.multi([
      part.create(`${path}/d`, { flags: CONTAINER }),
      part.create(`${path}/d/k`),
      part.delete(`${path}/d/k`),
    ]);
    await session.multi([
      part.create(`${path}/e`, { as: 'createContainer' }),
      part.create(`${path}/e/k`),
      part.delete(`${path}/e/k`),
    ]);
    await pause(2500);
    expect(await session.getChildren(path)).toEqual(['c']);
  }),
  slowRule('131b', 'a container whose last child was an ephemeral goes', async (scene, path) => {
    const session = await below(scene, path);
    await session.create(`${path}/c`, { as: 'createContainer', flags: CONTAINER });
    const other = scene.track(await Session.open('other', scene.target, null));
    await other.create(`${path}/c/e`, { flags: EPHEMERAL });
    await pause(1200);
    expect(await isThere(session, `${path}/c`)).toBe(true);
    await other.close();
    await eventually(async () => !(await isThere(session, `${path}/c`)), { what: 'the end of the container' });
  }),
  slowRule('133–134', 'a TTL znode goes when it is old, without children and left alone', async (scene, path) => {
    const session = await below(scene, path);
    for (const name of ['a', 'b', 'c', 'd']) {
      await session.create(`${path}/${name}`, { as: 'createTTL', flags: TTL, ttl: name === 'd' ? 60_000n : 1500n });
    }
    await session.create(`${path}/b/k`);
    await session.addWatch(path, 1);
    for (const _ of Array(8)) {
      await pause(400);
      await session.setData(`${path}/c`);
      await session.getData(`${path}/a`).catch(() => {});
    }
    expect((await session.getChildren(path)).sort()).toEqual(['b', 'c', 'd']);
    expect(session.unseenEvents.filter((event) => event.startsWith('D'))).toEqual([`D ${path}/a`]);
    await session.delete(`${path}/b/k`);
    await eventually(async () => !(await isThere(session, `${path}/b`)), { what: 'the end of the TTL znode' });
    session.forget();
  }),
]);
