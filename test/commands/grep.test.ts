/** grep on a real server: what it selects, and how it ends. What matches in a line is in test/tree/search.test.ts. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { openScene, type Scene } from './scene.js';

describeWithZooKeeper('grep', (address) => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene(address);
    await scene.put('/c');
    await scene.put('/c/db', 'host=a\ntimeout=5\nretries=3\n');
    await scene.put('/c/db/lock-1', '');
    await scene.put('/c/web', 'timeout=9');
    await scene.put('/c/bin', Buffer.from([0, 1, 0x74, 0x69, 0x6d, 0x65, 0x6f, 0x75, 0x74, 0xff]));
  });
  afterEach(() => scene.close());

  test.each<[string, string, number]>([
    ['grep timeout /c', '/c/bin\t-\tbinary data match\n/c/db\t2\ttimeout=5\n/c/web\t1\ttimeout=9\n', 0],
    ['grep -l timeout /c', '/c/bin\n/c/db\n/c/web\n', 0],
    ['grep -L timeout /c', '/c\n/c/db/lock-1\n', 0],
    ['grep -c = /c', '/c/db\t3\n/c/web\t1\n', 0],
    ['grep -v = /c', '/c/bin\t-\tbinary data match\n', 0],
    ['grep nothing /c', '', 1],
    ['grep -q timeout /c', '', 0],
    ['grep -q nothing /c', '', 1],
    ['grep -m 1 = /c/db', '/c/db\t1\thost=a\n', 0],
    ['grep -B 1 timeout /c/db', '/c/db\t1-\thost=a\n/c/db\t2\ttimeout=5\n', 0],
    ['grep -A 1 timeout /c/db', '/c/db\t2\ttimeout=5\n/c/db\t3-\tretries=3\n', 0],
    ['grep -C 1 -A 0 timeout /c/db', '/c/db\t1-\thost=a\n/c/db\t2\ttimeout=5\n', 0],
    ['grep --only-matching [a-z]+=[0-9] /c', '/c/db\t2\ttimeout=5\n/c/db\t3\tretries=3\n/c/web\t1\ttimeout=9\n', 0],
    ['grep --include web timeout /c', '/c/web\t1\ttimeout=9\n', 0],
    ['grep --max-depth 0 timeout /c', '', 1],
    ['grep --names-only lock- /c', '/c/db/lock-1\n', 0],
    ['grep --names-only -v [a-b] /c', '/c\n/c/db/lock-1\n', 0],
    ['grep -F [ /c', '', 1],
    ['grep -i TIMEOUT /c/web /c/db', '/c/web\t1\ttimeout=9\n/c/db\t2\ttimeout=5\n', 0],
    ['grep -x timeout=9 /c', '/c/web\t1\ttimeout=9\n', 0],
    ['grep -w time /c', '', 1],
    ['grep --hex \\\\xff /c', '/c/bin\t00000000  00 01 74 69 6d 65 6f 75  74 ff                    |..timeout.|\n', 0],
  ])('%s', async (line, stdout, status) => {
    const run = await scene.run(line);

    expect(run.stderr).toBe('');
    expect(run.stdout).toBe(stdout);
    expect(run.status).toBe(status);
  });

  test('-q ends at the first match and asks for no more', async () => {
    const run = await scene.run('grep -q timeout /c /nope');

    expect(run).toMatchObject({ status: 0, stderr: '', stdout: '' });
  });

  test('what may not be read is told, the rest is searched, and the status is 1', async () => {
    await scene.session.setAcl('/c/db', [{ scheme: 'digest', id: 'nobody:x', perms: 16 }]);
    const run = await scene.run('grep -l timeout /c');

    expect(run.stdout).toBe('/c/bin\n/c/web\n');
    expect(run.stderr).toContain('/c/db: not allowed');
    expect(run.status).toBe(1);
  });

  test('an expression that makes no sense is a mistake of who typed it', async () => {
    const run = await scene.run('grep ( /c');

    expect(run.status).toBe(2);
    expect(run.stderr).toContain('not a regular expression: (');
  });
});
