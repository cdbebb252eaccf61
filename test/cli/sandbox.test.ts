/** --sandbox, `sandbox` and `fault` as users type them. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../helpers/reaper.js';
import { runZksh, startZksh, ZKSH } from './zksh-process.js';

const ROOTS = 'cache\nconfig\nelection\nlimits\nlocks\nmembers\nnotice\nqueue\nservices\nvault\nwelcome\nzookeeper\n';

function inFolder(): string {
  const folder = temporaryFolder('sandbox');
  onTestFinished(() => folder.remove());
  return folder.path;
}

function fileWith(name: string, text: string | Buffer): string {
  const file = join(inFolder(), name);
  writeFileSync(file, text);
  return file;
}

/** As it was printed: `listening on HOST:PORT`. */
async function addressOf(server: ReturnType<typeof startZksh>): Promise<string> {
  await server.saysOnStdout('\n');
  const [, address = ''] = /^listening on (.*)\n/.exec(server.stdout().toString()) ?? [];
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  return address;
}

describe('--sandbox', () => {
  test('runs one command on a tree of its own', async () => {
    const { status, stdout, stderr } = await runZksh(['--sandbox', 'ls', '/']);
    expect({ status, stdout: stdout.toString(), stderr }).toEqual({ status: 0, stdout: ROOTS, stderr: '' });
  });

  test('runs a script from stdin on one server', async () => {
    const { status, stdout } = await runZksh(['--sandbox'], { stdin: 'create /mine x\nget /mine\nwhoami\n' });
    expect([status, stdout.toString()]).toEqual([0, '/mine\nxip:127.0.0.1\n']);
  });

  test('the sample has every kind of znode, an ACL, and a quota', async () => {
    const commands = ['getAcl /notice', 'listquota /limits', 'get /services/web/node-0000000001', 'get /vault'];
    const { status, stdout, stderr } = await runZksh(['--sandbox', '-k', ...commands.flatMap((line) => ['-e', line])]);
    expect(stdout.toString()).toBe(
      'world:anyone:r\ncount\t10\t2\nbytes\t1000\t29\ncount-hard\t-\t2\nbytes-hard\t-\t29\n10.0.0.12:8080',
    );
    expect(stderr).toMatch(/^zksh: get \/vault: not allowed/);
    expect(status).toBe(5);
    const opened = await runZksh(['--sandbox', '-e', 'addauth digest teacher:chalk', '-e', 'get /vault']);
    expect([opened.status, opened.stdout.toString()]).toEqual([0, 'the treasure']);
  });

  test('begins empty, or with the lines of a file, packed or not', async () => {
    expect((await runZksh(['--sandbox', '--empty', 'ls', '/'])).stdout.toString()).toBe('zookeeper\n');
    const lines = '{"path":"/a/b","data":"hi"}\n{"path":"/c","data":null,"kind":"container"}\n';
    for (const file of [fileWith('tree.jsonl', lines), fileWith('tree.jsonl.gz', gzipSync(lines))]) {
      const { status, stdout } = await runZksh(['--sandbox', '--seed', file, '-e', 'ls /', '-e', 'get /a/b']);
      expect([status, stdout.toString()]).toEqual([0, 'a\nc\nzookeeper\nhi']);
    }
  });

  test('a seed that makes no sense is told with its line', async () => {
    const file = fileWith('bad.jsonl', '{"path":"/a","data":"x"}\n{"path":"b"}\n');
    const { status, stderr } = await runZksh(['--sandbox', '--seed', file, 'ls', '/']);
    expect(status).not.toBe(0);
    expect(stderr).toContain(`${file}:2`);
    const missing = await runZksh(['--sandbox', '--seed', '/nowhere', 'ls', '/']);
    expect([missing.status, missing.stderr.split('\n')[0]]).toEqual([
      1,
      'zksh: cannot read /nowhere: there is no such file',
    ]);
  });

  test('--server behind it counts, and it counts behind --server', async () => {
    const environment = { ZKSH_SERVER: '127.0.0.1:1', ZKSH_TLS: '1' };
    expect((await runZksh(['--sandbox', 'pwd'], { environment })).status).toBe(0);
    expect((await runZksh(['-s', '127.0.0.1:1', '--sandbox', 'ls', '/'])).stdout.toString()).toBe(ROOTS);
    const { status, stderr } = await runZksh(['--sandbox', '-s', '127.0.0.1:1', 'ls', '/']);
    expect(status).toBe(6);
    expect(stderr).toContain('127.0.0.1:1');
  });

  test.each([
    [['--empty', 'ls', '/'], '--empty goes with --sandbox'],
    [['--seed', 'x', 'ls', '/'], '--seed goes with --sandbox'],
    [['--sandbox', '--seed', 'x', '--empty', 'ls', '/'], '--seed and --empty exclude each other'],
    [['--sandbox', '--tls', 'ls', '/'], '--tls and --sandbox exclude each other'],
  ])('%j is refused', async (words, message) => {
    const { status, stderr } = await runZksh(words);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('sandbox', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('serves others until %s', async (signal, status) => {
    const server = startZksh(['sandbox', '--port', '0']);
    const address = await addressOf(server);
    expect((await runZksh(['-s', address, 'ls', '/'])).stdout.toString()).toBe(ROOTS);
    server.child.kill(signal);
    expect((await server.outcome).status).toBe(status);
    expect((await runZksh(['-s', address, 'ls', '/'])).status).toBe(6);
  });

  test('a reader that has seen enough does not end it', async () => {
    const server = startZksh(['sandbox', '--port', '0']);
    const address = await addressOf(server);
    server.child.stdout.destroy();
    expect((await runZksh(['-s', address, 'exists', '/config'])).status).toBe(0);
    server.child.kill('SIGTERM');
    await server.outcome;
  });

  test('runs a command with its address, and has its status', async () => {
    const inner = `echo "$ZKSH_SERVER $ZOOKEEPER_CONNECT"; ${process.execPath} ${ZKSH} create /from-inside x; exit 7`;
    const { status, stdout, stderr } = await runZksh(['sandbox', '--empty', '--', 'sh', '-c', inner]);
    const [addresses = '', created] = stdout.toString().split('\n');
    expect(addresses).toMatch(/^(127\.0\.0\.1:\d+) \1$/);
    expect([created, status, stderr]).toEqual(['/from-inside', 7, '']);
  });

  test('arguments of the command are the command’s, as they stand', async () => {
    const shows = 'process.stdout.write(process.argv.slice(1).join("|"))';
    const words = ['sandbox', '--', process.execPath, '-e', shows, '--', 'a b', '--port', '-o', '*'];
    expect((await runZksh(words)).stdout.toString()).toBe('a b|--port|-o|*');
  });

  test('a command that is not there has the status that shells give it', async () => {
    const { status, stderr } = await runZksh(['sandbox', '--', 'no-such-program']);
    expect(status).toBe(127);
    expect(stderr).toContain('there is no program no-such-program');
  });

  test('a port that is taken is told, with what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { status, stderr } = await runZksh(['sandbox', '--port', String(port)]);
    expect(status).toBe(1);
    expect(stderr).toContain(String(port));
    expect(stderr).toContain('--port 0');
  });

  test('settings come from a zoo.cfg and from --set, which is stronger', async () => {
    const config = fileWith('zoo.cfg', 'tickTime=3000\nmaxClientCnxns=7\nclientPort=0\ninitLimit=5\n');
    const server = startZksh(['sandbox', '--config', config, '--set', 'maxClientCnxns=9', '--tick', '400ms']);
    const address = await addressOf(server);
    const { stdout } = await runZksh(['-s', address, '-t', '1ms', 'connect', '-o', 'json']);
    expect(JSON.parse(stdout.toString())).toMatchObject({ sessionTimeoutMs: 800 });
  });

  test('a setting that is not known is refused with those that are', async () => {
    const { status, stderr } = await runZksh(['sandbox', '--set', 'tikTime=3']);
    expect(status).toBe(2);
    expect(stderr).toContain('tikTime');
    expect(stderr).toContain('tickTime');
    expect((await runZksh(['sandbox', '--set', 'tickTime'])).stderr).toContain('not KEY=VALUE');
    const secret = await runZksh(['sandbox', '--sasl-user', 'hunter2']);
    expect([secret.status, secret.stderr.includes('hunter2')]).toEqual([2, false]);
  });

  test('--data-dir keeps the tree', async () => {
    const folder = join(inFolder(), 'data');
    const inside = (line: string) => ['sh', '-c', `${process.execPath} ${ZKSH} ${line}`];
    const first = await runZksh(['sandbox', '--empty', '--data-dir', folder, '--', ...inside('create /kept x')]);
    expect([first.status, first.stderr]).toEqual([0, '']);
    const second = await runZksh(['sandbox', '--data-dir', folder, '--', ...inside('ls /')]);
    expect([second.status, second.stdout.toString()]).toEqual([0, 'kept\nzookeeper\n']);
  });
});

describe('fault', () => {
  const run = (...lines: string[]) => runZksh(['--sandbox', '-k', ...lines.flatMap((line) => ['-e', line])]);

  test('answers a request with an error, as often as it was told to', async () => {
    const { status, stdout, stderr } = await run(
      'fault answer NOAUTH --op create2 --path /x --times 1',
      'create /y',
      'create /x',
      'create /x',
      'fault',
    );
    expect(stdout.toString()).toMatch(/^1 .*\n\/y\n\/x\n/);
    expect(stderr).toMatch(/^zksh: create \/x: not allowed/);
    expect(status).toBe(5);
  });

  test('ends the session, and its ephemerals with it', async () => {
    const { stdout, stderr } = await run('create -e /me', 'fault expire', 'connect -q', 'get /me');
    expect(stdout.toString()).toMatch(/^\/me\n1 session\n/);
    expect(stderr).toContain('get /me: no such znode');
  });

  test('drops connections, and the session comes back', async () => {
    const { status, stdout } = await run('create -e /me', 'fault drop', 'wait --server', 'exists /me');
    expect([status, stdout.toString()]).toEqual([0, '/me\n1 connection\n']);
  });

  test.each([
    [['fault', 'freeze'], 'this run does not speak to a sandbox of its own'],
    [['--sandbox', 'fault', 'slow'], 'BYTES is missing'],
    [['--sandbox', 'fault', 'lose', '3'], 'lose takes no 3'],
    [['--sandbox', 'fault', 'delay', 'soon'], 'not a duration: soon'],
    [['--sandbox', 'fault', 'answer', 'NOPE'], 'not a code of ZooKeeper: NOPE'],
    [['--sandbox', 'fault', 'lose', '--session', 'x'], 'not the id of a session: x'],
    [['--sandbox', 'fault', 'lose', '--probability', '2'], 'not a number from 0 to 1: 2'],
    [['--sandbox', 'fault', 'clear', '9'], 'there is no fault 9'],
  ])('%j is refused', async (words, message) => {
    const { status, stderr } = await runZksh(words);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
