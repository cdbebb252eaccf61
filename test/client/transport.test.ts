/** Bytes as they come in reality, and as they come from something broken. */
import { Socket } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { build } from '../helpers/byte-builder.js';
import { failure, fakeServer, open } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { DATA_BODY, type FakeOptions, OP, refusal, reply } from '../helpers/fake-server.js';

/** The first request of that type is answered so; all else as by a good server. */
function onceFor(type: number, answer: (xid: number) => Buffer): FakeOptions {
  let isDone = false;
  return {
    answer: (request) => {
      if (request.type !== type || isDone) return undefined;
      isDone = true;
      return answer(request.xid);
    },
  };
}

describe('a connection that is cut in mid-reply', () => {
  test('leaves nothing behind for the next one, wherever it was cut', async () => {
    const whole = reply(1, 101n, DATA_BODY);
    for (const length of [1, 3, 4, 5, 19, 20, 21, whole.length - 1]) {
      const server = await fakeServer({
        answer: ({ type }, connection) => {
          if (type !== OP.getData || server.connections.length > 1) return undefined;
          connection.socket.end(whole.subarray(0, length));
          return null;
        },
      });
      const { session } = await open(server);
      expect(await failure(session.getData('/a'))).toMatchObject({ code: 'CONNECTIONLOSS', applied: 'no', path: '/a' });
      expect((await session.getData('/a')).data?.toString()).toBe('data');
      expect(session.sessionId).toBe(0x1000n);
      await session.close();
    }
  });

  test('a reply in pieces of one byte is read once it is complete', async () => {
    const server = await fakeServer({
      answer: ({ type, xid }, connection) => {
        if (type !== OP.getData) return undefined;
        const bytes = reply(xid, 101n, DATA_BODY);
        const sendFrom = (at: number): void => {
          if (at === bytes.length) return;
          connection.socket.write(bytes.subarray(at, at + 1), () => setImmediate(sendFrom, at + 1));
        };
        sendFrom(0);
        return null;
      },
    });
    const { session } = await open(server);
    expect((await session.getData('/a')).stat.dataLength).toBe(4);
  });
});

describe('a malformed reply fails its own op, costs the connection, and not the session', () => {
  const stat = build().stat().done();
  const cases: Readonly<Record<string, (xid: number) => Buffer>> = {
    'a stat that is cut': (xid) =>
      reply(xid, 101n, Buffer.concat([build().buffer(Buffer.from('x')).done(), stat.subarray(0, 60)])),
    'data longer than the frame': (xid) => reply(xid, 101n, Buffer.concat([build().int(5000).done(), stat])),
    'data of negative length': (xid) => reply(xid, 101n, Buffer.concat([build().int(-2).done(), stat])),
    'no body at all': (xid) => reply(xid, 101n),
    'bytes behind the body': (xid) => reply(xid, 101n, Buffer.concat([DATA_BODY, Buffer.alloc(3)])),
    'a frame shorter than a header': () => build().int(8).long(1n).done(),
    'a frame of no bytes': () => build().int(0).done(),
    'a frame of negative length': () => build().int(-1).done(),
    'a frame of 1.2 GB': () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'),
    'the number of another request': (xid) => reply(xid + 5, 101n, DATA_BODY),
    'a number that clients never use': () => reply(-77, 101n),
    'an event without a path': () => build().int(24).int(-1).long(-1n).int(0).int(3).int(3).done(),
  };

  for (const [what, bytes] of Object.entries(cases)) {
    test(what, async () => {
      const server = await fakeServer(onceFor(OP.getData, bytes));
      const scene = await open(server);
      const [first, second] = [scene.session.getData('/a'), scene.session.getData('/b')];
      const [error, neighbour] = await Promise.all([failure(first), failure(second)]);
      expect(error).toMatchObject({ kind: 'protocol', code: 'PROTOCOL', op: 'getData', path: '/a' });
      expect(neighbour).toMatchObject({ code: 'CONNECTIONLOSS', path: '/b' });
      expect((await scene.session.getData('/a')).data?.toString()).toBe('data');
      expect(scene.events.filter(({ type }) => type === 'connected')).toMatchObject([
        { resumed: false },
        { resumed: true },
      ]);
    });
  }

  test('a write whose reply says ok and then makes no sense has been applied', async () => {
    const server = await fakeServer(onceFor(OP.setData, (xid) => reply(xid, 101n)));
    const { session } = await open(server);
    expect(await failure(session.setData('/a', null))).toMatchObject({ kind: 'protocol', applied: 'yes' });
  });

  test('a reply to nothing costs the connection only', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    server.last.send(reply(1, 101n));
    await scene.event('connected', 1);
    expect((await scene.session.getData('/a')).data?.toString()).toBe('data');
  });

  test('events of types that nobody knows are passed over', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    const events = [5, -1, 99].map((type) => build().int(-1).long(-1n).int(0).int(type).int(3).string('/a').frame());
    server.last.send(...events);
    await scene.session.getData('/a');
    expect(scene.events.slice(1)).toEqual([]);
  });
});

test('frames are accepted up to replyBytesMax, and no further', async () => {
  const body = (length: number): Buffer =>
    Buffer.concat([build().int(length).done(), Buffer.alloc(length), build().stat().done()]);
  const server = await fakeServer({
    answer: ({ type, xid, body: asked }) =>
      type === OP.getData ? reply(xid, 101n, body(Number(asked.subarray(5, asked.length - 1).toString()))) : undefined,
  });
  const { session } = await open(server, { replyBytesMax: 10_000 });
  const room = 10_000 - 16 - 4 - 68;
  expect((await session.getData(`/${room}`)).data).toHaveLength(room);
  expect(await failure(session.getData(`/${room + 1}`))).toMatchObject({ kind: 'protocol' });
  expect((await session.getData('/5')).data).toHaveLength(5);
});

describe('much at once', () => {
  test('a reply of 50 MB', async () => {
    const data = Buffer.alloc(50_000_000, 'x');
    const body = Buffer.concat([build().int(data.length).done(), data, build().stat().done()]);
    const server = await fakeServer(onceFor(OP.getData, (xid) => reply(xid, 101n, body)));
    const { session } = await open(server);
    expect((await session.getData('/a')).data?.equals(data)).toBe(true);
  });

  test('200,000 requests queued in one turn', async () => {
    const server = await fakeServer();
    const { session } = await open(server, { sessionTimeoutMs: 60_000 });
    const all = Array.from({ length: 200_000 }, () => session.delete('/a'));
    await Promise.all(all);
    expect(server.requests(OP.delete)).toHaveLength(200_000);
  });

  test('3,000 replies in one write', async () => {
    const held: Buffer[] = [];
    const server = await fakeServer({
      answer: ({ type, xid }, connection) => {
        if (type !== OP.exists) return undefined;
        held.push(reply(xid, 101n, build().stat().done()));
        if (held.length === 3000) connection.send(...held);
        return null;
      },
    });
    const { session } = await open(server);
    const all = await Promise.all(Array.from({ length: 3000 }, () => session.exists('/a')));
    expect(all).toHaveLength(3000);
  });

  test('requests made in one turn leave in one write', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const before = server.last.chunksCount;
    await Promise.all(Array.from({ length: 500 }, () => session.exists('/a')));
    expect(server.last.chunksCount - before).toBeLessThan(5);
  });

  test('a server that reads slowly is waited for: what it does not take stays a request', async () => {
    const server = await fakeServer();
    const { session } = await open(server, { sessionTimeoutMs: 60_000 });
    const written = vi.spyOn(Socket.prototype, 'write');
    const bytesWritten = (): number => written.mock.calls.reduce((sum, [bytes]) => sum + (bytes as Buffer).length, 0);
    server.last.socket.pause();
    const writes = Array.from({ length: 100 }, () => session.setData('/a', Buffer.alloc(500_000, 'x')));
    let before = 0;
    await eventually(
      () => {
        const isStill = before > 0 && before === bytesWritten();
        before = bytesWritten();
        return isStill;
      },
      { what: 'the socket to be full', everyMs: 100 },
    );
    // Of 50 MB: what the kernel's buffers hold, and one write.
    expect(bytesWritten()).toBeLessThan(20_000_000);
    server.last.socket.resume();
    await Promise.all(writes);
    written.mockRestore();
    expect(server.requests(OP.setData)).toHaveLength(100);
  });

  test('a small value kept from each of 1,000 large chunks does not keep the chunks', async () => {
    const padding = build().buffer(Buffer.alloc(60_000)).stat().done();
    const server = await fakeServer({
      answer: ({ type, xid, body }) => {
        if (type !== OP.getData) return undefined;
        return reply(xid, 101n, body.includes('/small') ? build().buffer(Buffer.from('small')).stat().done() : padding);
      },
    });
    const { session } = await open(server);
    const kept: Buffer[] = [];
    for (let round = 0; round < 1000; round++) {
      const [{ data }] = await Promise.all([session.getData('/small'), session.getData('/large')]);
      kept.push(data as Buffer);
    }
    const memory = new Set(kept.map(({ buffer }) => buffer));
    const bytes = [...memory].reduce((sum, { byteLength }) => sum + byteLength, 0);
    // Node's pool holds 8 KiB for each few; the chunks would be 60 MB.
    expect(bytes).toBeLessThan(10_000_000);
  });
});

describe('numbers', () => {
  test('requests are numbered from 1', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    await Promise.all([session.exists('/a'), session.exists('/b')]);
    expect(server.requests(OP.exists).map(({ xid }) => xid)).toEqual([1, 2]);
  });

  test('lastZxid is the highest of any reply; 0, -1 and those of events do not count', async () => {
    const zxids = [500n, 0n, -1n, 300n, 501n];
    const seen: bigint[] = [];
    const server = await fakeServer({
      answer: ({ type, xid }) => (type === OP.delete ? reply(xid, zxids[xid - 1] as bigint) : undefined),
    });
    const { session } = await open(server);
    for (const _ of zxids) {
      await session.delete('/a');
      seen.push(session.lastZxid);
    }
    expect(seen).toEqual([500n, 500n, 500n, 500n, 501n]);
    server.last.send(build().int(-1).long(900n).int(0).int(3).int(3).string('/a').frame());
    server.cutAll();
    expect((await server.connection(1)).handshake?.lastZxid).toBe(501n);
  });

  test('a zxid of 64 bits survives the way there and back', async () => {
    const server = await fakeServer();
    server.zxid = 0x7fff_ffff_ffff_fffdn;
    const { session } = await open(server);
    await session.exists('/a');
    expect(session.lastZxid).toBe(0x7fff_ffff_ffff_fffdn);
  });
});

describe('an op that the server does not know', () => {
  test('is told UNIMPLEMENTED, although the server hangs up; the session goes on', async () => {
    const server = await fakeServer({
      answer: ({ type, xid }, connection) => {
        if (type !== 107) return undefined;
        connection.socket.end(refusal(xid, -6, -1n));
        return null;
      },
    });
    const scene = await open(server);
    const [unknown, behind] = await Promise.all([
      failure(scene.session.whoAmI()),
      failure(scene.session.setData('/a', null)),
    ]);
    expect(unknown).toMatchObject({ kind: 'keeper', code: 'UNIMPLEMENTED', op: 'whoAmI', sessionOver: false });
    expect(behind).toMatchObject({ code: 'CONNECTIONLOSS', applied: 'unknown' });
    expect(await scene.event('connected', 1)).toMatchObject({ resumed: true });
  });

  test('create2 unknown: create is asked instead, then and from then on', async () => {
    const server = await fakeServer({
      answer: ({ type, xid }, connection) => {
        if (type !== OP.create2) return undefined;
        connection.socket.end(refusal(xid, -6, -1n));
        return null;
      },
    });
    const { session } = await open(server);
    expect(await session.create('/a', null)).toEqual({ path: '/created', stat: null });
    expect(await session.create('/b', null)).toEqual({ path: '/created', stat: null });
    expect(server.requests(OP.create2)).toHaveLength(1);
    expect(server.requests(OP.create)).toHaveLength(2);
  });
});

test('error numbers that nobody knows are errors, not crashes', async () => {
  const codes = [-12, -13, -14, -118, -119, -120, -121, -122, -123, -125, -126, -127, -999, 7];
  const server = await fakeServer({
    answer: ({ type, xid }) => (type === OP.delete ? refusal(xid, codes[xid - 1] as number) : undefined),
  });
  const { session } = await open(server);
  const errors: string[] = [];
  for (const _ of codes) errors.push(String((await failure(session.delete('/a'))).code));
  expect(errors).toEqual([
    'UNKNOWNSESSION',
    'NEWCONFIGNOQUORUM',
    'RECONFIGINPROGRESS',
    'SESSIONMOVED',
    'NOTREADONLY',
    'EPHEMERALONLOCALSESSION',
    'NOWATCHER',
    'REQUESTTIMEOUT',
    'RECONFIGDISABLED',
    'QUOTAEXCEEDED',
    'ERROR-126',
    'THROTTLEDOP',
    'ERROR-999',
    'ERROR7',
  ]);
  await eventually(() => session.state === 'connected', { what: 'the session to stand' });
});
