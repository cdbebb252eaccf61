import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../../src/client/api.js';
import { systemClock } from '../../../src/client/clock.js';
import { openSession } from '../../../src/client/session.js';
import type { ZnodePath } from '../../../src/protocol/path.js';
import type { PlannedWrite, WriteOutcome } from '../../../src/tree/write/planned-write.js';
import { type WriterOptions, writeAll } from '../../../src/tree/write/write.js';
import { openScene, type Scene } from '../../commands/scene.js';
import { type FaultProxy, startFaultProxy } from '../../helpers/fault-proxy.js';
import { describeWithOwnZooKeeper, describeWithZooKeeper } from '../../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../../helpers/zookeeper.js';

const path = (text: string) => text as ZnodePath;

function create(at: string, data: Buffer | string | null = null, more: object = {}): PlannedWrite {
  return { op: 'create', path: path(at), data: typeof data === 'string' ? Buffer.from(data) : data, ...more };
}

/** `writes` in batches of `size`. */
function* inBatches<T>(writes: readonly T[], size = 100): Generator<T[]> {
  for (let from = 0; from < writes.length; from += size) {
    yield writes.slice(from, from + size);
  }
}

async function write(
  session: Session,
  writes: readonly PlannedWrite[],
  options: Partial<WriterOptions> = {},
): Promise<WriteOutcome[]> {
  const outcomes: WriteOutcome[] = [];
  const signal = new AbortController().signal;
  for await (const some of writeAll(session, inBatches(writes), { signal, clock: systemClock, ...options })) {
    outcomes.push(...some);
  }
  return outcomes;
}

/** `created /a`, `skipped /b (exists)`, `failed /c (NOAUTH)`. */
function told(outcomes: readonly WriteOutcome[]): string[] {
  return outcomes.map((outcome) => {
    const { path } = outcome.write;
    if (outcome.state === 'done') {
      return `${outcome.did} ${path}`;
    }
    return `${outcome.state} ${path} (${outcome.state === 'skipped' ? outcome.why : outcome.error.code})`;
  });
}

function statesOf(outcomes: readonly WriteOutcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const key = outcome.state === 'done' ? outcome.did : outcome.state;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

describeWithZooKeeper('the batched writer', (address) => {
  let scene: Scene;
  let session: Session;
  let multis: number[];

  beforeEach(async () => {
    scene = await openScene(address);
    multis = [];
    const { session: real } = scene;
    // Tells how many operations each multi had.
    session = new Proxy(real, {
      get(target, name) {
        if (name === 'multi') {
          return (ops: Parameters<Session['multi']>[0], options: object) => {
            multis.push(ops.length);
            return target.multi(ops, options);
          };
        }
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  });
  afterEach(() => scene.close());

  test('outcomes come in the order of the writes, through many multis', async () => {
    const writes = Array.from({ length: 2_500 }, (_, index) => create(`/n${index}`, `data ${index}`));

    const outcomes = await write(session, [create('/n'), ...writes]);

    expect(told(outcomes)).toEqual(['created /n', ...writes.map(({ path }) => `created ${path}`)]);
    expect(Math.max(...multis)).toBeLessThanOrEqual(1_000);
    expect(multis.length).toBeLessThan(20);
    expect((await session.getData('/n2499')).data?.toString()).toBe('data 2499');
  });

  test('a multi stays below the bound in bytes to the byte', async () => {
    const data = randomBytes(1_000);
    const writes = Array.from({ length: 50 }, (_, index) => create(`/ü${String(index).padStart(3, '0')}`, data));
    const frames: number[] = [];
    // Header 9, path 4 + chroot + 6, data 4 + 1000, ACL 4 + 4 + 9 + 10, flags 4; around all of them 17.
    const one = 9 + 4 + Buffer.byteLength(session.chroot) + 6 + 4 + 1_000 + 27 + 4;

    const exactly = await write(session, writes, { bytesMax: 17 + 10 * one });
    frames.push(...multis.splice(0));
    await write(
      session,
      writes.map(({ path }) => ({ op: 'delete', path })),
    );
    multis.splice(0);
    const oneLess = await write(session, writes, { bytesMax: 17 + 10 * one - 1 });

    expect(statesOf(exactly)).toEqual({ created: 50 });
    expect(frames).toEqual([10, 10, 10, 10, 10]);
    expect(statesOf(oneLess)).toEqual({ created: 50 });
    expect(multis).toEqual([9, 9, 9, 9, 9, 5]);
  });

  test('one that is refused does not keep those beside it, nor its own children’s turn', async () => {
    await session.create('/there', null);
    const writes = [
      create('/a'),
      create('/a/b'),
      create('/there'),
      create('/missing/child'),
      create('/c'),
      { op: 'delete', path: path('/nothing') } as const,
      { op: 'setData', path: path('/c'), data: Buffer.from('x'), version: 7 } as const,
      { op: 'setData', path: path('/c'), data: Buffer.from('y'), version: 0 } as const,
      create('/c/d'),
    ];

    expect(told(await write(session, writes))).toEqual([
      'created /a',
      'created /a/b',
      'failed /there (NODEEXISTS)',
      'failed /missing/child (NONODE)',
      'created /c',
      'skipped /nothing (gone)',
      'failed /c (BADVERSION)',
      'set /c',
      'created /c/d',
    ]);
  });

  test('children in the next multi are not lost where their parent’s was refused', async () => {
    await session.create('/bad', null);
    const parents = Array.from({ length: 50 }, (_, index) => create(`/p${index}`));
    const children = Array.from({ length: 50 }, (_, index) => create(`/p${index}/child`));

    const outcomes = await write(session, [...parents, create('/bad'), ...children], { countMax: 20 });

    expect(statesOf(outcomes)).toEqual({ created: 100, failed: 1 });
  });

  test.each(['skip', 'same', 'overwrite'] as const)(
    'with ifExists %s what is there is dealt with',
    async (ifExists) => {
      const acl = [{ perms: 1, scheme: 'world', id: 'anyone' }];
      await session.create('/same', Buffer.from('x'));
      await session.create('/data', Buffer.from('other'));
      await session.create('/null', null);
      await session.create('/acl', Buffer.from('x'), { acl: [{ perms: 31, scheme: 'world', id: 'anyone' }] });
      const other = await scene.open();
      await other.create('/ephemeral', Buffer.from('x'), { mode: 'ephemeral' });
      const writes = [
        create('/same', 'x', { ifExists }),
        create('/data', 'x', { ifExists }),
        create('/null', '', { ifExists }),
        create('/acl', 'x', { ifExists, acl }),
        create('/ephemeral', 'x', { ifExists }),
        create('/new', 'x', { ifExists, acl }),
      ];

      const outcomes = told(await write(session, writes));

      expect(outcomes).toEqual(
        {
          skip: [
            'skipped /same (exists)',
            'skipped /data (exists)',
            'skipped /null (exists)',
            'skipped /acl (exists)',
            'skipped /ephemeral (exists)',
            'created /new',
          ],
          same: [
            'skipped /same (same)',
            'failed /data (NODEEXISTS)',
            'failed /null (NODEEXISTS)',
            'failed /acl (NODEEXISTS)',
            'skipped /ephemeral (ephemeral)',
            'created /new',
          ],
          overwrite: [
            'skipped /same (same)',
            'set /data',
            'set /null',
            'aclSet /acl',
            'skipped /ephemeral (ephemeral)',
            'created /new',
          ],
        }[ifExists],
      );
      if (ifExists === 'overwrite') {
        expect((await session.getData('/data')).data?.toString()).toBe('x');
        expect((await session.getData('/null')).data).toEqual(Buffer.alloc(0));
        expect((await session.getAcl('/acl')).acl).toEqual(acl);
      }
    },
  );

  test('ACLs are set behind the writes before them, though no multi takes them', async () => {
    const acl = [{ perms: 1, scheme: 'world', id: 'anyone' }];
    await session.create('/there', null);
    const writes = [
      create('/locked'),
      create('/there'),
      create('/locked/child'),
      { op: 'setAcl', path: path('/locked'), acl } as const,
      create('/after'),
    ];

    expect(told(await write(session, writes))).toEqual([
      'created /locked',
      'failed /there (NODEEXISTS)',
      'created /locked/child',
      'aclSet /locked',
      'created /after',
    ]);
    expect((await session.getAcl('/locked')).acl).toEqual(acl);
  });

  test('checks hold in the same step as the write they stand with', async () => {
    await session.create('/guard', null);
    const writes = [
      create('/a', null, { checks: [{ path: '/guard', version: 0 }] }),
      create('/b', null, { checks: [{ path: '/guard', version: 3 }] }),
      create('/c', null, { checks: [{ path: '/guard' }] }),
    ];

    expect(told(await write(session, writes))).toEqual(['created /a', 'failed /b (BADVERSION)', 'created /c']);
  });

  test('a write that is too large for any request is told, and the others go on', async () => {
    const writes = [create('/a'), create('/big', Buffer.alloc(1_100_000)), create('/b')];

    expect(told(await write(session, writes))).toEqual(['created /a', 'failed /big (USAGE)', 'created /b']);
  });

  test('containers, TTLs and ephemerals keep their kind', async () => {
    const outcomes = await write(session, [
      create('/container', null, { mode: 'container' }),
      create('/ephemeral', null, { mode: 'ephemeral' }),
    ]);

    expect(told(outcomes)).toEqual(['created /container', 'created /ephemeral']);
    expect((await session.exists('/ephemeral'))?.ephemeralOwner).toBe(session.sessionId);
  });

  test('a slow source is not waited for with writes in hand', async () => {
    let go: () => void = () => {};
    const first = new Promise<void>((resolve) => {
      go = resolve;
    });
    async function* slowly() {
      yield [create('/a')];
      // Only what was written lets it go on.
      await first;
      yield [create('/b')];
    }
    const outcomes: string[] = [];
    for await (const some of writeAll(session, slowly(), {
      signal: new AbortController().signal,
      clock: systemClock,
    })) {
      outcomes.push(...told(some));
      go();
    }

    expect(outcomes).toEqual(['created /a', 'created /b']);
  });

  test('what the source throws comes behind the outcomes of what it gave before', async () => {
    async function* broken() {
      yield [create('/a')];
      throw new Error('no more');
    }
    const outcomes: string[] = [];
    const run = async () => {
      for await (const some of writeAll(session, broken(), {
        signal: new AbortController().signal,
        clock: systemClock,
      })) {
        outcomes.push(...told(some));
      }
    };

    await expect(run()).rejects.toThrow('no more');
    expect(outcomes).toEqual(['created /a']);
  });

  test('an aborted signal ends it', async () => {
    const control = new AbortController();
    async function* endless() {
      for (let index = 0; ; index++) {
        yield [create(`/n${index}`)];
      }
    }
    const run = async () => {
      for await (const some of writeAll(session, endless(), { signal: control.signal, clock: systemClock })) {
        if (some.length > 0) {
          control.abort();
        }
      }
    };

    await expect(run()).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

describeWithZooKeeper('the batched writer, when the connection breaks', (address) => {
  let scene: Scene;
  let proxy: FaultProxy;

  beforeAll(async () => {
    proxy = await startFaultProxy(address);
    scene = await openScene(address, { via: proxy.address });
  });
  afterAll(async () => {
    await scene.close();
    await proxy.stop();
  });

  test('creates each znode once, wherever between the answers it is cut', async () => {
    for (const cutAfter of [1, 40, 5_000, 60_000, 120_000]) {
      const root = `/cut${cutAfter}`;
      await scene.session.create(root, null);
      const writes = Array.from({ length: 4_000 }, (_, index) => create(`${root}/n${index}`, `data ${index}`));
      const cut = proxy.cutAfter(cutAfter, 'reset');

      const outcomes = await write(scene.session, writes, { countMax: 300 });

      await cut;
      expect(statesOf(outcomes), `cut after ${cutAfter} bytes`).toEqual({ created: 4_000 });
      const stat = await scene.session.exists(root);
      // Created once each: the counter of creates is no higher.
      expect([stat?.numChildren, stat?.cversion]).toEqual([4_000, 4_000]);
    }
  });

  test('sets each version once, and deletes what is left', async () => {
    await scene.session.create('/v', null);
    const paths = Array.from({ length: 2_000 }, (_, index) => path(`/v/n${index}`));
    await write(
      scene.session,
      paths.map((at) => create(at)),
    );
    const cut = proxy.cutAfter(70_000, 'close');

    const set = await write(
      scene.session,
      paths.map((at) => ({ op: 'setData', path: at, data: Buffer.from('new') })),
      { countMax: 300 },
    );

    await cut;
    expect(statesOf(set)).toEqual({ set: 2_000 });
    expect((await scene.session.exists(paths[1_999] as string))?.version).toBe(1);
    expect((await scene.session.exists(paths[0] as string))?.version).toBe(1);

    const cutAgain = proxy.cutAfter(5_000, 'close');
    const deleted = await write(
      scene.session,
      paths.map((at) => ({ op: 'delete', path: at })),
      { countMax: 300 },
    );
    await cutAgain;
    expect(statesOf(deleted)).toEqual({ deleted: 2_000 });
    expect((await scene.session.exists('/v'))?.numChildren).toBe(0);
  });
});

describeWithOwnZooKeeper('the batched writer and a server that takes only small requests', () => {
  let server: ZooKeeperServer;
  let session: Session;

  beforeAll(async () => {
    server = await startZooKeeper({ jvm: ['-Djute.maxbuffer=20000'] });
    session = await openSession({ servers: server.address });
  });
  afterAll(async () => {
    await session.close();
    await server.stop();
  });

  test('finds out what it takes, and tells what it never will', async () => {
    const writes = Array.from({ length: 300 }, (_, index) =>
      create(`/n${index}`, Buffer.alloc(index === 150 ? 30_000 : 1_000)),
    );

    const outcomes = await write(session, writes);

    expect(statesOf(outcomes)).toEqual({ created: 299, failed: 1 });
    expect(told(outcomes)[150]).toBe('failed /n150 (CONNECTIONLOSS)');
  });
});

describeWithOwnZooKeeper('the batched writer and a server that is killed', () => {
  let server: ZooKeeperServer;
  let session: Session;

  beforeAll(async () => {
    server = await startZooKeeper();
    session = await openSession({ servers: server.address });
  });
  afterAll(async () => {
    await session.close();
    await server.stop();
  });

  test('goes on when it is back: everything is there once', async () => {
    await session.create('/t', null);
    const writes = Array.from({ length: 20_000 }, (_, index) => create(`/t/n${index}`, `data ${index}`));
    let isKilled = false;
    const outcomes: WriteOutcome[] = [];
    const options = { signal: new AbortController().signal, clock: systemClock, countMax: 200 };
    for await (const some of writeAll(session, inBatches(writes), options)) {
      outcomes.push(...some);
      if (!isKilled && outcomes.length > 8_000) {
        isKilled = true;
        await server.kill();
        await server.restart();
      }
    }

    expect(statesOf(outcomes)).toEqual({ created: 20_000 });
    const stat = await session.exists('/t');
    expect([stat?.numChildren, stat?.cversion]).toEqual([20_000, 20_000]);
  });
});
