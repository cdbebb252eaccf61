/** A server in read-only mode, and the way back to one that serves writes. */
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { failure, fakeServer, open } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { connectResponse, OP, refusal } from '../helpers/fake-server.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** In front of a fake server: answers `isro` with what `says` gives, and hands everything else on. */
async function answering(isro: () => string): Promise<{ address: string; asked: () => number; handshakes: Buffer[] }> {
  let asked = 0;
  const handshakes: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      if (bytes.toString() === 'isro') {
        asked += 1;
        socket.end(isro());
      } else {
        handshakes.push(bytes);
        socket.write(connectResponse(6000, 0x77n));
      }
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { address: `127.0.0.1:${(server.address() as { port: number }).port}`, asked: () => asked, handshakes };
}

describe('a read-only server', () => {
  test('is asked for only by those who take it', async () => {
    const server = await fakeServer({ readOnly: true });
    const { session, events } = await open(server, { readOnly: true });
    expect(server.last.handshake?.readOnly).toBe(true);
    expect(session.state).toBe('connectedReadOnly');
    expect(events).toMatchObject([{ type: 'connected', readOnly: true }]);
  });

  test('refuses writes; that is an error like any other', async () => {
    const server = await fakeServer({
      readOnly: true,
      answer: ({ type, xid }) => (type === OP.setData ? refusal(xid, -119) : undefined),
    });
    const { session } = await open(server, { readOnly: true });
    expect(await failure(session.setData('/a', null))).toMatchObject({
      kind: 'keeper',
      code: 'NOTREADONLY',
      applied: 'no',
    });
    expect((await session.getData('/a')).stat.dataLength).toBe(4);
  });
});

test('the others are asked until one serves writes; there a new session begins, and the watches go along', async () => {
  let answer = 'ro';
  const readOnly = await fakeServer({ readOnly: true });
  const other = await answering(() => answer);
  const scene = await open(`${readOnly.address},${other.address}`, { readOnly: true });
  await scene.session.getData('/a', { watcher: () => {} });
  await eventually(() => other.asked() >= 2, { what: 'two questions' });
  expect(scene.session.state).toBe('connectedReadOnly');
  answer = 'rw';
  expect(await scene.event('connected', 1)).toMatchObject({ readOnly: false, resumed: false, sessionId: 0x77n });
  expect(scene.session.server?.port).toBe(Number(other.address.split(':')[1]));
  const [handshake] = other.handshakes;
  expect(handshake?.readBigInt64BE(20)).toBe(0n);
  expect(handshake?.includes('/a')).toBe(true);
  expect(scene.session.state).toBe('connected');
});

test('a request that is under way is answered before the server is changed', async () => {
  const readOnly = await fakeServer({ readOnly: true, answer: ({ type }) => (type === OP.getData ? null : undefined) });
  const other = await answering(() => 'rw');
  const scene = await open(`${readOnly.address},${other.address}`, { readOnly: true });
  const pending = scene.session.getData('/a');
  const { xid } = await readOnly.request(OP.getData);
  await eventually(() => other.asked() >= 1, { what: 'a question' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(scene.events).toHaveLength(1);
  readOnly.connections[0]?.send(refusal(xid, -101));
  expect(await failure(pending)).toMatchObject({ code: 'NONODE' });
  await scene.event('connected', 1);
});
