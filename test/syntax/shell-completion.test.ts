/** What a shell's Tab gets: one candidate a line, encoded so that a line stays a line. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { answerShell, type CompletingShell, readShellRequest } from '../../src/syntax/shell-completion.js';
import { describeWithShell } from '../helpers/skip.js';

const NAMES = ['a b', 'new\nline', 'tab\there', 'back\\slash', '\x1b[31m', '\u009bc1', '$(id)', 'żółw', "it's"];
const SOURCES = { listChildren: async (path: string) => (path === '/' ? NAMES : []) };

function ask(shell: CompletingShell, words: readonly string[], environment: Record<string, string> = {}) {
  const request = readShellRequest([shell, String(words.length - 1), '--', ...words], environment);
  return answerShell(request, SOURCES);
}

async function texts(words: readonly string[]): Promise<string[]> {
  const answer = await ask('zsh', ['zksh', ...words]);
  return answer
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t')[0] ?? '');
}

describe('the answer', () => {
  test('has text, whether the word goes on, and the summary', async () => {
    expect(await ask('bash', ['zksh', 'cre'])).toMatch(/^create\tend\t[A-Z][^\t\n]+\n$/);
    expect(await ask('bash', ['zksh', 'get', '/it'])).toBe("/it's\tend\t\n");
  });

  test('an only candidate goes on where it has children', async () => {
    const listChildren = async (path: string) => ({ '/': ['app', 'b'], '/app': ['db'] })[path] ?? [];
    const answer = (shell: CompletingShell, word: string) =>
      answerShell(readShellRequest([shell, '2', '--', 'zksh', 'get', word], {}), { listChildren });
    expect(await answer('zsh', '/a')).toBe('/app\tmore\t\n');
    expect(await answer('fish', '/a')).toBe('/app\tmore\t\n/app/db\tmore\t\n');
    expect(await answer('zsh', '/b')).toBe('/b\tend\t\n');
  });

  test('a line stays a line, whatever the names', async () => {
    const answer = await ask('zsh', ['zksh', 'get', '/']);
    const lines = answer.split('\n').slice(0, -1);
    expect(lines).toHaveLength(NAMES.length);
    expect(answer.replaceAll('\n', '').replaceAll('\t', '')).not.toMatch(/\p{Cc}/u);
    expect(lines).toContain('/new\\nline\tmore\t');
    expect(lines).toContain('/back\\\\slash\tmore\t');
    expect(lines).toContain('/\\xc2\\x9bc1\tmore\t');
  });

  test('fish gets no names with control characters', async () => {
    expect((await ask('fish', ['zksh', 'get', '/'])).split('\n').slice(0, -1)).toHaveLength(5);
  });

  test.each<[string[], string[]]>([
    [
      ['multi', ''],
      ['create', 'set', 'delete', 'check'],
    ],
    [
      ['-s', 'h:1', 'multi', 'create', '/a', ',', 'del'],
      ['delete', 'deleteall', 'delquota'],
    ],
    [['ge'], ['get', 'getEphemerals', 'getAllChildrenNumber', 'getAcl']],
    [
      ['-s', 'h:1', 'ge'],
      ['get', 'getEphemerals', 'getAllChildrenNumber', 'getAcl'],
    ],
    [['-o', 'j'], ['json']],
    [['--output=j'], ['--output=json']],
    [['--sess'], ['--session-timeout']],
    [
      ['-s', 'h:1', 'get', '-o', ''],
      ['human', 'plain', 'json', 'zkcli'],
    ],
    [['get', '--serv'], ['--server']],
    [['get', '--exe'], []],
    [['--exe'], ['--execute']],
    [['-s', ''], []],
    [['get', '/it'], ["/it's"]],
    [['get', 'it'], ["/it's"]],
    [
      ['--', 'ge'],
      ['get', 'getEphemerals', 'getAllChildrenNumber', 'getAcl'],
    ],
  ])('%j: %j', async (words, expected) => {
    expect(await texts(words)).toEqual(expected);
  });

  test('is empty rather than an error', async () => {
    const request = readShellRequest(['bash', '2', '--', 'zksh', 'get', '/'], {});
    expect(await answerShell(request, { listChildren: () => Promise.reject(new Error('down')) })).toBe('');
    expect(await answerShell(readShellRequest([], {}), SOURCES)).not.toMatch(/\berror\b/i);
  });
});

describe('the request', () => {
  test('knows the server from the options before the verb and the environment', () => {
    const read = (words: string[], environment = {}) =>
      readShellRequest(['bash', String(words.length), '--', 'zksh', ...words], environment).options;
    expect(read(['-s', 'h:1', 'get', ''])?.server).toBe('h:1');
    expect(read(['--server=h:1', 'get', ''])?.server).toBe('h:1');
    expect(read(['-rsh:1', 'get', ''])).toMatchObject({ server: 'h:1', readOnly: true });
    expect(read(['get', ''], { ZKSH_SERVER: 'h:2' })?.server).toBe('h:2');
    expect(read(['-a', 'digest:u:p', 'get', ''])?.auth).toEqual(['digest:u:p']);
    expect(read(['-s', 'h:x', 'get', ''])).toBeNull();
    expect(read(['get', ''], { ZKSH_TIMEOUT: '5' })).toBeNull();
  });

  test('knows it from the options behind the verb, but for those that are the verb’s own', () => {
    const read = (...words: string[]) =>
      readShellRequest(['bash', String(words.length), '--', 'zksh', ...words], {}).options;
    expect(read('get', '--server=h:1', '')?.server).toBe('h:1');
    expect(read('pwd', '-s', 'h:1', '')?.server).toBe('h:1');
    expect(read('get', '-s', 'h:1', '')?.server).toBe('localhost:2181');
    expect(read('watch', '/a', '--exec', 'ls', '--server=h:1', '')?.server).toBe('localhost:2181');
  });

  test('asks no server where the options make no sense', async () => {
    expect(await ask('bash', ['zksh', '-s', 'h:x', 'get', '/'])).toBe('');
    expect(await ask('bash', ['zksh', '-s', 'h:x', 'cre'])).toMatch(/^create\t/);
  });

  test('takes any index', () => {
    expect(readShellRequest(['bash', 'x', '--', 'zksh', 'get'], {}).wordIndex).toBe(2);
    expect(readShellRequest(['bash', '99', '--', 'zksh', 'get'], {}).wordIndex).toBe(2);
    expect(readShellRequest(['tcsh', '0', '--'], {}).shell).toBe('bash');
  });
});

for (const shell of ['bash', 'zsh', 'fish'] as const) {
  describeWithShell(shell, `printf %b of ${shell}`, () => {
    test('takes the encoding back', async () => {
      const answer = await ask(shell, ['zksh', 'get', '/']);
      const encoded = answer
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')[0] ?? '');
      const flags = { bash: ['--norc'], zsh: ['-f'], fish: ['--no-config'] }[shell];
      const fishLoop = 'for t in $argv; printf "%b\\0" $t; end';
      const script =
        shell === 'fish'
          ? ['-c', fishLoop, ...encoded]
          : ['-c', 'for t; do printf "%b\\0" "$t"; done', shell, ...encoded];
      const output = execFileSync(shell, [...flags, ...script], {
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
      }).toString('utf8');
      const expected = NAMES.map((name) => `/${name}`)
        .sort()
        .filter((name) => shell !== 'fish' || !/\p{Cc}/u.test(name));
      expect(output.split('\0').slice(0, -1)).toEqual(expected);
    });
  });
}
