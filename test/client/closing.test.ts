/** close() in every state: it never throws, ends once, and in time; the server is told where that can be. */
import { describe, expect, test } from 'vitest';
import { failure, fakeServer, open, prepare } from '../helpers/client-scene.js';
import { FakeClock } from '../helpers/fake-clock.js';
import { OP, refusal, reply } from '../helpers/fake-server.js';

describe('close', () => {
  test('while connected: behind all that was asked before, and the server ends the session', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    const asked = [scene.session.setData('/a', null), scene.session.exists('/b')];
    const closing = scene.session.close();
    expect(await failure(scene.session.exists('/late'))).toMatchObject({ code: 'SESSIONCLOSED', applied: 'no' });
    await Promise.all(asked);
    await closing;
    expect(server.last.requests.map(({ type }) => type)).toEqual([OP.setData, OP.exists, OP.closeSession]);
    expect(server.sessions.size).toBe(0);
    expect(scene.session.state).toBe('closed');
    expect(scene.events.map(({ type }) => type)).toEqual(['connected', 'closed']);
  });

  test('twice, and again afterwards: once', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    await Promise.all([scene.session.close(), scene.session.close()]);
    await scene.session.close();
    expect(server.requests(OP.closeSession)).toHaveLength(1);
    expect(scene.events.filter(({ type }) => type === 'closed')).toHaveLength(1);
  });

  test('before open: nothing is sent', async () => {
    const server = await fakeServer();
    const { session } = prepare(server);
    await session.close();
    expect(session.state).toBe('closed');
    expect(await failure(session.open())).toMatchObject({ code: 'SESSIONCLOSED' });
    expect(server.connections).toHaveLength(0);
  });

  test('while connecting to a mute server: at once; what was asked is told, and the order to close goes behind the handshake', async () => {
    const server = await fakeServer({ welcome: 'mute' });
    const { session } = prepare(server);
    const opened = failure(session.open());
    const asked = failure(session.setData('/a', null));
    await server.connection(0);
    await session.close();
    expect(await opened).toMatchObject({ code: 'SESSIONCLOSED' });
    expect(await asked).toMatchObject({ code: 'SESSIONCLOSED', applied: 'no' });
    await server.request(OP.closeSession);
    await server.last.closed();
  });

  test('while waiting between attempts of the first connection: at once', async () => {
    const server = await fakeServer();
    await server.stopListening();
    const scene = prepare(server, { waitMs: 60_000 });
    const opened = failure(scene.session.open());
    await scene.event('attemptFailed', 1);
    await scene.session.close();
    expect(await opened).toMatchObject({ code: 'SESSIONCLOSED' });
  });

  test('between two connections: goes back to end the session on the server', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    server.cutAll();
    await scene.event('disconnected');
    const asked = failure(scene.session.setData('/a', null));
    await scene.session.close();
    expect(await asked).toMatchObject({ code: 'SESSIONCLOSED', applied: 'no' });
    expect(server.requests(OP.closeSession)).toHaveLength(1);
    expect(server.sessions.size).toBe(0);
  });

  test('with no server left: after one round of attempts', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    await server.stopListening();
    await scene.event('disconnected');
    await scene.session.close(60_000);
    expect(scene.session.state).toBe('closed');
  });

  test('with a silent server: at the deadline, and what was asked is told', async () => {
    const clock = new FakeClock();
    const server = await fakeServer({ answer: () => null });
    const { session } = await open(server, { clock, sessionTimeoutMs: 60_000 });
    const asked = failure(session.setData('/a', null));
    await server.request(OP.setData);
    const closing = session.close();
    await server.request(OP.closeSession);
    clock.pass(1999);
    expect(session.state).toBe('connected');
    clock.pass(1);
    await closing;
    expect(session.state).toBe('closed');
    expect(await asked).toMatchObject({ code: 'SESSIONCLOSED', applied: 'unknown', sessionOver: true });
    expect(clock.timersCount).toBe(0);
  });

  test('with a server that cuts instead of answering: at once', async () => {
    const server = await fakeServer({
      answer: ({ type }, connection) => {
        if (type === OP.closeSession) connection.cut();
        return null;
      },
    });
    const { session } = await open(server);
    await session.close(60_000);
    expect(session.state).toBe('closed');
  });

  test('a refusal of closeSession is an end as well', async () => {
    const server = await fakeServer({
      answer: ({ type, xid }) => (type === OP.closeSession ? refusal(xid, -112) : reply(xid, 101n)),
    });
    const { session } = await open(server);
    await session.close(60_000);
    expect(session.state).toBe('closed');
  });

  test('leaves no timer behind', async () => {
    const clock = new FakeClock();
    const server = await fakeServer();
    const { session } = await open(server, { clock });
    await session.close();
    expect(clock.timersCount).toBe(0);
  });
});
