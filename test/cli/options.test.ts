/** Each global option and its environment variable, seen working. --tls* are in tls-options.test.ts. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GLOBAL_OPTIONS } from '../../src/syntax/global-options.js';
import { startFakeServer } from '../helpers/fake-server.js';
import { freePort } from '../helpers/free-port.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runInside } from './inside.js';
import { startZksh } from './zksh-process.js';

describeWithZooKeeper('against a real server', (server) => {
  const root = `/test-options-${process.pid}`;
  const folder = temporaryFolder('options');
  const authFile = join(folder.path, 'auth');

  beforeAll(async () => {
    await runInside([
      '-s',
      server,
      '-e',
      `create ${root}`,
      '-e',
      `create ${root}/app`,
      '-e',
      `create ${root}/app/znode data`,
    ]);
    writeFileSync(authFile, '# who we are\n\ndigest:file:secret\ndigest:second:secret\n', { mode: 0o600 });
  });
  afterAll(async () => {
    await runInside(['-s', server, '-k', '-e', `delete ${root}/app/znode`, '-e', `delete ${root}/app ${root}`]);
    folder.remove();
  });

  /** The option in front, the option behind the verb, the variable: the same. */
  const both: readonly (readonly [
    name: string,
    given: readonly string[],
    verb: readonly string[],
    environment: Record<string, string>,
    stdout: string,
  ])[] = [
    [
      '--server with a chroot',
      ['--server', `${server}${root}`],
      ['ls', '/'],
      { ZKSH_SERVER: `${server}${root}` },
      'app\n',
    ],
    [
      '--auth',
      ['--server', server, '--auth', 'digest:ann:secret'],
      ['whoami'],
      { ZKSH_SERVER: server, ZKSH_AUTH: 'digest:ann:secret' },
      'ip:127.0.0.1\ndigest:ann\n',
    ],
    [
      '--auth-file',
      ['--server', server, '--auth-file', authFile],
      ['whoami'],
      { ZKSH_SERVER: server, ZKSH_AUTH_FILE: authFile },
      'ip:127.0.0.1\ndigest:file\ndigest:second\n',
    ],
    [
      '--output',
      ['--server', server, '--output', 'json'],
      ['ls', `${root}/app`],
      { ZKSH_SERVER: server, ZKSH_OUTPUT: 'json' },
      `{"path":"${root}/app/znode"}\n`,
    ],
  ];
  test.each(both)(
    '%s: before the verb, behind it, and as a variable',
    async (_name, given, verb, environment, stdout) => {
      const ways = [runInside([...given, ...verb]), runInside([...verb, ...given]), runInside(verb, { environment })];
      for (const { status, stdout: seen, stderr } of await Promise.all(ways)) {
        expect({ status, stdout: seen.toString().split('\n').sort(), stderr }).toEqual({
          status: 0,
          stdout: stdout.split('\n').sort(),
          stderr: '',
        });
      }
    },
  );

  test.each([
    ['the option', ['--session-timeout', '7s'], {}],
    ['the variable', [], { ZKSH_SESSION_TIMEOUT: '7s' }],
  ])('--session-timeout is what the server grants: %s', async (_name, words, environment) => {
    const { status, stderr } = await runInside(['-s', server, ...words, '--debug', 'ls', root], { environment });
    expect(status).toBe(0);
    expect(stderr).toMatch(/session 0x[0-9a-f]+ for 7000 ms/);
  });

  test.each([
    ['the option', ['--read-only'], {}],
    ['the variable', [], { ZKSH_READ_ONLY: '1' }],
  ])('--read-only refuses a write before it is sent: %s', async (_name, words, environment) => {
    const refused = await runInside(['-s', server, ...words, 'create', `${root}/written`], { environment });
    expect(refused.status).toBe(5);
    expect((await runInside(['-s', server, 'exists', `${root}/written`])).status).toBe(3);
    expect(
      (await runInside(['-s', server, ...words, 'get', `${root}/app/znode`], { environment })).stdout.toString(),
    ).toBe('data');
  });

  test('--dry-run says what a write would do, and does not', async () => {
    const { status, stdout } = await runInside(['-s', server, '--dry-run', 'create', `${root}/planned`]);
    expect(status).toBe(0);
    expect(stdout.toString()).toContain(`${root}/planned`);
    expect((await runInside(['-s', server, 'exists', `${root}/planned`])).status).toBe(3);
  });

  test('--keep-going goes on after a failure and keeps the status of the first one', async () => {
    const script = ['-e', `get ${root}/none`, '-e', `create ${root}`, '-e', `get ${root}/app/znode`];
    const stopped = await runInside(['-s', server, ...script]);
    expect([stopped.status, stopped.stdout.toString()]).toEqual([3, '']);
    const { status, stdout, stderr } = await runInside(['-s', server, '--keep-going', ...script]);
    expect([status, stdout.toString()]).toEqual([3, 'data']);
    expect(stderr).toContain(`create ${root}: `);
  });

  test('--color decides where there is no terminal to ask', async () => {
    const words = ['-s', server, 'get', `${root}/none`];
    const colored = '\x1b[';
    expect((await runInside(words)).stderr).not.toContain(colored);
    expect((await runInside(['--color', 'always', ...words])).stderr).toContain(colored);
    expect((await runInside(words, { environment: { FORCE_COLOR: '1' } })).stderr).toContain(colored);
    expect((await runInside(words, { terminal: true })).stderr).toContain(colored);
    expect((await runInside(['--color', 'never', ...words], { terminal: true })).stderr).not.toContain(colored);
    expect((await runInside(words, { terminal: true, environment: { NO_COLOR: '1' } })).stderr).not.toContain(colored);
    expect((await runInside(words, { terminal: true, environment: { TERM: 'dumb' } })).stderr).not.toContain(colored);
  });

  test('--yes asks nothing', async () => {
    const { status, stderr } = await runInside(['-s', server, '--yes', 'get', `${root}/app/znode`]);
    expect([status, stderr]).toEqual([0, '']);
  });

  test('--quiet leaves only errors on stderr', async () => {
    chmodSync(authFile, 0o644);
    const words = ['-s', server, '--auth-file', authFile, 'get', `${root}/none`];
    const loud = await runInside(words);
    expect(loud.stderr).toContain(`chmod 600 ${authFile}`);
    const quiet = await runInside(['--quiet', ...words]);
    chmodSync(authFile, 0o600);
    expect(quiet.stderr).not.toContain('chmod');
    expect(quiet.stderr).toContain(`get ${root}/none: no such znode`);
  });

  test('--debug shows internals, and the stack of a failure', async () => {
    const { stderr } = await runInside(['-s', server, '--debug', 'get', `${root}/none`]);
    expect(stderr).toMatch(/zksh: .*session 0x/);
    expect(stderr).toMatch(/\n {4}at /);
  });

  test('on a terminal the format is human, in a pipe plain', async () => {
    const words = ['-s', server, 'stat', root];
    expect((await runInside(words)).stdout.toString()).toMatch(/^czxid\t0x/);
    expect((await runInside(words, { terminal: true })).stdout.toString()).not.toMatch(/^czxid\t0x/);
  });
});

describe('against servers that misbehave', () => {
  test.each([
    ['the option', ['--connect-timeout', '200ms'], {}],
    ['the variable', [], { ZKSH_CONNECT_TIMEOUT: '200ms' }],
  ])('--connect-timeout ends the wait for a mute server: %s', async (_name, words, environment) => {
    const server = await startFakeServer({ welcome: 'mute' });
    const { status, stderr } = await runInside(['-s', server.address, ...words, 'ls', '/'], { environment });
    await server.stop();
    expect(status).toBe(6);
    expect(stderr).toContain(server.address);
  });

  test.each([
    ['the option', ['--timeout', '200ms'], {}],
    ['the variable', [], { ZKSH_TIMEOUT: '200ms' }],
  ])('--timeout ends the whole command: %s', async (_name, words, environment) => {
    const server = await startFakeServer({ answer: () => null });
    const { status, stderr } = await runInside(['-s', server.address, ...words, 'ls', '/'], { environment });
    await server.stop();
    expect([status, stderr]).toEqual([
      8,
      'zksh: ls /: not done within 200ms\n  The time given with --timeout is over.\n',
    ]);
  });

  test.each([
    ['the option', ['--wait', '30s'], {}],
    ['the variable', [], { ZKSH_WAIT: '30s' }],
  ])('--wait keeps trying until a server serves: %s', async (_name, words, environment) => {
    const port = await freePort();
    const zksh = startZksh(['-s', `127.0.0.1:${port}`, ...words, '--debug', 'delete', '/x'], { environment });
    await zksh.saysOnStderr('refused');
    const server = await startFakeServer();
    await server.stop();
    server.port = port;
    await server.listen();
    expect(await zksh.outcome).toMatchObject({ status: 0 });
    await server.stop();
  });

  test.each([
    ['asked for by the option', ['--read-only'], {}, true],
    ['asked for by the variable', [], { ZKSH_READ_ONLY: 'yes' }, true],
    ['not asked for', [], {}, false],
  ])('a read-only server is accepted only when that is asked for: %s', async (_name, words, environment, readOnly) => {
    const server = await startFakeServer({ readOnly });
    const { status } = await runInside(['-s', server.address, ...words, 'get', '/x'], { environment });
    await server.stop();
    expect(status).toBe(0);
    expect(server.connections[0]?.handshake?.readOnly).toBe(readOnly);
  });
});

describe('without a server', () => {
  test('--version and -V name zksh and Node', async () => {
    for (const word of ['--version', '-V']) {
      expect((await runInside([word])).stdout.toString()).toMatch(/^zksh \d+\.\d+\.\d+ \(Node\.js \d+/);
    }
  });

  test('--help names every option; VERB --help and help VERB are the same page', async () => {
    const help = (await runInside(['--help'])).stdout.toString();
    for (const { long } of GLOBAL_OPTIONS) {
      expect(help).toContain(`--${long}`);
    }
    expect((await runInside(['-h'])).stdout.toString()).toBe(help);
    const page = (await runInside(['help', 'get'])).stdout.toString();
    expect(page).toContain('Usage: get');
    expect((await runInside(['get', '--help'])).stdout.toString()).toBe(page);
  });

  test('help is there even where the configuration is broken', async () => {
    const environment = { ZKSH_AUTH_FILE: '/none', ZKSH_TIMEOUT: 'soon', ZKSH_TLS_CA: '/none' };
    expect(await runInside(['--help'], { environment })).toMatchObject({ status: 0, stderr: '' });
    expect(await runInside(['--version'], { environment })).toMatchObject({ status: 0, stderr: '' });
  });

  test('a mistake is told as json where json was asked for, wherever it stands', async () => {
    for (const words of [
      ['-o', 'json', '--bogus'],
      ['--bogus', '--output=json'],
      ['ls', '/a//b', '-ojson'],
    ]) {
      const { status, stderr } = await runInside(words);
      expect(status).toBe(2);
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', status: 2, applied: 'no' } });
    }
  });

  test('signals are no longer listened to afterwards', async () => {
    expect(await runInside(['--version'])).toMatchObject({ listenersCount: 0 });
  });
});
