import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { OPEN_ACL } from '../../../src/protocol/acl.js';
import { unpackSnappyStream } from '../../../src/protocol/files/snappy-stream.js';
import type { SnapshotSession, SnapshotTrailer, StoredState } from '../../../src/protocol/files/snapshot.js';
import { readSnapshot } from '../../../src/protocol/files/snapshot-reader.js';
import { writeSnapshot } from '../../../src/protocol/files/snapshot-writer.js';
import { Malformed } from '../../../src/protocol/jute.js';
import { pieces, recorded } from './recorded.js';

interface Content {
  sessions: readonly SnapshotSession[];
  znodes: StoredState[];
  strangersCount: number;
  trailer: SnapshotTrailer | null;
}

async function read(bytes: AsyncIterable<Uint8Array>): Promise<Content> {
  const content: Content = { sessions: [], znodes: [], strangersCount: 0, trailer: null };
  for await (const part of readSnapshot(bytes)) {
    if (part.kind === 'sessions') content.sessions = part.sessions;
    if (part.kind === 'trailer') content.trailer = part.trailer;
    if (part.kind === 'znodes') {
      content.znodes.push(...part.znodes);
      content.strangersCount += part.strangersCount;
    }
  }
  return content;
}

function write({ sessions, znodes, trailer }: Content): Buffer {
  const aclLists = new Set(znodes.map(({ acl }) => acl));
  aclLists.delete(OPEN_ACL);
  return Buffer.concat([...writeSnapshot({ sessions, aclLists, znodes, trailer: () => trailer! })]);
}

describe('a snapshot of a real server', () => {
  test('of 3.9 has sessions, znodes, a digest and the last zxid', async () => {
    const { sessions, znodes, trailer } = await read(pieces(recorded('snapshot.1d')));
    expect(sessions).toEqual([{ sessionId: 72058448308404224n, sessionTimeoutMs: 30_000 }]);
    expect(trailer).toEqual({ digest: { zxid: 0x1d, version: 2, treeDigest: 38671986117n }, lastZxid: 0x1d });
    expect(znodes[0]).toMatchObject({ path: '', data: Buffer.alloc(0), createCounter: 5, aversion: 0 });
    const byPath = new Map(znodes.map((znode) => [znode.path, znode]));
    expect([...byPath.keys()].sort()).toEqual(
      [
        ...[
          '',
          '/a',
          '/a/counted',
          '/a/café',
          '/a/e',
          '/a/empty',
          '/a/es-0000000005',
          '/a/null',
          '/a/s-0000000003',
          '/acl',
        ],
        ...['/container', '/container/child', '/m', '/m/c', '/m/e', '/m/t', '/ttl', '/zookeeper', '/zookeeper/config'],
        ...['/zookeeper/quota', '/zookeeper/quota/a', '/zookeeper/quota/a/zookeeper_limits'],
        '/zookeeper/quota/a/zookeeper_stats',
      ].sort(),
    );
    expect(byPath.get('/a/null')).toMatchObject({ data: null, aversion: 1, acl: [{ perms: 1 }] });
    expect(byPath.get('/a/empty')).toMatchObject({ data: Buffer.alloc(0) });
    expect(byPath.get('/a/café')).toMatchObject({ data: Buffer.from([0, 255, 128]) });
    expect(byPath.get('/ttl')?.ephemeralOwner).toBe(0xff000000_3b9aca00n);
    expect(byPath.get('/m/c')?.ephemeralOwner).toBe(0x8000000000000000n);
    expect(byPath.get('/m/e')?.ephemeralOwner).toBe(72058448308404224n);
    expect(byPath.get('/zookeeper/config')).toMatchObject({ aversion: -1, acl: [{ perms: 1, scheme: 'world' }] });
    expect(byPath.get('/acl')?.acl).toEqual([
      { perms: 31, scheme: 'digest', id: 'user:5w9W4eL3797Y4Wq8AcKUPPk8ha4=' },
      { perms: 1, scheme: 'world', id: 'anyone' },
    ]);
  });

  test('of 3.8 ends with the digest', async () => {
    const { znodes, trailer } = await read(pieces(recorded('snapshot.1d-of-3.8.6')));
    expect(znodes.length).toBe(23);
    expect(trailer).toMatchObject({ digest: { zxid: 0x1d, version: 2 }, lastZxid: null });
  });

  test('that is compressed says the same', async () => {
    const packed = recorded('snapshot.1d.gz');
    const gz = await read(pieces(gunzipSync(packed)));
    const snappy = await read(unpackSnappyStream(pieces(recorded('snapshot.1d.snappy'), 10)));
    for (const { znodes, trailer } of [gz, snappy]) {
      expect(znodes.length).toBe(23);
      expect(trailer).toMatchObject({ lastZxid: 0x1d });
    }
  });

  test('of a fresh server, written again, has the same bytes', async () => {
    const bytes = recorded('snapshot.0');
    expect(write(await read(pieces(bytes)))).toEqual(bytes);
  });

  test('written and read again has the same content', async () => {
    for (const name of ['snapshot.1d', 'snapshot.1d-of-3.8.6'] as const) {
      const content = await read(pieces(recorded(name)));
      expect(await read(pieces(write(content)))).toEqual(content);
      expect(write(content).length).toBe(recorded(name).length);
    }
  });

  test('pieces of any size make no difference', async () => {
    const bytes = recorded('snapshot.1d');
    const whole = await read(pieces(bytes));
    for (const length of [1, 2, 3, 5, 7, 11, 64, 500]) {
      expect(await read(pieces(bytes, length)), `pieces of ${length}`).toEqual(whole);
    }
  });

  test('cut at any byte is refused, except where that makes it one of an older server', async () => {
    const bytes = recorded('snapshot.1d');
    const good: number[] = [];
    for (let cut = 0; cut < bytes.length; cut++) {
      await read(pieces(bytes.subarray(0, cut))).then(
        () => good.push(cut),
        (error: Error) => expect(error, `cut at ${cut}`).toBeInstanceOf(Malformed),
      );
    }
    // Behind the first checksum (3.5) and behind that of the digest (3.8).
    expect(good).toEqual([bytes.length - 54, bytes.length - 21]);
  });

  test('with one byte turned over anywhere is refused', async () => {
    const whole = recorded('snapshot.1d');
    for (let at = 0; at < whole.length; at++) {
      const bytes = Buffer.from(whole);
      bytes[at] = bytes[at]! ^ 0x04;
      await expect(read(pieces(bytes)), `byte ${at}`).rejects.toBeInstanceOf(Malformed);
    }
  });
});

test('only the last zxid behind the znodes: 3.9 without digests', async () => {
  const content = await read(pieces(recorded('snapshot.1d')));
  const bytes = write({ ...content, trailer: { digest: null, lastZxid: 7 } });
  expect(bytes.length).toBe(recorded('snapshot.1d').length - 33);
  expect((await read(pieces(bytes))).trailer).toEqual({ digest: null, lastZxid: 7 });
});

test('a list that came up while it was written has no key of its own, since a Java server would stumble over it', async () => {
  const { znodes, ...rest } = await read(pieces(recorded('snapshot.1d')));
  const acl = [{ perms: 3, scheme: 'ip', id: '127.0.0.1' }];
  const changed = znodes.map((znode) => (znode.path === '/ttl' ? { ...znode, acl } : znode));
  const bytes = Buffer.concat([
    ...writeSnapshot({
      ...rest,
      aclLists: new Set(znodes.map((znode) => znode.acl)),
      znodes: changed,
      trailer: () => rest.trailer!,
    }),
  ]);
  const again = await read(pieces(bytes));
  expect(again.znodes.find(({ path }) => path === '/ttl')?.acl).toBe(OPEN_ACL);
});

test('a znode whose list the file does not have may be touched by nobody, and is counted', async () => {
  const bytes = recorded('snapshot.0');
  const content = await read(pieces(bytes));
  const at = bytes.indexOf('/zookeeper/config') + '/zookeeper/config'.length + 4;
  const broken = Buffer.from(bytes);
  broken.writeBigInt64BE(99n, at);
  // The seal no longer fits, so only what comes before it can be looked at.
  const znodes: StoredState[] = [];
  let strangersCount = 0;
  await expect(async () => {
    for await (const part of readSnapshot(pieces(broken))) {
      if (part.kind === 'znodes') {
        znodes.push(...part.znodes);
        strangersCount += part.strangersCount;
      }
    }
  }).rejects.toThrow('the checksum does not fit what is before it');
  expect(strangersCount).toBe(1);
  expect(content.strangersCount).toBe(0);
  expect(znodes.find(({ path }) => path === '/zookeeper/config')?.acl).toEqual([
    { perms: 0, scheme: 'world', id: 'anyone' },
  ]);
});

test('what is changed between two pieces may be in it: znodes are asked for as it is written', () => {
  const znode: StoredState = {
    ...{ path: '', data: Buffer.alloc(200_000), acl: OPEN_ACL, czxid: 0, mzxid: 0, pzxid: 0, ctime: 0, mtime: 0 },
    ...{ version: 0, createCounter: 0, aversion: 0, ephemeralOwner: 0n },
  };
  const asked: string[] = [];
  const znodes = function* (): Generator<StoredState> {
    for (const path of ['', '/a', '/b']) {
      asked.push(path);
      yield { ...znode, path };
    }
  };
  const writing = writeSnapshot({
    sessions: [],
    aclLists: [],
    znodes: znodes(),
    trailer: () => ({ digest: null, lastZxid: null }),
  });
  writing.next();
  expect(asked).toEqual(['']);
  writing.next();
  expect(asked).toEqual(['', '/a']);
});
