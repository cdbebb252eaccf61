/** What a shell's Tab gets: names in time, and never a word of trouble. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { OP, startFakeServer } from '../helpers/fake-server.js';
import { askWord } from '../helpers/four-letter-word.js';
import { freePort } from '../helpers/free-port.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runInside } from './inside.js';
import { runZksh } from './zksh-process.js';

/** As bash asks: the words of the line, the last one to be completed. */
const ask = (...words: readonly string[]) => ['__complete', 'bash', String(words.length), '--', 'zksh', ...words];

describeWithZooKeeper('completion from a real server', (server) => {
  const root = `/test-completion-${process.pid}`;
  beforeAll(() =>
    runInside(['-s', server, '-e', `create ${root}`, '-e', `create ${root}/one`, '-e', `create '${root}/$(touch x)'`]),
  );
  afterAll(() => runInside(['-s', server, '-e', `delete ${root}/one '${root}/$(touch x)'`, '-e', `delete ${root}`]));

  /** Tab once more where a busy machine took too long: what must not be missed is that names come. */
  const answer = (words: readonly string[], environment: Record<string, string>) =>
    eventually(
      async () => {
        const { status, stdout, stderr } = await runZksh(ask(...words), { environment });
        expect([status, stderr]).toEqual([0, '']);
        return stdout.length > 0 && stdout.toString();
      },
      { what: `names for ${words.join(' ')}` },
    );

  test('children of a znode, as bytes that nothing is run from', async () => {
    const lines = (await answer(['-s', server, 'get', `${root}/`], {})).trimEnd().split('\n');
    const names = lines.map((line) => line.split('\t')[0]);
    expect(names.sort()).toEqual([`${root}/$(touch x)`, `${root}/one`]);
  });

  test('the server may come from the environment, and no session is left', async () => {
    expect(await answer(['get', `${root}/o`], { ZKSH_SERVER: server })).toMatch(`${root}/one\t`);
    // Sessions of completion ask for 4 s; what is not closed stands in `cons` with that.
    await eventually(async () => !(await askWord(Number(server.split(':')[1]), 'cons')).includes('to=4000'), {
      what: 'the end of the sessions',
    });
  });
});

describe('completion without a server', () => {
  test('verbs and options ask no server', async () => {
    const server = await startFakeServer();
    const { stdout } = await runInside(ask('-s', server.address, 'ge'));
    await server.stop();
    expect(stdout.toString()).toMatch(/^get\tend\t/m);
    expect(server.connections).toHaveLength(0);
  });

  test.each<[string, () => Promise<string>]>([
    ['refuses', async () => `127.0.0.1:${await freePort()}`],
    ['is unknown', async () => 'no-such-host.invalid:2181'],
    ['is no address at all', async () => 'a:b:c/'],
  ])('a server that %s is no reason for a word', async (_name, address) => {
    const outcome = await runZksh(ask('-s', await address(), 'get', '/'));
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: Buffer.alloc(0) });
  });

  test('a mute server costs no more than the budget, and its session is not waited for', async () => {
    const server = await startFakeServer({ welcome: 'mute' });
    const outcome = await runInside(ask('-s', server.address, 'get', '/'));
    await server.stop();
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: Buffer.alloc(0) });
  });

  test('one that answers nonsense, too', async () => {
    const http = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
    const outcome = await runInside(ask('-s', `127.0.0.1:${(http.address() as { port: number }).port}`, 'get', '/'));
    http.close();
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: Buffer.alloc(0) });
  });

  test('files that are wrong, too', async () => {
    const outcome = await runInside(ask('--auth-file', '/none', 'get', '/'));
    expect(outcome).toMatchObject({ status: 0, stderr: '', stdout: Buffer.alloc(0) });
  });

  test('one Tab is one session, closed', async () => {
    const server = await startFakeServer();
    await runInside(ask('-s', server.address, 'get', '/'));
    await server.stop();
    expect(server.connections).toHaveLength(1);
    expect(server.requests(OP.closeSession)).toHaveLength(1);
    expect(server.sessions.size).toBe(0);
  });

  test('files of this machine, where a file is wanted', async () => {
    const folder = temporaryFolder('files');
    mkdirSync(join(folder.path, 'inner'));
    writeFileSync(join(folder.path, 'script'), '');
    const { stdout } = await runInside(ask('-f', `${folder.path}/`));
    folder.remove();
    const names = stdout
      .toString()
      .split('\n')
      .map((line) => line.split('\t')[0]);
    expect(names).toContain(`${folder.path}/inner/`);
    expect(names).toContain(`${folder.path}/script`);
  });
});
