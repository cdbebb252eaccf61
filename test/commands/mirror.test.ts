/** On the sandbox, because it must lose connections and sessions at the right moment. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '../../src/commands/results.js';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import { startSandbox } from '../../src/sandbox/start.js';
import { eventually } from '../helpers/eventually.js';
import { openScene, type Run, type Scene } from './scene.js';

let sandbox: Sandbox;
let scene: Scene;
beforeEach(async () => {
  sandbox = await startSandbox();
  scene = await openScene(sandbox.address);
});
afterEach(async () => {
  sandbox.faults.clear();
  await scene.close();
  await sandbox.stop();
});

const yes = { settings: { yes: true } };
const bodies = (stdout: string) => stdout.replace(/^\S+\t/gm, '');

/** All below `root`, with data. */
async function contents(root: string): Promise<Record<string, string | null>> {
  const found: Record<string, string | null> = {};
  const visit = async (path: string): Promise<void> => {
    const { data } = await scene.session.getData(path);
    found[path.slice(root.length)] = data === null ? null : data.toString();
    for (const name of (await scene.session.getChildren(path)).children) await visit(`${path}/${name}`);
  };
  await visit(root);
  return found;
}

async function source(): Promise<void> {
  await scene.put('/src', 'root');
  await scene.put('/src/a', '1');
  await scene.put('/src/a/b', null);
  await scene.put('/src/empty', '');
  await scene.put('/src/live', 'x', { mode: 'ephemeral' });
  await scene.put('/src/shown', 'y', { acl: [{ perms: 1, scheme: 'world', id: 'anyone' }] });
}

describe('mirror --once', () => {
  beforeEach(source);

  test('makes the copy like the source, ACLs too, and leaves ephemerals out', async () => {
    const { status, stdout } = await scene.run('mirror /src /dst --once', yes);
    expect(status).toBe(0);
    expect(bodies(stdout)).toBe(
      'created\t/dst/a\ncreated\t/dst/a/b\ncreated\t/dst/empty\ncreated\t/dst/shown\ninStep\t-\n',
    );
    expect(await contents('/dst')).toEqual({ '': 'root', '/a': '1', '/a/b': null, '/empty': '', '/shown': 'y' });
    expect((await scene.session.getAcl('/dst/shown')).acl).toEqual([{ perms: 1, scheme: 'world', id: 'anyone' }]);
    expect(bodies((await scene.run('mirror /src /dst --once', yes)).stdout)).toBe('inStep\t-\n');
  });

  test('makes good what is different, and deletes what only the copy has', async () => {
    await scene.run('mirror /src /dst --once', yes);
    await scene.session.setData('/dst/a', Buffer.from('mine'));
    await scene.put('/dst/stray', '');
    await scene.put('/dst/stray/below', '');
    await scene.session.setAcl('/dst/empty', [{ perms: 23, scheme: 'world', id: 'anyone' }]);
    const dry = await scene.run('mirror -n /src /dst');
    expect(dry.stdout).toBe('set\t/dst/a\nsetAcl\t/dst/empty\ndelete\t/dst/stray\n');
    const { stdout } = await scene.run('mirror /src /dst --once', yes);
    expect(bodies(stdout)).toBe(
      'changed\t/dst/a\nacl\t/dst/empty\ndeleted\t/dst/stray/below\ndeleted\t/dst/stray\ninStep\t-\n',
    );
    expect((await scene.run('diff --acl /src /dst')).status).toBe(0);
  });

  test('asks before it deletes, and no means no', async () => {
    await scene.put('/dst', 'root');
    await scene.put('/dst/stray', '');
    scene.answer = 'n';
    const { status, stderr } = await scene.run('mirror /src /dst --once');
    expect(status).toBe(1);
    expect(scene.asked).toEqual(['Only the copy has /dst/stray with all below it. Delete? [y/N] ']);
    expect(stderr).toContain('not done');
    expect(await scene.session.exists('/dst/stray')).not.toBeNull();
  });

  test('keeps what holds ephemerals of living sessions', async () => {
    await scene.put('/dst', 'root');
    await scene.put('/dst/members', '');
    await scene.put('/dst/members/me', '', { mode: 'ephemeral' });
    await scene.run('mirror /src /dst --once', yes);
    expect(await scene.session.exists('/dst/members/me')).not.toBeNull();
  });

  test('without ACLs those of the copy stay', async () => {
    await scene.run('mirror /src /dst --once --no-acl', yes);
    expect((await scene.session.getAcl('/dst/shown')).acl).toEqual([{ perms: 31, scheme: 'world', id: 'anyone' }]);
    await scene.session.setAcl('/dst/a', [{ perms: 15, scheme: 'world', id: 'anyone' }]);
    await scene.session.setData('/src/a', Buffer.from('2'));
    await scene.run('mirror /src /dst --once --no-acl', yes);
    expect((await scene.session.getAcl('/dst/a')).acl[0]?.perms).toBe(15);
    expect((await contents('/dst'))['/a']).toBe('2');
  });

  test('what is excluded is neither copied nor deleted', async () => {
    await scene.put('/dst', 'root');
    await scene.put('/dst/a', 'own');
    const { stdout } = await scene.run("mirror /src /dst --once --exclude 'a'", yes);
    expect(bodies(stdout)).toBe('created\t/dst/empty\ncreated\t/dst/shown\ninStep\t-\n');
    expect((await contents('/dst'))['/a']).toBe('own');
  });

  test.each([
    ['mirror /src /src/below --once', 2],
    ['mirror /src /src --once', 2],
    ['mirror /none /dst --once', 3],
    ['mirror /src @file --once', 2],
    ['mirror /src /dst --rate 0', 2],
  ])('%s fails with status %i', async (line, status) => {
    expect((await scene.run(line, yes)).status).toBe(status);
  });
});

describe('mirror', () => {
  let stop: AbortController;
  let running: Promise<Run>;
  let events: string[];

  beforeEach(async () => {
    await source();
    stop = new AbortController();
    events = [];
    const onResult = (result: Result) => {
      if (result.kind === 'mirrored') events.push(`${result.event} ${result.path ?? '-'}`);
    };
    running = scene.run('mirror /src /dst', { ...yes, signal: stop.signal, onResult });
    await inStep(1);
  });
  afterEach(async () => {
    stop.abort();
    expect((await running).status).toBe(130);
  });

  const inStep = (times: number) =>
    eventually(() => events.filter((event) => event === 'inStep -').length >= times, {
      what: `in step, ${times} times`,
    });
  const isLike = async () => JSON.stringify(await contents('/dst')) === JSON.stringify(await expected());

  async function expected(): Promise<Record<string, string | null>> {
    const { '/live': _, ...others } = await contents('/src');
    return others;
  }

  test('follows every change', async () => {
    await scene.session.setData('/src/a', Buffer.from('2'));
    await scene.put('/src/new', 'n');
    await scene.put('/src/new/child', 'c');
    await scene.session.delete('/src/a/b');
    await scene.session.delete('/src/empty');
    await eventually(isLike, { what: 'the copy like the source' });
    expect(events).toContain('deleted /dst/empty');
    expect(events).not.toContain('gap -');
  });

  test('a lost connection is a gap, and nothing is missed', async () => {
    const refusing = sandbox.faults.refuseConnections();
    sandbox.faults.dropConnections();
    await eventually(() => scene.connection.current?.state === 'disconnected', { what: 'no connection' });
    refusing.clear();
    await scene.session.setData('/src/a', Buffer.from('while away'));
    await inStep(2);
    await eventually(isLike, { what: 'the copy like the source' });
    expect(events).toContain('gap -');
  });

  test('a lost session is a gap, and a new one goes on', async () => {
    const { sessionId } = scene.connection.current as { sessionId: bigint };
    const other = await scene.open();
    const copied = async (text: string) => (await other.getData('/dst/a')).data?.toString() === text;
    sandbox.faults.expireSessions({ sessionId });
    await other.setData('/src/a', Buffer.from('expired'));
    await inStep(2);
    await eventually(() => copied('expired'), { what: 'what was written meanwhile' });
    await other.setData('/src/a', Buffer.from('and on'));
    await eventually(() => copied('and on'), { what: 'what was written behind that' });
    expect(events).toContain('gap -');
  });
});
