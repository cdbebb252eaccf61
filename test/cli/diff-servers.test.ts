/** diff --servers: what is not the same on all servers of an ensemble; servers that do not know of each other stand in for one. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/start.js';
import { runZksh } from './zksh-process.js';

let sandboxes: Sandbox[];
let sessions: Session[];
beforeAll(async () => {
  sandboxes = await Promise.all([0, 1, 2].map(() => startSandbox({})));
  sessions = await Promise.all(sandboxes.map(({ address }) => openSession({ servers: address })));
  for (const session of sessions) {
    for (const path of ['/same', '/same/a', '/other', '/other/a', '/other/b']) {
      await session.create(path, Buffer.from('x'));
    }
  }
  await sessions[1]!.setData('/other/a', Buffer.from('y'));
  await sessions[2]!.delete('/other/b');
  await sessions[2]!.create('/other/c', null);
});
afterAll(async () => {
  await Promise.all(sessions.map((session) => session.close()));
  await Promise.all(sandboxes.map((sandbox) => sandbox.stop()));
});

async function diff(...words: string[]): Promise<{ status: number | null; lines: string[]; stderr: string }> {
  const servers = sandboxes.map(({ address }) => address).join(',');
  const { status, stdout, stderr } = await runZksh(['-s', servers, 'diff', '--servers', ...words]);
  const named = sandboxes.reduce((text, { address }, index) => text.replaceAll(address, `zk${index}`), `${stdout}`);
  return { status, lines: named.split('\n').slice(0, -1), stderr };
}

test('nothing is said where they are the same', async () => {
  expect(await diff('/same', '--acl')).toEqual({ status: 0, lines: [], stderr: '' });
});

test('each is compared with the first, and named', async () => {
  const { status, lines } = await diff('/other');

  expect(status).toBe(9);
  expect(lines.sort()).toEqual(['added\t/other/c\tzk2', 'data\t/other/a\tzk1', 'removed\t/other/b\tzk2']);
});

test('in json the server has a key of its own', async () => {
  const { lines } = await diff('/other/a', '-o', 'json');

  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      difference: 'data',
      path: '/other/a',
      server: 'zk1',
      left: { path: '/other/a', data: 'x', encoding: 'utf8' },
      right: { path: '/other/a', data: 'y', encoding: 'utf8' },
    },
  ]);
});

test('what others write meanwhile is not taken for a difference', async () => {
  const [{ address }] = sandboxes as [Sandbox];
  const [session] = sessions as [Session];
  await session.create('/busy', null);
  await Promise.all(Array.from({ length: 300 }, (_, index) => session.create(`/busy/${index}`, null)));
  let isOver = false;
  const writing = (async () => {
    for (let round = 0; !isOver; round++) {
      await session.setData(`/busy/${round % 300}`, Buffer.from(String(round)));
      await session.create(`/busy/new${round}`, null);
      await session.delete(`/busy/new${round}`);
    }
  })();

  // One server under two names.
  const twice = `${address},${address.replace('127.0.0.1', 'localhost')}`;
  const outcomes = [];
  for (let round = 0; round < 3; round++) {
    outcomes.push(await runZksh(['-s', twice, 'diff', '--servers', '/busy']));
  }
  isOver = true;
  await writing;

  expect(outcomes.map(({ status, stdout }) => ({ status, stdout: `${stdout}` }))).toEqual(
    outcomes.map(() => ({ status: 0, stdout: '' })),
  );
});

test('of one server there is nothing to compare', async () => {
  const { status, stderr } = await runZksh(['-s', sandboxes[0]!.address, 'diff', '--servers', '/same']);

  expect(status).toBe(2);
  expect(stderr).toContain('only one server is known');
});
