/** Pipes that close, readers that are slow, signals: each run ends in order and leaves no session behind. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { startFakeServer } from '../helpers/fake-server.js';
import { askWord } from '../helpers/four-letter-word.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runInside } from './inside.js';
import { runZksh, sessionIn, startZksh, ZKSH } from './zksh-process.js';

describeWithZooKeeper('against a real server', (server) => {
  const root = `/test-streams-${process.pid}`;
  const port = Number(server.split(':')[1]);
  /** Sessions that the server knows, connected or not. */
  const sessions = async () => askWord(port, 'dump');

  beforeAll(() => runInside(['-s', server, '-e', `create ${root}`, '-e', `create ${root}/big @${ZKSH}`]));
  afterAll(() => runInside(['-s', server, '-e', `delete ${root}/big`, '-e', `delete ${root}`]));

  test('a reader that leaves early ends the run quietly with status 0', async () => {
    const script = Array.from({ length: 2000 }, () => `stat ${root}`).join('\n');
    const zksh = startZksh(['-s', server, '--debug']);
    zksh.child.stdout.once('data', () => zksh.child.stdout.destroy());
    zksh.child.stdin.end(`${script}\n`);
    const { status, signal, stderr } = await zksh.outcome;
    expect({ status, signal }).toEqual({ status: 0, signal: null });
    expect(stderr).not.toMatch(/EPIPE|error/i);
    expect(await sessions()).not.toContain(sessionIn(stderr));
  });

  test('all that was written arrives, however slow the reader is', async () => {
    const data = Buffer.alloc(900_000, 'x');
    await runInside(['-s', server, 'set', `${root}/big`, '-'], { stdin: data });
    const child = spawn('sh', [
      '-c',
      '"$0" "$@" | { read -r first_wait </dev/null; cat; } | wc -c',
      process.execPath,
      ZKSH,
      '-s',
      server,
      'get',
      `${root}/big`,
      `${root}/big`,
    ]);
    let count = '';
    child.stdout.on('data', (chunk) => {
      count += chunk;
    });
    await new Promise((done) => child.on('close', done));
    expect(Number(count)).toBe(1_800_000);
  });

  test.each<[NodeJS.Signals, number]>([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])('%s ends a watch and its session, silently', async (signal, status) => {
    const watch = startZksh(['-s', server, '--debug', '-o', 'human', 'watch', root]);
    await watch.saysOnStderr('watching');
    const session = sessionIn(watch.stderr());
    expect(await sessions()).toContain(session);
    watch.child.kill(signal);
    expect(await watch.outcome).toMatchObject({ status, signal: null, stdout: Buffer.alloc(0) });
    expect(await sessions()).not.toContain(session);
    expect(watch.stderr()).not.toMatch(/interrupted/);
  });

  test.each([
    ['done', ['get', root], 0],
    ['refused', ['get', `${root}/none`], 3],
    ['out of time', ['--timeout', '1s', 'watch', root], 8],
    ['a usage error in mid-script', ['-e', `ls ${root}`, '-e', 'ls ///'], 2],
    ['quit', ['-e', 'quit', '-e', 'ls /none'], 0],
  ])('no session is left behind: %s', async (_name, words, status) => {
    const outcome = await runZksh(['-s', server, '--debug', ...words]);
    expect(outcome.status).toBe(status);
    if (!words.includes('quit')) {
      expect(await sessions()).not.toContain(sessionIn(outcome.stderr));
    }
  });

  test('Ctrl-C while a line is waited for ends the script', async () => {
    const zksh = startZksh(['-s', server, '--debug']);
    zksh.child.stdin.write(`stat ${root}\n`);
    await zksh.saysOnStdout('numChildren');
    zksh.child.kill('SIGINT');
    expect(await zksh.outcome).toMatchObject({ status: 130 });
    expect(await sessions()).not.toContain(sessionIn(zksh.stderr()));
  });

  test('a watch tells each event at once, also through a pipe', async () => {
    const watch = startZksh(['-s', server, '-o', 'json', '--debug', 'watch', `${root}/big`, '--data']);
    await watch.saysOnStderr('session');
    await eventually(async () => (await askWord(port, 'wchp')).includes(`${root}/big`), { what: 'the watch' });
    await runInside(['-s', server, 'set', `${root}/big`, 'new']);
    await watch.saysOnStdout('"data":"new"');
    watch.child.kill('SIGINT');
    expect(await watch.outcome).toMatchObject({ status: 130 });
  });

  test('--exec gets the event in its environment, and its output comes in order', async () => {
    const exec = 'echo "$ZKSH_EVENT $ZKSH_PATH"; exit 3';
    const watch = startZksh(['-s', server, 'watch', `${root}/big`, '--once', '--exec', exec]);
    await eventually(async () => (await askWord(port, 'wchp')).includes(`${root}/big`), { what: 'the watch' });
    await runInside(['-s', server, 'set', `${root}/big`, 'newer']);
    const { status, stdout } = await watch.outcome;
    expect(status).toBe(3);
    expect(stdout.toString()).toMatch(new RegExp(`\tchanged\t${root}/big\t0x[0-9a-f]+\nchanged ${root}/big\n$`));
  });
});

describe('against a server that does not answer', () => {
  test('a second Ctrl-C ends the process at once', async () => {
    const server = await startFakeServer({ answer: () => null });
    const zksh = startZksh(['-s', server.address, 'get', '/x']);
    await server.request(4);
    zksh.child.kill('SIGINT');
    // The end of the session is asked for, and not answered.
    await server.request(-11);
    zksh.child.kill('SIGINT');
    expect(await zksh.outcome).toMatchObject({ status: 130 });
    await server.stop();
  });

  test('Ctrl-C tells of a write that may have happened', async () => {
    const server = await startFakeServer({ answer: () => null });
    const zksh = startZksh(['-s', server.address, 'set', '/x', 'data']);
    await server.request(5);
    zksh.child.kill('SIGINT');
    const { status, stderr } = await zksh.outcome;
    await server.stop();
    expect(status).toBe(130);
    expect(stderr).toContain('may have been applied');
  });

  test('something that is no ZooKeeper is named, not believed', async () => {
    const { createServer } = await import('node:net');
    const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    const { port } = http.address() as { port: number };
    const { status, stderr } = await runZksh(['-s', `127.0.0.1:${port}`, 'ls', '/']);
    http.close();
    expect(status).toBe(6);
    expect(stderr).toMatch(/something else than ZooKeeper/);
  });
});
