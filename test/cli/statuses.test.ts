/** Every exit status, reached as a user would reach it. */
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXIT } from '../../src/exit-codes.js';
import { OP, startFakeServer } from '../helpers/fake-server.js';
import { freePort } from '../helpers/free-port.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runInside } from './inside.js';
import { runZksh, startZksh, ZKSH } from './zksh-process.js';

type Name = keyof typeof EXIT;
const status = (name: Name): number => EXIT[name].status;

/** Reached by the tests below. */
const REACHED: readonly Name[] = [
  'ok',
  'failed',
  'usage',
  'noNode',
  'conflict',
  'notAllowed',
  'connection',
  'expired',
  'timeout',
  'differences',
  'unknownCommand',
  'hangup',
  'interrupted',
  'terminated',
];

test('every status is reached here', () => {
  expect(Object.keys(EXIT).sort()).toEqual([...REACHED].sort());
});

describeWithZooKeeper('statuses of what a server says', (server) => {
  const root = `/test-statuses-${process.pid}`;
  const zksh = (...words: readonly string[]) => runZksh(['-s', server, ...words]);

  beforeAll(async () => {
    const setUp = [
      `create ${root}`,
      `create ${root}/child`,
      `create ${root}/guarded '' digest:nobody:iNsS5ufXYZBTzCV2Kt1oT8bVTAo=:r`,
    ];
    expect(await runInside(['-s', server, ...setUp.flatMap((line) => ['-e', line])])).toMatchObject({ stderr: '' });
  });
  afterAll(() => runInside(['-s', server, '-k', '-e', `delete ${root}/child ${root}/guarded`, '-e', `delete ${root}`]));

  test.each<[Name, string[]]>([
    ['ok', ['exists', root]],
    ['usage', ['get', `${root}//child`]],
    ['usage', ['delete', `${root}/child`, '5', '6']],
    ['usage', ['ls', '--no-such-option']],
    ['noNode', ['get', `${root}/none`]],
    ['noNode', ['exists', `${root}/none`]],
    ['noNode', ['create', `${root}/none/child`]],
    ['conflict', ['create', root]],
    ['conflict', ['delete', root]],
    ['conflict', ['set', `${root}/child`, 'data', '-v', '7']],
    ['notAllowed', ['get', `${root}/guarded`]],
    ['notAllowed', ['--read-only', 'delete', `${root}/child`]],
    ['failed', ['set', `${root}/child`, '@/no/such/file']],
    ['unknownCommand', ['frobnicate']],
  ])('%s: %j', async (name, words) => {
    const outcome = await zksh(...words);
    expect({ ...outcome, stdout: '' }).toMatchObject({ status: status(name) });
    expect(outcome.stderr === '').toBe(name === 'ok' || words[0] === 'exists');
  });

  test('differences: a subtree is not as it is described', async () => {
    const description = { stdin: JSON.stringify({ [`${root}/child`]: 'other' }) };
    const outcome = await runZksh(['-s', server, 'plan', '--check', '-'], description);
    expect(outcome).toMatchObject({ status: status('differences'), stderr: '' });
  });

  test.each<[Name, NodeJS.Signals]>([
    ['interrupted', 'SIGINT'],
    ['terminated', 'SIGTERM'],
    ['hangup', 'SIGHUP'],
  ])('%s: %s while a watch runs', async (name, signal) => {
    const watch = startZksh(['-s', server, '-o', 'human', 'watch', root]);
    await watch.saysOnStderr('watching');
    watch.child.kill(signal);
    expect(await watch.outcome).toMatchObject({ status: status(name), signal: null });
  });
});

describe('statuses of what happens on the way', () => {
  test('connection: every server refuses', async () => {
    const [first, second] = [await freePort(), await freePort()];
    const outcome = await runZksh(['-s', `127.0.0.1:${first},127.0.0.1:${second}`, 'ls', '/']);
    expect(outcome.status).toBe(status('connection'));
    expect(outcome.stderr).toContain(`127.0.0.1:${first}`);
    expect(outcome.stderr).toContain(`127.0.0.1:${second}`);
  });

  test('connection: it is lost before the reply, and a write says so', async () => {
    const server = await startFakeServer({
      answer(request, connection) {
        if (request.type === OP.setData) connection.cut();
        return request.type === OP.setData ? null : undefined;
      },
    });
    const outcome = await runZksh(['-s', server.address, 'set', '/x', 'data']);
    await server.stop();
    expect(outcome.status).toBe(status('connection'));
    expect(outcome.stderr).toContain('may have been applied');
  });

  test('expired: the server forgets the session while a command waits', async () => {
    const server = await startFakeServer({
      answer(request, connection) {
        if (request.type !== OP.getData) return undefined;
        server.sessions.clear();
        connection.cut();
        return null;
      },
    });
    // What was in flight is lost with the connection; what comes next meets the expiry.
    const outcome = await runZksh(['-s', server.address, '-k', '-e', 'get /x', '-e', 'get /x']);
    await server.stop();
    expect(outcome.stderr).toMatch(/expired/);
    expect([status('connection'), status('expired')]).toContain(outcome.status);
  });

  test('timeout: no answer in time', async () => {
    const server = await startFakeServer({ answer: () => null });
    const outcome = await runZksh(['-s', server.address, '--timeout', '100ms', 'get', '/x']);
    await server.stop();
    expect(outcome.status).toBe(status('timeout'));
  });

  test('interrupted: while connecting to a server that says nothing', async () => {
    const server = await startFakeServer({ welcome: 'mute' });
    const zksh = startZksh(['-s', server.address, 'get', '/x']);
    await server.connection(0);
    zksh.child.kill('SIGINT');
    expect(await zksh.outcome).toMatchObject({ status: status('interrupted'), stderr: '' });
    await server.stop();
  });

  test('failed: the disk is full', () => {
    const { status: seen, stderr } = spawnSync('sh', ['-c', '"$0" "$1" help >/dev/full', process.execPath, ZKSH]);
    expect([seen, stderr.toString()]).toEqual([
      status('failed'),
      'zksh: help: cannot write the output: no space is left on the device\n',
    ]);
  });
});
