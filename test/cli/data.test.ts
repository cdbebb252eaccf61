/** Data in and out of znodes, byte for byte: stdin, files, arguments, stdout. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runInside } from './inside.js';
import { runZksh } from './zksh-process.js';

const ALL_BYTES = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));

describeWithZooKeeper('data', (server) => {
  const root = `/test-data-${process.pid}`;
  const znode = `${root}/znode`;
  const folder = temporaryFolder('data');
  const file = join(folder.path, 'bytes');
  const zksh = (words: readonly string[], stdin?: Buffer | string) =>
    runZksh(['-s', server, ...words], stdin === undefined ? {} : { stdin });
  const stored = async () => (await runInside(['-s', server, '-o', 'plain', 'get', znode])).stdout;
  const put = (words: readonly string[]) => runInside(['-s', server, 'set', ...words]);

  beforeAll(() => runInside(['-s', server, '-e', `create ${root}`, '-e', `create ${znode}`]));
  afterAll(async () => {
    await runInside(['-s', server, '-e', `delete ${znode}`, '-e', `delete ${root}`]);
    folder.remove();
  });

  test.each([
    ['all byte values', ALL_BYTES],
    ['900 kB', Buffer.concat(Array.from({ length: 3600 }, () => ALL_BYTES))],
    ['nothing', Buffer.alloc(0)],
  ])('%s pass through stdin, a file and stdout unchanged', async (_name, bytes) => {
    writeFileSync(file, bytes);
    for (const [source, stdin] of [['-', bytes] as const, [`@${file}`, ''] as const]) {
      expect(await zksh(['set', znode, 'other'])).toMatchObject({ status: 0 });
      expect(await zksh(['set', znode, source], stdin)).toMatchObject({ status: 0, stderr: '' });
      const { status, stdout } = await zksh(['get', znode]);
      expect(status).toBe(0);
      expect(stdout.equals(bytes)).toBe(true);
    }
  });

  test('-e reads stdin as data, once', async () => {
    const twice = await zksh(['-e', `set ${znode} -`, '-e', `set ${znode} -`], ALL_BYTES);
    expect(twice.status).toBe(1);
    expect(twice.stderr).toContain('stdin was read to its end already');
    expect(await stored()).toEqual(ALL_BYTES);
  });

  test('where stdin is the script, - is refused and a quoted hyphen is one', async () => {
    const refused = await zksh([], `set ${znode} -\n`);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toMatch(/^zksh: -:1: set: /);
    expect(await zksh([], `set ${znode} '-'\n`)).toMatchObject({ status: 0 });
    expect((await stored()).toString()).toBe('-');
  });

  test.each([
    ['begins with a hyphen', ['--', znode, '-v 5'], '-v 5'],
    ['is a long option', [znode, '--', '--null'], '--null'],
    ['begins with @', [znode, '@@home'], '@home'],
    ['has blanks, quotes and newlines', [znode, ` "a'b" \\ $HOME\n`], ` "a'b" \\ $HOME\n`],
    ['is not ASCII', [znode, 'zażółć 🐘'], 'zażółć 🐘'],
  ])('an argument that %s is stored as it is', async (_name, words, text) => {
    expect(await put(words)).toMatchObject({ status: 0, stderr: '' });
    expect((await stored()).toString()).toBe(text);
  });

  test('null and empty differ, and come back as they are', async () => {
    const json = async () =>
      JSON.parse((await runInside(['-s', server, '-o', 'json', 'get', znode])).stdout.toString());
    await put([znode, '--null']);
    expect(await json()).toMatchObject({ data: null, encoding: null });
    await put([znode, '']);
    expect(await json()).toMatchObject({ data: '' });
  });

  test('a file that is not there, a folder, and one that no znode could hold are refused before anything is sent', async () => {
    await put([znode, 'kept']);
    const huge = join(folder.path, 'huge');
    writeFileSync(huge, '');
    const { truncateSync } = await import('node:fs');
    truncateSync(huge, 65 * 1024 * 1024);
    for (const [source, why] of [
      ['/none', 'there is no such file'],
      [folder.path, 'it is a folder'],
      [huge, 'more than 64 MiB'],
    ]) {
      const { status, stderr } = await put([znode, `@${source}`]);
      expect(status).toBe(1);
      expect(stderr).toContain(why);
    }
    expect((await stored()).toString()).toBe('kept');
  });

  test('a here-document is data with its newlines', async () => {
    const script = `set ${znode} <<END\n  first 'line'\n\nEND\nget ${znode}\n`;
    expect(await zksh([], script)).toMatchObject({ status: 0, stdout: Buffer.from("  first 'line'\n\n") });
  });
});
