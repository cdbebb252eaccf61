/** Text to commands: separators, comments, here-documents, what is open, and scripts that come in pieces. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Command,
  commandAtEnd,
  createCommandSplitter,
  decodeScript,
  splitCommands,
} from '../../src/syntax/lines.js';

function show(commands: readonly Command[]): string[][] {
  return commands.map(({ words, problem }) =>
    problem === undefined ? words.map(({ text }) => text) : [`! ${problem.message}`],
  );
}

function split(text: string): string[][] {
  return show(splitCommands(text, { complete: true }).commands);
}

describe('commands', () => {
  test.each<[string, string[][]]>([
    ['', []],
    ['\n\n;;\n', []],
    ['# nothing', []],
    ['ls / # all', [['ls', '/']]],
    ['# a\nls /', [['ls', '/']]],
    ['# joined? \\\nls /', [['ls', '/']]],
    [
      'ls /;get /a',
      [
        ['ls', '/'],
        ['get', '/a'],
      ],
    ],
    ['ls /;', [['ls', '/']]],
    [
      'ls /\r\nget /a\r\n',
      [
        ['ls', '/'],
        ['get', '/a'],
      ],
    ],
    ['\ufeffls /', [['ls', '/']]],
    ["set /a 'x;y'", [['set', '/a', 'x;y']]],
    ['ls \\\n', [['ls']]],
    [
      'set /a <<END\none\n two\nEND\nls /',
      [
        ['set', '/a', 'one\n two\n'],
        ['ls', '/'],
      ],
    ],
    ['set /a << END -v 1\nx\nEND', [['set', '/a', 'x\n', '-v', '1']]],
    ["set /a <<'E F'\n$x\nE F\n", [['set', '/a', '$x\n']]],
    ['set /a <<E\nE', [['set', '/a', '']]],
    ['set /a <<-E\n\ta\n\t\tb\n c\n\tE\n', [['set', '/a', 'a\nb\n c\n']]],
    [
      'set /a <<E; set /b <<F\n1\nE\n2\nF\nls /',
      [
        ['set', '/a', '1\n'],
        ['set', '/b', '2\n'],
        ['ls', '/'],
      ],
    ],
    ['set /a <<E <<F\n1\nE\n2\nF', [['set', '/a', '1\n', '2\n']]],
    ['set /a <<E\n\'"\\ # ; <<F\nE\n', [['set', '/a', '\'"\\ # ; <<F\n']]],
    ['set /a <<E\r\nx\r\nE\r\n', [['set', '/a', 'x\r\n']]],
    ['set /a <<E # why\nx\nE', [['set', '/a', 'x\n']]],
  ])('%j', (text, expected) => {
    expect(split(text)).toEqual(expected);
  });

  test('know their line and text', () => {
    const { commands } = splitCommands('\n\nls /  ; get /a\nset /b <<E\n1\nE\n', { complete: true });
    expect(commands.map(({ line, text }) => [line, text])).toEqual([
      [3, 'ls /'],
      [3, 'get /a'],
      [4, 'set /b <<E\n1\nE\n'],
    ]);
  });

  test('count lines from the one that is given', () => {
    expect(splitCommands('\nls', { firstLine: 10, complete: true }).commands[0]?.line).toBe(11);
  });

  test('a here-document is literal data whatever it begins with', () => {
    const [command] = splitCommands('set /a <<E\n-x\nE', { complete: true }).commands;
    expect(command?.words[2]).toMatchObject({ text: '-x\n', literal: true });
  });
});

describe('what is open', () => {
  test.each<[string, string, string, number, number]>([
    ["ls 'a", 'quote', "'", 1, 3],
    ['ls /\nset "a\n\nb', 'quote', '"', 2, 4],
    ["x $'a\\'", 'quote', "$'", 1, 2],
    ['x "a\\', 'quote', '"', 1, 2],
    ['ls \\', 'line', '\\', 1, 3],
    ['ls \\\n', 'line', '\\', 1, 3],
    ['set /a <<END\nx\nEN', 'hereDocument', 'END', 1, 7],
    ['set /a <<END', 'hereDocument', 'END', 1, 7],
  ])('%j waits', (text, waitsFor, what, line, column) => {
    const { incomplete } = splitCommands(text, { complete: false });
    expect(incomplete).toEqual({ waitsFor, text: what, line, column });
  });

  test('leaves the commands before it whole', () => {
    const { commands } = splitCommands('ls /; get /a\nset /b <<E; ls\nx', { complete: false });
    expect(show(commands)).toEqual([
      ['ls', '/'],
      ['get', '/a'],
    ]);
  });

  test.each<[string, string, number]>([
    ["ls /\nls 'a\nb", "the quote ' is never closed", 2],
    ['set /a <<END\nx\n', 'the here-document has no end: no line is END', 1],
    ['ls \\', 'a backslash with nothing behind it', 1],
    ['ls /; set <<', '<< needs the word that ends the here-document', 1],
    ['set /a <<<x', '<< needs the word that ends the here-document', 1],
  ])('%j is a problem of the last command once no more comes', (text, message, line) => {
    const last = splitCommands(text, { complete: true }).commands.at(-1);
    expect(last?.problem).toMatchObject({ kind: 'usage', message, line });
  });
});

describe('a script in pieces', () => {
  const script = [
    'ls /; get /a',
    'set /a "x \\" y',
    'z"; set /b <<E',
    'one',
    'E ',
    'E',
    "get $'a\\'b' \\",
    '  /c # end; "',
    "set /d 'it",
    "is' <<-F",
    '\tF',
    'set /e "\\q"',
    'last',
  ].join('\n');
  const whole = splitCommands(script, { complete: true }).commands.map(({ words, line, text }) => ({
    words: words.map((word) => [word.text, word.line, word.column]),
    line,
    text,
  }));

  test('gives the same commands, lines and columns wherever it is cut', () => {
    for (let size = 1; size <= script.length; size++) {
      const splitter = createCommandSplitter();
      const commands: Command[] = [];
      for (let at = 0; at < script.length; at += size) {
        commands.push(...splitter.push(script.slice(at, at + size)));
      }
      commands.push(...splitter.end());
      const seen = commands.map(({ words, line, text }) => ({
        words: words.map((word) => [word.text, word.line, word.column]),
        line,
        text,
      }));
      expect(seen).toEqual(whole);
    }
  });

  test('gives a command as soon as its line has come', () => {
    const splitter = createCommandSplitter();
    expect(show(splitter.push('ls /\nset /a <<E\n'))).toEqual([['ls', '/']]);
    expect(show(splitter.push('x\n'))).toEqual([]);
    expect(show(splitter.push('E\nge'))).toEqual([['set', '/a', 'x\n']]);
    expect(show(splitter.end())).toEqual([['ge']]);
  });

  test('two here-documents of one line belong to the commands in their order', () => {
    const splitter = createCommandSplitter();
    expect(show(splitter.push('ls; set /a <<E; set /b <<E\none\nE\n'))).toEqual([['ls']]);
    expect(show(splitter.push('two\nE\n'))).toEqual([
      ['set', '/a', 'one\n'],
      ['set', '/b', 'two\n'],
    ]);
  });

  test('of arbitrary text are what the whole text gives', () => {
    const odd = fc.array(fc.constantFrom("'", '"', '\\', '\n', ' ', 'a', ';', '#', '<<a', '$', 'x', '\t'), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(odd, fc.integer({ min: 1, max: 7 }), (pieces, size) => {
        const text = pieces.join('');
        const splitter = createCommandSplitter();
        const commands: Command[] = [];
        for (let at = 0; at < pieces.length; at += size) {
          commands.push(...splitter.push(pieces.slice(at, at + size).join('')));
        }
        commands.push(...splitter.end());
        expect(show(commands)).toEqual(split(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('a long quote, pushed line by line, is one command', () => {
    const splitter = createCommandSplitter();
    splitter.push('set /a "{\n');
    for (let index = 0; index < 100_000; index++) {
      splitter.push('  \\"key\\": 1,\n');
    }
    expect(splitter.push('}"\n')).toHaveLength(1);
  });
});

describe('decodeScript', () => {
  test('takes UTF-8', () => {
    expect(decodeScript(Buffer.from('set /a żółw\n'))).toBe('set /a żółw\n');
  });

  test('names the first line that is not', () => {
    const bytes = Buffer.from('ls /\nset /a \xff\nls /', 'latin1');
    expect(() => decodeScript(bytes)).toThrowError(expect.objectContaining({ kind: 'usage', line: 2 }));
  });
});

describe('the command at the end of a text', () => {
  test.each<[string, string[] | null, string | null]>([
    ['', [], null],
    ['ls /; get /a', ['get', '/a'], null],
    ['ls /;', [], null],
    ['ls /\n', [], null],
    ['get "/a', ['get', '/a'], '"'],
    ["get '/a b", ['get', '/a b'], "'"],
    ['get /a\\', ['get', '/a'], '\\'],
    ['get /a # x', null, null],
    ['set /a <<E\nabc', null, null],
    ['set /a <<E', ['set', '/a', ''], null],
    ['set /a <<E\nabc\nE\nls', ['ls'], null],
  ])('%j', (text, words, open) => {
    const command = commandAtEnd(text);
    expect(command?.words.map(({ text: each }) => each) ?? null).toEqual(words);
    expect(command?.open ?? null).toBe(open);
  });
});
