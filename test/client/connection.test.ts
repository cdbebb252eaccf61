/** The session of a run: opened at need, replaced when it is over, with the credentials that were added. */
import { afterEach, describe, expect, test } from 'vitest';
import type { Connection, ConnectOptions, SessionEvent } from '../../src/client/api.js';
import { createConnection } from '../../src/client/connection.js';
import { failure, fakeServer } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { OP, refusal } from '../helpers/fake-server.js';
import { freePort } from '../helpers/free-port.js';

const made: Connection[] = [];
afterEach(() => Promise.all(made.splice(0).map((connection) => connection.close())));

function create(servers: string, options: ConnectOptions = {}): { connection: Connection; types: () => string[] } {
  const connection = createConnection({ servers, sessionTimeoutMs: 6000, ...options });
  made.push(connection);
  const events: SessionEvent[] = [];
  connection.onEvent((event) => events.push(event));
  return { connection, types: () => events.map(({ type }) => type) };
}

describe('a connection', () => {
  test('connects at the first need, once for all who ask', async () => {
    const server = await fakeServer();
    const { connection, types } = create(server.address);
    expect(connection.current).toBeNull();
    expect(server.connections).toHaveLength(0);
    const [one, two] = await Promise.all([connection.open(), connection.open()]);
    expect(one).toBe(two);
    expect(await connection.open()).toBe(one);
    expect(connection.current).toBe(one);
    expect(server.connections).toHaveLength(1);
    expect(types()).toEqual(['connected']);
  });

  test('that could not be made is tried again at the next need', async () => {
    const server = await fakeServer();
    await server.stopListening();
    const { connection } = create(server.address);
    expect(await failure(connection.open())).toMatchObject({ code: 'CONNECTREFUSED' });
    expect(connection.current).toBeNull();
    await server.listen();
    expect((await connection.open()).state).toBe('connected');
  });

  test('makes a new session after an expiry, with the same credentials', async () => {
    const server = await fakeServer();
    const { connection, types } = create(server.address, {
      auth: [{ scheme: 'digest', credential: Buffer.from('a:b') }],
    });
    const first = await connection.open();
    await connection.addAuth('digest', Buffer.from('c:d'));
    server.sessions.clear();
    server.cutAll();
    await eventually(() => first.state === 'expired', { what: 'the expiry' });
    const second = await connection.open();
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(server.last.requests.map(({ body }) => body.subarray(-3).toString())).toEqual(['a:b', 'c:d']);
    expect(types()).toEqual(['connected', 'disconnected', 'expired', 'connected']);
  });

  test('goes to other servers, and ends the session it had', async () => {
    const [one, two] = [await fakeServer(), await fakeServer()];
    const { connection, types } = create(one.address);
    const first = await connection.open();
    const second = await connection.connect(`${two.address}/app`);
    expect([first.state, second.state, second.chroot]).toEqual(['closed', 'connected', '/app']);
    expect(connection.servers).toBe(`${two.address}/app`);
    expect(one.sessions.size).toBe(0);
    expect(types()).toEqual(['connected', 'closed', 'connected']);
  });

  test('a connect string that is none costs nothing', async () => {
    const server = await fakeServer();
    const { connection } = create(server.address);
    const session = await connection.open();
    expect(await failure(connection.connect('a:99999'))).toMatchObject({ kind: 'usage' });
    expect(connection.current).toBe(session);
    expect(session.state).toBe('connected');
  });

  test('connect replaces an attempt that hangs', async () => {
    const [mute, good] = [await fakeServer({ welcome: 'mute' }), await fakeServer()];
    const { connection } = create(mute.address);
    const hanging = failure(connection.open());
    await mute.connection(0);
    expect((await connection.connect(good.address)).state).toBe('connected');
    expect(await hanging).toMatchObject({ code: 'SESSIONCLOSED' });
    expect(connection.current?.server?.port).toBe(good.port);
  });

  test('a credential that is refused does not spoil the sessions to come', async () => {
    const server = await fakeServer({
      answer: ({ type, body }, { socket }) => {
        if (type !== OP.auth || !body.includes('bad')) return undefined;
        socket.end(refusal(-4, -115, 0n));
        return null;
      },
    });
    const { connection } = create(server.address);
    await connection.open();
    expect(await failure(connection.addAuth('bad', Buffer.from('x')))).toMatchObject({ code: 'AUTHFAILED' });
    expect((await connection.open()).state).toBe('connected');
    await connection.close();
    await connection.addAuth('bad', Buffer.from('x'));
    expect(await failure(connection.open())).toMatchObject({ code: 'AUTHFAILED' });
    expect((await connection.open()).state).toBe('connected');
  });

  test('close ends it, before and after it stood, and open makes a new one', async () => {
    const server = await fakeServer();
    const { connection } = create(server.address);
    await connection.close();
    await connection.open();
    await connection.close();
    expect(connection.current).toBeNull();
    expect(server.sessions.size).toBe(0);
    expect((await connection.open()).state).toBe('connected');
  });

  test('where nobody listens, every server is named', async () => {
    const port = await freePort();
    const error = await failure(create(`127.0.0.1:${port}`).connection.open());
    expect(error.attempts).toEqual([`127.0.0.1:${port}: connection refused`]);
  });
});
