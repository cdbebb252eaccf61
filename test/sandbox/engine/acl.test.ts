/** Who may do what (8.2), what becomes of an ACL (8.3), what is shown of it (8.5). */
import { describe, expect, test } from 'vitest';
import { digestId, OPEN_ACL } from '../../../src/protocol/acl.js';
import { type AclInput, acl, type Client, Scene } from './scene.js';

const NOBODY = { scheme: 'digest', id: 'nobody:x' };
const ALICE = { scheme: 'digest', id: digestId('alice', 'secret') };
const SUPER = { scheme: 'super', id: '' };

const READ = 1;
const WRITE = 2;
const CREATE = 4;
const DELETE = 8;
const ADMIN = 16;
const NONE = 32;

/** On `/t/x`, which has a child k and grants one permission. */
const OPERATIONS: readonly (readonly [name: string, needs: number, run: (client: Client) => number])[] = [
  ['create', CREATE, (client) => client.try('create', { path: '/t/x/new', data: null, acl: OPEN_ACL, flags: 0 })],
  ['delete', DELETE, (client) => client.try('delete', { path: '/t/x/k', version: -1 })],
  ['setData', WRITE, (client) => client.try('setData', { path: '/t/x', data: null, version: -1 })],
  ['getData', READ, (client) => client.try('getData', { path: '/t/x', watch: false })],
  ['exists', READ, (client) => client.try('exists', { path: '/t/x', watch: false })],
  ['getChildren', READ, (client) => client.try('getChildren', { path: '/t/x', watch: false })],
  ['getChildren2', READ, (client) => client.try('getChildren2', { path: '/t/x', watch: false })],
  ['getAllChildrenNumber', READ, (client) => client.try('getAllChildrenNumber', { path: '/t/x' })],
  ['getACL', READ | ADMIN, (client) => client.try('getACL', { path: '/t/x' })],
  ['setACL', ADMIN, (client) => client.try('setACL', { path: '/t/x', acl: OPEN_ACL, version: -1 })],
  ['sync', ~0, (client) => client.try('sync', { path: '/t/x' })],
  ['addWatch', ~0, (client) => client.try('addWatch', { path: '/t/x', mode: 0 })],
  [
    'multiRead',
    READ,
    (client) => {
      const [result] = client.ask('multiRead', [{ op: 'getData', path: '/t/x', watch: false }]);
      return result?.op === 'error' ? result.err : 0;
    },
  ],
  [
    'check in a multi',
    READ,
    (client) => {
      const [result] = client.ask('multi', [{ op: 'check', path: '/t/x', version: -1 }]);
      return result?.op === 'error' ? result.err : 0;
    },
  ],
];

describe.each([READ, WRITE, CREATE, DELETE, ADMIN, NONE])('a znode that grants %i', (granted) => {
  test.each(OPERATIONS)('%s', (name, needs, run) => {
    const scene = new Scene();
    const client = scene.client();
    client.create('/t');
    client.create('/t/x');
    client.create('/t/x/k');
    client.ask('setACL', { path: '/t/x', acl: acl(`world:anyone:${granted}`), version: -1 });
    expect(run(scene.client(NOBODY))).toBe((needs & granted) === 0 ? -102 : 0);
    // For the super user every door is open; what the one before has done is done.
    const wasDone = (needs & granted) !== 0;
    const again = wasDone && name === 'create' ? -110 : wasDone && name === 'delete' ? -101 : 0;
    expect(run(scene.client(SUPER))).toBe(again);
  });
});

test('skipACL opens every door, and still refuses what is no ACL', () => {
  const client = new Scene({ settings: { skipACL: true } }).client();
  client.create('/a', { acl: acl('world:anyone:32') });
  expect(client.try('setData', { path: '/a', data: null, version: -1 })).toBe(0);
  expect(client.try('setData', { path: '/zookeeper/config', data: null, version: -1 })).toBe(0);
  expect(client.try('create', { path: '/b', data: null, acl: acl('foo:bar:31'), flags: 0 })).toBe(-114);
});

describe('an ACL on its way in', () => {
  const REFUSED: readonly (readonly [what: string, acl: AclInput | null, err: number])[] = [
    ['nothing', [], -114],
    ['null', null, -114],
    ['another world', acl('world:other:31'), -114],
    ['WORLD', acl('WORLD:anyone:31'), -114],
    ['super', acl('super:x:31'), -114],
    ['no scheme', acl('::31'), -114],
    ['a scheme without a provider', acl('sasl:bob:31'), -114],
    ['a digest without a colon', acl('digest:a:31'), -114],
    ['a digest with nothing behind its colon', acl('digest:a::31'), -114],
    ['only colons', acl('digest::::31'), -114],
    ['a digest of three parts', acl('digest:a:b:c:31'), -114],
    ['auth of somebody without identities', acl('auth::31'), -114],
    ['a null scheme', [{ perms: 31, scheme: null, id: 'x' }], -114],
    ['a null id', [{ perms: 31, scheme: 'world', id: null }], -5],
    ['a null id of an unknown scheme', [{ perms: 31, scheme: 'foo', id: null }], -114],
    ['a null scheme to be compared', [...acl('world:anyone:31'), { perms: 31, scheme: null, id: 'x' }], -5],
    ['a null scheme that need not be compared', [...acl('world:anyone:1'), { perms: 31, scheme: null, id: 'x' }], -114],
  ];

  test.each(REFUSED)('%s is refused', (_what, entries, err) => {
    const client = new Scene().client();
    expect(client.send('create', { path: '/a', data: null, acl: entries, flags: 0 })).toMatchObject({ err, zxid: 2 });
    expect(client.try('exists', { path: '/a', watch: false })).toBe(-101);
  });

  const KEPT: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['an entry twice', ['world:anyone:31', 'world:anyone:31'], ['world:anyone:31']],
    ['one id with two permissions', ['world:anyone:1', 'world:anyone:2'], ['world:anyone:1', 'world:anyone:2']],
    ['odd permissions', ['world:anyone:-1', 'world:anyone:64'], ['world:anyone:-1', 'world:anyone:64']],
    ['digests', ['digest:a:b:31', 'digest::b:31', 'digest:a:b::1'], ['digest:a:b:31', 'digest::b:31', 'digest:a:b::1']],
    ['auth', ['auth:ignored:5', 'world:anyone:31'], [`digest:${ALICE.id}:5`, 'world:anyone:31']],
  ];

  test.each(KEPT)('%s', (_what, given, stored) => {
    const scene = new Scene();
    scene.client(ALICE).create('/a', { acl: acl(...given) });
    expect(scene.client(SUPER).ask('getACL', { path: '/a' }).acl).toEqual(acl(...stored));
  });

  test('sasl and x509 with their providers', () => {
    const settings = { aclSchemes: new Set(['sasl', 'x509']), letAnySaslUserDoX: 'guest', x509SuperUser: 'CN=root' };
    const scene = new Scene({ settings });
    const bob = scene.client({ scheme: 'sasl', id: 'bob' });
    bob.create('/bob', { acl: acl('auth::31') });
    bob.create('/guest', { acl: acl('sasl:guest:1') });
    bob.create('/cert', { acl: acl('x509:CN=a, O=b:31') });
    expect(bob.try('create', { path: '/no', data: null, acl: acl('sasl:a@b@c:31'), flags: 0 })).toBe(-114);
    expect(bob.try('create', { path: '/no', data: null, acl: acl('x509:nobody:31'), flags: 0 })).toBe(-114);
    const eve = scene.client({ scheme: 'sasl', id: 'eve' });
    const mayRead = (client: Client): number[] =>
      ['/bob', '/guest', '/cert'].map((path) => client.try('getData', { path, watch: false }));
    expect(mayRead(bob)).toEqual([0, 0, -102]);
    expect(mayRead(eve)).toEqual([-102, 0, -102]);
    expect(mayRead(scene.client({ scheme: 'x509', id: 'CN=a, O=b' }))).toEqual([-102, -102, 0]);
    expect(mayRead(scene.client({ scheme: 'x509', id: 'CN=root' }))).toEqual([-102, -102, 0]);
    expect(mayRead(scene.client({ scheme: 'sasl', id: 'super' }))).toEqual([0, 0, -102]);
  });
});

test('without scheme digest its ids are no ids', () => {
  const scene = new Scene({ settings: { digestSchemeEnabled: false } });
  const client = scene.client(ALICE);
  const create = (entries: AclInput): number =>
    client.try('create', { path: '/a', data: null, acl: entries, flags: 0 });
  expect([create(acl(`digest:${ALICE.id}:31`)), create(acl('auth::31')), create(OPEN_ACL)]).toEqual([-114, -114, 0]);
});

test('an address decides for scheme ip', () => {
  const scene = new Scene();
  const client = scene.client();
  client.create('/a', { acl: acl('ip:127.0.0.0/8:31') });
  client.create('/b', { acl: acl('ip:10.0.0.1:31') });
  expect(client.try('getData', { path: '/a', watch: false })).toBe(0);
  expect(client.try('getData', { path: '/b', watch: false })).toBe(-102);
});

test('hashes are shown to those with ADMIN only', () => {
  const scene = new Scene();
  const entries = ['world:anyone:1', `digest:${ALICE.id}:16`, 'digest:u:v::31', 'ip:1.2.3.4:31'];
  scene.client(ALICE).create('/a', { acl: acl(...entries) });
  expect(scene.client(ALICE).ask('getACL', { path: '/a' }).acl).toEqual(acl(...entries));
  expect(scene.client(SUPER).ask('getACL', { path: '/a' }).acl).toEqual(acl(...entries));
  const masked = acl('world:anyone:1', 'digest:alice:x:16', 'digest:u:x:31', 'ip:1.2.3.4:31');
  expect(scene.client().ask('getACL', { path: '/a' }).acl).toEqual(masked);
});

test('setACL counts versions of its own and looks at the ACL before the znode', () => {
  const client = new Scene().client();
  client.create('/a');
  const set = (path: string, version: number, entries: AclInput = OPEN_ACL): number =>
    client.try('setACL', { path, acl: entries, version });
  expect([set('/a', 0), set('/a', 0), set('/a', -1), set('/a', 2)]).toEqual([0, -103, 0, 0]);
  expect(client.stat('/a')).toMatchObject({ aversion: 3, version: 0, mzxid: 2n });
  expect([set('/nope', 0), set('/nope', 0, acl('foo:x:1')), set('/nope/', 0, acl('foo:x:1'))]).toEqual([
    -101, -114, -8,
  ]);
});
