/** Quotas (DataTree.updateQuotaStat, PrepRequestProcessor.checkQuota, StatsTrack). */
import { expect } from 'vitest';
import { EPHEMERAL, part, SEQUENTIAL } from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';
import type { Session } from '../session.js';
import { ENFORCING_QUOTA } from './setups.js';

const EXCEEDED = -125;
const LIMITS = '/zookeeper/quota/t/zookeeper_limits';
const STATS = '/zookeeper/quota/t/zookeeper_stats';

/** @param limits what zookeeper_limits holds */
async function setQuota(session: Session, path: string, limits: string): Promise<void> {
  let parent = '/zookeeper/quota';
  for (const name of path.slice(1).split('/')) {
    parent += `/${name}`;
    if (!session.ledger!.has(parent)) await session.create(parent);
  }
  await session.create(`${parent}/zookeeper_limits`, { data: limits });
  await session.create(`${parent}/zookeeper_stats`, { data: 'count=0,bytes=0' });
}

async function figures(session: Session, path = '/t'): Promise<string | undefined> {
  return (await session.getData(`/zookeeper/quota${path}/zookeeper_stats`)).data?.toString();
}

export const quotas = section('quotas', PLAIN, [
  rule('254–255', 'statistics are those of the tree, whatever the client writes', async ({ a, b }) => {
    await a.setData('/t', 'abc');
    await a.create('/t/1', { data: 'abc' });
    await a.create('/t/1/2', { data: 'abc' });
    await setQuota(a, '/t', 'count=4,bytes=-1');
    expect(await figures(a)).toBe('count=3,bytes=9');
    const before = await a.exists(STATS);
    await b.create('/t/3', { data: 'xx' });
    expect(await figures(a)).toBe('count=4,bytes=11');
    await b.setData('/t/3', 'a longer one');
    expect(await figures(a)).toBe('count=4,bytes=21');
    await b.setData('/t', null);
    expect(await figures(a)).toBe('count=4,bytes=18');
    await b.delete('/t/3');
    expect(await figures(a)).toBe('count=3,bytes=6');
    expect(await a.exists(STATS)).toEqual(before);
  }),
  rule('255b', 'statistics know multis, containers, TTL, sequences and the end of sessions', async ({ scene, a }) => {
    await setQuota(a, '/t', 'count=-1,bytes=-1');
    expect(await figures(a)).toBe('count=1,bytes=0');
    await a.multi([part.create('/t/a', { data: '12345' }), part.setData('/t/a', '123'), part.create('/t/a/b')]);
    expect(await figures(a)).toBe('count=3,bytes=4'.replace('4', '3'));
    await a.multi([part.delete('/t/a/b'), part.check('/nope')], { fails: { at: 1, err: -101 } });
    expect(await figures(a)).toBe('count=3,bytes=3');
    await a.create('/t/c', { as: 'createContainer', flags: 4, data: '1' });
    await a.create('/t/s', { flags: SEQUENTIAL, data: '1' });
    await a.create('/t/ttl', { as: 'createTTL', flags: 5, ttl: 100_000n, data: '1' });
    expect(await figures(a)).toBe('count=6,bytes=6');
    const c = await scene.open('C');
    await c.create('/t/e1', { flags: EPHEMERAL, data: '12' });
    await c.create('/t/e2', { flags: EPHEMERAL, data: null });
    expect(await figures(a)).toBe('count=8,bytes=8');
    await c.close();
    expect(await figures(a)).toBe('count=6,bytes=6');
  }),
  rule(256, 'no watch hears of statistics', async ({ a, b }) => {
    await setQuota(a, '/t', 'count=4,bytes=-1');
    await b.getData(STATS, { watch: true });
    await b.addWatch('/zookeeper', 1);
    await a.create('/t/1');
    await b.saw();
  }),
  rule(257, 'unless enforced, limits are no limits', async ({ a }) => {
    await setQuota(a, '/t', 'count=-1,bytes=-1=;byteHardLimit=1;countHardLimit=1');
    await a.create('/t/1', { data: '12345' });
    expect(await figures(a)).toBe('count=2,bytes=5');
  }),
  rule(264, 'the nearest quota counts, and only that', async ({ a }) => {
    await a.create('/t/in');
    await setQuota(a, '/t', 'count=10,bytes=-1');
    await setQuota(a, '/t/in', 'count=10,bytes=-1');
    expect(await figures(a)).toBe('count=2,bytes=0');
    expect(await figures(a, '/t/in')).toBe('count=1,bytes=0');
    await a.create('/t/in/1');
    expect(await figures(a)).toBe('count=2,bytes=0');
    expect(await figures(a, '/t/in')).toBe('count=2,bytes=0');
    await a.create('/t/out');
    expect(await figures(a)).toBe('count=3,bytes=0');
    await a.setData('/t/in', 'xy');
    expect(await figures(a, '/t/in')).toBe('count=2,bytes=2');
  }),
  rule(265, 'ancestors are ancestors by components', async ({ a }) => {
    await a.create('/t/a');
    await a.create('/t/ab');
    await setQuota(a, '/t/a', 'count=10,bytes=-1');
    await a.create('/t/ab/1');
    expect(await figures(a, '/t/a')).toBe('count=1,bytes=0');
  }),
  rule(267, 'without limits nothing is counted', async ({ a }) => {
    await setQuota(a, '/t', 'count=10,bytes=-1');
    await a.create('/t/1');
    await a.delete(LIMITS);
    await a.create('/t/2');
    expect(await figures(a)).toBe('count=2,bytes=0');
    await a.create(LIMITS, { data: 'count=10,bytes=-1' });
    await a.create('/t/3');
    await a.delete(STATS);
    await a.create('/t/4');
    await a.create(STATS, { data: '' });
    expect(await figures(a)).toBe('count=5,bytes=0');
  }),
  rule('267b', 'a quota for what is not there yet', async ({ a }) => {
    await setQuota(a, '/t/later', 'count=10,bytes=-1');
    expect(await figures(a, '/t/later')).toBe('count=0,bytes=0');
    await a.create('/t/later', { data: 'x' });
    await a.create('/t/later/1');
    expect(await figures(a, '/t/later')).toBe('count=2,bytes=1');
    await a.delete('/t/later/1');
    await a.delete('/t/later');
    expect(await figures(a, '/t/later')).toBe('count=0,bytes=0');
  }),
  rule(
    '267c',
    'what ends a real server: a quota on the root, limits beside quotas, statistics that are none',
    async ({ a, b }) => {
      a.ledger = null;
      b.ledger = null;
      await a.create('/zookeeper/quota/zookeeper_limits', { err: -8 });
      await a.create('/zookeeper/a');
      await a.create('/zookeeper/a/zookeeper_limits');
      await a.delete('/zookeeper/a/zookeeper_limits');
      await a.delete('/zookeeper/a');
      await a.create('/zookeeper/quota/t');
      await a.create(LIMITS, { data: 'count=5,bytes=-1' });
      await a.create(STATS, { data: 'x' });
      await a.setData(STATS, null);
      await a.create('/t/1');
      expect(await figures(a)).toBe('count=2,bytes=0');
      await a.setData(STATS, 'garbage');
      await a.create('/t/2');
      expect(await figures(a)).toBe('count=3,bytes=0');
    },
    { only: ['sandbox'] },
  ),
]);

export const enforcedQuotas = section('quotas', ENFORCING_QUOTA, [
  rule(258, 'a hard limit of znodes', async ({ a }) => {
    await a.create('/t/1');
    await setQuota(a, '/t', 'count=-1,bytes=-1=;byteHardLimit=-1;countHardLimit=2');
    await a.create('/t/2', { err: EXCEEDED });
    await a.create('/t/2', { flags: EPHEMERAL, err: EXCEEDED });
    await a.create('/t/2', { flags: SEQUENTIAL, err: EXCEEDED });
    await a.create('/t/2', { as: 'create2', err: EXCEEDED });
    await a.create('/t/2', { as: 'createContainer', flags: 4, err: EXCEEDED });
    await a.create('/t/2', { as: 'createTTL', flags: 5, ttl: 1000n, err: EXCEEDED });
    await a.multi([part.create('/t/2')], { fails: { at: 0, err: EXCEEDED } });
    await a.setData('/t/1', 'any length');
    await a.delete('/t/1');
    await a.create('/t/2');
  }),
  rule(259, 'a soft limit refuses nothing', async ({ a }) => {
    await setQuota(a, '/t', 'count=1,bytes=1');
    await a.create('/t/1', { data: '12345' });
    await a.setData('/t/1', '123456789');
    expect(await figures(a)).toBe('count=2,bytes=9');
  }),
  rule(260, 'a hard limit of bytes', async ({ a }) => {
    await a.create('/t/1', { data: '123456789012' });
    await setQuota(a, '/t', 'count=-1,bytes=-1=;byteHardLimit=12;countHardLimit=-1');
    await a.setData('/t/1', '1234567890123', { err: EXCEEDED });
    await a.create('/t/2', { data: 'x', err: EXCEEDED });
    await a.create('/t/2', { data: '' });
    await a.create('/t/3', { data: null });
    await a.setData('/t/1', 'same length.');
    await a.setData('/t/1', 'shorter');
    await a.setData('/t/2', '12345');
    await a.setData('/t/2', '123456', { err: EXCEEDED });
  }),
  rule('261–262', 'where it stands among the checks', async ({ a }) => {
    await a.create('/t/1', { data: '12345' });
    await setQuota(a, '/t', 'count=-1,bytes=-1=;byteHardLimit=1;countHardLimit=1');
    await a.setData('/t/1', '1234567', { version: 77, err: EXCEEDED });
    await a.setData('/t/1', '12345', { version: 77, err: -103 });
    await a.create('/t/1', { err: -110 });
    await a.create('/t/none/1', { err: -101 });
    await a.create('/t/2', { acl: [[1, 'foo', '']], err: -114 });
    await a.setData('/t/none', 'x', { err: -101 });
  }),
  rule('261b', 'over the limit already: what is shorter goes on where it is enough', async ({ a }) => {
    await a.create('/t/1', { data: '1234567890' });
    await setQuota(a, '/t', 'count=-1,bytes=-1=;byteHardLimit=4;countHardLimit=-1');
    await a.setData('/t/1', '12345', { err: EXCEEDED });
    await a.setData('/t/1', '1234');
  }),
  rule(263, 'inside a multi the figures are those before it', async ({ a }) => {
    await setQuota(a, '/t', 'count=-1,bytes=-1=;byteHardLimit=-1;countHardLimit=2');
    await a.multi([part.create('/t/1'), part.create('/t/2'), part.create('/t/3')]);
    expect(await figures(a)).toBe('count=4,bytes=0');
    await a.create('/t/4', { err: EXCEEDED });
  }),
  rule(266, 'limits that are none', async ({ a }) => {
    await setQuota(a, '/t', 'garbage');
    await a.create('/t/1', { err: -5, zxids: 1 });
    await a.setData('/t', 'xy', { err: -5, zxids: 1 });
    await a.delete(LIMITS);
    await a.create('/t/1');
  }),
  rule('266b', 'limits in other writings', async ({ a }) => {
    await setQuota(a, '/t', 'countHardLimit=2');
    await a.create('/t/1');
    await a.create('/t/2', { err: EXCEEDED });
    await a.setData(LIMITS, 'count=1,bytes=1;,;countHardLimit=3,byteHardLimit=50=7');
    await a.create('/t/2');
    await a.create('/t/3', { err: EXCEEDED });
    for (const broken of [
      'countHardLimit=',
      'countHardLimit=x',
      'countHardLimit',
      'countHardLimit= 3',
      ',countHardLimit=3',
    ]) {
      await a.setData(LIMITS, broken);
      await a.create('/t/3', { err: -5, zxids: 1 });
    }
    await a.setData(LIMITS, '');
    await a.create('/t/3');
    await a.setData(LIMITS, 'countHardLimit=+9,countHardLimit=0');
    await a.create('/t/4', { err: EXCEEDED });
  }),
  rule('266c', 'the super user is bound by them too', async ({ a }) => {
    await a.auth('digest', 'super:secret');
    await setQuota(a, '/t', 'count=-1,bytes=-1=;byteHardLimit=-1;countHardLimit=1');
    await a.create('/t/1', { err: EXCEEDED });
  }),
]);
