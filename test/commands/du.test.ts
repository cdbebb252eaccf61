/** du on a real server: which subtrees it shows, in which order, with which figures. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UsageLook, UsageSource } from '../../src/commands/usage-source.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

describeWithZooKeeper('du', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
    await scene.put('/t', 'x');
    await scene.put('/t/a', Buffer.alloc(10));
    await scene.put('/t/a/deep', Buffer.alloc(100));
    await scene.put('/t/a/deep/er', Buffer.alloc(1_000));
    await scene.put('/t/b', null);
    await scene.put('/t/b/1');
    await scene.put('/t/b/2');
    await scene.put('/t/b/3');
    await scene.put('/t/leaf', Buffer.alloc(500));
  });
  afterEach(() => scene.close());

  test.each<[string, string[]]>([
    ['du /t', ['1611\t9\t/t', '1110\t3\t/t/a', '0\t4\t/t/b']],
    ['du -a /t', ['1611\t9\t/t', '1110\t3\t/t/a', '500\t1\t/t/leaf', '0\t4\t/t/b']],
    ['du -s /t', ['1611\t9\t/t']],
    ['du --depth 0 /t', ['1611\t9\t/t']],
    ['du --depth 2 /t', ['1611\t9\t/t', '1110\t3\t/t/a', '1100\t2\t/t/a/deep', '0\t4\t/t/b']],
    ['du --sort znodes /t', ['1611\t9\t/t', '0\t4\t/t/b', '1110\t3\t/t/a']],
    ['du --sort none --depth 9 /t', ['1100\t2\t/t/a/deep', '1110\t3\t/t/a', '0\t4\t/t/b', '1611\t9\t/t']],
    ['du --top 3 /t', ['1611\t9\t/t', '1110\t3\t/t/a', '1100\t2\t/t/a/deep']],
    ['du -S --top 2 /t', ['1000\t1\t/t/a/deep/er', '500\t1\t/t/leaf']],
    ['du -s /t/leaf /t/b', ['500\t1\t/t/leaf', '0\t4\t/t/b']],
    ['du /t/leaf', ['500\t1\t/t/leaf']],
  ])('%s', async (line, expected) => {
    const run = await scene.run(line);

    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout.split('\n').slice(0, -1)).toEqual(expected);
  });

  test('without a path it is the working directory', async () => {
    scene.shell.cwd = '/t/a' as typeof scene.shell.cwd;

    expect((await scene.run('du -s')).stdout).toBe('1110\t3\t/t/a\n');
  });

  test('a subtree that may not be read is told, and missing from the figures above it', async () => {
    await scene.session.setAcl('/t/a', [{ scheme: 'digest', id: 'nobody:x', perms: 16 }]);
    const run = await scene.run('du /t -o json');

    expect(run.stdout.split('\n')[0]).toBe('{"path":"/t","bytes":501,"znodes":7,"ownBytes":1,"children":3,"unread":1}');
    expect(run.stderr).toContain('"path":"/t/a"');
    expect(run.status).toBe(1);
  });

  test('-i is for the shell', async () => {
    const run = await scene.run('du -i /t');

    expect(run.status).toBe(2);
    expect(run.stderr).toContain('du --top 20 /t');
  });

  test('-i brings what lies directly below, as often as it is asked', async () => {
    let source: UsageSource | null = null;
    const shell = Object.assign(scene.shell, {
      browse: async (opened: UsageSource) => {
        source = opened;
      },
    });
    expect(shell.browse).toBeDefined();
    expect((await scene.run('du -i /t')).status).toBe(0);

    const look = async (path: string) => {
      const looks: UsageLook[] = [];
      for await (const each of source!.measure(path, new AbortController().signal)) looks.push(each);
      return looks.at(-1)!;
    };
    expect(await look('/t')).toMatchObject({
      kind: 'measured',
      total: { path: '/t', bytes: 1_611, znodesCount: 9 },
      rows: [{ path: '/t/a' }, { path: '/t/leaf' }, { path: '/t/b', childrenCount: 3 }],
      omittedCount: 0,
    });
    await scene.session.delete('/t/b/3', -1);
    expect(await look('/t/b')).toMatchObject({ total: { znodesCount: 3 } });
    await expect(look('/t/none')).rejects.toMatchObject({ code: 'NONODE' });
  });
});
