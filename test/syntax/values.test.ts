/** Words to typed values: what is taken, and what is refused in which words. */
import { describe, expect, test } from 'vitest';
import type { ValueKind } from '../../src/commands/spec.js';
import { parseValue, type ValueContext } from '../../src/syntax/values.js';
import { argumentWords, type Word } from '../../src/syntax/word.js';

const CONTEXT: ValueContext = { cwd: '/app', stdinAsData: true, fromProcess: true };

function word(text: string, more: Partial<Word> = {}): Word {
  return { ...(argumentWords([text])[0] as Word), ...more };
}

function read(kind: ValueKind, text: string, choices?: readonly string[]): unknown {
  return parseValue(word(text), { kind, choices }, CONTEXT);
}

function refusal(
  kind: ValueKind,
  text: string,
  choices?: readonly string[],
): { message: string; why?: string; hint?: string } {
  try {
    read(kind, text, choices);
  } catch (error) {
    expect(error).toMatchObject({ kind: 'usage' });
    return error as { message: string };
  }
  throw new Error(`${text} was taken`);
}

describe('a duration', () => {
  test.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1.5s', 1500],
    ['0s', 0],
    ['10S', 10_000],
    ['1099511627775ms', 1099511627775],
  ])('%s is %d ms', (text, ms) => {
    expect(read('duration', text)).toBe(ms);
  });

  test('as a bare number is refused with both readings', () => {
    const { message, why, hint } = refusal('duration', '10');
    expect(message).toBe('10 has no unit');
    expect(why).toContain('10s would be seconds, 10ms milliseconds');
    expect(hint).toBe('10s or 10ms');
  });

  test.each(['', 's', '-1s', '1d', '1 h 2', '1e3s', '0x1s', '10 seconds', '1h30m'])('%j is refused', (text) => {
    expect(refusal('duration', text).message).toMatch(/^not a duration: /);
  });

  test('longer than any server takes is refused', () => {
    expect(refusal('duration', '999999999h').message).toBe('999999999h is too long');
  });
});

describe('a version', () => {
  test.each([
    ['0', 0],
    ['-1', -1],
    ['2147483647', 2147483647],
  ])('%s', (text, version) => {
    expect(read('version', text)).toBe(version);
  });

  test.each(['', '-2', '1.0', '2147483648', 'x', ' 1', '+1', '0x1', '99999999999'])('%j is refused', (text) => {
    expect(refusal('version', text).message).toMatch(/^not a version: /);
  });
});

describe('a count', () => {
  test('is a whole number', () => {
    expect(read('count', '0')).toBe(0);
    expect(read('count', '100000')).toBe(100_000);
  });

  test.each(['', '-1', '1.5', 'all', '9'.repeat(16)])('%j is refused', (text) => {
    expect(refusal('count', text).message).toMatch(/^not a number: /);
  });
});

describe('data', () => {
  test.each([
    ['text', { from: 'text', text: 'text' }],
    ['', { from: 'text', text: '' }],
    ['-', { from: 'stdin' }],
    ['-5', { from: 'text', text: '-5' }],
    ['@a/b', { from: 'file', file: 'a/b' }],
    ['@@a', { from: 'text', text: '@a' }],
    ['@@', { from: 'text', text: '@' }],
    ['@@@', { from: 'text', text: '@@' }],
    ['a@b', { from: 'text', text: 'a@b' }],
  ])('%j', (text, expected) => {
    expect(read('data', text)).toEqual(expected);
  });

  test('of a here-document are never a file or stdin', () => {
    const literal = (text: string) => parseValue(word(text, { literal: true }), { kind: 'data' }, CONTEXT);
    expect(literal('@x')).toEqual({ from: 'text', text: '@x' });
    expect(literal('-')).toEqual({ from: 'text', text: '-' });
  });

  test('that are not UTF-8 keep their bytes', () => {
    const bytes = Buffer.of(0xff);
    expect(parseValue(word('\ufffd', { bytes }), { kind: 'data' }, CONTEXT)).toEqual({ from: 'bytes', bytes });
  });

  test('that came damaged through the arguments are refused', () => {
    expect(refusal('data', 'a\ufffd').message).toBe('the data are not UTF-8, and would be damaged');
    const fromLine = parseValue(word('\ufffd'), { kind: 'data' }, { ...CONTEXT, fromProcess: false });
    expect(fromLine).toEqual({ from: 'text', text: '\ufffd' });
  });

  test('- is refused where the commands come from stdin, a quoted one is a hyphen', () => {
    const context = { ...CONTEXT, stdinAsData: false };
    expect(() => parseValue(word('-', { line: 3, column: 7 }), { kind: 'data' }, context)).toThrowError(
      expect.objectContaining({
        message: '- is stdin, and that is where these commands come from',
        line: 3,
        column: 7,
      }),
    );
    expect(parseValue(word('-', { quoted: true }), { kind: 'data' }, context)).toEqual({ from: 'text', text: '-' });
  });

  test('@ without a file is refused', () => {
    expect(refusal('data', '@').hint).toBe('Data that begin with @ are written @@.');
  });
});

describe('other kinds', () => {
  test.each<[ValueKind, string, unknown]>([
    ['znodePath', 'a/../b', '/app/b'],
    ['znodePath', '/a', '/a'],
    ['znodePath', '.', '/app'],
    ['text', '-x', '-x'],
    ['secret', 'u:p', 'u:p'],
    ['connectString', 'zk1:2181,zk2/app', 'zk1:2181,zk2/app'],
    ['verb', 'GET-acl', 'getAcl'],
    ['file', 'x', 'x'],
    ['shellCommand', 'echo $X', 'echo $X'],
    ['acl', 'world:anyone:cr', [{ scheme: 'world', id: 'anyone', perms: 5 }]],
  ])('%s %j', (kind, text, expected) => {
    expect(read(kind, text)).toEqual(expected);
  });

  test.each<[ValueKind, string, RegExp]>([
    ['znodePath', '/a//b', /^not a path: .*is empty/],
    ['connectString', 'h:x', /port/],
    ['verb', 'gte', /unknown command: gte/],
    ['file', '', /a file name is missing/],
    ['acl', 'world', /./],
  ])('%s %j is refused', (kind, text, message) => {
    expect(refusal(kind, text).message).toMatch(message);
  });

  test('a choice is found in any letter case, and the nearest is offered', () => {
    expect(read('choice', 'JSON', ['plain', 'json'])).toBe('json');
    const { message, hint } = refusal('choice', 'jsn', ['plain', 'json']);
    expect(message).toBe('not one of plain, json: jsn');
    expect(hint).toBe('Did you mean json?');
  });

  test('bytes that are not UTF-8 are refused for all but data', () => {
    const odd = word('\ufffd', { bytes: Buffer.of(0xff) });
    expect(() => parseValue(odd, { kind: 'znodePath' }, CONTEXT)).toThrowError(
      expect.objectContaining({ message: 'not UTF-8' }),
    );
  });

  test('a message shows no control characters and no novel', () => {
    expect(refusal('version', '\x1b[31m').message).toBe('not a version: \\x1b[31m');
    expect(refusal('version', 'x'.repeat(1000)).message.length).toBeLessThan(100);
  });
});
