/**
 * kill -9 in the middle, and the same command again with --resume: the result is that of a run that nobody killed. Real
 * processes against a real server; --rate makes them slow enough to be met.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { runZksh, startZksh } from '../cli/zksh-process.js';
import { eventually } from '../helpers/eventually.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { SUPER_AUTH } from '../helpers/zookeeper.js';
import { treeOf } from './tree-of.js';

describeWithZooKeeper('killed in the middle', (address) => {
  let session: Session;
  let root: string;
  let state: ReturnType<typeof temporaryFolder>;

  beforeAll(async () => {
    session = await openSession({
      servers: address,
      auth: [{ scheme: 'digest', credential: Buffer.from(SUPER_AUTH) }],
    });
  });
  afterAll(() => session.close());
  beforeEach(async () => {
    root = `/test-killed-${randomBytes(4).toString('hex')}`;
    state = temporaryFolder('state');
    await session.create(root, null);
  });
  afterEach(async () => {
    await runZksh(['-s', address, 'deleteall', '-y', root]);
    state.remove();
  });

  const environment = () => ({ XDG_STATE_HOME: state.path });
  const run = (...words: string[]) => runZksh(['-s', address, ...words], { environment: environment() });

  async function childrenCount(path: string): Promise<number> {
    return (await session.exists(path))?.numChildren ?? 0;
  }

  /** Kills the command as soon as `isMiddle`, which must come before it ends by itself. */
  async function killIn(words: readonly string[], isMiddle: () => Promise<boolean>): Promise<void> {
    const running = startZksh(['-s', address, ...words], { environment: environment() });
    await eventually(isMiddle, { what: `the middle of ${words.join(' ')}`, everyMs: 5 });
    running.child.kill('SIGKILL');
    expect((await running.outcome).signal).toBe('SIGKILL');
  }

  const keptCount = () => {
    const folder = join(state.path, 'zksh', 'resume');
    return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')).length : 0;
  };

  test('fill goes on', async () => {
    const words = ['--znodes', '4000', '--shape', 'wide', '--size', '50', '--data', 'random'];
    await killIn(
      ['fill', `${root}/t`, ...words, '--rate', '1500'],
      async () => (await childrenCount(`${root}/t`)) > 2_200,
    );
    expect(await childrenCount(`${root}/t`)).toBeLessThan(4_000);
    expect(keptCount()).toBe(1);

    const resumed = await run('fill', `${root}/t`, ...words, '--resume');

    expect(resumed.status).toBe(0);
    await run('fill', `${root}/whole`, ...words);
    expect(await treeOf(session, `${root}/t`)).toEqual(await treeOf(session, `${root}/whole`));
    expect(keptCount()).toBe(0);
  });

  test('cp goes on', async () => {
    await run('fill', `${root}/from`, '--znodes', '4000', '--size', '50');
    await session.setAcl(`${root}/from/n0`, [{ perms: 1, scheme: 'world', id: 'anyone' }]);
    const words = ['cp', '-r', `${root}/from`, `${root}/to`];
    const startedWith = (await session.getAllChildrenNumber(root)) + 1;
    await killIn(
      [...words, '--rate', '1500'],
      async () => (await session.getAllChildrenNumber(root)) > startedWith + 2_200,
    );
    expect(keptCount()).toBe(1);

    const refused = await run(...words);
    expect(refused.status).toBe(4);
    expect(refused.stderr).toContain('To go on with it: --resume');
    const resumed = await run(...words, '--resume', '--verify');

    expect(resumed.status).toBe(0);
    expect(await treeOf(session, `${root}/to`)).toEqual(await treeOf(session, `${root}/from`));
    expect(keptCount()).toBe(0);
  });

  test.each(['copying', 'deleting'] as const)('mv goes on where it was %s', async (phase) => {
    await run('fill', `${root}/from`, '--znodes', '4000', '--shape', 'wide', '--size', '50');
    const whole = await treeOf(session, `${root}/from`);
    const words = ['mv', `${root}/from`, `${root}/to`];
    const isMiddle = {
      copying: async () => (await childrenCount(`${root}/to`)) > 2_200,
      deleting: async () => (await childrenCount(`${root}/from`)) < 2_000,
    };
    await killIn([...words, '--rate', '1500'], isMiddle[phase]);
    expect(await childrenCount(`${root}/from`)).toBeGreaterThan(0);

    const resumed = await run(...words, '--resume');

    expect(resumed.status).toBe(0);
    expect(await session.exists(`${root}/from`)).toBeNull();
    expect(await treeOf(session, `${root}/to`)).toEqual(whole);
    expect(keptCount()).toBe(0);
  });

  test('mv that goes on does not lose what was written since', async () => {
    await run('fill', `${root}/from`, '--znodes', '3000', '--shape', 'wide', '--size', '50');
    const words = ['mv', `${root}/from`, `${root}/to`];
    await killIn([...words, '--rate', '1500'], async () => (await childrenCount(`${root}/from`)) < 2_000);
    const [last] = (await session.getChildren(`${root}/from`)).children.sort().slice(-1);
    await session.setData(`${root}/from/${last}`, Buffer.from('since'));
    await session.create(`${root}/from/late`, Buffer.from('late'));

    const resumed = await run(...words, '--resume');

    expect(resumed.status).toBe(1);
    expect(resumed.stderr).toContain(`${root}/from/${last} and its copy ${root}/to/${last} differ`);
    expect(resumed.stderr).toContain(`${root}/from/late has no copy at ${root}/to/late`);
    expect((await session.getChildren(`${root}/from`)).children.sort()).toEqual(['late', last]);
    expect((await run(...words, '--overwrite')).status).toBe(0);
    expect(await session.exists(`${root}/from`)).toBeNull();
    expect((await session.getData(`${root}/to/${last}`)).data?.toString()).toBe('since');
    expect((await session.getData(`${root}/to/late`)).data?.toString()).toBe('late');
  });

  test('deleteall goes on', async () => {
    await run('fill', `${root}/t`, '--znodes', '4000', '--shape', 'wide', '--size', '50');
    await killIn(['deleteall', `${root}/t`, '--rate', '1500'], async () => (await childrenCount(`${root}/t`)) < 2_500);
    expect(await childrenCount(`${root}/t`)).toBeGreaterThan(0);

    expect((await run('deleteall', `${root}/t`)).status).toBe(0);
    expect(await session.exists(`${root}/t`)).toBeNull();
  });
});
