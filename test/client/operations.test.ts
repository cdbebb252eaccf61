/** Each operation as bytes, against a server whose bytes are put together by hand. */
import { describe, expect, test } from 'vitest';
import type { MultiOp, Session } from '../../src/client/api.js';
import { type ByteBuilder, build } from '../helpers/byte-builder.js';
import { failure, fakeServer, open } from '../helpers/client-scene.js';
import { type FakeRequest, OP, refusal, reply } from '../helpers/fake-server.js';

const WORLD: [number, string, string][] = [[31, 'world', 'anyone']];
const NUMBERS = {
  czxid: 1n,
  mzxid: 2n,
  ctime: 3n,
  mtime: 4n,
  version: 5,
  cversion: 6,
  aversion: 7,
  ephemeralOwner: -8n,
  dataLength: 9,
  numChildren: 10,
  pzxid: 11n,
};
const STAT = { ...NUMBERS, ctime: 3, mtime: 4 };
const stat = (): ByteBuilder => build().stat(NUMBERS);

/** Asks `ask` of a server that answers with `body`: what went out, and what came of it. */
async function exchange<T>(
  body: Buffer,
  ask: (session: Session) => Promise<T>,
  chroot = '',
): Promise<{ sent: FakeRequest; got: T }> {
  const server = await fakeServer({
    answer: ({ xid, type }) => (type === OP.closeSession ? undefined : reply(xid, 7n, body)),
  });
  const { session } = await open(`${server.address}${chroot}`);
  const got = await ask(session);
  return { sent: server.last.requests[0] as FakeRequest, got };
}

interface Case {
  readonly name: string;
  readonly ask: (session: Session) => Promise<unknown>;
  readonly type: number;
  readonly request: ByteBuilder;
  readonly answer: ByteBuilder;
  readonly result: unknown;
}

const CASES: readonly Case[] = [
  {
    name: 'exists',
    ask: (session) => session.exists('/a'),
    type: 3,
    request: build().string('/app/a').boolean(false),
    answer: stat(),
    result: STAT,
  },
  {
    name: 'getData with a watch',
    ask: (session) => session.getData('/a', { watcher: () => {} }),
    type: 4,
    request: build().string('/app/a').boolean(true),
    answer: build().buffer(Buffer.from('x')).raw(stat().done()),
    result: { data: Buffer.from('x'), stat: STAT },
  },
  {
    name: 'getData of null',
    ask: (session) => session.getData('/'),
    type: 4,
    request: build().string('/app').boolean(false),
    answer: build().buffer(null).raw(stat().done()),
    result: { data: null, stat: STAT },
  },
  {
    name: 'getChildren',
    ask: (session) => session.getChildren('/a'),
    type: 12,
    request: build().string('/app/a').boolean(false),
    answer: build().strings(['x', 'é']).raw(stat().done()),
    result: { children: ['x', 'é'], stat: STAT },
  },
  {
    name: 'create',
    ask: (session) => session.create('/a', Buffer.from('x')),
    type: 15,
    request: build().string('/app/a').buffer(Buffer.from('x')).acl(WORLD).int(0),
    answer: build().string('/app/a').raw(stat().done()),
    result: { path: '/a', stat: STAT },
  },
  {
    name: 'create without data, ephemeral, sequential, with an empty name',
    ask: (session) =>
      session.create('/q/', null, { mode: 'ephemeralSequential', acl: [{ perms: 1, scheme: 'ip', id: '::1' }] }),
    type: 15,
    request: build()
      .string('/app/q/')
      .buffer(null)
      .acl([[1, 'ip', '::1']])
      .int(3),
    answer: build().string('/app/q/0000000007').raw(stat().done()),
    result: { path: '/q/0000000007', stat: STAT },
  },
  {
    name: 'create of a container',
    ask: (session) => session.create('/a', Buffer.alloc(0), { mode: 'container' }),
    type: 19,
    request: build().string('/app/a').buffer(Buffer.alloc(0)).acl(WORLD).int(4),
    answer: build().string('/app/a').raw(stat().done()),
    result: { path: '/a', stat: STAT },
  },
  {
    name: 'create with a time to live',
    ask: (session) => session.create('/a', null, { mode: 'ttlSequential', ttlMs: 60_000 }),
    type: 21,
    request: build().string('/app/a').buffer(null).acl(WORLD).int(6).long(60_000n),
    answer: build().string('/app/a0000000000').raw(stat().done()),
    result: { path: '/a0000000000', stat: STAT },
  },
  {
    name: 'setData to null, version 0',
    ask: (session) => session.setData('/a', null, 0),
    type: 5,
    request: build().string('/app/a').buffer(null).int(0),
    answer: stat(),
    result: STAT,
  },
  {
    name: 'setData of any version',
    ask: (session) => session.setData('/a', Buffer.from('x')),
    type: 5,
    request: build().string('/app/a').buffer(Buffer.from('x')).int(-1),
    answer: stat(),
    result: STAT,
  },
  {
    name: 'delete of version 0',
    ask: (session) => session.delete('/a', 0),
    type: 2,
    request: build().string('/app/a').int(0),
    answer: build(),
    result: undefined,
  },
  {
    name: 'getAcl with an entry of no permissions, and of bits that nobody knows',
    ask: (session) => session.getAcl('/a'),
    type: 6,
    request: build().string('/app/a'),
    answer: build()
      .acl([
        [0, 'world', 'anyone'],
        [-1, 'digest', 'a:x'],
      ])
      .raw(stat().done()),
    result: {
      acl: [
        { perms: 0, scheme: 'world', id: 'anyone' },
        { perms: -1, scheme: 'digest', id: 'a:x' },
      ],
      stat: STAT,
    },
  },
  {
    name: 'setAcl',
    ask: (session) => session.setAcl('/a', [{ perms: 5, scheme: 'auth', id: '' }], 2),
    type: 7,
    request: build()
      .string('/app/a')
      .acl([[5, 'auth', '']])
      .int(2),
    answer: stat(),
    result: STAT,
  },
  {
    name: 'sync',
    ask: (session) => session.sync('/a'),
    type: 9,
    request: build().string('/app/a'),
    answer: build().string('/app/a'),
    result: '/a',
  },
  {
    name: 'getEphemerals of all',
    ask: (session) => session.getEphemerals(),
    type: 103,
    request: build().string('/app/'),
    answer: build().strings(['/app/x', '/app/y/z']),
    result: ['/x', '/y/z'],
  },
  {
    name: 'getEphemerals by prefix, without what lies outside the chroot',
    ask: (session) => session.getEphemerals('/x'),
    type: 103,
    request: build().string('/app/x'),
    answer: build().strings(['/app/x1', '/application/x']),
    result: ['/x1'],
  },
  {
    name: 'getAllChildrenNumber',
    ask: (session) => session.getAllChildrenNumber('/'),
    type: 104,
    request: build().string('/app'),
    answer: build().int(42),
    result: 42,
  },
  {
    name: 'whoAmI',
    ask: (session) => session.whoAmI(),
    type: 107,
    request: build(),
    answer: build().int(2).string('ip').string('127.0.0.1').string('super').string(''),
    result: [
      { scheme: 'ip', id: '127.0.0.1' },
      { scheme: 'super', id: '' },
    ],
  },
  {
    name: 'getConfig, whatever the chroot',
    ask: (session) => session.getConfig(),
    type: 4,
    request: build().string('/zookeeper/config').boolean(false),
    answer: build().buffer(Buffer.alloc(0)).raw(stat().done()),
    result: { data: Buffer.alloc(0), stat: STAT },
  },
  {
    name: 'reconfig',
    ask: (session) => session.reconfig({ joining: 'server.4=x', fromConfig: 5n }),
    type: 16,
    request: build().string('server.4=x').string(null).string(null).long(5n),
    answer: build().buffer(Buffer.from('conf')).raw(stat().done()),
    result: { data: Buffer.from('conf'), stat: STAT },
  },
  {
    name: 'checkWatches',
    ask: (session) => session.checkWatches('/a', 'children'),
    type: 17,
    request: build().string('/app/a').int(1),
    answer: build(),
    result: undefined,
  },
];

describe('below the chroot /app', () => {
  for (const { name, ask, type, request, answer, result } of CASES) {
    test(name, async () => {
      const { sent, got } = await exchange(answer.done(), ask, '/app');
      expect({ type: sent.type, body: sent.body }).toEqual({ type, body: request.done() });
      expect(got).toEqual(result);
    });
  }
});

describe('multi', () => {
  const ops: readonly MultiOp[] = [
    { op: 'check', path: '/a', version: 0 },
    { op: 'create', path: '/b', data: null },
    { op: 'create', path: '/c', data: Buffer.from('x'), mode: 'container' },
    { op: 'create', path: '/d-', data: null, mode: 'ttlSequential', ttlMs: 9 },
    { op: 'setData', path: '/e', data: null, version: 0 },
    { op: 'delete', path: '/f', version: 0 },
    { op: 'delete', path: '/g' },
  ];

  test('sends version 0 as 0, and each kind of create as its own op', async () => {
    const answer = build()
      .multiHeader(13, false, 0)
      .multiHeader(15, false, 0)
      .string('/app/b')
      .raw(stat().done())
      .multiHeader(1, false, 0)
      .string('/app/c')
      .multiHeader(15, false, 0)
      .string('/app/d-0000000001')
      .raw(stat().done())
      .multiHeader(5, false, 0)
      .raw(stat().done())
      .multiHeader(2, false, 0)
      .multiHeader(2, false, 0)
      .multiHeader(-1, true, -1);
    const { sent, got } = await exchange(answer.done(), (session) => session.multi(ops), '/app');
    const request = build()
      .multiHeader(13, false, -1)
      .string('/app/a')
      .int(0)
      .multiHeader(15, false, -1)
      .string('/app/b')
      .buffer(null)
      .acl(WORLD)
      .int(0)
      .multiHeader(19, false, -1)
      .string('/app/c')
      .buffer(Buffer.from('x'))
      .acl(WORLD)
      .int(4)
      .multiHeader(21, false, -1)
      .string('/app/d-')
      .buffer(null)
      .acl(WORLD)
      .int(6)
      .long(9n)
      .multiHeader(5, false, -1)
      .string('/app/e')
      .buffer(null)
      .int(0)
      .multiHeader(2, false, -1)
      .string('/app/f')
      .int(0)
      .multiHeader(2, false, -1)
      .string('/app/g')
      .int(-1)
      .multiHeader(-1, true, -1);
    expect(sent).toMatchObject({ type: 14, body: request.done() });
    expect(got).toEqual([
      { op: 'check' },
      { op: 'create', path: '/b', stat: STAT },
      { op: 'create', path: '/c', stat: null },
      { op: 'create', path: '/d-0000000001', stat: STAT },
      { op: 'setData', stat: STAT },
      { op: 'delete' },
      { op: 'delete' },
    ]);
  });

  test('refused: the error names the step that failed, and what became of each', async () => {
    const codes = [0, 0, -125, -2, -2, -2, -2];
    const answer = codes
      .reduce((bytes, code) => bytes.multiHeader(-1, false, code).int(code), build())
      .multiHeader(-1, true, -1);
    const error = await exchange(answer.done(), (session) => failure(session.multi(ops)), '/app');
    expect(error.got).toMatchObject({ kind: 'keeper', code: 'QUOTAEXCEEDED', op: 'create', path: '/c', applied: 'no' });
    expect(error.got.facts).toMatchObject({
      index: 2,
      results: ['OK', 'OK', 'QUOTAEXCEEDED', ...Array(4).fill('RUNTIMEINCONSISTENCY')].map((code) => ({
        op: 'error',
        code,
      })),
    });
  });

  test('fewer results than operations make no sense', async () => {
    const answer = build().multiHeader(13, false, 0).multiHeader(-1, true, -1).done();
    const { got } = await exchange(answer, (session) => failure(session.multi(ops)));
    expect(got).toMatchObject({ kind: 'protocol', op: 'multi', applied: 'unknown' });
  });
});

describe('multiRead', () => {
  test('answers each read by itself', async () => {
    const answer = build()
      .multiHeader(4, false, 0)
      .buffer(Buffer.from('x'))
      .raw(stat().done())
      .multiHeader(-1, false, -101)
      .int(-101)
      .multiHeader(8, false, 0)
      .strings(['a', 'b'])
      .multiHeader(-1, false, -999)
      .int(-999)
      .multiHeader(-1, true, -1);
    const ops = [
      { op: 'getData', path: '/a' },
      { op: 'getData', path: '/b' },
      { op: 'getChildren', path: '/' },
      { op: 'getChildren', path: '/c' },
    ] as const;
    const { sent, got } = await exchange(answer.done(), (session) => session.multiRead(ops), '/app');
    const request = build()
      .multiHeader(4, false, -1)
      .string('/app/a')
      .boolean(false)
      .multiHeader(4, false, -1)
      .string('/app/b')
      .boolean(false)
      .multiHeader(8, false, -1)
      .string('/app')
      .boolean(false)
      .multiHeader(8, false, -1)
      .string('/app/c')
      .boolean(false)
      .multiHeader(-1, true, -1);
    expect(sent).toMatchObject({ type: 22, body: request.done() });
    expect(got).toEqual([
      { op: 'getData', data: Buffer.from('x'), stat: STAT },
      { op: 'error', code: 'NONODE' },
      { op: 'getChildren', children: ['a', 'b'] },
      { op: 'error', code: 'ERROR-999' },
    ]);
  });
});

describe('what is refused before it is sent', () => {
  test('a request larger than the server takes, to the byte; its neighbours go through', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const room = 1_048_575 - 8 - 4 - '/a'.length - 4 - 4;
    const [fits, tooLarge, neighbour] = [
      session.setData('/a', Buffer.alloc(room)),
      failure(session.setData('/a', Buffer.alloc(room + 1))),
      session.exists('/b'),
    ];
    expect(await tooLarge).toMatchObject({ kind: 'usage', op: 'setData', path: '/a', applied: 'no' });
    expect((await tooLarge).message).toBe(
      'setData /a: the request has 1048576 bytes, more than the 1048575 a server takes',
    );
    await Promise.all([fits, neighbour]);
    expect(server.requests(OP.setData)).toHaveLength(1);
  });

  test('the bound is requestBytesMax, for a server that takes more or less', async () => {
    const server = await fakeServer();
    const { session } = await open(server, { requestBytesMax: 100 });
    expect(await failure(session.setData('/a', Buffer.alloc(100)))).toMatchObject({ kind: 'usage' });
  });

  test.each(['', 'a', '/a/', '/a//b', '/a/../b', '/a\u0000b', '/\ud83d\ude00'])('the path %j', async (path) => {
    const server = await fakeServer();
    const { session } = await open(server);
    expect(await failure(session.getData(path))).toMatchObject({ kind: 'usage', op: 'getData', path });
    expect(await failure(session.multi([{ op: 'delete', path }]))).toMatchObject({ kind: 'usage' });
    expect(server.last.requests).toEqual([]);
  });

  test('a time to live without its mode, a mode without its time, a version that is no number', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    expect(await failure(session.create('/a', null, { ttlMs: 5 }))).toMatchObject({ kind: 'usage' });
    expect(await failure(session.create('/a', null, { mode: 'ttl' }))).toMatchObject({ kind: 'usage' });
    expect(await failure(session.setData('/a', null, 2 ** 40))).toMatchObject({ kind: 'usage' });
    expect((await session.exists('/a'))?.version).toBe(0);
    expect(server.last.requests.map(({ type }) => type)).toEqual([OP.exists]);
  });
});

test('an error of the server says what, where, and that nothing was done', async () => {
  const server = await fakeServer({
    answer: ({ xid, type }) => (type === OP.setData ? refusal(xid, -103) : undefined),
  });
  const { session } = await open(`${server.address}/app`);
  const error = await failure(session.setData('/a', null, 0));
  expect(error).toMatchObject({
    kind: 'keeper',
    code: 'BADVERSION',
    op: 'setData',
    path: '/a',
    applied: 'no',
    sessionOver: false,
  });
  expect(error).toBeInstanceOf(Error);
});

test('data changed after the call is sent as it was', async () => {
  const server = await fakeServer();
  const { session } = await open(server);
  const data = Buffer.from('before');
  const done = session.setData('/a', data);
  data.write('after!');
  await done;
  expect(server.requests(OP.setData)[0]?.body.toString('latin1')).toContain('before');
});
