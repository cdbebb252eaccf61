/** What becomes of requests, and what is said of them, when the connection or the session ends. */
import { describe, expect, test } from 'vitest';
import { failure, fakeServer, open } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { FakeClock } from '../helpers/fake-clock.js';
import { OP, reply } from '../helpers/fake-server.js';

const SILENT = { answer: () => null };

describe('requests in flight when the connection is lost', () => {
  test('writes may have been applied, reads have changed nothing, and each is told once', async () => {
    const server = await fakeServer(SILENT);
    const { session } = await open(server);
    const all = [
      session.getData('/a'),
      session.setData('/a', null),
      session.create('/b', null),
      session.delete('/c'),
      session.multi([{ op: 'delete', path: '/c' }]),
      session.multiRead([{ op: 'getData', path: '/c' }]),
      session.sync('/'),
    ].map(failure);
    await server.request(9);
    server.cutAll();
    const told = (await Promise.all(all)).map(({ code, applied, sessionOver }) => `${code} ${applied} ${sessionOver}`);
    expect(told).toEqual(
      ['no', 'unknown', 'unknown', 'unknown', 'unknown', 'no', 'no'].map(
        (applied) => `CONNECTIONLOSS ${applied} false`,
      ),
    );
  });

  test('a create whose reply is lost is never sent again', async () => {
    const server = await fakeServer({
      answer: ({ type }, connection) => {
        if (type !== OP.create2) return undefined;
        connection.cut();
        return null;
      },
    });
    const scene = await open(server);
    expect(await failure(scene.session.create('/a-', null, { mode: 'ephemeralSequential' }))).toMatchObject({
      code: 'CONNECTIONLOSS',
      applied: 'unknown',
      op: 'create2',
      path: '/a-',
    });
    await scene.event('connected', 1);
    await scene.session.getData('/a');
    expect(server.requests(OP.create2)).toHaveLength(1);
  });
});

describe('requests made while there is no connection', () => {
  test('wait for the next one', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    server.cutAll();
    await scene.event('disconnected');
    const waiting = scene.session.setData('/a', Buffer.from('x'));
    expect(await waiting).toMatchObject({ version: 0 });
    expect(server.requests(OP.setData)).toHaveLength(1);
  });

  test('end at their own deadline, not sent', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    await server.stopListening();
    await scene.event('disconnected');
    const error = await failure(scene.session.setData('/a', null, -1, { deadlineMs: 50 }));
    expect(error).toMatchObject({ code: 'TIMEOUT', applied: 'no', op: 'setData', path: '/a', sessionOver: false });
  });

  test('end when no server was there for as long as the session lasts without one', async () => {
    const clock = new FakeClock();
    const server = await fakeServer();
    const scene = await open(server, { clock, sessionTimeoutMs: 6000 });
    await server.stopListening();
    await scene.event('disconnected');
    let isOver = false;
    const waiting = failure(scene.session.setData('/a', null)).finally(() => {
      isOver = true;
    });
    clock.pass(5900);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    clock.pass(2000);
    expect(await waiting).toMatchObject({ code: 'CONNECTIONLOSS', applied: 'no' });
  });

  test('are told SESSIONEXPIRED when the session turns out to be gone', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    server.sessions.clear();
    server.cutAll();
    await scene.event('disconnected');
    const all = await Promise.all([scene.session.getData('/a'), scene.session.setData('/a', null)].map(failure));
    expect(all).toMatchObject([
      { kind: 'connection', code: 'SESSIONEXPIRED', applied: 'no', sessionOver: true },
      { kind: 'connection', code: 'SESSIONEXPIRED', applied: 'no', sessionOver: true },
    ]);
    expect(scene.session.state).toBe('expired');
  });
});

describe('expiry', () => {
  test('is final, also where the server leaves the connection open', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    server.options = { welcome: 'expire' };
    server.cutAll();
    await scene.event('expired');
    await server.last.closed();
    expect(scene.session.state).toBe('expired');
    expect(await failure(scene.session.exists('/a'))).toMatchObject({ code: 'SESSIONEXPIRED', sessionOver: true });
    await scene.session.close();
    expect(scene.session.state).toBe('expired');
    expect(scene.events.map(({ type }) => type)).toEqual(['connected', 'disconnected', 'expired']);
    expect(server.connections).toHaveLength(2);
  });

  test('takes the watches with it', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    await scene.session.getData('/a', { watcher: () => {} });
    expect(scene.session.watches).toEqual([{ kind: 'data', path: '/a', watchersCount: 1 }]);
    server.sessions.clear();
    server.cutAll();
    await scene.event('expired');
    expect(scene.session.watches).toEqual([]);
  });
});

describe('the wait for one request', () => {
  test('ends at its deadline; the late reply is read and does not shift the next one', async () => {
    const server = await fakeServer({ answer: ({ type }) => (type === OP.getData ? null : undefined) });
    const { session } = await open(server);
    expect(await failure(session.getData('/a', { deadlineMs: 30 }))).toMatchObject({ code: 'TIMEOUT', applied: 'no' });
    const next = session.exists('/b');
    const { xid } = await server.request(OP.getData);
    server.options = {};
    server.last.send(reply(xid, 101n, Buffer.alloc(3)));
    expect(await next).toMatchObject({ version: 0 });
    expect(session.state).toBe('connected');
  });

  test('of a write that was sent: it may have been applied', async () => {
    const server = await fakeServer(SILENT);
    const { session } = await open(server, { requestTimeoutMs: 30 });
    expect(await failure(session.setData('/a', null))).toMatchObject({ code: 'TIMEOUT', applied: 'unknown' });
  });

  test('ends by a signal, for all requests that share it', async () => {
    const server = await fakeServer(SILENT);
    const { session } = await open(server);
    const controller = new AbortController();
    const all = Array.from({ length: 100 }, (_, index) =>
      failure(session.setData(`/a${index}`, null, -1, { signal: controller.signal })),
    );
    await server.request(OP.setData, 99);
    controller.abort();
    const errors = await Promise.all(all);
    expect(errors.every(({ code, applied }) => code === 'INTERRUPTED' && applied === 'unknown')).toBe(true);
    expect(await failure(session.exists('/b', { signal: controller.signal }))).toMatchObject({
      code: 'INTERRUPTED',
      applied: 'no',
    });
    expect(server.requests(OP.exists)).toEqual([]);
  });

  test('one interrupted before it was sent is never sent', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    server.cutAll();
    await scene.event('disconnected');
    const controller = new AbortController();
    const waiting = failure(scene.session.setData('/a', null, -1, { signal: controller.signal }));
    controller.abort();
    expect(await waiting).toMatchObject({ code: 'INTERRUPTED', applied: 'no' });
    await scene.event('connected', 1);
    await scene.session.exists('/b');
    expect(server.requests(OP.setData)).toEqual([]);
  });

  test('a signal does not gather listeners, however many requests it is given to', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const { signal } = new AbortController();
    const warnings: Error[] = [];
    process.on('warning', (warning) => warnings.push(warning));
    for (let round = 0; round < 30; round++) await session.exists('/a', { signal });
    await eventually(() => true, { what: 'a turn' });
    expect(warnings).toEqual([]);
  });
});

test('250,000 requests may wait, and one more is refused here', async () => {
  const server = await fakeServer();
  const scene = await open(server, { sessionTimeoutMs: 600_000 });
  await server.stopListening();
  await scene.event('disconnected');
  const stackTraceLimit = Error.stackTraceLimit;
  // A quarter of a million errors with their stacks would take ten seconds.
  Error.stackTraceLimit = 0;
  const kinds: Promise<unknown>[] = [];
  for (let count = 0; count < 250_001; count++) {
    kinds.push(scene.session.sync('/').catch(({ kind }: { kind: string }) => kind));
  }
  expect(await kinds.at(-1)).toBe('local');
  await scene.session.close();
  expect(await kinds.at(-2)).toBe('connection');
  await Promise.all(kinds);
  Error.stackTraceLimit = stackTraceLimit;
});
