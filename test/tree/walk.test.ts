import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { ConnectionError, KeeperError } from '../../src/errors.js';
import type { ZnodePath } from '../../src/protocol/path.js';
import { compareNames } from '../../src/tree/order.js';
import { type WalkEntry, type WalkOptions, walk } from '../../src/tree/walk.js';
import { openScene, type Scene } from '../commands/scene.js';
import { describeWithZooKeeper } from '../helpers/skip.js';

test('names are ordered by code point, where UTF-16 orders otherwise', () => {
  const names = ['b', 'a', '', 'ab', '\u{10000}', '\uf900', 'é', 'B', '10', '2'];

  expect(names.sort(compareNames)).toEqual(['', '10', '2', 'B', 'a', 'ab', 'b', 'é', '\uf900', '\u{10000}']);
});

async function all(session: Session, root: string, options: Partial<WalkOptions> = {}): Promise<WalkEntry[]> {
  const entries: WalkEntry[] = [];
  for await (const some of walk(session, root as ZnodePath, { want: 'names', ...options })) {
    entries.push(...some);
  }
  return entries;
}

/** A session that has only what a walk needs, over a tree in memory; it counts requests. */
function fakeSession(tree: Readonly<Record<string, readonly string[]>>, more: Partial<Session> = {}) {
  const counts = { multiRead: 0, getChildren: 0, inFlight: 0, inFlightMax: 0 };
  const answer = <T>(value: T): Promise<T> => {
    counts.inFlight += 1;
    counts.inFlightMax = Math.max(counts.inFlightMax, counts.inFlight);
    return new Promise((resolve) => {
      setImmediate(() => {
        counts.inFlight -= 1;
        resolve(value);
      });
    });
  };
  const session = {
    async multiRead(ops: readonly { path: string }[]) {
      counts.multiRead += 1;
      return answer(
        ops.map(({ path }) => {
          const children = tree[path];
          return children === undefined
            ? { op: 'error', code: 'NONODE' }
            : { op: 'getChildren', children: [...children] };
        }),
      );
    },
    async getChildren(path: string) {
      counts.getChildren += 1;
      const children = tree[path];
      if (children === undefined) {
        throw new KeeperError('NONODE', 'no', { path });
      }
      return answer({ children: [...children], stat: null });
    },
    ...more,
  } as unknown as Session;
  return { session, counts };
}

/** Each of `width` children has as many, `depth` levels deep. */
function bigTree(width: number, depth: number): { tree: Record<string, string[]>; expected: string[] } {
  const tree: Record<string, string[]> = {};
  const expected: string[] = [];
  const grow = (path: string, level: number): void => {
    expected.push(path);
    const names =
      level === depth ? [] : Array.from({ length: width }, (_, index) => `n${String(index).padStart(3, '0')}`);
    tree[path] = [...names].reverse();
    for (const name of names) {
      grow(path === '/' ? `/${name}` : `${path}/${name}`, level + 1);
    }
  };
  grow('/', 0);
  return { tree, expected };
}

describe('a walk', () => {
  test('goes depth first, sorted, through many batches', async () => {
    const { tree, expected } = bigTree(10, 4);
    const { session, counts } = fakeSession(tree);

    const entries = await all(session, '/');

    expect(entries.map(({ path }) => path)).toEqual(expected);
    expect(counts.multiRead).toBeLessThan(expected.length / 50);
    expect(counts.getChildren).toBe(0);
    expect(counts.inFlightMax).toBeGreaterThan(1);
  });

  test('reads one by one, many at a time, where the server has no multiRead', async () => {
    const { tree, expected } = bigTree(5, 4);
    const without = async () => {
      throw new KeeperError('UNIMPLEMENTED', 'no');
    };
    const { session, counts } = fakeSession(tree, { multiRead: without });

    const entries = await all(session, '/');

    expect(entries.map(({ path }) => path)).toEqual(expected);
    expect(counts.getChildren).toBe(expected.length);
    expect(counts.inFlightMax).toBeGreaterThan(10);
  });

  test('survives that the server hangs up after the multiRead it does not know', async () => {
    const { tree, expected } = bigTree(3, 2);
    const { session } = fakeSession(tree);
    const lost = new Set<string>();
    const hangingUp = {
      multiRead: async () => {
        throw new KeeperError('UNIMPLEMENTED', 'no');
      },
      getChildren: async (path: string) => {
        if (path === '/' && !lost.has(path)) {
          lost.add(path);
          throw new ConnectionError('CONNECTIONLOSS', 'gone');
        }
        return session.getChildren(path);
      },
    } as unknown as Session;

    expect((await all(hangingUp, '/')).map(({ path }) => path)).toEqual(expected);
  });

  test('hands on what it has before all is read', async () => {
    const { tree } = bigTree(10, 4);
    const { session, counts } = fakeSession(tree);
    const walking = walk(session, '/' as ZnodePath, { want: 'names' });

    const { value } = await walking.next();

    expect(value?.map(({ path }: WalkEntry) => path)).toEqual(['/']);
    expect(counts.multiRead).toBeLessThan(5);
  });

  test('tells what vanished meanwhile', async () => {
    const { session } = fakeSession({ '/': ['a', 'b', 'c'], '/a': [], '/c': ['d'], '/c/d': [] });

    expect((await all(session, '/')).map(({ path, error }) => [path, error?.code ?? null])).toEqual([
      ['/', null],
      ['/a', null],
      ['/b', 'NONODE'],
      ['/c', null],
      ['/c/d', null],
    ]);
  });

  test('of a root that does not exist fails', async () => {
    const { session } = fakeSession({});

    await expect(all(session, '/nope')).rejects.toMatchObject({ code: 'NONODE', path: '/nope' });
  });

  test('fails with what breaks it, however much is under way', async () => {
    const { tree } = bigTree(10, 4);
    let requests = 0;
    const { session } = fakeSession(tree);
    const breaking = {
      multiRead: async (ops: never) => {
        requests += 1;
        if (requests > 5) {
          throw new Error('the connection broke');
        }
        return session.multiRead(ops);
      },
    } as unknown as Session;

    await expect(all(breaking, '/')).rejects.toThrow('the connection broke');
  });

  test('keeps paths of one request far below what a server takes', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `${index}-${'x'.repeat(3000)}`);
    const tree: Record<string, string[]> = { '/': names };
    for (const name of names) {
      tree[`/${name}`] = [];
    }
    let most = 0;
    const { session } = fakeSession(tree);
    const measuring = {
      multiRead: async (ops: readonly { path: string }[]) => {
        most = Math.max(
          most,
          ops.reduce((sum, { path }) => sum + path.length, 0),
        );
        return session.multiRead(ops as never);
      },
    } as unknown as Session;

    expect(await all(measuring, '/')).toHaveLength(501);
    expect(most).toBeLessThan(500_000);
  });
});

describeWithZooKeeper('a walk over a real server', (address) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene(address);
    for (const path of ['/a', '/a/x', '/a/x/1', '/b', '/é', '/Z']) {
      await scene.put(path);
    }
    await scene.put('/secret', null, { acl: [{ scheme: 'digest', id: 'joe:x', perms: 31 }] });
  });
  afterAll(() => scene.close());

  test('tells what may not be read and goes on beside it', async () => {
    const entries = await all(scene.session, '/');

    expect(entries.map(({ path, error }) => [path, error?.code ?? null])).toEqual([
      ['/', null],
      ['/Z', null],
      ['/a', null],
      ['/a/x', null],
      ['/a/x/1', null],
      ['/b', null],
      ['/secret', 'NOAUTH'],
      ['/é', null],
    ]);
  });

  test('brings stats where they are wanted', async () => {
    const entries = await all(scene.session, '/a', { want: 'stat' });

    expect(entries.map(({ path, stat }) => [path, stat?.numChildren])).toEqual([
      ['/a', 1],
      ['/a/x', 1],
      ['/a/x/1', 0],
    ]);
  });
});
