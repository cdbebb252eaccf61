/** eager: handshake, credentials and requests in one go, and what becomes of them where nobody answers. */
import { describe, expect, test } from 'vitest';
import { failure, fakeServer, open, prepare } from '../helpers/client-scene.js';
import { OP } from '../helpers/fake-server.js';
import { freePort } from '../helpers/free-port.js';

const EAGER = { eager: true };

describe('an eager session', () => {
  test('sends credentials and requests without waiting for the answer to the handshake', async () => {
    const server = await fakeServer({ welcome: 'mute' });
    const auth = [{ scheme: 'digest', credential: Buffer.from('a:b') }];
    const { session } = await open(server, { ...EAGER, auth });
    expect(session.state).toBe('connecting');
    void failure(session.getData('/a'));
    void failure(session.setData('/b', null));
    await server.request(OP.setData);
    expect(server.last.requests.map(({ type }) => type)).toEqual([OP.auth, OP.getData, OP.setData]);
  });

  test('gets its answers in their order', async () => {
    const server = await fakeServer();
    const { session } = await open(server, EAGER);
    const got = await Promise.all([session.getData('/a'), session.exists('/b'), session.create('/c', null)]);
    expect(got).toMatchObject([{ stat: { dataLength: 4 } }, { version: 0 }, { path: '/created' }]);
    expect(session.state).toBe('connected');
    expect(server.connections).toHaveLength(1);
  });

  test('still fails to open where nobody listens', async () => {
    const port = await freePort();
    expect(await failure(open(`127.0.0.1:${port}`, EAGER))).toMatchObject({ code: 'CONNECTREFUSED' });
  });

  test('with several servers: reads and writes come through although the first one is mute, and no write twice', async () => {
    const [mute, good] = [await fakeServer({ welcome: 'mute' }), await fakeServer()];
    const { session } = await open([mute, good], { ...EAGER, connectTimeoutMs: 400 });
    const got = await Promise.all([session.getData('/a'), session.setData('/b', null), session.exists('/c')]);
    expect(got).toMatchObject([{ stat: { dataLength: 4 } }, { version: 0 }, { version: 0 }]);
    expect(mute.requests(OP.getData)).toHaveLength(1);
    expect([...mute.requests(OP.setData), ...good.requests(OP.setData)]).toHaveLength(1);
  });

  test('a single mute server: the write may have happened, the read has not', async () => {
    const mute = await fakeServer({ welcome: 'mute' });
    const { session } = await open(mute, { ...EAGER, connectTimeoutMs: 200 });
    const errors = await Promise.all([failure(session.setData('/a', null)), failure(session.getData('/b'))]);
    expect(errors).toMatchObject([
      { kind: 'connection', applied: 'unknown' },
      { kind: 'connection', applied: 'no' },
    ]);
  });

  test('a refused credential is told to the first request', async () => {
    const server = await fakeServer({
      answer: ({ type }, connection) => {
        if (type === OP.auth) connection.socket.end(Buffer.from('00000010fffffffc0000000000000000ffffff8d', 'hex'));
        return type === OP.closeSession ? undefined : null;
      },
    });
    const { session } = await open(server, { ...EAGER, auth: [{ scheme: 'x', credential: Buffer.from('y') }] });
    expect(await failure(session.getData('/a'))).toMatchObject({ code: 'AUTHFAILED' });
  });

  test('once lost, it reconnects as any other: nothing before the answer', async () => {
    const server = await fakeServer();
    const scene = await open(server, EAGER);
    await scene.session.exists('/a');
    server.options = { welcome: 'mute' };
    server.cutAll();
    await scene.event('disconnected');
    void failure(scene.session.exists('/b'));
    await server.connection(1);
    expect(server.last.requests).toEqual([]);
  });
});

describe('a session that is not eager', () => {
  test('sends credentials behind the handshake at once, and requests when the answer is there', async () => {
    const server = await fakeServer({ welcome: 'mute' });
    const scene = prepare(server, { auth: [{ scheme: 'digest', credential: Buffer.from('a:b') }] });
    void failure(scene.session.open());
    void failure(scene.session.getData('/a'));
    await server.request(OP.auth);
    expect(server.last.requests.map(({ type }) => type)).toEqual([OP.auth]);
  });
});
