/** find on a real server: what it finds and leaves out, what it says of that, and what it does with it. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Run, type Scene } from './scene.js';

function lines({ stdout }: Run): string[] {
  return stdout.split('\n').slice(0, -1);
}

describeWithZooKeeper('find', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
    await scene.put('/s');
    await scene.put('/s/api', '{"port":8080,"tags":["a","b"],"host":"x"}');
    await scene.put('/s/api/replica', Buffer.alloc(2_000, 0x61));
    await scene.put('/s/Web', 'plain text');
    await scene.put('/s/empty', '');
    await scene.put('/s/live', 'host:1', { mode: 'ephemeral' });
    await scene.session.setData('/s/Web', Buffer.from('plain text, twice'));
  });
  afterEach(() => scene.close());

  async function found(question: string): Promise<string[]> {
    const run = await scene.run(`find /s ${question}`);
    expect(run.stderr).toBe('');
    return lines(run).map((path) => path.slice(1));
  }

  test.each<[string, string[]]>([
    ['', ['s', 's/Web', 's/api', 's/api/replica', 's/empty', 's/live']],
    ["--name 'e*'", ['s/empty']],
    ['--iname web', ['s/Web']],
    ['--name-regex ^.{5}$', ['s/empty']],
    ['--iname-regex ^WEB$', ['s/Web']],
    ["--path '/s/*/*'", ['s/api/replica']],
    ["--path '/s/**'", ['s/Web', 's/api', 's/api/replica', 's/empty', 's/live']],
    ["--ipath '/S/WEB'", ['s/Web']],
    ['--regex /a', ['s/api', 's/api/replica']],
    ['--iregex /w', ['s/Web']],
    ['--size 0', ['s', 's/empty']],
    ['--size +1k', ['s/api/replica']],
    ['--size 1..20', ['s/Web', 's/live']],
    ['--size -17 --not --size 0', ['s/live']],
    ['--children +0', ['s', 's/api']],
    ['--children 1', ['s/api']],
    ['--max-depth 1 --children 1', ['s/api']],
    ['--empty', ['s/empty']],
    ['--version 1', ['s/Web']],
    ['--version +0', ['s/Web']],
    ['--kind ephemeral', ['s/live']],
    ['--kind persistent --name l*', []],
    ['--data twice', ['s/Web']],
    ['--idata TWICE', ['s/Web']],
    ['--json port=8080', ['s/api']],
    ['--json tags[*]=b', ['s/api']],
    ['--json port=80', []],
    ['--json host', ['s/api']],
    ['--not --json host --name a*', []],
    ['--max-depth 0', ['s']],
    ['--min-depth 2', ['s/api/replica']],
    ['--min-depth 1 --max-depth 1', ['s/Web', 's/api', 's/empty', 's/live']],
    ['--prune api', ['s', 's/Web', 's/api', 's/empty', 's/live']],
    ['--name api --or --name empty', ['s/api', 's/empty']],
    ['--name api --size 0 --or --kind ephemeral', ['s/live']],
    ['--not --not --name api', ['s/api']],
    ['-name api -o -name Web', ['s/Web', 's/api']],
    ['-maxdepth 1 -name api', ['s/api']],
    ['--limit 2', ['s', 's/Web']],
  ])('%s', async (question, expected) => {
    expect(await found(question)).toEqual(expected);
  });

  test('ages count back from now, by the clock of who asks', async () => {
    const { mtime } = (await scene.session.exists('/s/Web'))!;
    const at = (ms: number) => new Date(mtime + ms).toISOString();

    expect(await found(`--name Web --mtime ${at(0)}..`)).toEqual(['s/Web']);
    expect(await found(`--name Web --mtime ${at(1)}..`)).toEqual([]);
    expect(await found(`--name Web --mtime ..${at(0)}`)).toEqual(['s/Web']);
    expect(await found(`--name Web --newer ${at(-1)}`)).toEqual(['s/Web']);
    expect(await found(`--name Web --newer ${at(0)}`)).toEqual([]);
  });

  test('newer than another znode', async () => {
    const { mtime } = (await scene.session.exists('/s/Web'))!;
    await scene.put('/later');
    const later = (await scene.session.exists('/later'))!;

    expect(await found('--newer /later')).toEqual([]);
    expect((await found('--newer /s/empty')).includes('s/Web')).toBe(
      mtime > (await scene.session.exists('/s/empty'))!.mtime,
    );
    expect(later.mtime).toBeGreaterThanOrEqual(mtime);
  });

  test('the owner of an ephemeral', async () => {
    const owner = `0x${scene.session.sessionId.toString(16)}`;

    expect(await found(`--owner ${owner}`)).toEqual(['s/live']);
    expect(await found('--owner 0x1')).toEqual([]);
  });

  test('several places, one of which does not exist', async () => {
    const run = await scene.run('find /s/api /nope /s/empty');

    expect(lines(run)).toEqual(['/s/api', '/s/api/replica', '/s/empty']);
    expect(run.stderr).toContain('find /nope: no such znode');
    expect(run.status).toBe(1);
  });

  test('a limit holds over several places', async () => {
    expect(lines(await scene.run('find /s/api /s/empty --limit 2'))).toEqual(['/s/api', '/s/api/replica']);
  });

  test('paths for xargs', async () => {
    expect((await scene.run('find /s/api --print0')).stdout).toBe('/s/api\0/s/api/replica\0');
  });

  test('a number instead of paths', async () => {
    expect((await scene.run('find /s --count')).stdout).toBe('6\n');
    expect((await scene.run('find /s --count --name none -o json')).stdout).toBe('{"count":0}\n');
  });

  test('what reads names only sends no request for data or stats', async () => {
    await scene.session.setAcl('/s/api', [{ scheme: 'digest', id: 'nobody:x', perms: 16 }]);
    const run = await scene.run("find /s --name 'a*'");

    // Its name is known, though what is below it is not.
    expect(lines(run)).toEqual(['/s/api']);
    expect(run.stderr).toContain('/s/api: not allowed');
    expect(run.status).toBe(1);
  });

  test('what may not be read is told, and does not match what depends on reading it', async () => {
    await scene.session.setAcl('/s/api', [{ scheme: 'digest', id: 'nobody:x', perms: 16 }]);
    const run = await scene.run('find /s --not --empty');

    expect(lines(run)).toEqual(['/s', '/s/Web', '/s/live']);
    expect(run.stderr).toContain('/s/api: not allowed');
    expect(run.stderr).toContain('1 failed');
    expect(run.status).toBe(1);
  });

  describe('--exec', () => {
    const commands = () => scene.executed.map(({ commandLine }) => commandLine);

    test('runs a program for each, the path in place of {}', async () => {
      await scene.run('find /s/api --exec echo got {} and {}.bak');

      expect(commands()).toEqual(['echo got /s/api and /s/api.bak', 'echo got /s/api/replica and /s/api/replica.bak']);
      expect(scene.executed[0]?.environment).toMatchObject({ ZKSH_PATH: '/s/api', ZKSH_SERVER: scene.servers });
    });

    test('puts the path at the end where there is no {}', async () => {
      await scene.run('find /s/empty --exec echo got');

      expect(commands()).toEqual(['echo got /s/empty']);
    });

    test('runs one for many with a + at the end', async () => {
      await scene.run('find /s/api --exec echo {} +');

      expect(commands()).toEqual(['echo /s/api /s/api/replica']);
    });

    test('a line for the shell gets the path as an argument, not as text', async () => {
      await scene.run("find /s/empty --exec 'cat {} | wc'");

      expect(commands()).toEqual(['/bin/sh -c cat "$@" | wc zksh /s/empty']);
    });

    test('goes on after a command that failed, and ends with status 1', async () => {
      scene.execStatus = 3;
      const run = await scene.run('find /s/api --exec false');

      expect(commands()).toHaveLength(2);
      expect(run.status).toBe(1);
    });

    test('-n shows what would run', async () => {
      const run = await scene.run('find /s/empty -n --exec rm {}');

      expect(run.stdout).toBe('run\trm /s/empty\n');
      expect(scene.executed).toEqual([]);
    });
  });

  describe('--delete', () => {
    test('deletes what was found, the deepest first, and leaves the rest', async () => {
      await scene.put('/s/api/replica/deep');
      const run = await scene.run("find /s --name 'r*' --or --name deep --delete -o json");

      expect(lines(run)).toEqual(['{"path":"/s/api/replica/deep"}', '{"path":"/s/api/replica"}']);
      expect(await found('--name api --or --path /s/api/**')).toEqual(['s/api']);
    });

    test('asks on a terminal, and hears no', async () => {
      scene.answer = 'n';
      const run = await scene.run('find /s --empty --delete');

      expect(scene.asked).toEqual(['Delete /s/empty? [y/N] ']);
      expect(run.status).toBe(1);
      expect(await found('--empty')).toEqual(['s/empty']);
    });

    test('-n deletes nothing and shows what would go', async () => {
      const run = await scene.run('find /s/api --delete -n');

      expect(lines(run)).toEqual(['delete\t/s/api/replica', 'delete\t/s/api']);
      expect(await found('--name api')).toEqual(['s/api']);
    });

    test('a znode with children that were not found stays, and is told', async () => {
      const run = await scene.run('find /s --name api --delete');

      expect(run.stderr).toContain('/s/api: not empty');
      expect(run.status).toBe(1);
      expect(await found('--name api')).toEqual(['s/api']);
    });

    test('is refused in a run that may only read', async () => {
      const run = await scene.run('find /s --empty --delete', { settings: { readOnly: true } });

      expect(run.status).toBe(5);
      expect(await found('--empty')).toEqual(['s/empty']);
    });

    test('what was written since it was found stays', async () => {
      const other = await scene.open();
      scene.answer = 'y';
      scene.duringQuestion = async () => void (await other.setData('/s/empty', Buffer.from('not any more')));
      const run = await scene.run('find /s --empty --delete');

      expect(run.stderr).toContain('/s/empty');
      expect(run.status).toBe(1);
      expect((await scene.session.getData('/s/empty')).data?.toString()).toBe('not any more');
    });
  });

  test('signs of find(1) are told the words that are used here', async () => {
    expect((await scene.run('find /s \\! --empty')).stderr).toContain('--not turns the next question round');
    expect((await scene.run('find /s --not')).status).toBe(2);
    expect((await scene.run('find /s --or --empty')).status).toBe(2);
    expect((await scene.run('find /s --empty --or')).status).toBe(2);
    expect((await scene.run('find /s --kind ttl')).stderr).toContain('no server tells that');
    expect((await scene.run('find /s --json a..b')).stderr).toContain('not a field');
    expect((await scene.run('find /s --newer /none')).status).toBe(3);
    expect((await scene.run('find /s --limit 0')).status).toBe(2);
  });
});
