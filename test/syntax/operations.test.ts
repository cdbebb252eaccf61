/** The operations of a multi: where one ends, what may stand in one, and what a line with `;` means. */
import { describe, expect, test } from 'vitest';
import { parseInvocation, parseOperations } from '../../src/syntax/invocation.js';
import { commandAtEnd, splitCommands } from '../../src/syntax/lines.js';
import { argumentWords } from '../../src/syntax/word.js';

const CONTEXT = { cwd: '/w', source: 'line' } as const;

function operationsOf(line: string): object[] {
  const [command] = splitCommands(line, { complete: true }).commands;
  return (parseInvocation(command!, CONTEXT).values as { operations: object[] }).operations;
}

function verbs(line: string): string[] {
  return operationsOf(line).map((operation) => (operation as { spec: { name: string } }).spec.name);
}

describe('a multi on one line', () => {
  test.each([
    ['multi create /a , set /a x , delete /b , check /c', ['create', 'set', 'delete', 'check']],
    ['multi create /a ; set /a x;delete /b ;', ['create', 'set', 'delete']],
    ['multi rm /a , CHECK /b 3', ['delete', 'check']],
    ["multi create /a ',' , create /b ';'", ['create', 'create']],
    ['multi -n create /a', ['create']],
    ['multi', []],
  ])('%s', (line, expected) => {
    expect(verbs(line)).toEqual(expected);
  });

  test('has the options of each verb, paths below the working directory, and global options of any', () => {
    const [command] = splitCommands('multi create -es job- x , set b y -v 3 -o json', { complete: true }).commands;

    const { values, overrides } = parseInvocation(command!, CONTEXT);

    expect(overrides).toEqual({ output: 'json' });
    expect(values).toMatchObject({
      operations: [
        { values: { path: '/w/job-', ephemeral: true, sequential: true } },
        { values: { path: '/w/b', version: 3 } },
      ],
    });
  });

  test('from the arguments of the process is split at words that are separators', () => {
    const words = argumentWords(['multi', 'create', '/a', 'x;y', ';', 'delete', '/b']);

    expect(parseInvocation(words, { cwd: '/', source: 'arguments' }).values).toMatchObject({
      operations: [{ values: { data: { text: 'x;y' } } }, { values: { path: ['/b'] } }],
    });
  });

  test.each([
    ['multi create /a , ls /', 'ls cannot stand in a multi'],
    ['multi create /a , nope', 'nope cannot stand in a multi'],
    ['multi create /a , , delete /b', 'nothing stands before ,'],
    ['multi delete /a, delete /b', 'the separator behind /a must stand alone'],
    ['multi set /a hello world', 'one word too many: world'],
  ])('%s is refused', (line, message) => {
    expect(() => operationsOf(line)).toThrow(message);
  });
});

describe('a semicolon', () => {
  test('ends any other command, and a multi without operations', () => {
    const { commands } = splitCommands('ls /; multi; create /a; commit', { complete: true });

    expect(commands.map(({ words }) => words.map(({ text }) => text))).toEqual([
      ['ls', '/'],
      ['multi'],
      ['create', '/a'],
      ['commit'],
    ]);
  });

  test.each([
    ['multi ', ['multi']],
    ['multi cr', ['cr']],
    ['multi -n create /a', ['create', '/a']],
    ['multi create /a ; del', ['del']],
    ['multi create /a , ', []],
    ['multi create /a , set /a -', ['set', '/a', '-']],
  ])('%s is completed as the operation at its end', (text, words) => {
    expect(commandAtEnd(text)?.words.map((word) => word.text)).toEqual(words);
  });
});

describe('a file of operations', () => {
  test('has one a line, comments, and here-documents', () => {
    const operations = parseOperations('# first\ncreate /a <<END\nline\nEND\n\ndelete /b ; check /c\n', CONTEXT);

    expect(operations.map(({ spec }) => spec.name)).toEqual(['create', 'delete', 'check']);
    expect(operations[0]!.values).toMatchObject({ data: { text: 'line\n' } });
  });

  test('is refused with the line of the mistake', () => {
    expect(() => parseOperations('create /a\nset /b x y\n', CONTEXT)).toThrow(
      expect.objectContaining({ kind: 'usage', line: 2 }),
    );
  });
});
