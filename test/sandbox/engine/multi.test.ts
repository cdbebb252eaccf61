/** multi (5.13) and multiRead (5.16). Bytes where the shape of the reply is the point. */
import { expect, test } from 'vitest';
import { OPEN_ACL } from '../../../src/protocol/acl.js';
import type { MultiOperationInput } from '../../../src/protocol/multi.js';
import { build } from '../../helpers/byte-builder.js';
import { acl, type Client, Scene } from './scene.js';

const END = 'ffffffff01ffffffff';

function create(path: string | null, flags = 0): MultiOperationInput {
  return { op: 'create', path, data: null, acl: OPEN_ACL, flags };
}

/** The kinds of the results; of errors their numbers. */
function run(client: Client, ...operations: MultiOperationInput[]): (string | number)[] {
  return client.ask('multi', operations).map((result) => (result.op === 'error' ? result.err : result.op));
}

test('each operation sees those before it, and all have one zxid', () => {
  const scene = new Scene();
  const client = scene.client();
  client.create('/t');
  const reply = client.ask('multi', [
    create('/t/a'),
    { op: 'setData', path: '/t/a', data: Buffer.from('x'), version: 0 },
    { op: 'check', path: '/t/a', version: 1 },
    create('/t/a/b'),
    create('/t/a/s', 2),
    { op: 'delete', path: '/t/a/b', version: -1 },
    { op: 'delete', path: '/t/a/s0000000001', version: 0 },
    { op: 'delete', path: '/t/a', version: 1 },
    create('/t/a'),
    { op: 'create2', path: '/t/c', data: null, acl: OPEN_ACL, flags: 0 },
  ]);
  expect(reply.map(({ op }) => op)).toEqual(
    'create setData check create create delete delete delete create create2'.split(' '),
  );
  expect(reply[4]).toMatchObject({ path: '/t/a/s0000000001' });
  expect(reply[1]).toMatchObject({ stat: { czxid: 3n, mzxid: 3n, version: 1, dataLength: 1, numChildren: 0 } });
  expect(scene.engine.lastZxid).toBe(3);
  expect(client.stat('/t')).toMatchObject({ cversion: 4, numChildren: 2, pzxid: 3n });
});

test('the first failure undoes everything: 0 before it, its code, -2 behind it', () => {
  const scene = new Scene();
  const client = scene.client();
  client.create('/t');
  const before = client.stat('/t');
  expect(run(client, create('/t/a'), { op: 'check', path: '/t/nope', version: -1 }, create('/t/b'))).toEqual([
    0, -101, -2,
  ]);
  expect(client.stat('/t')).toEqual(before);
  expect(run(client, create('/t/s', 2), create('/t/s', 2), create('/t/s0000000000'))).toEqual([0, 0, -110]);
  expect(client.create('/t/s', { flags: 2 })).toBe('/t/s0000000000');
  expect(run(client, create('/t/e', 1), create('/t/e/x'))).toEqual([0, -108]);
  expect(run(client, { op: 'delete', path: '/t', version: -1 })).toEqual([-111]);
});

test('the bytes of a failure carry the code twice', () => {
  const client = new Scene().client();
  const reply = client.send('multi', [
    { op: 'check', path: '/', version: -1 },
    { op: 'delete', path: '/missing', version: -1 },
    create('/a'),
  ]);
  expect(reply).toMatchObject({ err: 0, zxid: 2 });
  expect(reply.body.toString('hex')).toBe(
    `ffffffff0000000000${'00000000'}ffffffff00ffffff9b${'ffffff9b'}ffffffff00fffffffe${'fffffffe'}${END}`,
  );
});

test('an empty multi is answered by its end, and uses up a zxid', () => {
  const client = new Scene().client();
  const reply = client.send('multi', []);
  expect([reply.body.toString('hex'), reply.zxid, reply.err]).toEqual([END, 2, 0]);
});

test('flags decide what a create in a multi makes', () => {
  const scene = new Scene();
  const client = scene.client();
  const kinds = run(
    client,
    create('/a', 4),
    { op: 'create2', path: '/b', data: null, acl: OPEN_ACL, flags: 4 },
    { op: 'createContainer', path: '/c', data: null, acl: OPEN_ACL, flags: 0 },
    { op: 'createTTL', path: '/d', data: null, acl: OPEN_ACL, flags: 5, ttl: 1000 },
    { op: 'createTTL', path: '/e', data: null, acl: OPEN_ACL, flags: 1, ttl: 5 },
    { op: 'createTTL', path: '/f', data: null, acl: OPEN_ACL, flags: 4, ttl: -1 },
  );
  expect(kinds).toEqual(['create2', 'create2', 'create2', 'create2', 'create', 'create2']);
  const container = 0x8000_0000_0000_0000n;
  expect(['/a', '/b', '/c', '/d', '/e', '/f'].map((path) => scene.engine.tree.get(path)?.ephemeralOwner)).toEqual([
    container,
    container,
    container,
    0xff00_0000_0000_03e8n,
    client.sessionId,
    container,
  ]);
  const ttl = (flags: number, ttlMs: number) =>
    run(client, { op: 'createTTL', path: '/x', data: null, acl: OPEN_ACL, flags, ttl: ttlMs }, create('/y'));
  expect([ttl(5, 0), ttl(7, 1)]).toEqual([
    [-8, -2],
    [-8, -2],
  ]);
});

const header = (type: number) => build().int(type).boolean(false).int(-1);
const endOf = (bytes: Buffer): Buffer => Buffer.concat([bytes, build().int(-1).boolean(true).int(-1).done()]);

test.each([
  ['nothing at all', Buffer.alloc(0)],
  ['no end', header(2).string('/a').int(-1).done()],
  ['setACL', endOf(header(7).string('/a').int(0).int(-1).done())],
  ['getData', endOf(header(4).string('/a').boolean(false).done())],
  ['a create with a TTL flag', endOf(header(1).string('/a').buffer(null).int(0).int(5).done())],
  ['a create with flags that are none', endOf(header(15).string('/a').buffer(null).int(0).int(7).done())],
  ['a null path', endOf(header(13).string(null).int(-1).done())],
  [
    'a null path behind a failure',
    endOf(Buffer.concat([header(13).string('/nope').int(-1).done(), header(2).string(null).int(-1).done()])),
  ],
])('%s spoils all of it: -5, and one zxid', (_what, body) => {
  const reply = new Scene().client().raw(14, body);
  expect([reply.err, reply.zxid, reply.body.length]).toEqual([-5, 2, 0]);
});

test('a create without an ACL list spoils it as well, and uses up no zxid', () => {
  const reply = new Scene().client().raw(14, endOf(header(1).string('/a').buffer(null).int(-1).int(0).done()));
  expect([reply.err, reply.zxid]).toEqual([-5, 1]);
});

test('the first end is the end, whatever its type, and what follows is ignored', () => {
  const client = new Scene().client();
  const reply = client.raw(14, build().int(1).boolean(true).int(-1).string('junk').done());
  expect([reply.err, reply.body.toString('hex')]).toEqual([0, END]);
});

test('watches hear of each operation in order, and of a failed multi nothing', () => {
  const scene = new Scene();
  const [writer, witness] = [scene.client(), scene.client()];
  writer.create('/t');
  witness.children('/t');
  witness.try('getChildren', { path: '/t', watch: true });
  witness.try('exists', { path: '/t/x', watch: true });
  run(writer, create('/t/x'), { op: 'check', path: '/t/nope', version: 1 });
  expect(witness.events()).toEqual([]);
  run(
    writer,
    create('/t/x'),
    { op: 'setData', path: '/t/x', data: null, version: 0 },
    { op: 'delete', path: '/t/x', version: 1 },
  );
  expect(witness.events()).toEqual(['created /t/x', 'children /t']);
});

test('own watches fire before the reply', () => {
  const client = new Scene().client();
  client.try('exists', { path: '/x', watch: true });
  client.log.length = 0;
  run(client, create('/x'));
  expect(client.log).toEqual([{ type: 'created', path: '/x', zxid: 2 }, 'reply']);
});

test('multiRead answers each read by itself, sets no watch and takes no zxid', () => {
  const scene = new Scene();
  const client = scene.client();
  client.create('/a', { data: 'x' });
  client.create('/a/k');
  client.create('/u', { acl: acl('world:anyone:30') });
  const reply = client.send('multiRead', [
    { op: 'getData', path: '/a', watch: true },
    { op: 'getData', path: '/q', watch: true },
    { op: 'getChildren', path: '/u', watch: false },
    { op: 'getChildren', path: '/a', watch: true },
  ]);
  expect(reply).toMatchObject({ err: 0, zxid: 4 });
  const t = BigInt(scene.now);
  const stat = { czxid: 2n, mzxid: 2n, ctime: t, mtime: t, cversion: 1, dataLength: 1, numChildren: 1, pzxid: 3n };
  expect(reply.body.toString('hex')).toBe(
    build().int(4).boolean(false).int(0).buffer(Buffer.from('x')).stat(stat).done().toString('hex') +
      `ffffffff00ffffff9bffffff9bffffffff00ffffff9affffff9a` +
      build().int(8).boolean(false).int(0).int(1).string('k').done().toString('hex') +
      END,
  );
  expect(scene.engine.watches.count).toBe(0);
});

test.each([
  ['nothing at all', Buffer.alloc(0), ''],
  ['exists', endOf(header(3).string('/').boolean(false).done()), ''],
  [
    'a read and a write',
    endOf(Buffer.concat([header(4).string('/').boolean(false).done(), header(2).string('/a').int(-1).done()])),
    '',
  ],
  ['a write', endOf(header(2).string('/a').int(-1).done()), END],
  ['a null path', endOf(header(4).string(null).boolean(false).done()), END],
])('a multiRead of %s is refused', (_what, body, rest) => {
  const reply = new Scene().client().raw(22, body);
  expect([reply.err, reply.zxid, reply.body.toString('hex')]).toEqual([-5, 1, rest]);
});
