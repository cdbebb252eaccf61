/** multi from a script, a file and stdin; and what becomes of one that is never committed. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runInside } from './inside.js';

const folder = temporaryFolder('multi');
afterAll(() => folder.remove());

describeWithZooKeeper('multi', (server) => {
  const root = `/test-multi-${process.pid}`;
  const run = (words: readonly string[], stdin?: string) =>
    runInside(['-s', `${server}${root}`, ...words], stdin === undefined ? {} : { stdin });
  const text = ({ stdout }: { stdout: Buffer | string }) => stdout.toString();

  beforeAll(() => runInside(['-s', server, 'create', root]));
  afterEach(() => run(['deleteall', '/']));
  afterAll(() => runInside(['-s', server, 'delete', root]));

  test('from the arguments of the process', async () => {
    const done = await run(['multi', 'create', '/a', 'x', ';', 'set', '/a', 'two words', ',', 'check', '/a', '1']);

    expect({ ...done, stdout: text(done) }).toMatchObject({
      status: 0,
      stdout: '1\tcreate\t/a\tok\n2\tset\t/a\tok\n3\tcheck\t/a\tok\n',
    });
    expect(text(await run(['get', '/a']))).toBe('two words');
  });

  test('from a file, and from stdin', async () => {
    const file = join(folder.path, 'operations');
    writeFileSync(file, '# a comment\ncreate /f\ncreate /f/g "a b"\n');

    expect((await run(['multi', '--file', file])).status).toBe(0);
    expect((await run(['multi', '-f', '-'], 'delete /f/g\ndelete /f\n')).status).toBe(0);
    expect((await run(['exists', '/f'])).status).toBe(3);
    const missing = await run(['multi', '-f', join(folder.path, 'none')]);
    expect(missing.status).toBe(1);
    writeFileSync(file, 'create /f\nls /\n');
    const wrong = await run(['multi', '-f', file]);
    expect(wrong.status).toBe(2);
    expect(wrong.stderr.toString()).toContain('ls cannot stand in a multi');
  });

  test('put together in a script', async () => {
    const done = await run(['-f', '-'], 'multi\ncreate /s\ncreate /s/t\ncommit\nls /s\n');

    expect({ ...done, stdout: text(done) }).toMatchObject({
      status: 0,
      stdout: '1\tcreate\t/s\tok\n2\tcreate\t/s/t\tok\nt\n',
    });
  });

  test.each([
    ['a script', ['-f', '-'], 'multi\ncreate /never\n'],
    ['-e', ['-e', 'multi', '-e', 'create /never'], undefined],
    ['a single command', ['multi'], undefined],
  ])('that is never committed fails %s', async (_, words, stdin) => {
    const { status, stderr } = await run(words, stdin);

    expect(status).toBe(2);
    expect(stderr.toString()).toContain('a multi was begun and never committed');
    expect((await run(['exists', '/never'])).status).toBe(3);
  });

  test('wait --server ends when there is one', async () => {
    expect((await run(['wait', '--server', '--timeout', '20s'])).status).toBe(0);
    const { status, stderr } = await runInside(['-s', '127.0.0.1:1', 'wait', '--server', '--timeout', '300ms']);
    expect(status).toBe(8);
    expect(stderr.toString()).toContain('not done within 300ms');
  });

  test('wait has the status of a time-out, and names the znode', async () => {
    const { status, stderr } = await run(['wait', '/never', '--timeout', '200ms']);

    expect(status).toBe(8);
    expect(stderr.toString()).toBe(
      'zksh: wait /never: not done within 200ms\n  The time given with --timeout is over.\n',
    );
  });
});
