/** Credentials: before everything else, on every connection, and what a refusal means. */
import { describe, expect, test } from 'vitest';
import { failure, fakeServer, open, prepare } from '../helpers/client-scene.js';
import { OP, refusal } from '../helpers/fake-server.js';

const CREDENTIAL = { scheme: 'digest', credential: Buffer.from('a:b') };
const types = (requests: readonly { readonly type: number }[]): number[] => requests.map(({ type }) => type);

describe('a credential', () => {
  test('given at first goes before the requests that were made earlier', async () => {
    const server = await fakeServer();
    const { session } = prepare(server, { auth: [CREDENTIAL] });
    const early = session.getData('/a');
    await Promise.all([session.open(), early]);
    expect(types(server.last.requests)).toEqual([OP.auth, OP.getData]);
  });

  test('added goes before the requests made after it, and again after each reconnect', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    await scene.session.addAuth('digest', Buffer.from('a:b'));
    server.cutAll();
    await scene.event('disconnected');
    await scene.session.getData('/a');
    expect(types(server.last.requests)).toEqual([OP.auth, OP.getData]);
    expect(server.last.requests[0]?.xid).toBe(-4);
  });

  test('added while there is no connection is taken with the next one', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    server.cutAll();
    await scene.event('disconnected');
    await scene.session.addAuth('digest', Buffer.from('a:b'));
    expect(types(server.last.requests)).toEqual([OP.auth]);
  });

  test('that is lost on the way is sent again, and its wait goes on', async () => {
    let isFirst = true;
    const server = await fakeServer({
      answer: ({ type }, connection) => {
        if (type !== OP.auth || !isFirst) return undefined;
        isFirst = false;
        connection.cut();
        return null;
      },
    });
    const { session } = await open(server);
    await session.addAuth('digest', Buffer.from('a:b'));
    expect(server.requests(OP.auth)).toHaveLength(2);
  });

  test('waits no longer than its deadline', async () => {
    const server = await fakeServer({ answer: () => null });
    const { session } = await open(server);
    const error = await failure(session.addAuth('digest', Buffer.from('a:b'), { deadlineMs: 30 }));
    expect(error).toMatchObject({ code: 'TIMEOUT', applied: 'no' });
  });
});

describe('a credential that is refused', () => {
  const refuseAuth = {
    answer: ({ type }: { type: number }, connection: { socket: { end(bytes: Buffer): void } }) => {
      if (type !== OP.auth) return type === OP.setData ? null : undefined;
      connection.socket.end(refusal(-4, -115, 0n));
      return null;
    },
  };

  test('at the beginning: there is no session', async () => {
    const server = await fakeServer(refuseAuth);
    const scene = prepare(server, { auth: [{ scheme: 'nonsense', credential: Buffer.from('x') }] });
    const early = failure(scene.session.getData('/a'));
    expect(await failure(scene.session.open())).toMatchObject({ code: 'AUTHFAILED', sessionOver: true });
    expect(await early).toMatchObject({ code: 'AUTHFAILED' });
    expect(scene.session.state).toBe('authFailed');
  });

  test('later: it is the end, for what is in flight and for what follows', async () => {
    const server = await fakeServer(refuseAuth);
    const scene = await open(server);
    const pending = failure(scene.session.setData('/a', null));
    await server.request(OP.setData);
    expect(await failure(scene.session.addAuth('nonsense', Buffer.from('x')))).toMatchObject({ code: 'AUTHFAILED' });
    expect(await pending).toMatchObject({ code: 'AUTHFAILED', applied: 'unknown', sessionOver: true });
    expect(await failure(scene.session.exists('/a'))).toMatchObject({ code: 'AUTHFAILED', applied: 'no' });
    expect(await failure(scene.session.addAuth('digest', Buffer.from('a:b')))).toMatchObject({ code: 'AUTHFAILED' });
    expect(scene.events.at(-1)).toEqual({ type: 'authFailed', scheme: 'nonsense' });
    expect(server.connections).toHaveLength(1);
    await scene.session.close();
    expect(scene.session.state).toBe('authFailed');
  });

  test('a server that wants SASL says so to the first request, and that is the end as well', async () => {
    const server = await fakeServer({
      answer: ({ type, xid }, connection) => {
        if (type !== OP.exists) return undefined;
        connection.socket.end(refusal(xid, -124, 0n));
        return null;
      },
    });
    const scene = await open(server);
    expect(await failure(scene.session.exists('/a'))).toMatchObject({ code: 'SESSIONCLOSEDREQUIRESASLAUTH' });
    expect(scene.events.at(-1)).toEqual({ type: 'authFailed', scheme: 'sasl' });
    expect(server.connections).toHaveLength(1);
  });
});
