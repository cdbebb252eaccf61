/** Options and operands: commander's reading, our errors, and that roles.ts reads the same. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Option } from '../../src/commands/spec.js';
import { type Parsed, parseOptions } from '../../src/syntax/program.js';
import { assignRoles } from '../../src/syntax/roles.js';
import { argumentWords, type Word } from '../../src/syntax/word.js';

const OPTIONS: readonly Option[] = [
  { short: 's', long: 'stat', summary: 'the stat' },
  { short: 'e', long: 'ephemeral', summary: 'ephemeral' },
  { short: 'v', long: 'version', summary: 'only this version', value: { name: 'N', kind: 'version' } },
  { long: 'timeout', summary: 'time', value: { name: 'DURATION', kind: 'duration' } },
  { long: 'exec', summary: 'runs', value: { name: 'CMD', kind: 'shellCommand' }, rest: true },
];

const MODE = { name: 'verb', stopAtOperand: false, takesText: true };

function parse(words: readonly string[], mode = MODE): Parsed {
  return parseOptions(argumentWords(words), OPTIONS, mode);
}

function show({ given, operands }: Parsed): { given: string[]; operands: string[] } {
  return {
    given: given.map(({ option, word }) => (option.value === undefined ? option.long : `${option.long}=${word.text}`)),
    operands: operands.map(({ text }) => text),
  };
}

describe('options and operands', () => {
  test.each<[string[], string[], string[]]>([
    [[], [], []],
    [['/a', 'x'], [], ['/a', 'x']],
    [['-s', '/a'], ['stat'], ['/a']],
    [['/a', '--stat'], ['stat'], ['/a']],
    [['-es', '/a'], ['ephemeral', 'stat'], ['/a']],
    [['-v', '5', '/a'], ['version=5'], ['/a']],
    [['-v5', '/a'], ['version=5'], ['/a']],
    [['-sv5', '/a'], ['stat', 'version=5'], ['/a']],
    [['-sv', '5', '/a'], ['stat', 'version=5'], ['/a']],
    [['-v', '-1'], ['version=-1'], []],
    [['-v-1'], ['version=-1'], []],
    [['--version=-1'], ['version=-1'], []],
    [['--version='], ['version='], []],
    [['--version', '--stat'], ['version=--stat'], []],
    [['--version', '--'], ['version=--'], []],
    [['--', '-s', '--', '-5'], [], ['-s', '--', '-5']],
    [['-'], [], ['-']],
    [['', '-s'], ['stat'], ['']],
    [['/a', '--exec', 'echo hi', '-s'], ["exec='echo hi' -s"], ['/a']],
    [['/a', '--exec', 'echo $X | cat'], ['exec=echo $X | cat'], ['/a']],
    [['/a', '--exec', 'cmd', "it's", '--', '--exec'], [`exec=cmd 'it'\\''s' -- --exec`], ['/a']],
    [
      ['/a', '--exec=echo hi', '-s', '/b'],
      ['exec=echo hi', 'stat'],
      ['/a', '/b'],
    ],
    [['--version', '--exec', '/a'], ['version=--exec'], ['/a']],
    [['--', '--exec', 'x'], [], ['--exec', 'x']],
  ])('%j', (words, given, operands) => {
    expect(show(parse(words))).toEqual({ given, operands });
  });

  test('before the verb they end at the first operand', () => {
    const parsed = parse(['-s', '-v', '1', 'ls', '-s', '--', '-x', '--unknown'], { ...MODE, stopAtOperand: true });
    expect(show(parsed)).toEqual({ given: ['stat', 'version=1'], operands: ['ls', '-s', '--', '-x', '--unknown'] });
  });

  test('a word keeps its bytes and place through commander', () => {
    const odd: Word = { text: '\ufffd', bytes: Buffer.of(0xff), start: 3, end: 7, line: 2, column: 3, quoted: true };
    const { operands } = parseOptions([odd], OPTIONS, MODE);
    expect(operands[0]).toBe(odd);
  });

  test('a here-document that begins with a hyphen is an operand', () => {
    const [literal] = argumentWords(['-s\n']);
    expect(show(parseOptions([{ ...(literal as Word), literal: true }], OPTIONS, MODE)).operands).toEqual(['-s\n']);
  });

  test('a NUL in an option cannot be mistaken for a word', () => {
    expect(() => parse(['/a', '--version=\x000'])).toThrowError(/a NUL/);
  });
});

describe('mistakes', () => {
  test.each<[string[], string, string]>([
    [['--stats'], 'unknown option --stats', 'Did you mean --stat?'],
    [['--verison=1'], 'unknown option --verison=1', ''],
    [['--xyz'], 'unknown option --xyz', 'verb -- --xyz'],
    [['/a', '-5'], 'unknown option -5', 'verb /a -- -5'],
    [['/a', '-5', '-v', '1', 'z z'], 'unknown option -5', "verb /a -v 1 -- -5 'z z'"],
    [['/a', '-1e3'], 'unknown option -1e3', 'verb /a -- -1e3'],
    [['-sx', '/a'], 'unknown option -x', 'verb -- -sx /a'],
    [['--stat=1'], '--stat takes no value', '--stat'],
    [["--it's"], "unknown option --it's", `verb -- "--it's"`],
    [['/a', '-v'], '-v needs N', ''],
    [['/a', '--exec'], '--exec needs CMD', ''],
    [['/a', '-sv'], '-sv needs N', ''],
  ])('%j: %s', (words, message, hint) => {
    expect(() => parse(words)).toThrowError(expect.objectContaining({ kind: 'usage', message }));
    try {
      parse(words);
    } catch (error) {
      expect((error as { hint?: string }).hint ?? '').toContain(hint);
    }
  });

  test('-- is not offered where no word could be data', () => {
    expect(() => parse(['--xyz'], { ...MODE, takesText: false })).toThrowError(
      expect.objectContaining({ hint: undefined }),
    );
  });

  test('the column is that of the word', () => {
    const words = [{ text: '--xyz', start: 4, end: 9, line: 2, column: 4, quoted: false }];
    expect(() => parseOptions(words, OPTIONS, MODE)).toThrowError(expect.objectContaining({ line: 2, column: 4 }));
  });
});

describe('roles', () => {
  const piece = fc.constantFrom(
    '-s',
    '-e',
    '-se',
    '-v',
    '-v1',
    '-sv',
    '-sv1',
    '--stat',
    '--version',
    '--version=1',
    '--timeout',
    '--exec',
    '--exec=x',
    '--',
    '-',
    '',
    'a',
    '/b',
    '1',
  );

  test('are what commander makes of the words', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (texts) => {
        const { roles, next } = assignRoles(argumentWords(texts), OPTIONS);
        const isCutOff = next.role === 'value' || (next.role === 'rest' && roles.at(-1)?.role !== 'rest');
        if (isCutOff) {
          expect(() => parse(texts)).toThrowError(/ needs /);
          return;
        }
        const { given, operands } = parse(texts);
        expect(given.map(({ option }) => option)).toEqual(
          roles.flatMap((role) => (role.role === 'option' ? role.all : [])),
        );
        expect(operands.map(({ text }) => text)).toEqual(texts.filter((_, index) => roles[index]?.role === 'operand'));
      }),
      { numRuns: 3000 },
    );
  });
});
