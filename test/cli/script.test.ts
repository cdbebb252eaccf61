/** Commands in order over one session: where they stop, what they say, what they leave. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OP, startFakeServer } from '../helpers/fake-server.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runInside } from './inside.js';
import { startZksh } from './zksh-process.js';

const folder = temporaryFolder('scripts');
afterAll(() => folder.remove());

function scriptFile(name: string, text: string | Buffer): string {
  const file = join(folder.path, name);
  writeFileSync(file, text);
  return file;
}

describeWithZooKeeper('scripts against a real server', (server) => {
  const root = `/test-script-${process.pid}`;
  const run = (words: readonly string[], stdin?: string | Readable) =>
    runInside(['-s', server, ...words], stdin === undefined ? {} : { stdin });

  beforeAll(() => run(['create', root]));
  afterAll(() => run(['delete', root]));

  test('it stops at the first failure, and names file and line', async () => {
    const file = scriptFile('stops', `# what it is\n\nexists ${root}\nget ${root}/none\ncreate ${root}/late\n`);
    const { status, stderr } = await run(['-f', file]);
    expect(status).toBe(3);
    expect(stderr.split('\n')[0]).toBe(`zksh: ${file}:4: get ${root}/none: no such znode`);
    expect((await run(['exists', `${root}/late`])).status).toBe(3);
  });

  test('stdin is named -, as -f - and without', async () => {
    for (const words of [[], ['-f', '-']]) {
      const { status, stderr } = await run(words, `ls ${root}\nget ${root}/none`);
      expect(status).toBe(3);
      expect(stderr).toMatch(/^zksh: -:2: get /);
    }
  });

  test('in json the place is in the object', async () => {
    const { stderr } = await run(['-o', 'json'], `\n\nget ${root}/none\n`);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'NONODE', file: '-', line: 3, status: 3 } });
  });

  test('-k runs all of it, tells each failure and ends with the status of the first', async () => {
    const script = `get ${root}/none\nfrobnicate\ncreate ${root}\ncreate ${root}/made\ndelete ${root}/made\n`;
    const { status, stdout, stderr } = await run(['-k'], script);
    expect(status).toBe(3);
    expect(stdout.toString()).toBe(`${root}/made\n`);
    expect(stderr.match(/^zksh: -:\d+: \S+/gm)).toEqual(['zksh: -:1: get', 'zksh: -:2: unknown', 'zksh: -:3: create']);
  });

  test('-e several times is one session, with one working directory', async () => {
    const { status, stdout } = await run([
      ...['-e', `cd ${root}`],
      ...['-e', 'create -e mine data; get mine'],
      ...['-e', 'pwd'],
      ...['-e', 'delete mine'],
    ]);
    expect(status).toBe(0);
    expect(stdout.toString()).toBe(`${root}/mine\ndata${root}\n`);
  });

  test('quit ends it with the status so far', async () => {
    const { status, stdout } = await run([], 'pwd\nquit\nget /none\n');
    expect([status, stdout.toString()]).toEqual([0, '/\n']);
    expect((await run(['-k'], 'get /none-at-all\nquit\npwd\n')).status).toBe(3);
  });

  test('a quote that is never closed fails where it stands, and what was before it is done', async () => {
    const { status, stdout, stderr } = await run([], 'pwd\n\nset / "never\nclosed\n');
    expect([status, stdout.toString()]).toEqual([2, '/\n']);
    expect(stderr).toMatch(/^zksh: -:3: /);
  });

  test.each([
    ['a file', (bytes: Buffer) => run(['-f', scriptFile('bytes', bytes)])],
    ['stdin', (bytes: Buffer) => run([], Readable.from([bytes.subarray(0, 6), bytes.subarray(6)]))],
  ])('a script that is not UTF-8 is refused with its line: %s', async (_name, runBytes) => {
    const { status, stderr } = await runBytes(Buffer.from('pwd\npwd\nget /\xff\n', 'latin1'));
    expect(status).toBe(2);
    expect(stderr).toMatch(/:3: the script is not UTF-8/);
  });

  test('a character cut in two by the pipe is one character', async () => {
    const bytes = Buffer.from(`create ${root}/zażółć\ndelete ${root}/zażółć\n`);
    const pieces = Readable.from(Array.from(bytes, (byte) => Buffer.from([byte])));
    expect(await run([], pieces)).toMatchObject({ status: 0, stdout: Buffer.from(`${root}/zażółć\n`) });
  });

  test('commands from a pipe run as their lines arrive, a here-document when it ends', async () => {
    const zksh = startZksh(['-s', server]);
    zksh.child.stdin.write(`create ${root}/live <<END\nfirst\n`);
    zksh.child.stdin.write(`second\nEND\nget ${root}/live\n`);
    await zksh.saysOnStdout('first\nsecond\n');
    zksh.child.stdin.write(`delete ${root}/live; pwd`);
    zksh.child.stdin.end();
    expect(await zksh.outcome).toMatchObject({ status: 0, stderr: '' });
    expect(zksh.stdout().toString()).toBe(`${root}/live\nfirst\nsecond\n/\n`);
  });

  test('global options behind a verb hold for that command only', async () => {
    const { stdout } = await run([], `exists ${root} -o json\nls ${root}/.. -q\nget ${root} --read-only\n`);
    const [first, second] = stdout.toString().split('\n');
    expect(JSON.parse(first ?? '')).toMatchObject({ exists: true });
    expect(second).not.toMatch(/^{/);
  });
});

describe('scripts without a real server', () => {
  test('a script that cannot be read is one error', async () => {
    mkdirSync(join(folder.path, 'folder'));
    expect(await runInside(['-f', '/none'])).toMatchObject({
      status: 1,
      stderr: 'zksh: cannot read /none: there is no such file\n',
    });
    expect(await runInside(['-f', join(folder.path, 'folder')])).toMatchObject({ status: 1 });
  });

  test('a script of verbs that ask no server opens no session', async () => {
    const server = await startFakeServer();
    const { status, stdout } = await runInside(['-s', server.address], {
      stdin: 'pwd\n# nothing else\nversion; quit\n',
    });
    await server.stop();
    expect([status, stdout.toString().split('\n')[0]]).toEqual([0, '/']);
    expect(server.connections).toHaveLength(0);
  });

  test('all commands share one session, closed once', async () => {
    const server = await startFakeServer();
    const { status } = await runInside(['-s', server.address, '-e', 'get /a', '-e', 'get /b; get /c']);
    await server.stop();
    expect(status).toBe(0);
    expect(server.connections).toHaveLength(1);
    expect(server.requests(OP.closeSession)).toHaveLength(1);
  });

  test('a session that expires between two commands fails the next one; with -k the one after it has a new session', async () => {
    const server = await startFakeServer();
    const zksh = startZksh(['-s', server.address, '-k', '--debug']);
    zksh.child.stdin.write('get /a\n');
    await zksh.saysOnStdout('data');
    server.sessions.clear();
    server.cutAll();
    await zksh.saysOnStderr('session event: expired');
    zksh.child.stdin.write('get /b\nget /c\n');
    zksh.child.stdin.end();
    const { status, stdout, stderr } = await zksh.outcome;
    await server.stop();
    expect(status).toBe(7);
    expect(stdout.toString()).toBe('datadata');
    expect(stderr).toMatch(/^zksh: -:2: get: the session has expired/m);
    expect(server.requests(OP.getData)).toHaveLength(2);
  });
});
