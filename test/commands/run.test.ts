/** What holds for every verb, whatever it does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { statusOfAll, stopsAll } from '../../src/commands/each-path.js';
import { COMMANDS, findCommand } from '../../src/commands/registry.js';
import { runCommand } from '../../src/commands/run.js';
import { ConnectionError, KeeperError } from '../../src/errors.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

describe('a verb is found', () => {
  test.each(['getAcl', 'getacl', 'GETACL', 'get-acl', 'Get-ACL'])('as %s', (word) => {
    expect(findCommand(word)?.name).toBe('getAcl');
  });

  test.each([
    ['rm', 'delete'],
    ['cat', 'get'],
    ['exit', 'quit'],
    ['?', 'help'],
  ])('%s means %s', (word, name) => {
    expect(findCommand(word)?.name).toBe(name);
  });

  test.each(['', '-', 'get acl', 'nope'])('%j is none', (word) => {
    expect(findCommand(word)).toBeUndefined();
  });

  test('by one word only', () => {
    const words = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases]).map((word) => word.toLowerCase());

    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });
});

describe('each spec', () => {
  test.each(COMMANDS.map((spec) => [spec.name, spec] as const))('of %s is complete', (_, spec) => {
    expect(spec.summary).toMatch(/^[A-Z].*[^.]$/);
    const options = Object.values(spec.options);
    const names = options.flatMap(({ short, long }) => [long, ...(short === undefined ? [] : [short])]);
    expect(new Set(names).size).toBe(names.length);
    expect(options.every(({ summary }) => summary !== '')).toBe(true);
    expect(spec.args.slice(0, -1).some(({ variadic }) => variadic === true)).toBe(false);
  });
});

describe('with --read-only', () => {
  const writing = COMMANDS.filter(({ writes }) => writes === true);

  test('the verbs that write are these', () => {
    expect(writing.map(({ name }) => name)).toEqual([
      'create',
      'set',
      'put',
      'touch',
      'delete',
      'deleteall',
      'cp',
      'mv',
      'fill',
      'import',
      'mirror',
      'apply',
      'setAcl',
      'multi',
      'commit',
      'setquota',
      'delquota',
      'reconfig',
    ]);
  });

  test.each(writing.map((spec) => [spec.name, spec] as const))(
    '%s is refused before there is a session',
    async (_, spec) => {
      const context = {
        connection: {
          open: () => {
            throw new Error('a session was opened');
          },
        },
        settings: { readOnly: true, dryRun: false },
      };

      const running = runCommand(spec, {}, context as never).next();

      await expect(running).rejects.toMatchObject({ code: 'NOTREADONLY' });
    },
  );
});

describe('of several paths', () => {
  test.each([
    ['one failed', [3], 2, 1],
    ['all failed alike', [3, 3], 2, 3],
    ['all failed, each its own way', [3, 5], 2, 1],
  ])('%s: the status', (_, statuses, total, expected) => {
    expect(statusOfAll(statuses, total)).toBe(expected);
  });

  test('a lost connection stops all, a refusal does not', () => {
    expect(stopsAll(new ConnectionError('CONNECTIONLOSS', ''))).toBe(true);
    expect(stopsAll(new KeeperError('SESSIONEXPIRED', '', { sessionOver: true }))).toBe(true);
    expect(stopsAll(new TypeError('a bug'))).toBe(true);
    expect(stopsAll(new KeeperError('NONODE', ''))).toBe(false);
  });
});

describeWithZooKeeper('a verb', (address) => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await openScene(address);
  });
  afterAll(() => scene.close());

  test('that waits for a session ends when it is interrupted', async () => {
    const controller = new AbortController();
    const connection = { ...scene.connection, open: () => new Promise<never>(() => {}) };
    const waiting = runCommand(findCommand('ls')!, { path: [] }, {
      connection,
      shell: {},
      settings: {},
      signal: controller.signal,
    } as never).next();

    controller.abort();

    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('that is interrupted already asks nothing', async () => {
    const { status } = await scene.run('ls', { signal: AbortSignal.abort() });

    expect(status).toBe(130);
  });

  test('with --dry-run changes nothing', async () => {
    await scene.put('/a', 'x');
    const before = await scene.run('ls -R -s / -o json');

    for (const line of ['create /b y', 'create -p /c/d', 'set /a y', 'setAcl /a world:anyone:r', 'delete /a']) {
      const { status, results } = await scene.run(line, { settings: { dryRun: true } });
      expect({ line, status, kinds: results.map(({ kind }) => kind) }).toMatchObject({ status: 0 });
      expect(results.every(({ kind }) => kind === 'planned')).toBe(true);
    }

    expect((await scene.run('ls -R -s / -o json')).stdout).toBe(before.stdout);
  });

  test('asks for a secret where none is given', async () => {
    scene.secret = 'ann:pw';

    expect((await scene.run('addauth digest')).status).toBe(0);

    expect((await scene.run('whoami')).stdout).toContain('digest:ann\n');
  });

  test('reads data from where it is told', async () => {
    scene.files.set('data.bin', Buffer.from([0, 255]));
    await scene.put('/data');

    await scene.run('set /data @data.bin');
    expect((await scene.session.getData('/data')).data).toEqual(Buffer.from([0, 255]));
    await scene.run('set /data @@home');
    expect((await scene.session.getData('/data')).data).toEqual(Buffer.from('@home'));
  });

  test('with -p meets others who create and delete the same parents', async () => {
    const lines = Array.from({ length: 20 }, (_, index) => `create -p /race/${index % 3}/x/n${index} v`);

    const runs = await Promise.all(lines.map((line) => scene.run(line)));

    expect(runs.map(({ status, stderr }) => ({ status, stderr }))).toEqual(runs.map(() => ({ status: 0, stderr: '' })));
  });

  test('a TTL that the server does not do names its option', async () => {
    const session = scene.session;
    const refuse = async () => {
      throw new KeeperError('UNIMPLEMENTED', 'createTTL: no', { op: 'createTTL', path: '/ttl' });
    };
    const refusing = new Proxy(session, {
      get: (_, name) => (name === 'create' ? refuse : Reflect.get(session, name, session)),
    });
    const results = runCommand(findCommand('create')!, { path: '/ttl', ttl: 1000 }, {
      connection: { open: async () => refusing },
      shell: {},
      settings: {},
      signal: new AbortController().signal,
    } as never);

    await expect(results.next()).rejects.toMatchObject({ code: 'UNIMPLEMENTED', op: 'createTTL', path: '/ttl' });
  });
});
