/** deleteall against a real server: many znodes, others who write meanwhile, what may not be deleted, the question. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { findCommand } from '../../src/commands/registry.js';
import { runCommand } from '../../src/commands/run.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

describeWithZooKeeper('deleteall', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
  });
  afterEach(() => scene.close());

  async function fill(session: Session, root: string, count: number): Promise<void> {
    await session.create(root, null);
    const creating = Array.from({ length: count }, (_, index) => session.create(`${root}/n${index}`, null));
    await Promise.all(creating);
  }

  test('takes more znodes than a multi holds', async () => {
    await fill(scene.session, '/many', 2_500);

    const { status, stdout } = await scene.run('deleteall /many -o json');

    expect(status).toBe(0);
    const paths = stdout.trimEnd().split('\n');
    expect(paths).toHaveLength(2_501);
    expect(new Set(paths).size).toBe(2_501);
    expect(paths.at(-1)).toBe('{"path":"/many"}');
    expect(await scene.session.exists('/many')).toBeNull();
  });

  test.each([1, 3, 7])('in multis of %i leaves nothing', async (batch) => {
    await fill(scene.session, '/some', 20);

    expect((await scene.run(`deleteall -b ${batch} /some`)).status).toBe(0);
    expect(await scene.session.exists('/some')).toBeNull();
  });

  test('takes along what others create and does not mind what they delete', async () => {
    const other = await scene.open();
    await fill(scene.session, '/busy', 1_500);
    let isOver = false;
    const disturbing = (async () => {
      for (let index = 0; !isOver && index < 40; index++) {
        await other.create(`/busy/n${index * 30}/late`, null).catch(() => {});
        await other.delete(`/busy/n${index * 30 + 1}`).catch(() => {});
      }
    })();

    const { status, stderr } = await scene.run('deleteall /busy');
    isOver = true;
    await disturbing;

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(await scene.session.exists('/busy')).toBeNull();
  });

  test('goes on beside what may not be deleted, names it, and has status 1', async () => {
    await scene.put('/t');
    await scene.put('/t/locked', null, { acl: [{ perms: 1 | 16, scheme: 'world', id: 'anyone' }] });
    await scene.put('/t/free');
    const outside = scene.session;
    // Made by somebody who may: then nobody else may delete it.
    await outside.setAcl('/t/locked', [{ perms: 31, scheme: 'world', id: 'anyone' }]);
    await outside.create('/t/locked/child', null);
    await outside.setAcl('/t/locked', [{ perms: 1, scheme: 'world', id: 'anyone' }]);

    const { status, stderr } = await scene.run('deleteall /t');

    expect(status).toBe(1);
    expect(stderr.replace(/in \d+ ms/, 'in 5 ms')).toBe(
      'zksh: deleteall /t/locked/child: not allowed: it needs the permission delete on /t/locked\n' +
        '  You are ip:127.0.0.1. The ACL of /t/locked does not grant it to you.\n' +
        '  See who may: getAcl /t/locked. Log in: addauth digest USER:PASSWORD\n' +
        '1 znode deleted, in 5 ms; 1 failed\n',
    );
    expect((await outside.getChildren('/t')).children).toEqual(['locked']);
  });

  test('asks on a terminal, once, before it deletes more than one znode', async () => {
    await fill(scene.session, '/asked', 2);
    scene.answer = 'n';

    const refused = await scene.run('deleteall /asked');
    expect(refused).toMatchObject({ status: 1, stdout: '' });
    expect(refused.stderr).toContain('not done: the answer was not yes');
    expect(scene.asked).toEqual(['Delete /asked and the 2 znodes below it? [y/N] ']);
    expect((await scene.session.getChildren('/asked')).children).toHaveLength(2);

    scene.answer = 'y';
    expect((await scene.run('deleteall /asked')).status).toBe(0);
    expect(await scene.session.exists('/asked')).toBeNull();
  });

  test('tells before it asks how much data there is, and whose ephemerals would go', async () => {
    const other = await scene.open();
    await scene.put('/live', 'some data');
    await other.create('/live/a', Buffer.from('x'), { mode: 'ephemeral' });
    await other.create('/live/b', null, { mode: 'ephemeral' });
    scene.answer = 'y';

    const { results, status } = await scene.run('rm -r /live', { render: { format: 'human' } });

    expect(status).toBe(0);
    expect(scene.asked).toEqual(['Delete /live and the 2 znodes below it (10 bytes of data)? [y/N] ']);
    const owner = `0x${other.sessionId.toString(16)}`;
    expect(results.find(({ kind }) => kind === 'message')).toEqual({
      kind: 'message',
      text: `2 ephemerals of one session that lives would go:\n  /live/a  held by ${owner}\n  /live/b  held by ${owner}`,
    });
  });

  test('goes on where it was interrupted when it is run again', async () => {
    await fill(scene.session, '/long', 3_000);
    const control = new AbortController();
    const onResult = ({ kind }: { kind: string }) => kind === 'deleted' && control.abort();

    const first = await scene.run('deleteall /long -b 100', { signal: control.signal, onResult });

    expect(first.error).toMatchObject({ code: 'INTERRUPTED' });
    const left = (await scene.session.getChildren('/long')).children.length;
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(3_000);
    expect((await scene.run('deleteall /long')).status).toBe(0);
    expect(await scene.session.exists('/long')).toBeNull();
  });

  test.each([
    ['with -y', 'deleteall /x', { yes: true }, 3],
    ['for a znode without children', 'deleteall /x/n0', {}, 1],
    ['for a dry run', 'deleteall -n /x', {}, 3],
  ])('asks nothing %s', async (_, line, settings, plannedOrGone) => {
    await fill(scene.session, '/x', 2);
    scene.answer = 'n';

    const { status, stdout } = await scene.run(`${line} -o json`, { settings });

    expect({ status, count: stdout.trimEnd().split('\n').length }).toEqual({ status: 0, count: plannedOrGone });
    expect(scene.asked).toEqual([]);
  });

  test.each([
    ['/', 'refused: / holds /zookeeper, which belongs to ZooKeeper itself'],
    ['/zookeeper', 'refused: what is below /zookeeper belongs to ZooKeeper itself'],
    ['/zookeeper/quota/a', 'refused: what is below /zookeeper belongs to ZooKeeper itself'],
  ])('of %s is refused where there is no chroot, before anything is sent', async (path, message) => {
    const session = new Proxy(scene.session, {
      get(target, name) {
        if (name === 'chroot') {
          return '';
        }
        if (name === 'delete' || name === 'multi') {
          throw new Error('something was deleted');
        }
        const value = Reflect.get(target, name, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const results = runCommand(findCommand('deleteall')!, { path: ['/nothing', path] }, {
      connection: { open: async () => session },
      shell: {},
      settings: { yes: true },
      signal: new AbortController().signal,
    } as never);

    await expect(results.next()).rejects.toMatchObject({ kind: 'usage', message });
  });
});
