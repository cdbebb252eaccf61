/**
 * Against the real thing: what zkCli.sh and a server say to each other is read and written back, and must come out byte
 * for byte as it was; and multi, multiRead and the rest that zkCli.sh never uses, by a bare socket.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { FrameSplitter } from '../../src/protocol/frame.js';
import {
  decodeConnectRequest,
  decodeConnectResponse,
  encodeConnectRequest,
  encodeConnectResponse,
  NO_PASSWORD,
  sessionPassword,
} from '../../src/protocol/handshake.js';
import { JuteReader, JuteWriter } from '../../src/protocol/jute.js';
import {
  decodeNotification,
  decodeReply,
  decodeReplyHeader,
  decodeRequest,
  decodeRequestHeader,
  encodeRequest,
  skipErrorBody,
  writeNotification,
  writeReply,
} from '../../src/protocol/messages.js';
import { findOp, OPS, type Op, type ReplyOf, type RequestOf } from '../../src/protocol/ops.js';
import { build } from '../helpers/byte-builder.js';
import { describeWithZooKeeper, haveRealZooKeeper } from '../helpers/skip.js';
import { runZkCli } from '../helpers/zkcli.js';

const BYTES_MAX = 10_000_000;

describeWithZooKeeper('a real ZooKeeper', (address) => {
  test.runIf(haveRealZooKeeper())('and zkCli.sh say nothing that does not come out as it went in', async () => {
    const tap = await startTap(address);
    const path = `/test-${randomBytes(6).toString('hex')}`;
    await runZkCli(
      ['-server', `127.0.0.1:${tap.port}`],
      [
        `create ${path} é漢`,
        `addWatch ${path}`,
        `create -e ${path}/e`,
        `create -s ${path}/s x`,
        `create -c ${path}/c`,
        `create -t 100000 ${path}/t`,
        `create ${path}`,
        `get -s -w ${path}`,
        `set ${path} other`,
        `set -v 7 ${path} wrong`,
        `stat -w ${path}/c`,
        `ls -s -w ${path}`,
        `ls -R ${path}`,
        `getAcl -s ${path}`,
        'addauth digest someone:secret',
        `setAcl ${path}/c auth::cdrwa`,
        `setAcl ${path}/c digest:nobody:3OptnM09ILoVSfbZtd3mB0IViII=:r`,
        `get ${path}/c`,
        'whoami',
        `sync ${path}`,
        `getEphemerals ${path}`,
        `getAllChildrenNumber ${path}`,
        'config',
        'reconfig -remove 3',
        `removewatches ${path} -a`,
        `delete ${path}/e`,
        `deleteall ${path}`,
        'quit',
        '',
      ].join('\n'),
    );
    await tap.stop();

    expect(tap.faults).toEqual([]);
    expect([...tap.seen].sort()).toEqual(expect.arrayContaining(ZKCLI_OPS));
    expect(tap.notifications).toBeGreaterThan(0);
  });

  test('answers a multi, a failed one, a multiRead and an empty one as they are read here', async () => {
    const session = await startSession(address);
    const path = `/test-${randomBytes(6).toString('hex')}`;
    const acl = [{ perms: 31, scheme: 'world', id: 'anyone' }];
    const create = { op: 'create', path, data: null, acl, flags: 0 } as const;
    const child = { ...create, path: `${path}/c`, data: Buffer.alloc(0) } as const;

    const made = await session.ask(OPS.multi, [
      create,
      { ...child, op: 'create2' },
      { ...child, op: 'createContainer', path: `${path}/container`, flags: 4 },
      { ...child, op: 'createTTL', path: `${path}/ttl`, flags: 5, ttl: 100_000 },
      { op: 'setData', path, data: Buffer.from('x'), version: 0 },
      { op: 'check', path, version: 1 },
      { op: 'delete', path: `${path}/container`, version: 0 },
    ]);
    expect(made).toMatchObject([
      { op: 'create', path },
      { op: 'create2', path: `${path}/c`, stat: { dataLength: 0 } },
      { op: 'create2', path: `${path}/container` },
      { op: 'create2', path: `${path}/ttl`, stat: { ephemeralOwner: 0n } },
      { op: 'setData', stat: { version: 1, numChildren: 3 } },
      { op: 'check' },
      { op: 'delete' },
    ]);

    expect(await session.ask(OPS.multi, [{ op: 'check', path, version: 1 }, create, child])).toEqual([
      { op: 'error', err: 0 },
      { op: 'error', err: -110 },
      { op: 'error', err: -2 },
    ]);
    expect(await session.ask(OPS.multi, [])).toEqual([]);

    const read = await session.ask(OPS.multiRead, [
      { op: 'getData', path, watch: false },
      { op: 'getData', path: `${path}/c`, watch: false },
      { op: 'getData', path: `${path}/nope`, watch: false },
      { op: 'getChildren', path, watch: false },
    ]);
    expect(read).toMatchObject([
      { op: 'getData', data: Buffer.from('x') },
      { op: 'getData', data: Buffer.alloc(0) },
      { op: 'error', err: -101 },
      { op: 'getChildren', children: expect.arrayContaining(['c', 'ttl']) },
    ]);
    expect(await session.ask(OPS.multiRead, [])).toEqual([]);

    // A type that cannot stand in a multiRead: err -5, with an empty result behind it or without.
    const check = build().multiHeader(13, false, -1).string(path).int(1).multiHeader(-1, true, -1).done();
    expect(await session.askBytes(OPS.multiRead, check)).toBe(-5);
    await session.ask(OPS.delete, { path: `${path}/c`, version: -1 });
    await session.ask(OPS.delete, { path: `${path}/ttl`, version: -1 });
    await session.ask(OPS.delete, { path, version: -1 });
    await session.close();
  });

  test('keeps null, empty and odd values as they are sent', async () => {
    const session = await startSession(address);
    const path = `/test-${randomBytes(6).toString('hex')}`;
    const acl = [
      { perms: 31, scheme: 'world', id: 'anyone' },
      { perms: -1, scheme: 'ip', id: '10.0.0.0/8' },
    ];
    const created = await session.ask(OPS.create2, { path, data: null, acl, flags: 0 });
    expect(created).toMatchObject({ path, stat: { dataLength: 0 } });
    expect(await session.ask(OPS.getData, { path, watch: false })).toMatchObject({ data: null });
    expect(await session.ask(OPS.getACL, { path })).toMatchObject({ acl });
    await session.ask(OPS.setData, { path, data: Buffer.alloc(0), version: 0 });
    expect(await session.ask(OPS.getData, { path, watch: false })).toMatchObject({ data: Buffer.alloc(0) });
    expect(await session.ask(OPS.sync, { path: null })).toEqual({ path: null });
    expect(await session.ask(OPS.sync, { path: '/😀' })).toEqual({ path: '/😀' });
    expect(await session.ask(OPS.getData, { path: null, watch: false })).toBe(-5);
    expect(await session.ask(OPS.addWatch, { path, mode: 1 })).toEqual({ err: 0 });
    expect(await session.ask(OPS.checkWatches, { path, type: 5 })).toEqual({});
    expect(await session.ask(OPS.removeWatches, { path, type: 1 })).toBe(-121);
    expect(await session.ask(OPS.setWatches2, NO_WATCHES)).toEqual({});
    expect(await session.ask(OPS.sasl, { token: Buffer.alloc(0) })).toEqual({ token: null });
    expect(await session.ask(OPS.deleteContainer, { path })).toEqual({});
    await session.close();
  });

  test('gives a session the password that follows from its id', async () => {
    const session = await startSession(address);
    expect(session.password).toEqual(sessionPassword(session.sessionId));
    await session.close();
  });
});

const ZKCLI_OPS = [
  'addWatch',
  'auth',
  'closeSession',
  'create',
  'createContainer',
  'createTTL',
  'delete',
  'exists',
  'getACL',
  'getAllChildrenNumber',
  'getChildren',
  'getChildren2',
  'getData',
  'getEphemerals',
  'reconfig',
  'removeWatches',
  'setACL',
  'setData',
  'sync',
  'whoAmI',
];

const NO_WATCHES = {
  relativeZxid: 0n,
  dataWatches: [],
  existWatches: [],
  childWatches: [],
  persistentWatches: ['/x'],
  persistentRecursiveWatches: [],
};

/** Stands between a client and the server, passes everything on, and writes anew whatever it reads. */
async function startTap(address: string) {
  const faults: string[] = [];
  const seen = new Set<string>();
  const tap = { port: 0, faults, seen, notifications: 0, stop };
  const sockets: Socket[] = [];
  const server = createServer((client) => {
    const upstream = connect(portOf(address), '127.0.0.1');
    sockets.push(client, upstream);
    const asked = new Map<number, Op[]>();
    relay(client, upstream, (frame, isFirst) => (isFirst ? connectRequest(frame) : request(frame, asked)));
    relay(upstream, client, (frame, isFirst) => (isFirst ? connectResponse(frame) : reply(frame, asked)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  tap.port = (server.address() as AddressInfo).port;
  return tap;

  async function stop(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }

  function relay(from: Socket, to: Socket, rewrite: (frame: Buffer, isFirst: boolean) => Buffer): void {
    const splitter = new FrameSplitter(BYTES_MAX);
    let isFirst = true;
    from.on('data', (chunk: Buffer) => {
      to.write(chunk);
      splitter.push(chunk);
      for (let frame = splitter.next(); frame !== null; frame = splitter.next()) {
        compare(frame, () => rewrite(frame as Buffer, isFirst));
        isFirst = false;
      }
    });
    from.on('error', () => to.destroy());
    from.on('close', () => to.end());
  }

  function compare(frame: Buffer, rewrite: () => Buffer): void {
    try {
      const again = rewrite().subarray(4);
      if (!again.equals(frame)) faults.push(`${frame.toString('hex')} became ${again.toString('hex')}`);
    } catch (error) {
      faults.push(`${frame.toString('hex')}: ${(error as Error).message}`);
    }
  }

  function request(frame: Buffer, asked: Map<number, Op[]>): Buffer {
    const reader = new JuteReader(frame);
    const { xid, type } = decodeRequestHeader(reader);
    const op = findOp(type);
    if (op === undefined) throw new Error(`no op ${type}`);
    seen.add(op.name);
    asked.set(xid, [...(asked.get(xid) ?? []), op]);
    return encodeRequest(op, xid, decodeRequest(op, reader) as never);
  }

  function reply(frame: Buffer, asked: Map<number, Op[]>): Buffer {
    const reader = new JuteReader(frame);
    const header = decodeReplyHeader(reader);
    const writer = new JuteWriter('server');
    if (header.xid === -1) {
      tap.notifications++;
      writeNotification(writer, header.zxid, decodeNotification(reader));
      return writer.take();
    }
    const op = asked.get(header.xid)?.shift();
    if (op === undefined) throw new Error(`nobody asked for ${header.xid}`);
    if (header.err !== 0) skipErrorBody(op, reader);
    writeReply(writer, header, op, header.err === 0 ? (decodeReply(op, reader) as never) : null);
    return writer.take();
  }
}

function connectRequest(frame: Buffer): Buffer {
  return encodeConnectRequest(decodeConnectRequest(frame));
}

function connectResponse(frame: Buffer): Buffer {
  return encodeConnectResponse(decodeConnectResponse(frame));
}

/** A socket with a session on it, one request at a time. An error is its number. */
async function startSession(address: string) {
  const socket = connect(portOf(address), '127.0.0.1');
  const splitter = new FrameSplitter(BYTES_MAX);
  let xid = 0;
  const first = encodeConnectRequest({
    lastZxidSeen: 0n,
    sessionTimeoutMs: 10_000,
    sessionId: 0n,
    password: NO_PASSWORD,
    readOnly: false,
  });
  socket.write(first);
  const response = decodeConnectResponse(await nextFrame());
  if (response.kind !== 'session') throw new Error(`no session: ${response.kind}`);
  return { sessionId: response.sessionId, password: response.password, ask, askBytes, close };

  async function ask<O extends Op>(op: O, request: RequestOf<O>): Promise<ReplyOf<O> | number> {
    socket.write(encodeRequest(op, ++xid, request));
    return answer(op);
  }

  async function askBytes<O extends Op>(op: O, body: Buffer): Promise<ReplyOf<O> | number> {
    socket.write(build().int(++xid).int(op.code).raw(body).frame());
    return answer(op);
  }

  async function answer<O extends Op>(op: O): Promise<ReplyOf<O> | number> {
    const reader = new JuteReader(await nextFrame());
    const header = decodeReplyHeader(reader);
    if (header.xid === -1) {
      decodeNotification(reader);
      return answer(op);
    }
    expect(header.xid).toBe(xid);
    if (header.err === 0) return decodeReply(op, reader);
    skipErrorBody(op, reader);
    return header.err;
  }

  async function close(): Promise<void> {
    await ask(OPS.closeSession, {});
    socket.destroy();
  }

  async function nextFrame(): Promise<Buffer> {
    for (;;) {
      const frame = splitter.next();
      if (frame !== null) return frame;
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      splitter.push(chunk);
    }
  }
}

function portOf(address: string): number {
  return Number(address.slice(address.lastIndexOf(':') + 1));
}
