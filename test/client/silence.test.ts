/** Servers that say nothing, and our own process standing still. */
import { describe, expect, test } from 'vitest';
import { failure, fakeServer, open } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { FakeClock } from '../helpers/fake-clock.js';
import { notification, OP } from '../helpers/fake-server.js';

const SILENT = { answer: () => null };

describe('a server that falls silent is noticed within the session time-out', () => {
  test('when we only listen', async () => {
    const server = await fakeServer();
    const scene = await open(server, { sessionTimeoutMs: 600 });
    server.options = SILENT;
    const pending = failure(scene.session.setData('/a', null));
    expect(await scene.event('disconnected')).toMatchObject({ reason: 'nothing heard for 400 ms' });
    expect(await pending).toMatchObject({ code: 'CONNECTIONLOSS', applied: 'unknown' });
    expect(server.requests(OP.ping).length).toBeGreaterThan(0);
  });

  test('when we write all the time', async () => {
    const server = await fakeServer();
    const scene = await open(server, { sessionTimeoutMs: 600 });
    server.options = SILENT;
    const writer = setInterval(() => void failure(scene.session.setData('/a', null)), 10);
    expect(await scene.event('disconnected')).toMatchObject({ reason: 'nothing heard for 400 ms' });
    clearInterval(writer);
  });
});

test('pings go on while events pour in, and the session lives', async () => {
  const server = await fakeServer();
  const scene = await open(server, { sessionTimeoutMs: 600 });
  const connection = server.last;
  const events = setInterval(() => connection.send(notification(3, '/a')), 10);
  await eventually(() => server.requests(OP.ping).length >= 4, { what: 'four pings' });
  clearInterval(events);
  expect(scene.events.slice(1)).toEqual([]);
});

test('pings go on while a long reply trickles in', async () => {
  const server = await fakeServer({ answer: ({ type }) => (type === OP.getData ? null : undefined) });
  const scene = await open(server, { sessionTimeoutMs: 600 });
  void failure(scene.session.getData('/a'));
  const connection = server.last;
  await server.request(OP.getData);
  connection.send(Buffer.from([0, 100, 0, 0]));
  const trickle = setInterval(() => connection.send(Buffer.alloc(100)), 10);
  await eventually(() => server.requests(OP.ping).length >= 4, { what: 'four pings' });
  clearInterval(trickle);
  expect(scene.events.slice(1)).toEqual([]);
});

describe('our own process stands still for 10 s of a session of 9 s', () => {
  test('a session that lives is not dropped', async () => {
    const clock = new FakeClock();
    const server = await fakeServer();
    const scene = await open(server, { clock, sessionTimeoutMs: 9000 });
    clock.stall(10_000);
    await server.request(OP.ping);
    await scene.session.getData('/a');
    clock.pass(5000);
    expect(scene.session.state).toBe('connected');
    expect(scene.events.slice(1)).toEqual([]);
  });

  test('a session that the server has ended meanwhile is told as expired', async () => {
    const clock = new FakeClock();
    const server = await fakeServer();
    const scene = await open(server, { clock, sessionTimeoutMs: 9000 });
    server.sessions.clear();
    server.cutAll();
    clock.stall(10_000);
    await scene.event('disconnected');
    clock.pass(1000);
    await scene.event('expired');
    expect(scene.session.state).toBe('expired');
  });

  test('a server that stays silent afterwards is noticed all the same', async () => {
    const clock = new FakeClock();
    const server = await fakeServer(SILENT);
    const scene = await open(server, { clock, sessionTimeoutMs: 9000 });
    clock.stall(10_000);
    expect(scene.session.state).toBe('connected');
    clock.pass(9000);
    expect(scene.session.state).toBe('disconnected');
  });
});
