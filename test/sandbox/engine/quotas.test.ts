/** Quotas (5.12): what the server itself does with znodes below /zookeeper/quota, and what enforcing refuses. */
import { describe, expect, test } from 'vitest';
import { OPEN_ACL } from '../../../src/protocol/acl.js';
import { formatQuotaFigures, parseQuotaFigures } from '../../../src/sandbox/engine/quota-figures.js';
import { type Client, Scene, type SceneOptions } from './scene.js';

const LIMITS = 'zookeeper_limits';
const STATS = 'zookeeper_stats';

/** A quota on `path`, as clients set it. */
function setQuota(client: Client, path: string, limits: string): void {
  let at = '/zookeeper/quota';
  for (const name of path.split('/').slice(1)) {
    at += `/${name}`;
    if (client.try('exists', { path: at, watch: false }) !== 0) client.create(at);
  }
  client.create(`${at}/${LIMITS}`, { data: limits });
  client.create(`${at}/${STATS}`, { data: 'count=4,bytes=9' });
}

function statsOf(client: Client, path: string): string | null {
  return client.text(`/zookeeper/quota${path}/${STATS}`);
}

function scene(limits = 'count=4,bytes=-1', options: SceneOptions = {}): { client: Client; scene: Scene } {
  const made = new Scene(options);
  const client = made.client();
  client.create('/t', { data: 'abc' });
  client.create('/t/a', { data: '123456' });
  setQuota(client, '/t', limits);
  return { client, scene: made };
}

const ENFORCED = { settings: { enforceQuota: true } };

test('the stats are the real figures, whatever the client sent, and follow every change', () => {
  const { client } = scene();
  expect(statsOf(client, '/t')).toBe('count=2,bytes=9');
  const before = client.stat(`/zookeeper/quota/t/${STATS}`);
  client.try('getData', { path: `/zookeeper/quota/t/${STATS}`, watch: true });
  client.create('/t/b', { data: 'x' });
  client.create('/t/a/e', { data: null, flags: 1 });
  expect(statsOf(client, '/t')).toBe('count=4,bytes=10');
  client.set('/t/a', '1');
  client.delete('/t/b');
  client.create('/tb', { data: 'elsewhere' });
  expect(statsOf(client, '/t')).toBe('count=3,bytes=4');
  expect(client.stat(`/zookeeper/quota/t/${STATS}`)).toEqual(before);
  expect(client.events()).toEqual([]);
});

test('the end of a session is counted', () => {
  const { client, scene: made } = scene();
  const other = made.client();
  other.create('/t/e', { flags: 1, data: 'xyz' });
  expect(statsOf(client, '/t')).toBe('count=3,bytes=12');
  made.engine.closeSession(other.sessionId, 0);
  expect(statsOf(client, '/t')).toBe('count=2,bytes=9');
});

test('the nearest quota counts, and only that one', () => {
  const { client } = scene();
  setQuota(client, '/t/a', 'count=9,bytes=-1');
  client.create('/t/a/k', { data: '1' });
  expect([statsOf(client, '/t/a'), statsOf(client, '/t')]).toEqual(['count=2,bytes=7', 'count=2,bytes=9']);
});

test('without its limits a quota no longer counts, and without its stats it counts anew when they are back', () => {
  const { client } = scene();
  client.delete(`/zookeeper/quota/t/${LIMITS}`);
  client.create('/t/b');
  expect(statsOf(client, '/t')).toBe('count=2,bytes=9');
  client.create(`/zookeeper/quota/t/${LIMITS}`, { data: 'count=1,bytes=1' });
  client.delete(`/zookeeper/quota/t/${STATS}`);
  client.create('/t/c');
  client.create(`/zookeeper/quota/t/${STATS}`);
  expect(statsOf(client, '/t')).toBe('count=4,bytes=9');
});

describe('enforced', () => {
  const refusal = (client: Client, path: string, data = '', flags = 0): number =>
    client.try('create', { path, data: Buffer.from(data), acl: OPEN_ACL, flags });

  test('a hard count refuses every kind of create, behind all other checks', () => {
    const { client } = scene('count=1,bytes=-1=;byteHardLimit=-1;countHardLimit=3', ENFORCED);
    expect(refusal(client, '/t/b')).toBe(0);
    expect([0, 1, 2, 3].map((flags) => refusal(client, '/t/c', '', flags))).toEqual([-125, -125, -125, -125]);
    expect(refusal(client, '/t/b')).toBe(-110);
    expect(refusal(client, '/t/nope/x')).toBe(-101);
    expect(refusal(client, '/elsewhere')).toBe(0);
    client.delete('/t/b');
    expect(refusal(client, '/t/c')).toBe(0);
  });

  test('hard bytes refuse what is longer, before the version is looked at', () => {
    const { client } = scene('count=-1,bytes=-1=;byteHardLimit=9;countHardLimit=-1', ENFORCED);
    expect([refusal(client, '/t/b', '1'), refusal(client, '/t/b')]).toEqual([-125, 0]);
    const set = (data: string, version: number): number =>
      client.try('setData', { path: '/t/a', data: Buffer.from(data), version });
    expect([set('1234567', 77), set('654321', 77), set('12345', 0), set('123456', -1)]).toEqual([-125, -103, 0, 0]);
  });

  test('soft limits never refuse', () => {
    const { client } = scene('count=1,bytes=1', ENFORCED);
    expect(refusal(client, '/t/b', 'x')).toBe(0);
  });

  test('inside a multi the figures are those before it', () => {
    const { client } = scene('count=-1,bytes=-1=;byteHardLimit=-1;countHardLimit=3', ENFORCED);
    const create = (path: string) => ({ op: 'create', path, data: null, acl: OPEN_ACL, flags: 0 }) as const;
    expect(client.ask('multi', [create('/t/x'), create('/t/y'), create('/t/z')]).map(({ op }) => op)).not.toContain(
      'error',
    );
    expect(statsOf(client, '/t')).toBe('count=5,bytes=9');
  });

  test('limits that make no sense refuse with -5, and stats that are missing do not', () => {
    const { client } = scene('garbage', ENFORCED);
    expect(refusal(client, '/t/b')).toBe(-5);
    client.set(`/zookeeper/quota/t/${LIMITS}`, 'countHardLimit=1');
    expect(refusal(client, '/t/b')).toBe(-125);
    client.delete(`/zookeeper/quota/t/${STATS}`);
    expect(refusal(client, '/t/b')).toBe(0);
  });
});

describe('what a real server does not survive', () => {
  test('a quota on the root is refused', () => {
    const client = new Scene().client();
    const path = `/zookeeper/quota/${LIMITS}`;
    expect(client.try('create', { path, data: null, acl: OPEN_ACL, flags: 0 })).toBe(-8);
  });

  test('limits beside /zookeeper/quota are ordinary znodes', () => {
    const client = new Scene().client();
    client.create('/zookeeper/a');
    client.create(`/zookeeper/a/${LIMITS}`);
    client.delete(`/zookeeper/a/${LIMITS}`);
    expect(client.children('/zookeeper/a')).toEqual([]);
  });

  test('stats that make no sense are counted anew', () => {
    const { client } = scene();
    client.set(`/zookeeper/quota/t/${STATS}`, 'nonsense');
    client.create('/t/b', { data: 'x' });
    expect(statsOf(client, '/t')).toBe('count=3,bytes=10');
  });
});

test.each([
  ['count=4,bytes=9', { count: 4, bytes: 9 }],
  [
    'count=-1,bytes=-1=;byteHardLimit=12;countHardLimit=5',
    { count: -1, bytes: -1, byteHardLimit: 12, countHardLimit: 5 },
  ],
  ['', {}],
  ['count=+4;bytes=9,,', { count: 4, bytes: 9 }],
  ['other=1', { other: 1 }],
])('%j is read', (text, figures) => {
  expect(Object.fromEntries(parseQuotaFigures(text) ?? [['none', 0]])).toEqual(figures);
});

test.each(['garbage', 'count=', 'count=x', ',count=1', 'count=1.5'])('%j is not', (text) => {
  expect(parseQuotaFigures(text)).toBeNull();
});

test('what is written can be read by old servers: keys beyond the first two behind one more equals sign', () => {
  expect(formatQuotaFigures(new Map([['bytes', 5]]))).toBe('count=-1,bytes=5');
  const figures = new Map(Object.entries({ zeta: 1, bytes: 2, countHardLimit: 3, count: 4 }));
  expect(formatQuotaFigures(figures)).toBe('count=4,bytes=2=;countHardLimit=3;zeta=1');
});
