/** Quoting: our lexer and the real shells must give back what went in, and run nothing. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCommands } from '../../src/syntax/lines.js';
import { type QuoteStyle, quoteBytes, quoteWord } from '../../src/syntax/quote.js';
import { describeWithShell } from '../helpers/skip.js';

const ODD = [
  '',
  ' ',
  '/a b',
  "it's",
  '"',
  `'"'`,
  '\\',
  "\\'",
  '$(touch /tmp/x)',
  '`id`',
  '$HOME $x $1',
  '$' + '{x}',
  '!!',
  '!$',
  "a'!!'b",
  '~',
  '~root',
  '=ls',
  '-n',
  '--',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  '#x',
  'a#b',
  ';',
  '&',
  '|',
  '>x',
  '<x',
  '2>x',
  '<<x',
  'a\nb',
  '\n',
  '\n!x',
  'a\tb',
  'a\rb',
  '\x01',
  '\x011',
  '\x1b[31m',
  '\x7f',
  '\u009b31m',
  'żółw',
  '\u{1f600}',
  '\u202e',
  '\u00a0',
  '“x”',
  '–x',
  '%1',
  '^a^b',
  'a=b',
  'a:b',
  "''",
  "'",
  "a''b",
  '(a)',
  'a\\nb',
  '\\x41',
  '\u2028',
  '\u200b',
  '@x',
];

/** What an argument of a process can hold. */
const argument = fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.replace(/[\0\p{Cs}]/gu, ''));

function lexed(text: string) {
  const { commands } = splitCommands(text, { complete: true });
  expect(commands[0]?.problem).toBeUndefined();
  expect(commands).toHaveLength(1);
  return commands[0]?.words.map((word) => word.text);
}

describe('for our own lexer', () => {
  test('every odd word comes back', () => {
    expect(lexed(`x ${ODD.map((word) => quoteWord(word, 'line')).join(' ')}`)).toEqual(['x', ...ODD]);
  });

  test('arbitrary words come back', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'\'"\\$\n xu{}') }))),
        (texts) => {
          expect(lexed(`x ${texts.map((text) => quoteWord(text, 'line')).join(' ')}`)).toEqual(['x', ...texts]);
        },
      ),
    );
  });

  test.each<[string, string]>([
    ['/a/b-1_c.d', '/a/b-1_c.d'],
    ['żółw', 'żółw'],
    ['$x', '$x'],
    ['a b', "'a b'"],
    ["it's", `"it's"`],
    ['say "it\'s"', '"say \\"it\'s\\""'],
    ['a\nb', '"a\\nb"'],
    ['\x1b[0m', '"\\x1b[0m"'],
    ['\u009b', '"\\u{9b}"'],
    ['', "''"],
  ])('%j is written %s', (text, quoted) => {
    expect(quoteWord(text, 'line')).toBe(quoted);
  });

  test('nothing that a terminal would act on, or not show, is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(quoteWord(text, 'line')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
    );
  });

  test('bytes that are not UTF-8 are written \\xNN', () => {
    expect(quoteBytes(Buffer.from([0xff, 0x41, 0x22, 0x0a]))).toBe('"\\xffA\\"\\n"');
    expect(quoteBytes(Buffer.from('a b'))).toBe("'a b'");
  });
});

/** How each shell is run so that it reads no files of the user's. */
const SHELLS = [
  { program: 'bash', style: 'bash', flags: ['--norc'] },
  { program: 'bash', style: 'sh', flags: ['--norc', '--posix'] },
  { program: 'zsh', style: 'zsh', flags: ['-f'] },
  { program: 'zsh', style: 'zsh', flags: ['-f', '-o', 'rcquotes', '-o', 'extendedglob'] },
  { program: 'fish', style: 'fish', flags: ['--no-config'] },
] as const satisfies readonly { program: 'bash' | 'zsh' | 'fish'; style: QuoteStyle; flags: readonly string[] }[];

for (const { program, style, flags } of SHELLS) {
  describeWithShell(program, `${program} ${flags.join(' ')} gives back what was quoted for ${style}`, () => {
    const run = (texts: readonly string[]) => {
      const script = `printf '%s\\0' ${texts.map((text) => quoteWord(text, style)).join(' ')}`;
      const output = execFileSync(program, [...flags, '-c', script], {
        env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: '/nonexistent' },
      });
      return output.toString('utf8').split('\0').slice(0, -1);
    };

    test('odd words', () => {
      expect(run(ODD)).toEqual(ODD);
    });

    test('arbitrary words', () => {
      const texts = fc.sample(argument, 400);
      expect(run(texts)).toEqual(texts);
    });
  });
}

for (const program of ['bash', 'zsh'] as const) {
  describeWithShell(program, `an interactive ${program}, which expands ! in a line`, () => {
    const run = (lines: readonly string[]) => {
      const flags = program === 'bash' ? ['--norc', '--noprofile', '-i'] : ['-f', '-i', '+Z'];
      const setUp = program === 'bash' ? 'set -o history -H' : 'setopt banghist';
      const env = { ...process.env, LC_ALL: 'C.UTF-8', HISTFILE: '', PS1: '', PS2: '' };
      const input = [setUp, 'echo earlier', ...lines, ''].join('\n');
      return execFileSync(program, flags, { input, env, stdio: ['pipe', 'pipe', 'ignore'] }).toString('utf8');
    };

    test('expands it unquoted', () => {
      expect(run(["printf '<%s>' !!"])).not.toContain('<!!>');
    });

    test('but not as we quote it', () => {
      const words = ['!!', '!e', "it's !!", '\n!!', "a'\n'!e"];
      const output = run([`printf '<%s>' ${words.map((word) => quoteWord(word, program)).join(' ')}`]);
      expect(output).toContain(words.map((word) => `<${word}>`).join(''));
    });
  });
}
