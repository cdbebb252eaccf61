/** The lexer, word by word: what quotes, escapes and bytes become; `$'…'` compared with a real bash. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitCommands } from '../../src/syntax/lines.js';
import { quoteBytes } from '../../src/syntax/quote.js';
import type { Word } from '../../src/syntax/word.js';
import { describeWithShell } from '../helpers/skip.js';

function lex(text: string) {
  return splitCommands(text, { complete: true }).commands;
}

function words(text: string): string[] {
  return lex(text).flatMap((command) => {
    expect(command.problem?.message).toBeUndefined();
    return command.words.map((word) => word.text);
  });
}

function bytesOf(word: Word): Buffer {
  return word.bytes ?? Buffer.from(word.text, 'utf8');
}

describe('words', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['   \t ', []],
    ['ls', ['ls']],
    ['ls /', ['ls', '/']],
    [' \tls\t\t/  ', ['ls', '/']],
    ["a'b'c", ['abc']],
    [`a"b"'c'd`, ['abcd']],
    ["''", ['']],
    ['""', ['']],
    ["$''", ['']],
    ["a '' b", ['a', '', 'b']],
    ["'a b' c", ['a b', 'c']],
    ["'a\\nb'", ['a\\nb']],
    [`'a"b'`, ['a"b']],
    [`"a'b"`, ["a'b"]],
    ["'a\nb'", ['a\nb']],
    ['"a\nb"', ['a\nb']],
    ["'#' a", ['#', 'a']],
    ['a#b', ['a#b']],
    ['a\\ b', ['a b']],
    ['\\#a', ['#a']],
    ['a\\;b', ['a;b']],
    ['\\\\', ['\\']],
    ['\\n', ['n']],
    ['\\\u{1f600}', ['\u{1f600}']],
    ["\\'", ["'"]],
    ['a\\\nb', ['ab']],
    ['a \\\n b', ['a', 'b']],
    ['a \\\r\n b', ['a', 'b']],
    ['"a\\\nb"', ['ab']],
    ['"a\\\r\nb"', ['ab']],
    ['"\\" \\\\ \\n \\t"', ['" \\ \n \t']],
    ['"\\x41\\x0a"', ['A\n']],
    ['"\\xc3\\xa9"', ['é']],
    ['"\\u{e9}\\u{1f600}\\u{10FFFF}\\u{0}"', ['é\u{1f600}\u{10ffff}\0']],
    ['"$HOME `id` $(id) !!"', ['$HOME `id` $(id) !!']],
    ['$HOME ~ * {a,b} $(id)', ['$HOME', '~', '*', '{a,b}', '$(id)']],
    ['a$"b"', ['a$b']],
    ["$'a\\tb\\'c'", ["a\tb'c"]],
    ['{"a":1}', ['{a:1}']],
    [`'{"a": [1, 2]}'`, ['{"a": [1, 2]}']],
    ['a<<b', ['a<<b']],
    ['żółw 猫 \u{1f600}', ['żółw', '猫', '\u{1f600}']],
    ['a\u2003b', ['a\u2003b']],
    ['a\vb\fc\rd', ['a\vb\fc\rd']],
    ['"\u00a0"', ['\u00a0']],
    ['\\\u00a0', ['\u00a0']],
    ['a\0b', ['a\0b']],
  ])('%j gives %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  test('a word knows its place in the text and in its line', () => {
    const [first, second] = lex('ls /a\n  get "b\nc" d');
    expect(first?.words[1]).toMatchObject({ start: 3, end: 5, line: 1, column: 3, quoted: false });
    expect(second?.words[0]).toMatchObject({ start: 8, end: 11, line: 2, column: 2 });
    expect(second?.words[1]).toMatchObject({ start: 12, end: 17, line: 2, column: 6, quoted: true });
    expect(second?.words[2]).toMatchObject({ start: 18, end: 19, line: 3, column: 3 });
  });

  test.each(["'a'", '"a"', "$'a'", '\\a', "a''"])('%j counts as quoted', (text) => {
    expect(lex(text)[0]?.words[0]?.quoted).toBe(true);
  });
});

describe('bytes', () => {
  test.each<[string, number[]]>([
    ['"\\xff"', [0xff]],
    ['"a\\xffé"', [0x61, 0xff, 0xc3, 0xa9]],
    ['a"\\xff"b', [0x61, 0xff, 0x62]],
    ['"\\xc3"', [0xc3]],
    [`"\\xc3"'b'`, [0xc3, 0x62]],
    ["$'\\377\\0\\xe9'", [0xff, 0, 0xe9]],
    ['"\\xed\\xa0\\x80"', [0xed, 0xa0, 0x80]],
  ])('%j is not UTF-8 and keeps its bytes', (text, bytes) => {
    expect(lex(text)[0]?.words[0]?.bytes).toEqual(Buffer.from(bytes));
  });

  test('bytes that are UTF-8 after all are text', () => {
    const [word] = lex('"\\xf0\\x9f"$\'\\x98\\200\'')[0]?.words ?? [];
    expect(word?.text).toBe('\u{1f600}');
    expect(word?.bytes).toBeUndefined();
  });

  test('arbitrary bytes survive quoteBytes and the lexer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const [command] = lex(`set /a ${quoteBytes(bytes)}`);
        expect(command?.problem).toBeUndefined();
        expect(command?.words).toHaveLength(3);
        expect(bytesOf(command?.words[2] as Word)).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('what is refused', () => {
  test.each<[string, string, string]>([
    [
      '"\\$x"',
      'unknown escape \\$ inside "…"',
      'Nothing is expanded here, so $ needs no backslash; for a backslash itself: \\\\$',
    ],
    ['"\\d"', 'unknown escape \\d inside "…"', "For a backslash itself: \\\\d, or '…' around the word"],
    ['"\\r"', 'unknown escape \\r inside "…"', 'As a byte: \\x0d; for a backslash itself: \\\\r'],
    ['"\\0"', 'unknown escape \\0 inside "…"', 'As a byte: \\x00; for a backslash itself: \\\\0'],
    ['"\\u00e9"', 'unknown escape \\u inside "…"', 'With braces: \\u{00e9}'],
    ['"\\u{}"', '\\u: no hexadecimal digits in braces', ''],
    ['"\\u{d800}"', '\\u: d800 is no character', ''],
    ['"\\u{110000}"', '\\u: 110000 is no character', ''],
    ['"\\xg"', '\\x needs two hexadecimal digits', ''],
    ['"\\x4"', '\\x needs two hexadecimal digits', ''],
    ["$'\\x{41}'", "\\x{…} is not known inside $'…'", ''],
    ["$'\\ud800'", '\\u: d800 is no character', ''],
    ["$'\\cé'", "\\c needs an ASCII character behind it inside $'…'", ''],
    ['ls\u00a0/', 'a no-break space (U+00A0) between words', 'Type a blank; one in a name must be quoted.'],
  ])('%s: %s', (text, message, hint) => {
    const [command] = lex(`set /a x\nset ${text}\nls /`).slice(1);
    expect(command?.problem?.message).toBe(message);
    expect(command?.problem?.hint ?? '').toContain(hint);
    expect(command?.problem?.line).toBe(2);
  });

  test('the column is that of the escape, and the command behind it is read', () => {
    const [command, next] = lex('set /a "ab\\qc"; ls /');
    expect(command?.problem).toMatchObject({ line: 1, column: 10 });
    expect(next?.words.map(({ text }) => text)).toEqual(['ls', '/']);
  });
});

describe('arbitrary text', () => {
  const odd = fc.string({ unit: fc.constantFrom(...'\'"\\$;#<- \t\n\r ax0u{}éE\u{1f600}\u00a0'), maxLength: 30 });

  test('is split without an exception, and words lie in order within it', () => {
    fc.assert(
      fc.property(fc.oneof(odd, fc.string({ unit: 'binary' })), fc.boolean(), (text, complete) => {
        const { commands, incomplete } = splitCommands(text, { complete });
        expect(complete && incomplete !== null).toBe(false);
        let end = 0;
        for (const command of commands) {
          expect(command.words.length > 0 || command.problem !== undefined).toBe(true);
          for (const word of command.words) {
            expect(word.start).toBeGreaterThanOrEqual(end);
            expect(word.end).toBeGreaterThan(word.start);
            end = word.end;
          }
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  test('reads a line of a million escapes', () => {
    const [command] = lex(`set /a "${'\\x41\\"'.repeat(500_000)}"`);
    expect(command?.words[2]?.text).toHaveLength(1_000_000);
  });
});

describeWithShell('bash', "$'…' as bash reads it", () => {
  /** Without NUL, which bash takes for the end, and without what we refuse (surrogates, \x{…}, \c and no ASCII). */
  const piece = fc.oneof(
    fc.constantFrom(...'abnrtvefE\\\'"?xuUcg0189 é}'.split('')).map((letter) => `\\${letter}`),
    fc.constantFrom('a', 'g', '9', ' ', '"', '\n', 'é', 'ff', '\u{1f600}'),
    fc.integer({ min: 1, max: 255 }).map((byte) => `\\${byte.toString(8)}`),
    fc.integer({ min: 1, max: 255 }).map((byte) => `\\x${byte.toString(16)}`),
    fc.integer({ min: 1, max: 0xd7ff }).map((point) => `\\u${point.toString(16)}`),
    fc.integer({ min: 0x10000, max: 0x10ffff }).map((point) => `\\U${point.toString(16).padStart(8, '0')}`),
    fc.constantFrom('\\cA', '\\c?', '\\c[', '\\c\\\\', "\\c\\'", '\\cz'),
  );

  test('the same bytes', () => {
    const samples = fc
      .sample(fc.array(piece, { minLength: 1, maxLength: 6 }), 3000)
      .map((pieces) => `$'${pieces.join('')}'`)
      .filter((text) => {
        const [command, ...more] = lex(text);
        const word = command?.words[0];
        return (
          more.length === 0 &&
          command?.words.length === 1 &&
          command.problem === undefined &&
          word !== undefined &&
          !bytesOf(word).includes(0)
        );
      });
    expect(samples.length).toBeGreaterThan(500);
    const script = `printf '%s\\0' ${samples.join(' ')}`;
    const output = execFileSync('bash', ['--norc', '-c', script], { env: { LC_ALL: 'C.UTF-8' }, maxBuffer: 1 << 26 });
    const ours = samples.map((text) => Buffer.concat([bytesOf(lex(text)[0]?.words[0] as Word), Buffer.of(0)]));
    const theirs = splitAtNul(output);
    const different = samples.filter((_, index) => !ours[index]?.equals(theirs[index] as Buffer));
    expect(different).toEqual([]);
  });
});

function splitAtNul(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start) + 1;
    parts.push(bytes.subarray(start, end));
    start = end;
  }
  return parts;
}
