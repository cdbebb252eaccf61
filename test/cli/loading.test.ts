/** bin/: an old Node, symbolic links, and a code cache that may be missing, foreign or broken: it never matters but for the time. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../helpers/reaper.js';
import { ZKSH } from './zksh-process.js';

const folder = temporaryFolder('loading');
afterAll(() => folder.remove());
const copy = join(folder.path, 'package');
const home = join(folder.path, 'home');
const program = join(copy, 'bin/zksh.js');
const cache = join(copy, 'dist/zksh.cache');

/** As an installation has it. */
beforeEach(() => {
  for (const path of [copy, home]) rmSync(path, { recursive: true, force: true });
  mkdirSync(home);
  cpSync(resolve('bin'), join(copy, 'bin'), { recursive: true });
  mkdirSync(join(copy, 'dist'));
  for (const name of ['zksh.cjs', 'zksh.cache']) {
    cpSync(resolve('dist', name), join(copy, 'dist', name));
  }
});

function version(file = program, environment: Record<string, string> = {}): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, '--version'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', HOME: home, ...environment },
    // What a broken cache can do is hang.
    timeout: 20_000,
  });
  return `${status} ${stdout}${stderr}`;
}
const EXPECTED = /^0 zksh \d+\.\d+\.\d+ \(Node\.js [\d.]+\)\n$/;

/** Files of ours below the user's cache folder. */
function ownCaches(): string[] {
  const place = join(home, '.cache', 'zksh');
  return readdirSync(home).includes('.cache') ? readdirSync(place).map((name) => join(place, name)) : [];
}

test('it runs through a symbolic link, and through a chain of them', () => {
  symlinkSync(program, join(folder.path, 'zksh'));
  symlinkSync('zksh', join(folder.path, 'zk'));
  expect(version(join(folder.path, 'zk'))).toMatch(EXPECTED);
});

describe('the code cache', () => {
  test('the one that was built is taken, and none is written', () => {
    expect(version()).toMatch(EXPECTED);
    expect(ownCaches()).toEqual([]);
  });

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['of another build', (bytes) => Buffer.concat([Buffer.from('0'.repeat(32)), bytes.subarray(32)])],
    ['of another Node', (bytes) => Buffer.from(bytes.toString('latin1').replace(process.version, 'v20.0.0'), 'latin1')],
    ['cut off', (bytes) => bytes.subarray(0, bytes.length >> 1)],
    ['with a page of zeros', (bytes) => Buffer.from(bytes).fill(0, 81_920, 86_016)],
    ['all zeros', (bytes) => Buffer.alloc(bytes.length)],
    ['empty', () => Buffer.alloc(0)],
  ])('a cache that is %s is not used; the user gets one', (_name, spoil) => {
    writeFileSync(cache, spoil(readFileSync(cache)));
    expect(version()).toMatch(EXPECTED);
    const [own, ...more] = ownCaches();
    expect(more).toEqual([]);
    expect(statSync(own!).mode & 0o777).toBe(0o600);
    const { mtimeMs } = statSync(own!);
    expect(version()).toMatch(EXPECTED);
    expect(statSync(own!).mtimeMs).toBe(mtimeMs);
  });

  test('where there is none and none can be written it runs all the same', () => {
    rmSync(cache);
    writeFileSync(join(home, '.cache'), 'a file where a folder should be');
    expect(version()).toMatch(EXPECTED);
    expect(version(program, { HOME: '' })).toMatch(EXPECTED);
    expect(version(program, { XDG_CACHE_HOME: 'not/absolute' })).toMatch(EXPECTED);
  });

  test('a user’s own that is broken is written anew', () => {
    rmSync(cache);
    expect(version()).toMatch(EXPECTED);
    const [own = ''] = ownCaches();
    const whole = readFileSync(own);
    writeFileSync(own, whole.subarray(0, 1000));
    expect(version()).toMatch(EXPECTED);
    expect(readFileSync(own).length).toBeGreaterThan(1000);
  });

  test('--debug does without, and its stacks name the sources', () => {
    const words = [resolve('bin/zksh.js'), '--debug', '-s', '127.0.0.1:1', 'ls', '/'];
    const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8', env: { HOME: home } });
    expect(stderr).toMatch(/at .*src[\\/]client[\\/]\w[\w-]*\.ts:\d+/);
    expect(ownCaches()).toEqual([]);
  });
});

describe('an old Node', () => {
  test('is refused in one sentence', () => {
    const script = `
      Object.defineProperty(process.versions, 'node', { value: '12.22.9' });
      Object.defineProperty(process, 'version', { value: 'v12.22.9' });
      require(${JSON.stringify(ZKSH)});
    `;
    const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: '',
      stderr: `zksh: needs Node.js 20 or later; this is v12.22.9 (${process.execPath})\n`,
    });
  });

  test('can read the file that says so', () => {
    const code = readFileSync(ZKSH, 'utf8').replace(/\/\/.*/g, '');
    expect(code).not.toMatch(/\b(const|let|class|import|async|await)\b|=>|`|\?\.|\?\?|\.\.\./);
    expect(JSON.parse(readFileSync('bin/package.json', 'utf8'))).toEqual({ type: 'commonjs' });
  });
});
