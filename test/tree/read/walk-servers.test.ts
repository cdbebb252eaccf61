/** Walks over servers that are not as the newest one: what they hear, byte by byte, and what is told of it. */
import { describe, expect, test } from 'vitest';
import type { ZnodePath } from '../../../src/protocol/path.js';
import { type WalkEntry, type WalkOptions, walk } from '../../../src/tree/read/walk.js';
import { build } from '../../helpers/byte-builder.js';
import { ByteReader } from '../../helpers/byte-reader.js';
import { fakeServer, open } from '../../helpers/client-scene.js';
import { type FakeConnection, type FakeOptions, type FakeRequest, refusal, reply } from '../../helpers/fake-server.js';

const LIST_WITH_DATA = 506;
const GET_DATA = 4;
const GET_CHILDREN = 8;
const GET_CHILDREN2 = 12;
const MULTI_READ = 22;

interface Znode {
  readonly children: readonly string[];
  readonly data: string | null;
}
type Tree = Readonly<Record<string, Znode>>;

const TREE: Tree = {
  '/': { children: ['keeper', 'b', 'a'], data: '' },
  '/a': { children: ['y', 'x'], data: 'A' },
  '/a/x': { children: [], data: null },
  '/a/y': { children: ['deep'], data: 'long'.repeat(10) },
  '/a/y/deep': { children: [], data: 'D' },
  '/b': { children: [], data: 'B' },
  '/keeper': { children: [], data: 'K' },
};
const EXPECTED = ['/', '/a', '/a/x', '/a/y', '/a/y/deep', '/b', '/keeper'];

/** A server of that tree, one request after the other, but for those that `special` answers. */
async function serve(special: (request: FakeRequest, connection: FakeConnection) => Buffer | null | undefined) {
  const answer: FakeOptions['answer'] = (request, connection) => special(request, connection) ?? answerPlain(request);
  const server = await fakeServer({ answer });
  const { session } = await open(server.address);
  return { server, session };
}

function answerPlain({ xid, type, body }: FakeRequest): Buffer | undefined {
  if (![GET_DATA, GET_CHILDREN, GET_CHILDREN2].includes(type)) return undefined;
  const znode = TREE[new ByteReader(body).string() ?? ''];
  if (znode === undefined) return refusal(xid, -101);
  const stat = { dataLength: znode.data?.length ?? 0, numChildren: znode.children.length, mtime: 5n };
  if (type === GET_DATA) return answered(xid, build().buffer(bytesOf(znode.data)).stat(stat).done());
  const names = build().strings(znode.children);
  return answered(xid, type === GET_CHILDREN ? names.done() : names.stat(stat).done());
}

function answered(xid: number, body: Buffer): Buffer {
  return reply(xid, 100n, body);
}

function bytesOf(data: string | null): Buffer | null {
  return data === null ? null : Buffer.from(data);
}

async function all(session: Parameters<typeof walk>[0], options: WalkOptions): Promise<WalkEntry[]> {
  const entries: WalkEntry[] = [];
  for await (const some of walk(session, '/' as ZnodePath, options)) entries.push(...some);
  return entries;
}

describe('a server that answers Unimplemented to multiRead and hangs up, as before 3.6', () => {
  test.each([
    ['names', GET_CHILDREN],
    ['stat', GET_CHILDREN2],
    ['data', GET_DATA],
  ] as const)('is asked one by one for %s', async (want, type) => {
    const { server, session } = await serve(({ xid, type: asked }, connection) => {
      if (asked !== MULTI_READ) return undefined;
      connection.send(refusal(xid, -6, -1n));
      connection.socket.end();
      return null;
    });

    const entries = await all(session, { want });

    expect(entries.map(({ path }) => path)).toEqual(EXPECTED);
    expect(server.requests(MULTI_READ)).toHaveLength(1);
    expect(server.requests(type).length).toBeGreaterThanOrEqual(EXPECTED.length);
    if (want === 'data') expect(entries.map(({ data }) => data?.toString() ?? null)).toEqual(dataOfAll());
    if (want !== 'names') expect(entries.every(({ stat }) => stat?.mtime === 5)).toBe(true);
  });
});

test('a server that hangs up on multiRead without a word is asked one by one', async () => {
  const { server, session } = await serve(({ type }, connection) => {
    if (type !== MULTI_READ) return undefined;
    connection.cut();
    return null;
  });

  expect((await all(session, { want: 'names' })).map(({ path }) => path)).toEqual(EXPECTED);
  expect(server.requests(MULTI_READ).length).toBeLessThanOrEqual(3);
});

function dataOfAll(): (string | null)[] {
  return EXPECTED.map((path) => TREE[path]?.data ?? null);
}

describe('a ClickHouse Keeper', () => {
  /** FILTERED_LIST, MULTI_READ …: the first byte; LIST_WITH_STAT_AND_DATA is the eleventh bit. */
  const flags = (second: number) =>
    build()
      .buffer(Buffer.from([0b1111_1111, second]))
      .stat({ dataLength: 2 })
      .done();

  function keeper(second: number, listing: (request: FakeRequest) => Buffer | undefined) {
    return serve((request) => {
      const path = new ByteReader(request.body).string();
      if (request.type === GET_DATA && path === '/keeper/feature_flags') return answered(request.xid, flags(second));
      if (request.type === LIST_WITH_DATA) return listing(request);
      return request.type === MULTI_READ ? answerMultiRead(request) : undefined;
    });
  }

  function answerMultiRead({ xid, body }: FakeRequest): Buffer {
    const reader = new ByteReader(body);
    const results = build();
    for (let type = reader.int(); type !== -1; type = reader.int()) {
      reader.byte();
      reader.int();
      const path = reader.string() ?? '';
      reader.byte();
      const znode = TREE[path];
      const stat = { dataLength: znode?.data?.length ?? 0, numChildren: znode?.children.length ?? 0, mtime: 5n };
      results.multiHeader(znode === undefined ? -1 : type, false, 0);
      if (znode === undefined) results.int(-101);
      else if (type === GET_DATA) results.buffer(bytesOf(znode.data)).stat(stat);
      else results.strings(znode.children);
    }
    return answered(xid, results.multiHeader(-1, true, -1).done());
  }

  /** Names, the znode's own stat, stats, data. */
  function answerListing({ xid, body }: FakeRequest): Buffer {
    const reader = new ByteReader(body);
    const path = reader.string() ?? '';
    const [watch, type, withStat, withData] = [reader.byte(), reader.byte(), reader.byte(), reader.byte()];
    expect([watch, type, withStat, reader.remaining]).toEqual([0, 0, 1, 0]);
    const znode = TREE[path];
    if (znode === undefined) return refusal(xid, -101);
    const children = znode.children.map((name) => TREE[path === '/' ? `/${name}` : `${path}/${name}`] as Znode);
    const listing = build().strings(znode.children).stat({ numChildren: znode.children.length }).int(children.length);
    for (const child of children) {
      listing.stat({ dataLength: child.data?.length ?? 0, numChildren: child.children.length, mtime: 5n });
    }
    listing.int(withData === 1 ? children.length : 0);
    for (const child of withData === 1 ? children : []) listing.buffer(bytesOf(child.data));
    return answered(xid, listing.done());
  }

  test.each(['stat', 'data'] as const)('that lists with stats is asked once a family for %s', async (want) => {
    const { server, session } = await keeper(0b0010_0000, answerListing);

    const entries = await all(session, { want });

    expect(entries.map(({ path, childrenCount }) => [path, childrenCount])).toEqual(
      EXPECTED.map((path) => [path, TREE[path]?.children.length]),
    );
    expect(entries.every(({ stat }) => stat?.mtime === 5)).toBe(true);
    expect(entries.map(({ data }) => data?.toString() ?? null)).toEqual(
      want === 'data' ? dataOfAll() : EXPECTED.map(() => null),
    );
    expect(
      server
        .requests(LIST_WITH_DATA)
        .map(({ body }) => new ByteReader(body).string())
        .sort(),
    ).toEqual(['/', '/a', '/a/y']);
    expect(server.requests(MULTI_READ)).toHaveLength(1);
  });

  test('by arrival and no deeper than wanted', async () => {
    const { server, session } = await keeper(0b0010_0000, answerListing);

    const entries = await all(session, { want: 'stat', order: 'arrival', depthMax: 1 });

    expect(entries.map(({ path }) => path).sort()).toEqual(['/', '/a', '/b', '/keeper']);
    expect(server.requests(LIST_WITH_DATA)).toHaveLength(1);
  });

  test('without that flag is asked as any other server', async () => {
    const { server, session } = await keeper(0b1101_1111, answerListing);

    expect((await all(session, { want: 'data' })).map(({ path }) => path)).toEqual(EXPECTED);
    expect(server.requests(LIST_WITH_DATA)).toHaveLength(0);
  });

  test('that answers such a request with Unimplemented is asked as any other server', async () => {
    const { server, session } = await keeper(0b0010_0000, ({ xid }) => refusal(xid, -6, -1n));

    expect((await all(session, { want: 'data' })).map(({ path }) => path)).toEqual(EXPECTED);
    expect(server.requests(MULTI_READ).length).toBeGreaterThan(1);
  });

  test('whose znode vanishes before it is listed: that is told', async () => {
    const { session } = await keeper(0b0010_0000, (request) =>
      new ByteReader(request.body).string() === '/a/y' ? refusal(request.xid, -101) : answerListing(request),
    );

    const entries = await all(session, { want: 'stat' });

    expect(entries.map(({ path, error }) => [path, error?.code ?? null])).toEqual([
      ['/', null],
      ['/a', null],
      ['/a/x', null],
      ['/a/y', null],
      ['/a/y', 'NONODE'],
      ['/b', null],
      ['/keeper', null],
    ]);
  });
});

test.each([
  ['a name that is longer than the reply', build().multiHeader(8, false, 0).int(1).int(1000).done()],
  ['a count that cannot be', build().multiHeader(8, false, 0).int(2_000_000).done()],
  ['another kind of result', build().multiHeader(4, false, 0).buffer(null).stat({}).multiHeader(-1, true, -1).done()],
  ['no result', build().multiHeader(-1, true, -1).done()],
  ['one result too many', build().multiHeader(8, false, 0).strings([]).multiHeader(8, false, 0).strings([]).done()],
  ['bytes behind the end', build().multiHeader(8, false, 0).strings([]).multiHeader(-1, true, -1).int(0).done()],
])('a reply with %s ends the walk, and says so', async (_, body) => {
  const { session } = await serve(({ xid, type }) => (type === MULTI_READ ? answered(xid, body) : undefined));

  await expect(all(session, { want: 'names' })).rejects.toMatchObject({ kind: 'protocol', op: 'multiRead' });
});
