/** create and its relations: the order of checks (5.3), kinds, names. */
import { expect, test } from 'vitest';
import { OPEN_ACL } from '../../../src/protocol/acl.js';
import { type AclInput, acl, type Client, Scene } from './scene.js';

const BAD_ACL = acl('foo:bar:31');

function tryCreate(client: Client, path: string | null, flags = 0, entries: AclInput = OPEN_ACL): number {
  return client.try('create', { path, data: null, acl: entries, flags });
}

test('the first check that fails decides', () => {
  const scene = new Scene();
  const client = scene.client();
  client.create('/t');
  client.create('/ro', { acl: acl('world:anyone:1') });
  client.create('/t/e', { flags: 1 });
  expect(tryCreate(client, 'zz', 9, BAD_ACL)).toBe(-8);
  expect(tryCreate(client, 'zz', 0, BAD_ACL)).toBe(-8);
  expect(tryCreate(client, '/t/x/y', 0, BAD_ACL)).toBe(-114);
  expect(tryCreate(client, '/ro/x', 0, BAD_ACL)).toBe(-114);
  expect(tryCreate(client, '/nope/..')).toBe(-101);
  expect(tryCreate(client, '/ro/..')).toBe(-102);
  expect(tryCreate(client, '/t/..')).toBe(-8);
  expect(tryCreate(client, '/t/e')).toBe(-110);
  expect(tryCreate(client, '/t/e/.')).toBe(-8);
  expect(tryCreate(client, '/t/e/x')).toBe(-108);
  expect(tryCreate(client, '/')).toBe(-110);
  expect(tryCreate(client, null)).toBe(-5);
});

test.each([
  '',
  'a',
  '//',
  '/t/',
  '/t/.',
  '/t/..',
  '/t/\0',
  '/t/\u0001',
  '/t/\u007f',
  '/t/\ue000',
  '/t/\ufff0',
  '/t/😀',
])('the path %j is refused', (path) => {
  const client = new Scene().client();
  client.create('/t');
  expect(tryCreate(client, path)).toBe(-8);
});

test.each(['/t/...', '/t/.a', '/t/a..b', '/t/ ', '/t/\u00a0', '/t/\ud7ff', '/t/\uf900', '/t/\uffef'])(
  'the path %j is not',
  (path) => {
    const client = new Scene().client();
    client.create('/t');
    expect(tryCreate(client, path)).toBe(0);
    expect(client.children('/t')).toEqual([path.slice(3)]);
  },
);

test('sequence numbers count all children ever made, and failures do not', () => {
  const client = new Scene().client();
  client.create('/t');
  const next = (path = '/t/s', flags = 2): string => client.create(path, { flags });
  expect([next(), next(), next()]).toEqual(['/t/s0000000000', '/t/s0000000001', '/t/s0000000002']);
  client.create('/t/plain');
  expect(next()).toBe('/t/s0000000004');
  client.delete('/t/plain');
  expect(next('/t/e', 3)).toBe('/t/e0000000005');
  expect(tryCreate(client, '/t/plain/x')).toBe(-101);
  expect(next('/t/')).toBe('/t/0000000006');
  client.create('/t/z0000000008');
  expect(tryCreate(client, '/t/z', 2)).toBe(-110);
  expect(next('/t/y')).toBe('/t/y0000000008');
  expect(client.stat('/t')).toMatchObject({ cversion: 10, numChildren: 8 });
});

test('kinds: what each operation and each flag makes', () => {
  const scene = new Scene();
  const client = scene.client();
  const made = (op: 'create2' | 'createContainer', flags: number, path: string) =>
    client.ask(op, { path, data: null, acl: OPEN_ACL, flags }).stat.ephemeralOwner;
  expect(made('create2', 0, '/a')).toBe(0n);
  expect(made('create2', 1, '/b')).toBe(client.sessionId);
  expect(made('createContainer', 4, '/c')).toBe(0n);
  expect(made('createContainer', 1, '/d')).toBe(0n);
  expect(client.create('/f', { flags: 4 })).toBe('/f');
  const ttl = client.ask('createTTL', { path: '/e', data: null, acl: OPEN_ACL, flags: 6, ttl: 1000 });
  expect(ttl).toMatchObject({ path: '/e0000000005', stat: { ephemeralOwner: 0n } });
  const owners = ['/a', '/b', '/c', '/d', '/f', '/e0000000005'].map(
    (path) => scene.engine.tree.get(path)?.ephemeralOwner,
  );
  const container = 0x8000_0000_0000_0000n;
  expect(owners).toEqual([0n, client.sessionId, container, container, 0n, 0xff00_0000_0000_03e8n]);
});

test.each([
  [5, 0, -8],
  [5, -1, -8],
  [5, 0x100_0000_0000, -8],
  [6, 0xff_ffff_ffff, 0],
  [0, 0, -8],
  [0, 5, -8],
  // The next two stop a real server.
  [0, -1, -8],
  [4, -1, -8],
  [9, 5, -8],
])('createTTL with flags %i and a TTL of %i: %i', (flags, ttl, err) => {
  const client = new Scene().client();
  expect(client.try('createTTL', { path: '/a', data: null, acl: OPEN_ACL, flags, ttl })).toBe(err);
});

test('without extended types nothing has a TTL', () => {
  const client = new Scene({ settings: { extendedTypesEnabled: false } }).client();
  expect(client.try('createTTL', { path: '/a', data: null, acl: OPEN_ACL, flags: 5, ttl: 1 })).toBe(-6);
  expect(tryCreate(client, '/a', 5)).toBe(-6);
  expect(client.try('createContainer', { path: '/c', data: null, acl: OPEN_ACL, flags: 4 })).toBe(0);
});

test('null and empty data stay apart, and every byte stays what it is', () => {
  const client = new Scene().client();
  client.create('/null', { data: null });
  client.create('/empty');
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  client.ask('create', { path: '/all', data: bytes, acl: OPEN_ACL, flags: 0 });
  const get = (path: string): Buffer | null => client.ask('getData', { path, watch: false }).data;
  expect(get('/null')).toBeNull();
  expect(get('/empty')).toEqual(Buffer.alloc(0));
  expect(get('/all')).toEqual(bytes);
});

test('the system znodes cannot be deleted, and what is below them can be made', () => {
  const client = new Scene().client();
  for (const path of ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']) {
    expect(client.try('delete', { path, version: -1 })).toBe(-8);
  }
  expect(tryCreate(client, '/zookeeper/x')).toBe(0);
  expect(tryCreate(client, '/zookeeper/config/x')).toBe(-102);
  expect(client.try('setData', { path: '/zookeeper/quota', data: null, version: -1 })).toBe(0);
  expect(client.try('setData', { path: '/zookeeper/config', data: null, version: -1 })).toBe(-102);
});

test('the empty path is the root for reads, and nothing for writes', () => {
  const client = new Scene().client();
  expect(client.stat('')).toEqual(client.stat('/'));
  expect(client.children('')).toEqual(['zookeeper']);
  expect(client.ask('getAllChildrenNumber', { path: '/' }).totalNumber).toBe(3);
  expect(client.ask('getAllChildrenNumber', { path: '' }).totalNumber).toBe(4);
  expect(client.try('setData', { path: '', data: null, version: -1 })).toBe(-8);
  expect(client.try('delete', { path: '', version: -1 })).toBe(-8);
  expect(client.try('getData', { path: '/zookeeper/', watch: false })).toBe(-101);
  expect(client.try('getData', { path: 'zookeeper', watch: false })).toBe(-101);
  expect(client.try('getData', { path: '//zookeeper', watch: false })).toBe(-101);
});
