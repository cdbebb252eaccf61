/** import, as a process that is killed in the middle, again and again, and goes on. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { eventually } from '../helpers/eventually.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runZksh, startZksh } from './zksh-process.js';

const ZNODES = 3_000;
/** Slow enough for a kill to fall into it. */
const RATE = 1_500;
const KILLS = 3;

describeWithZooKeeper('an import that is killed', (address) => {
  let home: ReturnType<typeof temporaryFolder>;
  let session: Session;
  let servers: string;
  beforeEach(async () => {
    home = temporaryFolder('import-killed');
    const root = `/test-${randomBytes(6).toString('hex')}`;
    const outside = await openSession({ servers: address });
    await outside.create(root, null);
    await outside.close();
    servers = `${address}${root}`;
    session = await openSession({ servers });
  });
  afterEach(async () => {
    await run('deleteall', '-y', '/');
    await session.close();
    home.remove();
  });

  const environment = () => ({ HOME: home.path });
  const words = (...rest: string[]) => ['-s', servers, ...rest];

  async function run(...rest: string[]): Promise<{ status: number | null; stdout: string; stderr: string }> {
    const { status, stdout, stderr } = await runZksh(words(...rest), { environment: environment() });
    return { status, stdout: stdout.toString(), stderr };
  }

  async function countBelow(path: string): Promise<number> {
    return session.getAllChildrenNumber(path).catch(() => 0);
  }

  /** Kills it when `count` znodes stand. */
  async function killAt(count: number, ...rest: string[]): Promise<void> {
    const { child, outcome } = startZksh(words(...rest), { environment: environment() });
    await eventually(async () => (await countBelow('/copy')) >= count || child.exitCode !== null, {
      what: `${count} znodes of ${rest.join(' ')}`,
    });
    child.kill('SIGKILL');
    expect((await outcome).signal).toBe('SIGKILL');
  }

  test.each([
    ['a file', ['x.jsonl.gz']],
    ['a folder', ['--dir', 'x']],
  ])('from %s is gone on with, and the result is that of one that was not', async (_, target) => {
    const file = join(home.path, target.at(-1) ?? '');
    expect(await run('fill', '/tree', '--znodes', String(ZNODES), '--size', '200')).toMatchObject({ status: 0 });
    // What lets nobody in must not be left open by an import that was cut short.
    await session.create('/tree/shut', null);
    await session.create('/tree/shut/child', Buffer.from('x'));
    await session.setAcl('/tree/shut', [{ perms: 1, scheme: 'world', id: 'anyone' }]);
    expect(await run('export', '/tree', ...target.slice(0, -1), file)).toMatchObject({ status: 0, stderr: '' });

    for (let kill = 1; kill <= KILLS; kill++) {
      const resume = kill === 1 ? [] : ['--resume'];
      await killAt((kill * ZNODES) / (KILLS + 2), 'import', file, '/copy', '--rate', String(RATE), ...resume);
      expect(await countBelow('/copy')).toBeLessThan(ZNODES);
    }
    const last = await run('import', file, '/copy', '--resume', '-o', 'json');

    expect(last).toMatchObject({ status: 0 });
    // Those of the runs before were not written, nor looked at, again: but for the second that nobody had noted down.
    expect((JSON.parse(last.stdout) as { znodes: number }).znodes).toBeLessThan(ZNODES / 2);
    expect(await run('diff', '/tree', '/copy', '--acl')).toEqual({ status: 0, stdout: '', stderr: '' });
    expect((await run('import', file, '/copy', '--resume')).stderr).toContain('skipped: there already, the same');
  });

  test('without --resume begins anew, and ends the same', async () => {
    const file = join(home.path, 'x.jsonl');
    await run('fill', '/tree', '--znodes', String(ZNODES));
    await run('export', '/tree', file);
    await killAt(ZNODES / 3, 'import', file, '/copy', '--rate', String(RATE));

    expect(await run('import', file, '/copy')).toMatchObject({ status: 0 });
    expect(await run('diff', '/tree', '/copy', '--acl')).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
