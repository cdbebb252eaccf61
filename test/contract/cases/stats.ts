/**
 * Fields of Stats, versions, zxids. The ledger holds every Stat of every case against the table of what changes do; the rules here
 * see to it that each line of that table comes up, and say aloud what it means.
 */
import { expect } from 'vitest';
import { body, EPHEMERAL, OPEN, part, SEQUENTIAL } from '../requests.js';
import { firstRule, PLAIN, rule, section } from '../rules.js';
import { Session } from '../session.js';
import { RESTARTING } from './setups.js';

const NOTHING = {
  czxid: 0n,
  mzxid: 0n,
  ctime: 0n,
  mtime: 0n,
  pzxid: 0n,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  dataLength: 0,
  numChildren: 0,
};

export const stats = section('stats', PLAIN, [
  firstRule(277, 'a new server has seen nothing', async (scene) => {
    const answer = await scene.word('srvr');
    expect(answer).toMatch(/^Zxid: 0x0$/m);
    expect(answer).toMatch(/^Mode: standalone$/m);
    expect(answer).toMatch(/^Node count: 5$/m);
    expect(await scene.word('mntr')).toMatch(/^zk_approximate_data_size\t44$/m);
  }),
  firstRule(
    '93–94, 268',
    'its first session takes zxid 1, and its znodes are from the beginning of time',
    async (scene) => {
      const first = scene.track(await Session.open('first', scene.target, null));
      expect(await first.sync('/')).toBe(1);
      expect(await first.exists('/')).toEqual({ ...NOTHING, cversion: -1, numChildren: 1 });
      expect(await first.exists('/zookeeper')).toEqual({ ...NOTHING, cversion: -2, numChildren: 2 });
      expect(await first.exists('/zookeeper/quota')).toEqual(NOTHING);
      expect(await first.exists('/zookeeper/config')).toEqual({ ...NOTHING, aversion: -1 });
      for (const path of ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']) {
        expect((await first.getData(path)).data).toEqual(Buffer.alloc(0));
      }
      for (const path of ['/', '/zookeeper', '/zookeeper/quota']) {
        expect(await first.getACL(path)).toEqual([[31, 'world', 'anyone']]);
      }
      expect(await first.getACL('/zookeeper/config')).toEqual([[1, 'world', 'anyone']]);
      expect(await first.getChildren('/')).toEqual(['zookeeper']);
      expect(await first.getChildren('/zookeeper')).toEqual(['config', 'quota']);
      expect(await first.getAllChildrenNumber('/')).toBe(3);
      expect(await first.getAllChildrenNumber('')).toBe(4);
      await first.create('/first', { data: '12345' });
      expect(await scene.word('mntr')).toMatch(/^zk_approximate_data_size\t55$/m);
      expect(await first.exists('/')).toMatchObject({ cversion: 0, numChildren: 2, czxid: 0n, mzxid: 0n, pzxid: 2n });
      expect(await first.exists('/first')).toMatchObject({ czxid: 2n, mzxid: 2n, pzxid: 2n });
    },
  ),
  rule(95, 'a new znode', async ({ a }) => {
    await a.create('/t/b', { as: 'create2', data: 'abc' });
    const zxid = BigInt(a.ledger!.zxid);
    const stat = await a.exists('/t/b');
    expect(stat).toEqual({
      ...NOTHING,
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      ctime: stat.ctime,
      mtime: stat.ctime,
      dataLength: 3,
    });
  }),
  rule(96, 'the owner of an ephemeral is its session', async ({ a, b }) => {
    await a.create('/t/e', { as: 'create2', flags: EPHEMERAL });
    expect((await b.exists('/t/e')).ephemeralOwner).toBe(a.sessionId);
  }),
  rule(97, 'setData', async ({ a }) => {
    await a.create('/t/a', { data: 'abc' });
    const before = await a.exists('/t/a');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const after = await a.setData('/t/a', 'ab', { version: 0 });
    expect(after).toEqual({ ...before, mzxid: before.czxid + 1n, mtime: after.mtime, version: 1, dataLength: 2 });
    expect(after.mtime).toBeGreaterThan(before.mtime);
  }),
  rule(98, 'setACL', async ({ a }) => {
    await a.create('/t/a');
    const before = await a.exists('/t/a');
    expect(await a.setACL('/t/a', OPEN, { version: 0 })).toEqual({ ...before, aversion: 1 });
    await a.setACL('/t/a', OPEN, { version: 0, err: -103 });
    expect(await a.setACL('/t/a', OPEN, { version: -1 })).toEqual({ ...before, aversion: 2 });
  }),
  rule('99–101', 'what children do to the Stat of their parent', async ({ a }) => {
    const before = await a.exists('/t');
    await a.create('/t/k');
    expect(await a.exists('/t')).toEqual({ ...before, cversion: 1, numChildren: 1, pzxid: BigInt(a.ledger!.zxid) });
    await a.create('/t/k2');
    await a.delete('/t/k');
    const deleted = await a.exists('/t');
    expect(deleted).toEqual({ ...before, cversion: 3, numChildren: 1, pzxid: BigInt(a.ledger!.zxid) });
    await a.setData('/t/k2');
    await a.setACL('/t/k2', OPEN);
    await a.create('/t/k2/g');
    await a.delete('/t/k2/g');
    expect(await a.exists('/t')).toEqual(deleted);
  }),
  rule(102, 'a multi changes the Stat of a parent once for each operation, with one zxid', async ({ a }) => {
    await a.multi([part.create('/t/a'), part.delete('/t/a')]);
    expect(await a.exists('/t')).toMatchObject({ cversion: 2, numChildren: 0, pzxid: BigInt(a.ledger!.zxid) });
    await a.multi([part.create('/t/a'), part.setData('/t/a'), part.setData('/t/a'), part.create('/t/a/k')]);
    expect(await a.exists('/t/a')).toMatchObject({ version: 2, cversion: 1, mzxid: BigInt(a.ledger!.zxid) });
  }),
  rule('103–104', 'a refused write takes a zxid', async ({ a }) => {
    await a.create('/t', { err: -110 });
    await a.create('/t/x/y', { err: -101 });
    await a.create('/t/x', { flags: 77, err: -8 });
    await a.delete('/t/x', { err: -101 });
    await a.setData('/t', 'x', { version: 5, err: -103 });
    await a.setACL('/t', [], { err: -114 });
    await a.reconfig({ err: -123 });
    await a.multi([part.delete('/t/x')], { fails: { at: 0, err: -101 } });
    await a.multi([]);
    expect(await a.sync()).toBe(a.ledger!.zxid);
  }),
  rule('105, 108', 'reads, watches, pings and credentials take none', async ({ a }) => {
    const before = await a.sync();
    await a.exists('/t', { watch: true });
    await a.getData('/t');
    await a.getACL('/t');
    await a.getChildren('/t');
    await a.getChildren2('/t');
    await a.getEphemerals('');
    await a.getAllChildrenNumber('/');
    await a.whoAmI();
    await a.multiRead([part.getData('/t')]);
    await a.addWatch('/t', 0);
    await a.checkWatches('/t', 3);
    await a.removeWatches('/t', 3);
    await a.setWatches(0, [[], [], []]);
    await a.setWatches(0, [[], [], [], [], []]);
    await a.ping();
    await a.auth('digest', 'u:p');
    expect(await a.sync()).toBe(before);
  }),
  rule('106–107', 'a session takes one to open, one to close, and none to come back', async ({ scene, a }) => {
    const before = await a.sync();
    const c = await scene.open('C');
    expect(await a.sync()).toBe(before + 1);
    const again = await scene.reattach(c);
    expect(await a.sync()).toBe(before + 1);
    await Session.open('nobody', scene.target, null, { sessionId: 77n }).catch(() => null);
    expect(await a.sync()).toBe(before + 1);
    await again.close();
    expect(await a.sync()).toBe(before + 2);
  }),
  rule('107b', 'versions wrap', async ({ a }) => {
    // As often as one has patience for; the arithmetic beyond is Java's.
    await a.create('/t/a');
    await Promise.all(Array.from({ length: 300 }, (_, version) => a.setData('/t/a', String(version), { version })));
    expect((await a.exists('/t/a')).version).toBe(300);
  }),
]);

export const restarts = section('restart', RESTARTING, [
  rule(109, 'after a crash everything is there but watches and credentials', async ({ scene, a, b }) => {
    await a.auth('digest', 'u:p');
    await a.create('/t/e', { flags: EPHEMERAL, data: 'x' });
    await a.create('/t/s', { flags: SEQUENTIAL });
    await a.create('/t/c', { as: 'createContainer', flags: 4 });
    await a.create('/t/ttl', { as: 'createTTL', flags: 5, ttl: 100_000n });
    await a.create('/t/secret', { acl: [[31, 'auth', '']], stored: null });
    await a.setData('/t', null);
    await a.setACL('/t/s0000000001', [[31, 'ip', '127.0.0.1']]);
    await a.addWatch('/t', 1);
    const zxid = await a.sync();
    await scene.target.restart();
    await Promise.all([a.ends(), b.ends()]);
    const again = await scene.reattach(a);
    expect(await again.sync()).toBe(zxid);
    for (const path of ['/t', '/t/e', '/t/s0000000001', '/t/c', '/t/ttl']) {
      await again.getData(path);
      await again.getACL(path);
    }
    await again.getData('/t/secret', { err: -102 });
    await again.getEphemerals('');
    await again.create('/t/s', { flags: SEQUENTIAL });
    expect(await again.sync()).toBe(zxid + 1);
    const other = await scene.reattach(b);
    await other.delete('/t/e');
    const c = await scene.open('C');
    expect(c.sessionId > b.sessionId + 1n).toBe(true);
    expect(c.password).not.toEqual(b.password);
  }),
  rule('109a', 'after a crash the longest values are there', async ({ scene, a, b }) => {
    for (const [index, length] of [700_000, 1_048_000, 300_000].entries()) {
      await a.create(`/t/${index}`, { data: Buffer.alloc(length, `${length}, and so on; `) });
    }
    await a.multi([part.setData('/t/0', Buffer.alloc(500_000, 'a')), part.setData('/t/1', Buffer.alloc(500_000, 'b'))]);
    await scene.target.restart();
    await Promise.all([a.ends(), b.ends()]);
    const again = await scene.reattach(a);
    for (const index of [0, 1, 2]) await again.getData(`/t/${index}`);
    await scene.reattach(b);
  }),
  rule(
    '109b',
    'a session that does not come back ends after a whole time-out, with its ephemerals',
    async ({ scene, a, b }) => {
      const short = await scene.open('C', { sessionTimeoutMs: 2000 });
      await short.create('/t/e', { flags: EPHEMERAL });
      await scene.target.restart();
      await Promise.all([a.ends(), b.ends(), short.ends()]);
      short.isClosed = true;
      const again = await scene.reattach(a);
      await again.exists('/t/e', { watch: true });
      await again.exists('/t/e');
      scene.ledger.sessionClosed(short.sessionId);
      const from = performance.now();
      while (again.unseenEvents.length === 0 && performance.now() - from < 10_000) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await again.saw('D /t/e');
      await again.raw('exists', body.pathWatch('/t/e', false), { err: -101 });
    },
  ),
]);
