/** From nothing to a session, past servers of every kind. */
import { describe, expect, test } from 'vitest';
import { build } from '../helpers/byte-builder.js';
import { failure, fakeServer, open, prepare } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { FakeClock } from '../helpers/fake-clock.js';
import { connectResponse, OP, refusal } from '../helpers/fake-server.js';
import { freePort } from '../helpers/free-port.js';

describe('the first connection', () => {
  test('asks for what was wanted and tells what was granted', async () => {
    const server = await fakeServer({ sessionTimeoutMs: 4000 });
    const { session, events } = await open(server, { sessionTimeoutMs: 40_000 });
    expect(server.last.handshake).toMatchObject({ timeOut: 40_000, sessionId: 0n, lastZxid: 0n, readOnly: false });
    expect(session.sessionTimeoutMs).toBe(4000);
    expect(session.state).toBe('connected');
    expect(events).toEqual([
      {
        type: 'connected',
        server: { host: '127.0.0.1', port: server.port },
        resumed: false,
        readOnly: false,
        sessionId: 0x1000n,
        sessionTimeoutMs: 4000,
      },
    ]);
  });

  test('a server that accepts and is mute is left for the next one', async () => {
    const [mute, good] = [await fakeServer({ welcome: 'mute' }), await fakeServer()];
    const { session, events } = await open([mute, good], { connectTimeoutMs: 600 });
    expect(session.server?.port).toBe(good.port);
    expect(events[0]).toMatchObject({ type: 'attemptFailed', reason: 'no answer within 300 ms' });
  });

  test('mute servers only: it fails at the connect time-out, and names them', async () => {
    const mute = await fakeServer({ welcome: 'mute' });
    const error = await failure(open(mute, { connectTimeoutMs: 300 }));
    expect(error).toMatchObject({ kind: 'connection', code: 'CONNECTTIMEOUT', applied: 'no' });
    expect(error.attempts).toEqual([`${mute.address}: no answer within 300 ms`]);
  });

  test('servers that all refuse fail at once, each with its reason', async () => {
    const [one, two] = [await freePort(), await freePort()];
    const scene = prepare(`127.0.0.1:${one},127.0.0.1:${two}`, { connectTimeoutMs: 60_000 });
    const error = await failure(scene.session.open());
    expect(error.code).toBe('CONNECTREFUSED');
    expect(error.attempts).toEqual([one, two].map((port) => `127.0.0.1:${port}: connection refused`));
    expect(scene.events.map(({ type }) => type)).toEqual(['attemptFailed', 'attemptFailed', 'closed']);
    expect(scene.session.state).toBe('closed');
  });

  test('a host that does not exist is told as that', async () => {
    const error = await failure(prepare('no-such-host.invalid:2181').session.open());
    expect(error.code).toBe('UNKNOWNHOST');
    expect(String(error.attempts)).toMatch(/^no-such-host\.invalid:2181: /);
  });

  test('waitMs keeps trying where every server refuses', async () => {
    const server = await fakeServer();
    await server.stopListening();
    const scene = prepare(server, { waitMs: 30_000 });
    const opened = scene.session.open();
    await scene.event('attemptFailed', 2);
    await server.listen();
    await opened;
    expect(scene.session.state).toBe('connected');
  });

  test('waitMs ends', async () => {
    const port = await freePort();
    const error = await failure(prepare(`127.0.0.1:${port}`, { waitMs: 200 }).session.open());
    expect(error).toMatchObject({ code: 'CONNECTREFUSED' });
    expect(error.message).toContain('within 200 ms');
  });

  test('a server that accepts and closes makes no storm', async () => {
    const server = await fakeServer({ welcome: 'close' });
    const clock = new FakeClock();
    const { session } = prepare(server, { clock, connectTimeoutMs: 60_000 });
    const opened = failure(session.open());
    // The clock goes on in small steps, while the sockets have their own time: 5 s pass in all.
    for (let ms = 0; ms < 5000; ms += 50) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.pass(50);
    }
    expect(server.connections.length).toBeLessThan(60);
    await session.close();
    expect((await opened).code).toBe('SESSIONCLOSED');
  });

  test('nor does one that answers the handshake and then closes', async () => {
    const server = await fakeServer({ welcome: 'closeAfterHandshake' });
    const { event } = await open(server);
    await event('disconnected', 4);
    // Back-off goes on over connections that did not live: 50, 100, 200, 400 ms at least lie between them.
    expect(server.connections.length).toBeLessThanOrEqual(7);
  });

  test('connect twice is connect once', async () => {
    const server = await fakeServer();
    const { session } = prepare(server);
    await Promise.all([session.open(), session.open()]);
    expect(server.connections).toHaveLength(1);
  });

  test('an abort signal ends it, before and meanwhile', async () => {
    const server = await fakeServer({ welcome: 'mute' });
    const controller = new AbortController();
    const opened = failure(prepare(server, { signal: controller.signal }).session.open());
    await server.connection(0);
    controller.abort();
    expect(await opened).toMatchObject({ code: 'INTERRUPTED', applied: 'no' });
    await server.last.closed();
    expect(await failure(prepare(server, { signal: controller.signal }).session.open())).toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(server.connections).toHaveLength(1);
  });

  test('a connect string that is none is refused before anything is sent', () => {
    for (const text of [' ', 'a:99999', '::1', 'a:1/x,b:2', 'a:1/x/']) {
      expect(() => prepare(text)).toThrow('the connect string');
    }
  });
});

describe('what is no session', () => {
  test('a bare error instead of an answer: the server is read-only and makes none', async () => {
    const [readOnly, good] = [await fakeServer({ firstFrame: refusal(0, -119) }), await fakeServer()];
    const { session, events } = await open([readOnly, good], { readOnly: true });
    expect(session.server?.port).toBe(good.port);
    expect(events[0]).toMatchObject({ type: 'attemptFailed', reason: expect.stringContaining('NOTREADONLY') });
  });

  test('only such servers: the error is NOTREADONLY', async () => {
    const readOnly = await fakeServer({ firstFrame: refusal(0, -119) });
    expect(await failure(open(readOnly, { connectTimeoutMs: 150 }))).toMatchObject({ code: 'NOTREADONLY' });
  });

  test('a web server on the port is told apart at once', async () => {
    const web = await fakeServer({ firstFrame: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') });
    const error = await failure(open(web, { connectTimeoutMs: 60_000 }));
    expect(error.code).toBe('CONNECTREFUSED');
    expect(error.message).toContain("something else than ZooKeeper's protocol");
  });

  test('an answer that is cut is no answer', async () => {
    const [cut, good] = [
      await fakeServer({
        firstFrame: build()
          .int(3)
          .raw(Buffer.from([1, 2, 3]))
          .done(),
      }),
      await fakeServer(),
    ];
    const { session } = await open([cut, good]);
    expect(session.server?.port).toBe(good.port);
  });

  test('a time-out of 0 to a new session is a refusal, not an expiry', async () => {
    const [refusing, good] = [await fakeServer({ firstFrame: connectResponse(0, 0n) }), await fakeServer()];
    const { session, events } = await open([refusing, good]);
    expect(session.state).toBe('connected');
    expect(events.map(({ type }) => type)).toEqual(['attemptFailed', 'connected']);
  });
});

describe('after a loss', () => {
  test('the next server has the same session, and is asked for the time-out wanted at first', async () => {
    const [one, two] = [await fakeServer({ sessionTimeoutMs: 5000 }), await fakeServer()];
    const scene = await open([one, two], { sessionTimeoutMs: 40_000 });
    two.sessions.add(scene.session.sessionId);
    one.cutAll();
    expect(await scene.event('connected', 1)).toMatchObject({ resumed: true, sessionTimeoutMs: 40_000 });
    expect(two.last.handshake).toMatchObject({ timeOut: 40_000, sessionId: 0x1000n, password: Buffer.alloc(16, 7) });
    expect(scene.events.map(({ type }) => type)).toEqual(['connected', 'disconnected', 'connected']);
  });

  test('servers that are mute or refuse on the way are passed, and told', async () => {
    const [one, mute, refusing, good] = [
      await fakeServer(),
      await fakeServer({ welcome: 'mute' }),
      await fakeServer(),
      await fakeServer(),
    ];
    const scene = await open([one, mute, refusing, good], { connectTimeoutMs: 1200 });
    good.sessions.add(scene.session.sessionId);
    await refusing.stopListening();
    one.cutAll();
    expect(await scene.event('connected', 1)).toMatchObject({ server: { port: good.port }, resumed: true });
    expect(scene.events.filter(({ type }) => type === 'attemptFailed')).toMatchObject([
      { reason: 'no answer within 300 ms' },
      { reason: 'connection refused' },
    ]);
  });

  test('ten half-open attempts do not multiply credentials and watches', async () => {
    const server = await fakeServer();
    const scene = await open(server, { auth: [{ scheme: 'digest', credential: Buffer.from('a:b') }], random: () => 0 });
    await scene.session.getData('/a', { watcher: () => {} });
    server.options = { welcome: 'closeAfterHandshake' };
    server.sessions.delete(scene.session.sessionId);
    server.options = { firstFrame: refusal(0, -1) };
    server.cutAll();
    await eventually(() => server.connections.length > 6, { what: 'attempts', everyMs: 5 });
    server.options = {};
    server.sessions.add(scene.session.sessionId);
    await scene.event('connected', 1);
    await scene.session.getData('/b');
    expect(server.last.requests.map(({ type }) => type)).toEqual([OP.auth, OP.setWatches, OP.getData]);
  });
});

describe('a session that is resumed', () => {
  test('waits for the answer before it sends credentials and watches', async () => {
    const server = await fakeServer();
    const scene = await open(server, { auth: [{ scheme: 'digest', credential: Buffer.from('a:b') }] });
    await scene.session.getData('/a', { watcher: () => {} });
    server.options = { welcome: 'mute' };
    server.cutAll();
    const again = await server.connection(1);
    expect(again.requests).toEqual([]);
    again.send(connectResponse(6000, scene.session.sessionId));
    await server.request(OP.setWatches);
    expect(again.requests.map(({ type }) => type)).toEqual([OP.auth, OP.setWatches]);
  });

  test('a credential added by a listener of `connected` is sent once', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    let added: Promise<void> | undefined;
    scene.session.onEvent(({ type }) => {
      if (type === 'connected') added = scene.session.addAuth('digest', Buffer.from('a:b'));
    });
    server.cutAll();
    await scene.event('connected', 1);
    await added;
    await scene.session.exists('/a');
    expect(server.requests(OP.auth)).toHaveLength(1);
    expect(server.connections).toHaveLength(2);
  });
});
