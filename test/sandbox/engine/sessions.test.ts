/** Sessions, ephemerals, containers, read-only mode, and requests that are none. */
import { describe, expect, test } from 'vitest';
import { digestId, OPEN_ACL } from '../../../src/protocol/acl.js';
import { JuteReader, JuteWriter } from '../../../src/protocol/jute.js';
import { build } from '../../helpers/byte-builder.js';
import { FIRST_SESSION, Scene } from './scene.js';

describe('sessions', () => {
  test('their ids follow one another, and each beginning and end is a transaction', () => {
    const { engine } = new Scene();
    const [first, second] = [engine.createSession(5000), engine.createSession(6000)];
    expect([first.sessionId, second.sessionId]).toEqual([FIRST_SESSION, FIRST_SESSION + 1n]);
    engine.renewSession(first.sessionId, 7000);
    expect(engine.sessions.get(first.sessionId)?.sessionTimeoutMs).toBe(7000);
    expect(engine.lastZxid).toBe(2);
    engine.closeSession(first.sessionId, 0);
    engine.closeSession(first.sessionId, 0);
    expect([engine.lastZxid, [...engine.sessions.keys()]]).toEqual([3, [second.sessionId]]);
  });

  test('at the end ephemerals go, and the connection behind the reply', () => {
    const scene = new Scene();
    const [owner, witness] = [scene.client(), scene.client()];
    owner.create('/e', { flags: 1 });
    owner.try('exists', { path: '/e', watch: true });
    owner.log.length = 0;
    expect(witness.stat('/e').ephemeralOwner).toBe(owner.sessionId);
    expect(owner.send('closeSession', {})).toMatchObject({ err: 0, zxid: 4, outcome: 'hangUp' });
    expect(owner.log).toEqual([{ type: 'deleted', path: '/e', zxid: 4 }, 'reply']);
    expect(witness.try('exists', { path: '/e', watch: false })).toBe(-101);
    expect(witness.stat('/')).toMatchObject({ pzxid: 4n, cversion: 1 });
    expect(scene.engine.tree.ephemeralsCount).toBe(0);
  });

  test('a request of a session that is gone is not answered', () => {
    const { engine } = new Scene();
    const peer = { sessionId: 77n, identities: [], remoteAddress: '::1', notify: () => undefined };
    const output = new JuteWriter('server');
    expect(engine.handle(peer, 1, 3, new JuteReader(build().string('/').boolean(false).done()), output)).toBe('hangUp');
    expect(output.length).toBe(0);
  });

  test('an ephemeral is its owner’s until another one changes it', () => {
    const scene = new Scene();
    const [owner, other] = [scene.client(), scene.client()];
    owner.create('/e', { flags: 1 });
    other.set('/e', 'x');
    other.delete('/e');
    expect(owner.ask('getEphemerals', { prefixPath: null }).ephemerals).toEqual([]);
    expect(scene.engine.tree.ephemerals()).toEqual(new Map([[owner.sessionId, []]]));
  });

  test('getEphemerals takes any beginning of a path, and blank or the root for all', () => {
    const client = new Scene().client();
    client.create('/t');
    for (const name of ['a', 'ab', 'b']) client.create(`/t/${name}`, { flags: 1 });
    const ask = (prefixPath: string | null): string[] => client.ask('getEphemerals', { prefixPath }).ephemerals;
    expect(ask('/t/a').sort()).toEqual(['/t/a', '/t/ab']);
    expect([null, '', ' ', ' / ', '/'].map((prefix) => ask(prefix).length)).toEqual([3, 3, 3, 3, 3]);
    expect(ask('/t/a/')).toEqual([]);
  });

  test('whoAmI shows names, not hashes', () => {
    const client = new Scene().client({ scheme: 'digest', id: digestId('alice', 'x') }, { scheme: 'super', id: '' });
    expect(client.ask('whoAmI', {}).clientInfo).toEqual([
      { authScheme: 'ip', user: '127.0.0.1' },
      { authScheme: 'digest', user: 'alice' },
      { authScheme: 'super', user: '' },
    ]);
  });
});

describe('containers and TTLs', () => {
  test('an empty container goes once it had a child, a TTL znode when its time is over', () => {
    const scene = new Scene();
    const client = scene.client();
    const container = (path: string) => client.ask('createContainer', { path, data: null, acl: OPEN_ACL, flags: 4 });
    const ttl = (path: string) => client.ask('createTTL', { path, data: null, acl: OPEN_ACL, flags: 5, ttl: 1000 });
    container('/unused');
    container('/used');
    client.create('/used/k');
    client.delete('/used/k');
    ttl('/old');
    ttl('/parent');
    client.create('/parent/k');
    ttl('/kept');
    client.create('/plain', { flags: 4 });
    client.create('/plain/k');
    client.delete('/plain/k');
    scene.now += 600;
    client.set('/kept', 'x');
    scene.now += 401;
    client.try('getChildren', { path: '/', watch: true });
    client.ask('addWatch', { path: '/', mode: 1 });
    const before = scene.engine.lastZxid;
    scene.engine.checkContainers();
    expect(scene.engine.lastZxid).toBe(before + 2);
    expect(client.events().sort()).toEqual(['children /', 'deleted /old', 'deleted /used']);
    expect(client.children('/').sort()).toEqual(['kept', 'parent', 'plain', 'unused', 'zookeeper']);
    client.delete('/parent/k');
    scene.now += 1000;
    scene.engine.checkContainers();
    expect(client.children('/').sort()).toEqual(['plain', 'unused', 'zookeeper']);
  });

  test('no more in a minute than is allowed, and unused ones where that is wanted', () => {
    const scene = new Scene({ settings: { containerDeletesPerMinuteMax: 3, containerNeverUsedMs: 500 } });
    const client = scene.client();
    for (let index = 0; index < 5; index++) {
      client.ask('createContainer', { path: `/c${index}`, data: null, acl: OPEN_ACL, flags: 4 });
    }
    scene.engine.checkContainers();
    expect(client.children('/')).toHaveLength(6);
    scene.now += 501;
    scene.engine.checkContainers();
    scene.engine.checkContainers();
    expect(client.children('/')).toHaveLength(3);
    scene.now += 60_000;
    scene.engine.checkContainers();
    expect(client.children('/')).toEqual(['zookeeper']);
  });

  test('deleteContainer from a client takes any empty znode that is not ephemeral', () => {
    const client = new Scene().client();
    client.create('/a', { data: 'x' });
    client.create('/e', { flags: 1 });
    client.create('/p');
    client.create('/p/k');
    const take = (path: string | null): number => client.raw(20, build().string(path).done()).err;
    expect(['/a', '/e', '/p', '/nope', '/', null].map(take)).toEqual([0, -103, -111, -101, -8, -5]);
  });
});

test('in read-only mode every write is refused without a zxid, and reads go on', () => {
  const scene = new Scene();
  const client = scene.client();
  client.create('/a', { data: 'x' });
  scene.engine.settings.readOnly = true;
  const create = { path: '/b', data: null, acl: OPEN_ACL, flags: 0 };
  expect(client.send('create', create)).toMatchObject({ err: -119, zxid: 2 });
  expect([client.try('multi', []), client.try('sync', { path: '/' }), client.try('closeSession', {})]).toEqual([
    -119, -119, -119,
  ]);
  expect([client.text('/a'), client.try('ping', {})]).toEqual(['x', 0]);
});

test.each([
  [false, -123],
  [true, -6],
])('reconfig, enabled %s: %i and a zxid', (reconfigEnabled, err) => {
  const client = new Scene({ settings: { reconfigEnabled } }).client();
  const request = { joiningServers: null, leavingServers: null, newMembers: null, curConfigId: -1n };
  expect(client.send('reconfig', request)).toMatchObject({ err, zxid: 2 });
  expect(client.raw(16, Buffer.alloc(0))).toMatchObject({ err: -5, zxid: 2 });
});

describe('requests that are none', () => {
  test.each([0, 10, 13, 23, 99, 108, -1, 1000])('operation %i: -6, no zxid, and the connection ends', (opCode) => {
    expect(new Scene().client().raw(opCode, Buffer.alloc(0), 5)).toMatchObject({
      xid: 5,
      zxid: -1,
      err: -6,
      outcome: 'hangUp',
    });
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 17, 18, 19, 20, 21, 22, 101, 103, 104, 105, 106])(
    'operation %i without a body: -5, no zxid, and the connection stays',
    (opCode) => {
      const client = new Scene().client();
      expect(client.raw(opCode, Buffer.alloc(0))).toMatchObject({ zxid: 1, err: -5, outcome: 'stay' });
      expect(client.stat('/').numChildren).toBe(1);
    },
  );

  test.each([
    ['a length beyond the end', build().int(0x7fff_ffff).done()],
    ['a negative length', build().int(-5).done()],
    ['an ACL list beyond the end', build().string('/a').buffer(null).int(1_000_000).done()],
  ])('%s: -5', (_what, body) => {
    expect(new Scene().client().raw(1, body)).toMatchObject({ err: -5, zxid: 1, outcome: 'stay' });
  });

  test('null paths: -5 for reads, -8 for setData and setACL, and sync gives them back', () => {
    const client = new Scene().client();
    const none = build().string(null);
    expect([3, 4, 8, 12].map((opCode) => client.raw(opCode, build().string(null).boolean(true).done()).err)).toEqual([
      -5, -5, -5, -5,
    ]);
    expect(client.raw(6, none.done()).err).toBe(-5);
    expect(client.raw(5, build().string(null).buffer(null).int(-1).done()).err).toBe(-8);
    expect(
      client.raw(
        7,
        build()
          .string(null)
          .acl([[31, 'world', 'anyone']])
          .int(-1)
          .done(),
      ).err,
    ).toBe(-8);
    expect(client.raw(9, none.done()).body).toEqual(none.done());
    expect(client.raw(2, build().string(null).int(-1).done())).toMatchObject({ err: -5, zxid: 4 });
  });

  test('a character outside the basic plane comes back as two surrogates of three bytes', () => {
    const sent = build().raw(Buffer.from('000000052ff09f9880', 'hex')).done();
    expect(new Scene().client().raw(9, sent).body.toString('hex')).toBe('000000072feda0bdedb880');
  });

  test('the xid comes back whatever it is, but for ping', () => {
    const client = new Scene().client();
    const body = build().string('/').boolean(false).done();
    expect([-1, -2, 0, 5, 0x7fff_ffff, -0x8000_0000].map((xid) => client.raw(3, body, xid).xid)).toEqual([
      -1, -2, 0, 5, 0x7fff_ffff, -0x8000_0000,
    ]);
    expect(client.raw(11, Buffer.from('junk'), 77)).toMatchObject({ xid: -2, err: 0 });
  });

  test('createSession in mid-stream is answered as a handshake', () => {
    const scene = new Scene();
    const client = scene.client();
    const output = new JuteWriter('server');
    expect(scene.engine.handle(client, 1, -10, new JuteReader(build().int(9000).done()), output)).toBe('stay');
    const bytes = output.take();
    expect([bytes.readInt32BE(0), bytes.readInt32BE(8), bytes.readBigInt64BE(12)]).toEqual([
      37,
      10_000,
      client.sessionId,
    ]);
  });
});
