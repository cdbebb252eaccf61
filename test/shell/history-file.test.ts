import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHistory, HISTORY_BYTES_MAX } from '../../src/shell/history-file.js';

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zksh-history-'));
  file = join(folder, 'state', 'history');
});
afterEach(() => rm(folder, { recursive: true }));

async function loaded(path: string | null = file) {
  const history = createHistory(path);
  await history.load();
  return history;
}

test('what one shell adds, the next one finds', async () => {
  const first = await loaded();
  first.add('ls /');
  first.add("create /a 'x\ny'");
  await first.flushed();

  expect((await loaded()).lines).toEqual(['ls /', "create /a 'x\ny'"]);
});

test('the file is for its owner only, also when it was not', async () => {
  const history = await loaded();
  history.add('ls /');
  await history.flushed();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'state'))).mode & 0o777).toBe(0o700);

  await chmod(file, 0o644);
  history.add('ls /b');
  await history.flushed();
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('one entry is one line of the file', async () => {
  const history = await loaded();
  history.add("set /a 'one\ntwo'");
  history.add('ls \\n');
  await history.flushed();

  expect(await readFile(file, 'utf8')).toBe("set /a 'one\x01two'\nls \\n\n");
});

test('the same line twice in a row is kept once; blank lines and lines that begin with a blank are not kept', async () => {
  const history = await loaded();
  for (const line of ['ls /', 'ls /', '', '   ', ' get /secret', 'get /a', 'ls /']) {
    history.add(line);
  }
  await history.flushed();

  expect(history.lines).toEqual(['ls /', 'get /a', 'ls /']);
  expect(await readFile(file, 'utf8')).toBe('ls /\nget /a\nls /\n');
});

test('shells that write at the same time lose nothing of each other', async () => {
  const shells = await Promise.all(Array.from({ length: 8 }, () => loaded()));
  for (let i = 0; i < 50; i += 1) {
    for (const [index, shell] of shells.entries()) {
      shell.add(`get /shell-${index}/${i}`);
    }
  }
  await Promise.all(shells.map((shell) => shell.flushed()));

  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(new Set(lines).size).toBe(400);
  expect(lines).toHaveLength(400);
  const ofFirst = lines.filter((line) => line.startsWith('get /shell-0/'));
  expect(ofFirst).toEqual(Array.from({ length: 50 }, (_, i) => `get /shell-0/${i}`));
});

test('what was typed before the file was read stays behind it, once', async () => {
  const other = await loaded();
  other.add('old');
  await other.flushed();
  const history = createHistory(file);
  history.add('new');
  await history.load();
  history.add('newer');

  expect(history.lines).toEqual(['old', 'new', 'newer']);
});

test('a very long file is read from its end, and cut there', async () => {
  const history = await loaded();
  history.add('first');
  await history.flushed();
  const line = `get /${'x'.repeat(90)}`;
  const many = Array.from({ length: 25_000 }, (_, i) => `${line}${i}`);
  await writeFile(file, `${many.join('\n')}\n`);

  const { lines } = await loaded();

  expect(lines.at(-1)).toBe(many.at(-1));
  expect(many).toContain(lines[0]);
  expect((await stat(file)).size).toBeLessThanOrEqual(HISTORY_BYTES_MAX);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test('a history that cannot be read or written is one of this shell only', async () => {
  const history = await loaded('/dev/null/history');
  history.add('ls /');
  await history.flushed();

  expect(history.lines).toEqual(['ls /']);
});

test('no file: in memory', async () => {
  const history = await loaded(null);
  history.add('ls /');
  await history.flushed();

  expect(history.lines).toEqual(['ls /']);
});
