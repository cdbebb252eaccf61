/** watch against a real server: events as they come, and what it makes of lost connections and sessions. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import type { WatchEventResult } from '../../src/commands/results.js';
import { eventually } from '../helpers/eventually.js';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.js';
import { endSession } from '../helpers/raw-session.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';
import { startWatch, type Watching, words } from './watching.js';

describeWithZooKeeper('watch', (address) => {
  let scene: Scene;
  let other: Session;

  beforeEach(async () => {
    scene = await openScene(address);
    other = await scene.open();
  });
  afterEach(() => scene.close());

  test('tells what happens to a znode from before it exists until it is gone', async () => {
    const watching = await startWatch(scene, 'watch /a');

    await other.create('/a', Buffer.from('1'));
    await other.setData('/a', Buffer.from('2'));
    await other.create('/a/child', null);
    await other.delete('/a/child');
    await other.delete('/a');

    expect(await watching.seen(5)).toEqual(['created /a', 'changed /a', 'children /a', 'children /a', 'deleted /a']);
    const { status } = await watching.stop();
    expect(status).toBe(130);
  });

  test('tells the zxid of each event', async () => {
    const watching = await startWatch(scene, 'watch /a');

    const { stat: created } = await other.create('/a', null);
    const changed = await other.setData('/a', Buffer.from('2'));

    await watching.seen(2);
    expect(watching.events.map(({ zxid }) => zxid)).toEqual([created?.czxid, changed.mzxid]);
    await watching.stop();
  });

  test('with -R tells of everything below by itself, and of no lists of children', async () => {
    await scene.put('/a');
    const watching = await startWatch(scene, 'watch -R /a');

    await other.create('/a/b', null);
    await other.create('/a/b/c', null);
    await other.setData('/a/b/c', Buffer.from('x'));
    await other.delete('/a/b/c');
    await other.delete('/a/b');
    await other.setData('/a', null);

    expect(await watching.seen(6)).toEqual([
      'created /a/b',
      'created /a/b/c',
      'changed /a/b/c',
      'deleted /a/b/c',
      'deleted /a/b',
      'changed /a',
    ]);
    await watching.stop();
  });

  test('tells each event once where one path lies below another', async () => {
    await scene.put('/a');
    await scene.put('/a/b');
    const watching = await startWatch(scene, 'watch -R /a /a/b /a');

    await other.setData('/a/b', null);
    await other.setData('/a', null);

    expect(await watching.seen(2)).toEqual(['changed /a/b', 'changed /a']);
    await watching.stop();
  });

  test('with --data tells the data and the stat that go with it', async () => {
    await scene.put('/a', 'old');
    const watching = await startWatch(scene, 'watch /a --data');

    await other.setData('/a', Buffer.from('new'));
    await watching.seen(1);
    await other.setData('/a', null);
    await watching.seen(2);
    await other.delete('/a');
    await watching.seen(3);

    const lines = (await watching.stop()).stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { event: 'changed', path: '/a', data: 'new', encoding: 'utf8', stat: { version: 1 } },
      { event: 'changed', path: '/a', data: null, encoding: null, stat: { version: 2 } },
      { event: 'deleted', path: '/a' },
    ]);
    expect(lines[2]).not.toHaveProperty('data');
  });

  test('--once ends after the first event, with status 0', async () => {
    const watching = await startWatch(scene, 'watch /a --once');

    await other.create('/a', null);

    const { status, results } = await watching.done;
    expect(status).toBe(0);
    expect(words(results.filter((result) => result.kind === 'watchEvent'))).toEqual(['created /a']);
  });

  describe('--until', () => {
    test.each([
      ['created', 'watch /new --until created', ['created /new']],
      ['changed', 'watch /old --until changed', ['children /old', 'changed /old']],
      ['deleted', 'watch /old --until deleted', ['children /old', 'changed /old', 'children /old', 'deleted /old']],
      ['exists', 'watch /new --until exists', ['created /new']],
      ['changed below', 'watch -R / --until changed', ['created /old/child', 'changed /old']],
    ])('%s ends with the event that it waits for', async (_, line, expected) => {
      await scene.put('/old');
      const watching = await startWatch(scene, line);

      await other.create('/old/child', null);
      await other.setData('/old', Buffer.from('x'));
      await other.delete('/old/child');
      await other.delete('/old');
      await other.create('/new', null);

      const { status, results } = await watching.done;
      expect(status).toBe(0);
      expect(words(results.filter((result) => result.kind === 'watchEvent'))).toEqual(expected);
    });

    test.each(['watch /old --until exists', 'watch /new --until deleted', 'watch -R /new --until deleted'])(
      '%s ends at once where it is so already',
      async (line) => {
        await scene.put('/old');

        const { status, stdout } = await scene.run(line);

        expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
      },
    );

    test('waits for each of several paths', async () => {
      await scene.put('/a');
      const watching = await startWatch(scene, 'watch /a /b --until exists');

      await other.create('/b', null);

      expect((await watching.done).status).toBe(0);
    });
  });

  test('--timeout ends it with status 8 and says what did not happen', async () => {
    await scene.put('/a');

    const { status, stderr } = await scene.run('watch /a --until deleted --timeout 100ms');

    expect(status).toBe(8);
    expect(stderr).toBe('zksh: watch /a: not deleted within 100ms\n  The time given with --timeout is over.\n');
  });

  test('--exec runs one command after the other, for every event, with the event in its environment', async () => {
    await scene.put('/a', 'old');
    const watching = await startWatch(scene, 'watch /a --data --until deleted --exec ./on-change --flag');
    let running = 0;
    let most = 0;
    scene.duringExec = async () => {
      running += 1;
      most = Math.max(most, running);
      await other.sync('/');
      running -= 1;
    };

    for (let version = 1; version <= 20; version++) {
      await other.setData('/a', Buffer.from([version]));
    }
    await other.delete('/a');

    expect((await watching.done).status).toBe(0);
    expect(most).toBe(1);
    expect(scene.executed.map(({ environment }) => environment.ZKSH_EVENT)).toEqual([
      ...new Array(20).fill('changed'),
      'deleted',
    ]);
    expect(scene.executed[0]).toEqual({
      commandLine: './on-change --flag',
      environment: {
        ZKSH_EVENT: 'changed',
        ZKSH_PATH: '/a',
        ZKSH_ZXID: expect.stringMatching(/^0x[0-9a-f]+$/),
        ZKSH_TIME: '2026-11-22T12:00:00.000Z',
        ZKSH_CAUGHT_UP: '',
        ZKSH_SERVER: scene.connection.servers,
        ZKSH_DATA: expect.any(String),
        ZKSH_DATA_BASE64: expect.any(String),
      },
    });
    expect(scene.executed.at(-1)?.environment).not.toHaveProperty('ZKSH_DATA');
  });

  test('ends with the status of the command that ran last', async () => {
    scene.execStatus = 3;
    const watching = await startWatch(scene, 'watch /a --once --exec false');

    await other.create('/a', null);

    expect((await watching.done).status).toBe(3);
  });

  test('with -R names the subtrees of which the server will tell nothing', async () => {
    await scene.put('/open');
    await scene.put('/secret', null, { acl: [{ scheme: 'digest', id: 'joe:x', perms: 31 }] });

    const watching = await startWatch(scene, 'watch -R /');
    const { stderr } = await watching.stop();

    expect(JSON.parse(stderr.split('\n')[0] ?? '')).toMatchObject({ error: { code: 'NOAUTH', path: '/secret' } });
  });

  test('refuses a znode that may not be read: its events would never come', async () => {
    await scene.put('/secret', null, { acl: [{ scheme: 'digest', id: 'joe:x', perms: 31 }] });

    const { status } = await scene.run('watch /secret');

    expect(status).toBe(5);
  });

  test('leaves no watch behind', async () => {
    const watching = await startWatch(scene, 'watch /a');
    await watching.stop();

    expect(scene.session.watches).toEqual([]);
  });
});

describeWithZooKeeper('over a bad network', (address) => {
  describe.each([
    ['watch', false],
    ['watch with one-shot watches, as servers before 3.6 have them,', true],
  ])('%s', (_, isOld) => {
    let proxy: FaultProxy;
    let scene: Scene;
    let other: Session;

    beforeEach(async () => {
      proxy = await startFaultProxy(address);
      scene = await openScene(address, { via: proxy.address, isOld });
      other = await scene.open();
    });
    afterEach(async () => {
      proxy.welcome = 'forward';
      await scene.close();
      await proxy.stop();
    });

    /** Cuts the connection, does `meanwhile` and lets the client back in. */
    async function whileAway(watching: Watching, meanwhile: () => Promise<unknown>): Promise<void> {
      const before = watching.events.length;
      proxy.welcome = 'close';
      proxy.cut('reset');
      await watching.seen(before + 1);
      await meanwhile();
      proxy.welcome = 'forward';
    }

    test('a gap is followed by one event for each znode that differs, and then by new ones', async () => {
      await scene.put('/same', 'x');
      await scene.put('/changed', 'x');
      await scene.put('/deleted', 'x');
      await scene.put('/replaced', 'x');
      const watching = await startWatch(scene, 'watch /same /changed /deleted /replaced /created');

      await whileAway(watching, async () => {
        await other.setData('/changed', Buffer.from('y'));
        await other.setData('/changed', Buffer.from('z'));
        await other.delete('/deleted');
        await other.delete('/replaced');
        await other.create('/replaced', Buffer.from('another'));
        await other.create('/created', null);
      });
      await watching.seen(7);
      await other.setData('/same', null);

      expect(await watching.seen(8)).toEqual([
        'disconnected',
        'connected',
        'gap',
        'deleted /deleted caught up',
        'changed /changed caught up',
        'created /replaced caught up',
        'created /created caught up',
        'changed /same',
      ]);
      await watching.stop();
    });

    test('with -R the whole subtree is compared', async () => {
      for (const path of ['/a', '/a/b', '/a/b/c', '/a/d', '/a/e']) {
        await scene.put(path);
      }
      const watching = await startWatch(scene, 'watch -R /a');

      await whileAway(watching, async () => {
        await other.delete('/a/b/c');
        await other.delete('/a/b');
        await other.setData('/a/d', Buffer.from('x'));
        await other.create('/a/e/f', null);
      });

      expect((await watching.seen(7)).slice(2)).toEqual([
        'gap',
        'deleted /a/b/c caught up',
        'deleted /a/b caught up',
        'changed /a/d caught up',
        'created /a/e/f caught up',
      ]);
      await watching.stop();
    });

    test('what was told before the gap is not told again', async () => {
      const watching = await startWatch(scene, 'watch -R /');
      await other.create('/a', null);
      await watching.seen(1);
      await other.setData('/a', Buffer.from('x'));
      await watching.seen(2);
      await other.create('/a/b', null);
      await watching.seen(3);

      await whileAway(watching, async () => {});
      await watching.seen(6);
      await other.delete('/a/b');

      expect((await watching.seen(7)).slice(3)).toEqual(['disconnected', 'connected', 'gap', 'deleted /a/b']);
      await watching.stop();
    });

    test('a list of children that changed meanwhile is told', async () => {
      await scene.put('/a');
      const watching = await startWatch(scene, 'watch /a');

      await whileAway(watching, () => other.create('/a/child', null));

      expect((await watching.seen(4)).slice(2)).toEqual(['gap', 'children /a caught up']);
      await watching.stop();
    });

    test('--until deleted is met by a znode that was deleted and created again meanwhile', async () => {
      await scene.put('/a');
      const watching = await startWatch(scene, 'watch /a --until deleted');

      await whileAway(watching, async () => {
        await other.delete('/a');
        await other.create('/a', null);
      });

      expect((await watching.done).status).toBe(0);
    });

    test('it outlives its session: a new one is opened, and what happened meanwhile is told', async () => {
      await scene.put('/a', 'x');
      const watching = await startWatch(scene, 'watch /a --data');
      const { sessionId, sessionPassword } = scene.session;

      await whileAway(watching, async () => {
        await endSession(Number(address.split(':')[1]), sessionId, sessionPassword);
        await other.setData('/a', Buffer.from('y'));
      });
      await watching.seen(5);
      await other.setData('/a', Buffer.from('z'));

      expect(await watching.seen(6)).toEqual([
        'disconnected',
        'expired',
        'connected',
        'gap',
        'changed /a caught up',
        'changed /a',
      ]);
      expect(watching.events[4]?.data?.toString()).toBe('y');
      expect(scene.connection.current?.sessionId).not.toBe(sessionId);
      await watching.stop();
    });

    test('a storm of changes and lost connections: the events tell a story that is possible and ends as the tree does', async () => {
      const { next, seed } = seededRandom();
      const watching = await startWatch(scene, 'watch -R / --data');
      const tree = new Map<string, string>();
      const gaps = () => watching.events.filter(({ event }) => event === 'gap').length;

      async function change(number: number): Promise<void> {
        const path = `/p${Math.floor(next() * 8)}`;
        if (!tree.has(path)) {
          await other.create(path, Buffer.from(`${number}`));
        } else if (next() < 0.4) {
          await other.delete(path);
          tree.delete(path);
          return;
        } else {
          await other.setData(path, Buffer.from(`${number}`));
        }
        tree.set(path, `${number}`);
      }

      for (let round = 0; round < 6; round++) {
        const gapsBefore = gaps();
        for (let number = 0; number < next() * 20; number++) {
          await change(round * 100 + number);
        }
        proxy.cut(next() < 0.5 ? 'reset' : 'close');
        for (let number = 0; number < next() * 20; number++) {
          await change(round * 100 + 50 + number);
        }
        await eventually(() => gaps() > gapsBefore, { what: `a gap in round ${round} of seed ${seed}` });
      }

      await eventually(() => JSON.stringify(replay(watching.events)) === JSON.stringify([...tree].sort()), {
        what: `the events of seed ${seed} to add up`,
      });
      expect(impossibleEvents(watching.events), `seed ${seed}`).toEqual([]);
      await watching.stop();
    });
  });
});

/** ZKSH_SEED=n repeats a run. */
function seededRandom(): { seed: number; next: () => number } {
  const seed = Number(process.env.ZKSH_SEED ?? Math.floor(Math.random() * 2 ** 31));
  let state = seed;
  const next = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  return { seed, next };
}

/** What cannot have happened: created while it was there, changed or deleted while it was not. */
function impossibleEvents(events: readonly WatchEventResult[]): string[] {
  const isThere = new Map<string, boolean>();
  return events.flatMap(({ event, path, caughtUp }) => {
    if (path === null) {
      return [];
    }
    const was = isThere.get(path) === true;
    isThere.set(path, event !== 'deleted');
    // After a gap `created` may stand for another znode of the same path.
    const isPossible = event === 'created' ? !was || caughtUp === true : was;
    return isPossible ? [] : [`${event} ${path}`];
  });
}

/** The tree that somebody who believes the events takes for the real one. */
function replay(events: readonly WatchEventResult[]): [string, string | undefined][] {
  const tree = new Map<string, string | undefined>();
  for (const { event, path, data } of events) {
    if (path !== null && event === 'deleted') {
      tree.delete(path);
    } else if (path !== null && event !== 'children') {
      tree.set(path, data === undefined ? tree.get(path) : data?.toString());
    }
  }
  return [...tree].sort(([a], [b]) => (a < b ? -1 : 1));
}
