/** Watches on the wire: delivered in order, armed again on every new connection, and taken off. */
import { describe, expect, test, vi } from 'vitest';
import type { WatchEvent } from '../../src/protocol/events.js';
import { build } from '../helpers/byte-builder.js';
import { failure, fakeServer, open } from '../helpers/client-scene.js';
import { eventually } from '../helpers/eventually.js';
import { DATA_BODY, type FakeRequest, notification, OP, refusal, reply } from '../helpers/fake-server.js';

const [CREATED, DELETED, CHANGED, CHILDREN] = [1, 2, 3, 4] as const;

/** A watcher and what it was told. */
function listening(): { readonly events: WatchEvent[]; readonly watcher: (event: WatchEvent) => void } {
  const events: WatchEvent[] = [];
  return { events, watcher: (event) => events.push(event) };
}

/** The lists of a SetWatches: data, exists, children, and of 105 also persistent, recursive. */
function watchLists({ type, body }: FakeRequest): { zxid: bigint; lists: string[][] } {
  let at = 8;
  const int = (): number => {
    at += 4;
    return body.readInt32BE(at - 4);
  };
  const string = (): string => {
    const length = int();
    at += length;
    return body.toString('utf8', at - length, at);
  };
  const lists = Array.from({ length: type === OP.setWatches2 ? 5 : 3 }, () => Array.from({ length: int() }, string));
  return { zxid: body.readBigInt64BE(0), lists };
}

describe('events', () => {
  test('in the same write as the reply that leaves the watch are delivered', async () => {
    const server = await fakeServer({
      answer: ({ type, xid }) =>
        type === OP.getData
          ? Buffer.concat([reply(xid, 101n, DATA_BODY), notification(CHANGED, '/a', 102n)])
          : undefined,
    });
    const { session } = await open(server);
    const { events, watcher } = listening();
    await session.getData('/a', { watcher });
    await session.exists('/b');
    expect(events).toEqual([{ type: 'changed', path: '/a', zxid: 102n }]);
  });

  test('come before the reply to a later read, and behind that to an earlier one', async () => {
    const order: string[] = [];
    const server = await fakeServer({
      answer: ({ type, xid }) => {
        if (type === OP.exists && xid === 2) return null;
        return type === OP.exists && xid === 3
          ? Buffer.concat([
              reply(2, 101n, build().stat().done()),
              notification(CHANGED, '/a', 102n),
              reply(3, 102n, build().stat().done()),
            ])
          : undefined;
      },
    });
    const { session } = await open(server);
    await session.getData('/a', { watcher: () => order.push('event') });
    await Promise.all([
      session.exists('/b').then(() => order.push('earlier')),
      session.exists('/a').then(() => order.push('later')),
    ]);
    expect(order).toEqual(['earlier', 'event', 'later']);
  });

  test('a watcher that throws is seen, and the others are told at once', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const thrown = vi.fn();
    const { events, watcher } = listening();
    await session.getData('/a', {
      watcher: () => {
        throw new Error('the first watcher is broken');
      },
    });
    await session.getData('/a', { watcher });
    process.removeAllListeners('uncaughtException');
    process.on('uncaughtException', thrown);
    server.last.send(notification(CHANGED, '/a'), ...[1].map(() => notification(CHANGED, '/other')));
    await session.exists('/b');
    expect(events).toHaveLength(1);
    await eventually(() => thrown.mock.calls.length === 1, { what: 'the exception' });
    expect(String(thrown.mock.calls[0]?.[0])).toContain('the first watcher is broken');
    process.removeAllListeners('uncaughtException');
    expect(session.state).toBe('connected');
  });

  test('30 watchers of one znode make no warning, and each is told once', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const warnings: Error[] = [];
    process.on('warning', (warning) => warnings.push(warning));
    const told = vi.fn();
    for (let count = 0; count < 30; count++) await session.getData('/a', { watcher: () => told() });
    expect(session.watches).toEqual([{ kind: 'data', path: '/a', watchersCount: 30 }]);
    server.last.send(notification(CHANGED, '/a'), notification(CHANGED, '/a'));
    await session.exists('/b');
    expect(told).toHaveBeenCalledTimes(30);
    expect(warnings).toEqual([]);
  });

  test('one function as data and child watcher is told once of the end of the znode', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const { events, watcher } = listening();
    await session.getData('/a', { watcher });
    await session.getChildren('/a', { watcher });
    server.last.send(notification(DELETED, '/a'));
    await session.exists('/b');
    expect(events).toHaveLength(1);
  });

  test('paths come without the chroot; those outside it as they are', async () => {
    const server = await fakeServer();
    const { session } = await open(`${server.address}/app`);
    const { events, watcher } = listening();
    await session.getData('/a', { watcher });
    await session.getConfig({ watcher });
    expect(server.requests(OP.getData).map(({ body }) => body.subarray(4, -1).toString())).toEqual([
      '/app/a',
      '/zookeeper/config',
    ]);
    server.last.send(notification(CHANGED, '/app/a'), notification(CHANGED, '/zookeeper/config'));
    await session.exists('/b');
    expect(events.map(({ path }) => path)).toEqual(['/a', '/zookeeper/config']);
  });

  test('a read that fails leaves no watch, but exists on a znode that is not there does', async () => {
    const server = await fakeServer({
      answer: ({ type, xid }) => (type === OP.getData || type === OP.exists ? refusal(xid, -101) : undefined),
    });
    const { session } = await open(server);
    const { watcher } = listening();
    await failure(session.getData('/a', { watcher }));
    expect(await session.exists('/b', { watcher })).toBeNull();
    expect(session.watches).toEqual([{ kind: 'exists', path: '/b', watchersCount: 1 }]);
  });
});

describe('on a new connection', () => {
  test('one-shot watches are armed by SetWatches with xid -8, before any request', async () => {
    const server = await fakeServer({
      answer: ({ type, xid, body }) =>
        type === OP.exists && body.includes('/missing') ? refusal(xid, -101) : undefined,
    });
    const scene = await open(`${server.address}/app`);
    const { watcher } = listening();
    await scene.session.getData('/d', { watcher });
    await scene.session.exists('/missing', { watcher });
    await scene.session.getChildren('/', { watcher });
    server.cutAll();
    await scene.event('disconnected');
    await scene.session.getData('/next');
    expect(server.last.requests.map(({ type, xid }) => [type, xid])).toEqual([
      [OP.setWatches, -8],
      [OP.getData, 4],
    ]);
    const [first] = server.last.requests as [FakeRequest];
    expect(watchLists(first)).toEqual({ zxid: 100n, lists: [['/app/d'], ['/app/missing'], ['/app']] });
  });

  test('persistent ones by SetWatches2; the session says that they were silent meanwhile', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    const { events, watcher } = listening();
    await scene.session.addWatch('/p', 'persistent', watcher);
    await scene.session.addWatch('/r', 'persistentRecursive', watcher);
    server.cutAll();
    expect(await scene.event('connected', 1)).toMatchObject({ resumed: true });
    expect(watchLists(await server.request(OP.setWatches2)).lists).toEqual([[], [], [], ['/p'], ['/r']]);
    server.last.send(notification(CREATED, '/r/x', 103n), notification(CHANGED, '/p', 104n));
    await scene.session.exists('/b');
    expect(events.map(({ type, path }) => `${type} ${path}`)).toEqual(['created /r/x', 'changed /p']);
  });

  test('2,000 watches go in batches, and cost one reconnect', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    const { watcher } = listening();
    const path = (index: number): string => `/${String(index).padStart(4, '0')}${'x'.repeat(590)}`;
    await Promise.all(Array.from({ length: 2000 }, (_, index) => scene.session.getData(path(index), { watcher })));
    server.cutAll();
    await scene.event('connected', 1);
    await scene.session.exists('/b');
    const batches = server.last.requests.filter(({ type }) => type === OP.setWatches);
    expect(batches.length).toBeGreaterThan(8);
    expect(batches.flatMap((batch) => watchLists(batch).lists[0])).toHaveLength(2000);
    expect(Math.max(...batches.map(({ body }) => body.length))).toBeLessThan(132_000);
    expect(server.connections).toHaveLength(2);
  });

  test('a watch that has fired, or was taken off, is not armed again', async () => {
    const server = await fakeServer();
    const scene = await open(server);
    const { watcher } = listening();
    await scene.session.getData('/fired', { watcher });
    const handle = await scene.session.addWatch('/removed', 'persistent', watcher);
    await scene.session.getChildren('/stays', { watcher });
    server.last.send(notification(CHANGED, '/fired'));
    await handle.remove();
    server.cutAll();
    await scene.event('connected', 1);
    await scene.session.exists('/b');
    expect(watchLists(server.last.requests[0] as FakeRequest).lists).toEqual([[], [], ['/stays']]);
  });

  test('a refusal to arm them costs the connection, and the next one is tried', async () => {
    let isFirst = true;
    const server = await fakeServer({
      answer: ({ type, xid }) => {
        if (type !== OP.setWatches || !isFirst) return undefined;
        isFirst = false;
        return refusal(xid, -5);
      },
    });
    const scene = await open(server);
    await scene.session.getData('/a', { watcher: () => {} });
    server.cutAll();
    expect(await scene.event('disconnected', 1)).toMatchObject({ reason: expect.stringContaining('MARSHALLINGERROR') });
    await scene.event('connected', 2);
  });
});

describe('a persistent and other watches of the same path', () => {
  test('a one-shot watch is not sent where it would end the persistent one on servers before 3.9', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const [persistent, once] = [listening(), listening()];
    await session.addWatch('/a', 'persistent', persistent.watcher);
    await session.getData('/a', { watcher: once.watcher });
    expect(server.requests(OP.getData)[0]?.body.at(-1)).toBe(0);
    server.last.send(notification(CHANGED, '/a'), notification(CHANGED, '/a'), notification(CHILDREN, '/a'));
    await session.exists('/b');
    expect(persistent.events.map(({ type }) => type)).toEqual(['changed', 'changed', 'children']);
    expect(once.events.map(({ type }) => type)).toEqual(['changed']);
  });

  test('a recursive one is set again behind a persistent one, for older servers keep the last', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const { watcher } = listening();
    await session.addWatch('/a', 'persistentRecursive', watcher);
    await session.addWatch('/a', 'persistent', watcher);
    expect(server.requests(OP.addWatch).map(({ body }) => body.readInt32BE(body.length - 4))).toEqual([1, 0, 1]);
  });
});

describe('taking watches off', () => {
  const removals = (requests: readonly FakeRequest[]): number[] =>
    requests.map(({ body }) => body.readInt32BE(body.length - 4));

  test('the last watcher of a path takes the watch off the server, by its mode', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const [one, two] = [listening(), listening()];
    const first = await session.addWatch('/a', 'persistentRecursive', one.watcher);
    const second = await session.addWatch('/a', 'persistentRecursive', two.watcher);
    await first.remove();
    expect(server.requests(OP.removeWatches)).toEqual([]);
    await second.remove();
    await second.remove();
    expect(removals(server.requests(OP.removeWatches))).toEqual([5]);
    expect(session.watches).toEqual([]);
  });

  test('a server before 3.9 cannot do that: everything goes, and what stays is armed again', async () => {
    const server = await fakeServer({
      answer: ({ type, xid, body }) =>
        type === OP.removeWatches && body.readInt32BE(body.length - 4) > 3 ? refusal(xid, -5) : undefined,
    });
    const { session } = await open(server);
    const { watcher } = listening();
    await session.getData('/a', { watcher });
    const handle = await session.addWatch('/a', 'persistent', watcher);
    const other = await session.addWatch('/b', 'persistent', watcher);
    await handle.remove();
    await other.remove();
    expect(removals(server.requests(OP.removeWatches))).toEqual([4, 3, 3]);
    const again = await server.request(OP.setWatches);
    expect(watchLists(again)).toEqual({ zxid: 100n, lists: [['/a'], [], []] });
  });

  test('removeWatches takes all of a kind off, here and there', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const { watcher } = listening();
    await session.getData('/a', { watcher });
    await session.getChildren('/a', { watcher });
    await session.removeWatches('/a', 'data');
    expect(session.watches.map(({ kind }) => kind)).toEqual(['children']);
    expect(removals(server.requests(OP.removeWatches))).toEqual([2]);
  });

  test('removeWatches of none is NOWATCHER', async () => {
    const server = await fakeServer({
      answer: ({ type, xid }) => (type === OP.removeWatches ? refusal(xid, -121) : undefined),
    });
    const { session } = await open(server);
    expect(await failure(session.removeWatches('/a', 'any'))).toMatchObject({ code: 'NOWATCHER', path: '/a' });
  });

  test('a handle of a lost session can still be let go', async () => {
    const server = await fakeServer();
    const { session } = await open(server);
    const handle = await session.addWatch('/a', 'persistent', () => {});
    await session.close();
    await handle.remove();
    expect(session.watches).toEqual([]);
  });
});

test('every session event is heard, in order, by each listener; one that throws does not silence the next', async () => {
  const server = await fakeServer();
  const { session } = await open(server);
  const heard: string[] = [];
  const thrown = vi.fn();
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', thrown);
  session.onEvent(() => {
    throw new Error('broken listener');
  });
  const end = session.onEvent(({ type }) => heard.push(`one ${type}`));
  session.onEvent(({ type }) => heard.push(`two ${type}`));
  server.cutAll();
  await eventually(() => heard.includes('two connected'), { what: 'the reconnect' });
  end();
  await session.close();
  process.removeAllListeners('uncaughtException');
  expect(heard).toEqual(['one disconnected', 'two disconnected', 'one connected', 'two connected', 'two closed']);
  expect(thrown).toHaveBeenCalled();
});
