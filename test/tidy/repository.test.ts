/** Things that must agree, and things that must not be in the repository. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from 'vitest';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

/** All files under version control, and new ones that are not ignored. */
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' })
  .split('\n')
  .filter((path) => path !== '' && statSync(path, { throwIfNoEntry: false })?.isFile());
const TEXTS = FILES.filter((path) => path !== 'package-lock.json').map((path) => ({
  path,
  text: readFileSync(path, 'utf8'),
}));

test('the version is that of the newest release in the changelog, and of the lock file', () => {
  const [, newest] = /^## \[(\d+\.\d+\.\d+)\]/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  expect(newest).toBe(manifest.version);
  expect(JSON.parse(readFileSync('package-lock.json', 'utf8')).version).toBe(manifest.version);
});

test('generated files are fresh', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'gen', '--', '--check'], {
    encoding: 'utf8',
  });
  expect({ status, stdout, stderr }).toMatchObject({ status: 0 });
});

test('what is installed with the package is there, and nothing is installed for its users', () => {
  for (const path of [manifest.bin.zksh, ...[manifest.man].flat(), 'completions', 'LICENSE', 'README.md']) {
    expect(statSync(path, { throwIfNoEntry: false }), path).toBeDefined();
  }
  expect(manifest.dependencies ?? {}).toEqual({});
  expect(Object.keys(manifest.scripts).filter((name) => /install/.test(name))).toEqual([]);
});

test('no file names a place on somebody’s machine', () => {
  // Put together here, so that this file does not hold what it looks for.
  const places = new RegExp(
    [
      ['/wo', 'rk/'],
      ['\\.\\./sha', 'red'],
      ['/ho', 'me/[a-z]'],
      ['/Us', 'ers/'],
    ]
      .map((parts) => parts.join(''))
      .join('|'),
  );
  expect(TEXTS.filter(({ text }) => places.test(text)).map(({ path }) => path)).toEqual([]);
});

test('texts end with a newline, and have no blanks before it', () => {
  const prose = TEXTS.filter(({ path }) => /\.(md|ts|tsx|mjs|js|json)$/.test(path) && !/fixtures/.test(path));
  expect(prose.filter(({ text }) => text !== '' && !/[^\n]\n$/.test(text)).map(({ path }) => path)).toEqual([]);
  expect(prose.filter(({ text }) => /[ \t]\n/.test(text)).map(({ path }) => path)).toEqual([]);
});

test('programs can be run, other files cannot', () => {
  const modes = FILES.filter(
    (path) => ((statSync(path).mode & 0o111) !== 0) !== /^(bin\/(zksh\.js|zkCli\.sh)|\.ci\/run)$/.test(path),
  );
  expect(modes).toEqual([]);
});
