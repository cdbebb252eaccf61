/** Snapshots over HTTP, and what the AdminServer is beyond its commands (those are held against a real one in test/contract). */
import { expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { eventually } from '../../helpers/eventually.js';
import { temporaryFolder } from '../../helpers/reaper.js';
import { open, start, startHeld } from './scene.js';

const settings = { 'admin.serverPort': 0 };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

async function ask(sandbox: Sandbox, command: string, init: RequestInit = {}): Promise<Answer> {
  const { status, headers, arrayBuffer } = await fetch(`${sandbox.adminUrl}/${command}`, init).then(
    async (response) => {
      const bytes = await response.arrayBuffer();
      return { status: response.status, headers: response.headers, arrayBuffer: bytes };
    },
  );
  return { status, headers, body: Buffer.from(arrayBuffer) };
}

const as = (authorization: string): RequestInit => ({ headers: { authorization } });

test('is not there unless it is asked for', async () => {
  expect((await start()).adminUrl).toBeNull();
  expect((await start({ settings: { 'admin.enableServer': false, 'admin.serverPort': 0 } })).adminUrl).toBeNull();
  const sandbox = await start({ settings });
  expect(sandbox.adminUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/commands$/);
  expect((await ask(sandbox, 'ruok')).body.toString()).toBe('{\n  "command" : "ruok",\n  "error" : null\n}');
});

test('stops with the sandbox, and comes back on the same port', async () => {
  const sandbox = await start({ settings });
  const url = sandbox.adminUrl;
  await sandbox.restart();
  expect(sandbox.adminUrl).toBe(url);
  expect((await ask(sandbox, 'ruok')).status).toBe(200);
  await sandbox.stop();
  await expect(ask(sandbox, 'ruok')).rejects.toThrow();
});

test.each(['in memory', 'with a data directory'])('a snapshot is taken and put back, %s', async (where) => {
  const folder = where === 'in memory' ? null : temporaryFolder('admin');
  if (folder !== null) onTestFinished(() => folder.remove());
  const { sandbox, clock } = await startHeld({ settings, ...(folder === null ? {} : { dataDir: folder.path }) });
  const session = await open(sandbox, { sessionTimeoutMs: 40_000 });
  await session.create('/kept', { data: 'before' });
  await session.create('/own', { flags: 1 });
  const zxid = sandbox.lastZxid;

  const { status, headers, body } = await ask(sandbox, 'snapshot', as('ip'));
  expect([status, headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
  expect(headers.get('last_zxid')).toBe(`0x${zxid.toString(16)}`);
  expect(headers.get('snapshot_size')).toBe(String(body.length));
  expect(body.subarray(0, 4).toString()).toBe('ZKSN');

  await session.setData('/kept', 'after');
  await session.create('/new');
  const restored = await ask(sandbox, 'restore', { method: 'POST', body: new Uint8Array(body), ...as('ip') });
  expect(JSON.parse(restored.body.toString())).toEqual({ last_zxid: zxid, command: 'restore', error: null });
  expect(sandbox.tree.get('/kept')?.data?.toString()).toBe('before');
  expect(sandbox.tree.get('/new')).toBeNull();
  await session.getData('/kept');
  // Sessions do not expire any more until the next start.
  clock.pass(100_000);
  expect(sandbox.sessions).toHaveLength(1);

  await sandbox.kill();
  await sandbox.restart();
  expect(sandbox.tree.get('/kept')?.data?.toString()).toBe('before');
  expect(sandbox.tree.get('/new')).toBeNull();
  clock.pass(100_000);
  expect(sandbox.sessions).toHaveLength(0);
});

test('what is no whole snapshot changes nothing', async () => {
  const { sandbox, clock } = await startHeld({ settings });
  const session = await open(sandbox);
  await session.create('/kept');
  const { body } = await ask(sandbox, 'snapshot', as('ip'));
  for (const wrong of [Buffer.alloc(0), Buffer.from('hello'), body.subarray(0, body.length - 1), body.subarray(1)]) {
    clock.pass(300_000);
    const init = { method: 'POST', body: new Uint8Array(wrong), ...as('ip') };
    expect((await ask(sandbox, 'restore', init)).status).toBe(500);
  }
  expect(sandbox.tree.get('/kept')).not.toBeNull();
});

test('too soon is 429: for a restore five minutes, for a snapshot 0.3 seconds', async () => {
  const { sandbox, clock } = await startHeld({ settings });
  const statusOf = async (command: string, init: RequestInit): Promise<number> =>
    (await ask(sandbox, command, init)).status;
  const restore = { method: 'POST', body: 'x', ...as('ip') };
  expect(await statusOf('snapshot', as('ip'))).toBe(200);
  expect(await statusOf('snapshot', as('ip'))).toBe(429);
  expect(await statusOf('restore', restore)).toBe(500);
  expect(await statusOf('restore', restore)).toBe(429);
  clock.pass(300);
  expect(await statusOf('snapshot?streaming=false', as('ip'))).toBe(200);
  expect(await statusOf('restore', restore)).toBe(429);
  clock.pass(300_000);
  expect(await statusOf('restore', restore)).toBe(500);
});

test('only who may do everything to the root', async () => {
  const superDigest = 'super:lK75jTNcA+U9vtVEw5vB51mj/w4=';
  const sandbox = await start({
    settings: {
      ...settings,
      'DigestAuthenticationProvider.superDigest': superDigest,
      'admin.rateLimiterIntervalInMS': 0,
    },
  });
  const session = await open(sandbox);
  await session.auth('digest', 'a:b');
  await session.setACL('/', [[31, 'auth', '']]);
  const statuses: Record<string, number> = {};
  for (const who of [
    '',
    'ip',
    'digest a:b',
    'digest a:c',
    'digest super:secret',
    'digest',
    'sasl a',
    'world anyone',
    'digest a b',
    'Basic YTpi',
  ]) {
    statuses[who] = (await ask(sandbox, 'snapshot', who === '' ? {} : as(who))).status;
  }
  expect(statuses).toEqual({
    '': 401,
    ip: 403,
    'digest a:b': 200,
    'digest a:c': 403,
    'digest super:secret': 200,
    digest: 401,
    'sasl a': 401,
    'world anyone': 401,
    'digest a b': 401,
    'Basic YTpi': 401,
  });
});

test('can be switched off, command by command', async () => {
  const off = { 'admin.snapshot.enabled': false, 'admin.restore.enabled': false };
  const sandbox = await start({ settings: { ...settings, ...off } });
  expect((await ask(sandbox, 'snapshot', as('ip'))).status).toBe(503);
  expect((await ask(sandbox, 'restore', { method: 'POST', body: 'x', ...as('ip') })).status).toBe(503);
});

test('another path, where that is asked for', async () => {
  const sandbox = await start({ settings: { ...settings, 'admin.commandURL': '/zk' } });
  expect(sandbox.adminUrl).toMatch(/\/zk$/);
  expect((await ask(sandbox, '')).body.toString()).toContain('<a href="/zk/ruok">ruok</a>\n<br/>\n');
});

test('a large body from who may not restore is not even read', async () => {
  const sandbox = await start({ settings });
  const body = new Uint8Array(8_000_000);
  const answer = await ask(sandbox, 'restore', { method: 'POST', body }).catch(() => ({ status: 401 }));
  expect(answer.status).toBe(401);
  await eventually(async () => (await ask(sandbox, 'ruok')).status === 200, { what: 'the next answer' });
});
