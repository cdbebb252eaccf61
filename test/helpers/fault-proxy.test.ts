/** The proxy itself: a test of faults is worth what its faults are worth. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { eventually } from './eventually.js';
import { type FaultProxy, startFaultProxy } from './fault-proxy.js';

let server: Server;
let proxy: FaultProxy;
let received: Buffer;

/** Sends back what it gets. */
beforeEach(async () => {
  received = Buffer.alloc(0);
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      socket.write(bytes);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await startFaultProxy(`127.0.0.1:${(server.address() as AddressInfo).port}`);
});
afterEach(async () => {
  await proxy.stop();
  server.close();
});

interface Client {
  readonly socket: Socket;
  got: Buffer;
  ended: 'no' | 'end' | 'reset';
}

async function join(): Promise<Client> {
  const socket = connect({ host: '127.0.0.1', port: proxy.port });
  const client: Client = { socket, got: Buffer.alloc(0), ended: 'no' };
  socket.on('data', (bytes) => {
    client.got = Buffer.concat([client.got, bytes]);
  });
  socket.on('end', () => {
    client.ended = 'end';
  });
  socket.on('error', () => {
    client.ended = 'reset';
  });
  // A reset may come before the connection is seen to stand.
  await once(socket, 'connect').catch(() => {});
  return client;
}

const untilGot = (client: Client, text: string) =>
  eventually(() => client.got.toString() === text, { what: `${text}, got ${client.got}` });

test('bytes pass unchanged in both directions, also many of them', async () => {
  const client = await join();
  const bytes = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => index % 251));
  client.socket.write(bytes);
  await eventually(() => client.got.length === bytes.length, { what: 'the echo' });
  expect(client.got.equals(bytes)).toBe(true);
  expect(proxy.bytesToClients).toBe(bytes.length);
  client.socket.end();
  await eventually(() => client.ended === 'end' && proxy.openCount === 0, { what: 'the end' });
});

test('a black hole keeps all open and lets nothing pass until it heals', async () => {
  const client = await join();
  client.socket.write('a');
  await untilGot(client, 'a');
  proxy.blackHole();
  client.socket.write('b');
  const late = await join();
  late.socket.write('c');
  await eventually(() => proxy.openCount === 2, { what: 'two connections' });
  expect(received.toString()).toBe('a');
  proxy.heal();
  await untilGot(client, 'ab');
  await untilGot(late, 'c');
});

test('a black hole towards clients lets requests reach the server', async () => {
  const client = await join();
  proxy.blackHole('toClients');
  client.socket.write('request');
  await eventually(() => received.toString() === 'request', { what: 'the request' });
  expect(client.got.length).toBe(0);
});

test.each(['close', 'reset'] as const)('a connection cut after 3 bytes gets 3 bytes and no more (%s)', async (how) => {
  const client = await join();
  const cut = proxy.cutAfter(3, how);
  client.socket.write('abcdef');
  await cut;
  await eventually(() => client.ended !== 'no', { what: how });
  expect(client.got.toString()).toBe('abc');
  const next = await join();
  next.socket.write('xyz');
  await untilGot(next, 'xyz');
});

test.each([
  ['close', 'end'],
  ['reset', 'reset'],
] as const)('a new connection is welcomed with %s', async (welcome, ended) => {
  proxy.welcome = welcome;
  const client = await join();
  await eventually(() => client.ended === ended && proxy.connectionsCount === 1, { what: ended });
  expect(client.got.length).toBe(0);
});

test('a new connection is welcomed with silence, and stays open', async () => {
  proxy.welcome = 'mute';
  const client = await join();
  client.socket.write('hello');
  const other = await join();
  await eventually(() => proxy.openCount === 2, { what: 'two connections' });
  expect([client.ended, client.got.length, received.length]).toEqual(['no', 0, 0]);
  other.socket.end();
  await eventually(() => proxy.openCount === 1, { what: 'the end of one' });
});

test('a server that is gone resets', async () => {
  proxy.target = '127.0.0.1:1';
  const client = await join();
  await eventually(() => client.ended === 'reset', { what: 'a reset' });
});

test('throttled bytes come in slices, and all of them', async () => {
  proxy.bytesPerSecond = 50;
  const client = await join();
  client.socket.write('x'.repeat(300));
  await eventually(() => client.got.length > 0, { what: 'the first of them', everyMs: 1 });
  expect(client.got.length).toBeLessThan(300);
  proxy.bytesPerSecond = Number.POSITIVE_INFINITY;
  await untilGot(client, 'x'.repeat(300));
});

test('bytes behind delayed ones wait for them', async () => {
  proxy.delayMs = 1_500;
  const client = await join();
  client.socket.write('a');
  await eventually(() => received.toString() === 'a', { what: 'the first byte, at the server' });
  expect(client.got.length).toBe(0);
  proxy.delayMs = 0;
  client.socket.write('b');
  await untilGot(client, 'ab');
});

test('all open connections are cut at once', async () => {
  const clients = [await join(), await join()];
  await eventually(() => proxy.openCount === 2, { what: 'two connections' });
  proxy.cut('reset');
  await eventually(() => clients.every(({ ended }) => ended === 'reset'), { what: 'two resets' });
});
