import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Session } from '../../../src/client/api.js';
import { ConnectionError, KeeperError, ProtocolError } from '../../../src/errors.js';
import type { ZnodePath } from '../../../src/protocol/path.js';
import { compareNames } from '../../../src/tree/order.js';
import { type WalkEntry, type WalkOptions, walk, walkLines } from '../../../src/tree/read/walk.js';
import { openScene, type Scene } from '../../commands/scene.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { describeWithZooKeeper } from '../../helpers/skip.js';
import { bigTree, plainTree, statOf, type TreeSession, treeSession } from '../tree-session.js';

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

async function paths(session: Session, root: string, options: Partial<WalkOptions> = {}): Promise<string[]> {
  return (await all(session, root, options)).map(({ path }) => path);
}

/** The server does not know multiRead: it says so, hangs up, and what came behind is lost. */
function withoutMultiRead(fake: TreeSession): void {
  let lost = 0;
  fake.before = (op) => {
    if (op === 'multiRead') {
      lost = 3;
      throw new KeeperError('UNIMPLEMENTED', 'no', { op });
    }
    if (lost > 0) {
      lost -= 1;
      throw new ConnectionError('CONNECTIONLOSS', 'gone', { server: 'x' });
    }
  };
}

describe.each(['names', 'stat', 'data'] as const)('a walk for %s', (want) => {
  test('goes depth first, sorted, through many batches', async () => {
    const { tree, expected } = bigTree(10, 4);
    const { session, counts } = treeSession(tree);

    expect(await paths(session, '/', { want })).toEqual(expected);
    expect(counts.multiRead).toBeLessThan(expected.length / 50);
    expect(counts.getChildren + counts.getData + counts.getChildren2).toBe(0);
    expect(counts.inFlightMax).toBeGreaterThan(1);
  });

  test('by arrival tells the same znodes, each behind its parent', async () => {
    const { tree, expected } = bigTree(10, 3);
    const { session } = treeSession(tree);

    const found = await paths(session, '/', { want, order: 'arrival' });

    expect([...found].sort(compareNames)).toEqual([...expected].sort(compareNames));
    const seen = new Set<string>();
    for (const path of found) {
      expect(path === '/' || seen.has(path.slice(0, path.lastIndexOf('/')) || '/')).toBe(true);
      seen.add(path);
    }
  });

  test('reads one by one, many at a time, where the server has no multiRead, and survives that it hangs up', async () => {
    const { tree, expected } = bigTree(5, 4);
    const fake = treeSession(tree);
    withoutMultiRead(fake);

    expect(await paths(fake.session, '/', { want })).toEqual(expected);
    expect(fake.counts.multiRead).toBe(1);
    expect(fake.counts.inFlightMax).toBeGreaterThan(10);
  });

  test('remembers of a session that it has no multiRead', async () => {
    const fake = treeSession(bigTree(3, 2).tree);
    withoutMultiRead(fake);
    await all(fake.session, '/', { want });

    await all(fake.session, '/', { want });

    expect(fake.counts.multiRead).toBe(1);
  });

  test('takes a server that hangs up on every multiRead for one that has none', async () => {
    const { tree, expected } = bigTree(3, 2);
    const fake = treeSession(tree);
    fake.before = (op) => {
      if (op === 'multiRead') throw new ConnectionError('CONNECTIONLOSS', 'gone', { server: 'x' });
    };

    expect(await paths(fake.session, '/', { want })).toEqual(expected);
  });

  test('goes on after a lost connection', async () => {
    const { tree, expected } = bigTree(10, 4);
    const fake = treeSession(tree);
    fake.before = (op) => {
      if (fake.counts[op] % 7 === 0) throw new ConnectionError('CONNECTIONLOSS', 'gone', { server: 'x' });
    };

    expect(await paths(fake.session, '/', { want })).toEqual(expected);
  });

  test('fails when the connection is lost again and again', async () => {
    const fake = treeSession(bigTree(10, 2).tree);
    fake.before = () => {
      throw new ConnectionError('CONNECTIONLOSS', 'gone', { server: 'x' });
    };

    await expect(all(fake.session, '/', { want })).rejects.toMatchObject({ code: 'CONNECTIONLOSS' });
    expect(
      fake.counts.multiRead + fake.counts.getChildren + fake.counts.getChildren2 + fake.counts.getData,
    ).toBeLessThan(10);
  });

  test('fails with what breaks it, however much is under way', async () => {
    const fake = treeSession(bigTree(10, 4).tree);
    fake.before = () => {
      if (fake.counts.multiRead > 5) throw new ConnectionError('SESSIONEXPIRED', 'over', { sessionOver: true });
    };

    await expect(all(fake.session, '/', { want })).rejects.toMatchObject({ code: 'SESSIONEXPIRED' });
  });

  test('asks for less where a reply was too large to be taken', async () => {
    const { tree, expected } = bigTree(40, 2);
    const fake = treeSession(tree);
    fake.before = (_op, count) => {
      if (count > 20) throw new ProtocolError('too large', { record: 'Frame' });
    };

    expect(await paths(fake.session, '/', { want })).toEqual(expected);
  });

  test('hands on what it has before all is read', async () => {
    const { session, counts } = treeSession(bigTree(10, 4).tree);
    const walking = walk(session, '/' as ZnodePath, { want });

    const { value } = await walking.next();

    expect(value?.map(({ path }: WalkEntry) => path)).toEqual(['/']);
    expect(counts.multiRead).toBeLessThan(5);
    await walking.return(undefined);
  });

  test('asks for nothing more once nobody wants more', async () => {
    const { session, counts } = treeSession(bigTree(10, 4).tree);
    for await (const _ of walk(session, '/' as ZnodePath, { want })) break;
    const asked = counts.multiRead;

    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));

    expect(counts.multiRead).toBe(asked);
  });

  test('tells what vanished meanwhile and what may not be read, and goes on beside it', async () => {
    const tree = plainTree({ '/': ['a', 'b', 'c', 'd'], '/a': [], '/c': ['d'], '/c/d': [] });
    tree.set('/d', { children: ['hidden'], refusal: 'NOAUTH' });
    const { session } = treeSession(tree);

    const entries = await all(session, '/', { want });

    expect(entries.map(({ path, error, childrenCount }) => [path, error?.code ?? null, childrenCount])).toEqual([
      ['/', null, 4],
      ['/a', null, 0],
      ['/b', 'NONODE', null],
      ['/c', null, 1],
      ['/c/d', null, 0],
      ['/d', 'NOAUTH', null],
    ]);
    expect(entries[2]?.error).toMatchObject({ path: '/b', applied: 'no' });
  });

  test('of a root that does not exist fails', async () => {
    const { session } = treeSession(new Map());

    await expect(all(session, '/nope', { want })).rejects.toMatchObject({ code: 'NONODE', path: '/nope' });
  });

  test('goes no deeper than it is told', async () => {
    const { tree, expected } = bigTree(3, 4);
    const { session } = treeSession(tree);
    const levels = (path: string) => (path === '/' ? 0 : path.split('/').length - 1);

    for (const depthMax of [0, 1, 2, 3]) {
      expect(await paths(session, '/', { want, depthMax })).toEqual(
        expected.filter((path) => levels(path) <= depthMax),
      );
    }
  });

  test('does not enter where it is told not to', async () => {
    const { tree, expected } = bigTree(3, 3);
    const { session } = treeSession(tree);

    const found = await paths(session, '/', { want, enter: ({ path }) => !path.endsWith('n000001') });

    expect(found).toEqual(expected.filter((path) => !/n000001\/./.test(path)));
  });

  test('knows the chroot, which stands before every path on the server and nowhere else', async () => {
    const { tree, expected } = bigTree(3, 2);
    const onServer = new Map([...tree].map(([path, znode]) => [path === '/' ? '/in/side' : `/in/side${path}`, znode]));
    const { session } = treeSession(onServer, '/in/side');

    expect(await paths(session, '/', { want })).toEqual(expected);
    expect(await paths(session, '/n000001', { want })).toEqual(expected.filter((path) => path.startsWith('/n000001')));
  });

  test('keeps paths of one request far below what a server takes', async () => {
    const names = Array.from({ length: 500 }, (_, index) => `${index}-${'x'.repeat(3000)}`);
    const fake = treeSession(plainTree({ '/': names, ...Object.fromEntries(names.map((name) => [`/${name}`, []])) }));

    expect(await all(fake.session, '/', { want })).toHaveLength(501);
    expect(Math.max(...fake.batches.map(({ requestBytes }) => requestBytes))).toBeLessThan(500_000);
  });

  test('is interrupted between two requests too', async () => {
    const fake = treeSession(bigTree(10, 4).tree);
    const controller = new AbortController();
    fake.before = () => {
      if (fake.counts.multiRead >= 5) controller.abort();
    };

    await expect(all(fake.session, '/', { want, signal: controller.signal })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(fake.counts.multiRead).toBeLessThan(20);
  });

  test('asks for no more a second than it may', async () => {
    const clock = new FakeClock();
    const { tree, expected } = bigTree(10, 3);
    const fake = treeSession(tree);
    const walking = paths(fake.session, '/', { want, rate: 100, clock });
    let isDone = false;
    walking.then(() => {
      isDone = true;
    });
    let elapsedMs = 0;
    while (!isDone) {
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
      clock.pass(10);
      elapsedMs += 10;
    }

    expect(await walking).toEqual(expected);
    expect(elapsedMs).toBeGreaterThan((expected.length / 100) * 1000 * 0.9);
    expect(Math.max(...fake.batches.map(({ count }) => count))).toBeLessThanOrEqual(12);
  });
});

describe('a walk for data', () => {
  test('brings data, null and empty, and the stat of each', async () => {
    const tree = plainTree({ '/': ['empty', 'null', 'some'], '/null': [] });
    tree.set('/empty', { children: [], data: Buffer.alloc(0) });
    tree.set('/some', { children: ['x'], data: Buffer.from([0, 255, 10]) });
    tree.set('/some/x', { children: [] });
    const { session } = treeSession(tree);

    const entries = await all(session, '/', { want: 'data' });

    expect(entries.map(({ path, data }) => [path, data === null ? null : [...data]])).toEqual([
      ['/', null],
      ['/empty', []],
      ['/null', null],
      ['/some', [0, 255, 10]],
      ['/some/x', null],
    ]);
    expect(entries[3]?.stat).toEqual(statOf({ children: ['x'], data: Buffer.alloc(3) }));
  });

  test('keeps replies of a wide tree with large data to about a megabyte', async () => {
    const fake = treeSession(bigTree(2000, 1, Buffer.alloc(10_000, 'x')).tree);

    expect(await all(fake.session, '/', { want: 'data' })).toHaveLength(2001);
    expect(Math.max(...fake.batches.map(({ replyBytes }) => replyBytes))).toBeLessThan(1_500_000);
  });

  test('does not hold the data of a whole tree while nobody takes it', async () => {
    const fake = treeSession(bigTree(10_000, 1, Buffer.alloc(10_000, 'x')).tree);
    const walking = walk(fake.session, '/' as ZnodePath, { want: 'data' });
    await walking.next();

    for (let turn = 0; turn < 500; turn++) await new Promise((resolve) => setImmediate(resolve));

    expect(fake.batches.reduce((sum, { replyBytes }) => sum + replyBytes, 0)).toBeLessThan(40_000_000);
    await walking.return(undefined);
  });
});

test('a walk for stats asks one by one, without the data, where the data is large', async () => {
  const fake = treeSession(bigTree(1000, 1, Buffer.alloc(100_000, 'x')).tree);

  const entries = await all(fake.session, '/', { want: 'stat' });

  expect(entries).toHaveLength(1001);
  expect(entries.every(({ stat, data }) => stat?.dataLength === 100_000 && data === null)).toBe(true);
  expect(fake.counts.getChildren2).toBeGreaterThan(900);
});

describe('a walk in lines', () => {
  async function lines(session: Session, root: string): Promise<string[]> {
    const told: string[] = [];
    for await (const some of walkLines(session, root as ZnodePath, {})) {
      for (const each of some) {
        if (each.kind === 'text') told.push(...each.text.toString().split('\n').slice(0, -1));
        else if (each.kind === 'paths') told.push(...each.paths.map((path) => `path ${path}`));
        else told.push(`${each.error.code} ${each.error.path}`);
      }
    }
    return told;
  }

  test('tells what a walk for names tells', async () => {
    const { tree, expected } = bigTree(10, 4);

    expect(await lines(treeSession(tree).session, '/')).toEqual(expected);
  });

  test('tells paths apart that are more than plain text, and what could not be read', async () => {
    const tree = plainTree({
      '/': ['a', 'b\\c', 'é', 'é2', 'g\n', 'h', 'y', 'z'],
      '/a': [],
      '/b\\c': ['d'],
      '/b\\c/d': [],
    });
    for (const name of ['é', 'é2', 'g\n', 'h']) tree.set(`/${name}`, { children: [] });
    tree.set('/y', { children: [], refusal: 'NOAUTH' });

    expect(await lines(treeSession(tree).session, '/')).toEqual([
      '/',
      '/a',
      'path /b\\c',
      'path /b\\c/d',
      'path /g\n',
      '/h',
      '/y',
      'NOAUTH /y',
      'NONODE /z',
      'path /é',
      'path /é2',
    ]);
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

  test.each(['names', 'stat', 'data'] as const)(
    'for %s tells what may not be read and goes on beside it',
    async (want) => {
      const entries = await all(scene.session, '/', { want });

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
    },
  );

  test('brings the stats that exists brings', async () => {
    const entries = await all(scene.session, '/a', { want: 'stat' });

    expect(entries.map(({ path }) => path)).toEqual(['/a', '/a/x', '/a/x/1']);
    for (const { path, stat } of entries) {
      expect(stat).toEqual(await scene.session.exists(path));
    }
  });
});
