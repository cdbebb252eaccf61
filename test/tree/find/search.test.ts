import { describe, expect, test } from 'vitest';
import { createSearch, type SearchOptions } from '../../../src/tree/find/search.js';

const OPTIONS: SearchOptions = {
  fixed: false,
  ignoreCase: false,
  word: false,
  line: false,
  invert: false,
  asText: false,
  before: 0,
  after: 0,
  linesMax: Number.POSITIVE_INFINITY,
};

function find(data: string | Buffer, pattern: string, options: Partial<SearchOptions> = {}) {
  return createSearch(pattern, { ...OPTIONS, ...options }).find(Buffer.from(data as string));
}

/** Numbers of the lines; those of context with a hyphen. */
function numbers(data: string | Buffer, pattern: string, options: Partial<SearchOptions> = {}): string[] {
  return (find(data, pattern, options)?.lines ?? []).map(({ number, isContext }) => `${number}${isContext ? '-' : ''}`);
}

const LINES = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';

describe('lines', () => {
  test.each<[string, string, Partial<SearchOptions>, string[]]>([
    ['what matches', 'e', {}, ['1', '3', '5', '7']],
    ['nothing', 'x{2}', {}, []],
    ['tied to a line', '^f', {}, ['4', '5']],
    ['tied to its end', 'e$', {}, ['1', '3', '5']],
    ['the letter case', 'ONE', {}, []],
    ['whatever the letter case', 'ONE', { ignoreCase: true }, ['1']],
    ['the opposite', 'e', { invert: true }, ['2', '4', '6']],
    ['the opposite of everything', '', { invert: true }, []],
    ['everything', '', {}, ['1', '2', '3', '4', '5', '6', '7']],
    ['whole lines', 'five|si', { line: true }, ['5']],
    ['text, no expression', 'o.e', { fixed: true }, []],
    ['at most', 'e', { linesMax: 2 }, ['1', '3']],
    ['and before', 'four', { before: 2 }, ['2-', '3-', '4']],
    ['and behind', 'four', { after: 2 }, ['4', '5-', '6-']],
    ['around both ends', 'one|seven', { before: 1, after: 1 }, ['1', '2-', '6-', '7']],
    ['context that touches', 'two|four', { before: 1, after: 1 }, ['1-', '2', '3-', '4', '5-']],
    ['context of the last that is wanted', 'e', { linesMax: 1, after: 1 }, ['1', '2-']],
  ])('%s', (_, pattern, options, expected) => {
    expect(numbers(LINES, pattern, options)).toEqual(expected);
  });

  test('a last line needs no newline, and a newline at the end begins none', () => {
    expect(numbers('a\nb', '')).toEqual(['1', '2']);
    expect(numbers('a\nb\n', '')).toEqual(['1', '2']);
    expect(numbers('\n\n', '')).toEqual(['1', '2']);
    expect(find('', '')).toBeNull();
  });

  test('all that matches in a line is told, in order', () => {
    expect(find('abcab', 'ab|c')?.lines[0]?.spans).toEqual([
      [0, 2],
      [2, 3],
      [3, 5],
    ]);
    expect(find('ab', 'x*')?.lines[0]?.spans).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test('the number of lines does not count context', () => {
    expect(find(LINES, 'e', { after: 1 })?.linesCount).toBe(4);
  });

  test('what an expression says of the end of a line holds at the end of each', () => {
    expect(numbers('ab\ncd\n', 'b(?!.)')).toEqual(['1']);
    expect(numbers('ab\nab c\n', 'b(?![^x])')).toEqual(['1']);
    expect(numbers('ab\n\ncd', '^$')).toEqual(['2']);
    expect(numbers('a\nb', 'a\\sb')).toEqual([]);
  });
});

describe('words', () => {
  test('are whole ones, beyond ASCII too', () => {
    expect(numbers('key\nkeys\na key!\nschlüssel\nüssel', 'key', { word: true })).toEqual(['1', '3']);
    expect(numbers('schlüssel\nssel', 'ssel', { word: true })).toEqual(['2']);
  });
});

describe('UTF-8', () => {
  test('a character is one, whatever its width', () => {
    expect(numbers('😀\nab', '^.$')).toEqual(['1']);
    expect(numbers('größer', 'gr.ß')).toEqual(['1']);
    expect(numbers('GRÖSSER', 'größer', { ignoreCase: true })).toEqual([]);
    expect(numbers('ÄPFEL', 'äpfel', { ignoreCase: true })).toEqual(['1']);
  });

  test('letters that share bytes do not match each other', () => {
    // ä is C3 A4, ¤ is C2 A4.
    expect(find('ä', '¤')).toBeNull();
  });
});

describe('binary data', () => {
  const bytes = Buffer.from([0, 1, 0xca, 0xfe, 0x62, 0x65, 0xff, 0x0a, 0x62, 0x65]);

  test('are those with a NUL, and those that are no UTF-8', () => {
    expect(find(bytes, 'be')).toMatchObject({ isBinary: true, encoding: 'latin1', linesCount: 2 });
    expect(find('be\0', 'be')).toMatchObject({ isBinary: true, encoding: 'utf8', linesCount: 1 });
    expect(find('be', 'be')).toMatchObject({ isBinary: false });
  });

  test('are text where that is wanted', () => {
    expect(find(bytes, 'be', { asText: true })).toMatchObject({
      isBinary: false,
      lines: [{ number: 1 }, { number: 2 }],
    });
  });

  test('are matched byte by byte', () => {
    expect(find(bytes, '\\xca\\xfe')).not.toBeNull();
    expect(find(bytes, '\\xfe\\xca')).toBeNull();
  });

  test('hold the bytes of a letter beyond ASCII', () => {
    const mixed = Buffer.concat([Buffer.from([0xff]), Buffer.from('grün')]);

    expect(find(mixed, 'grün')).not.toBeNull();
    expect(find(mixed, 'grün', { fixed: true, ignoreCase: true })).not.toBeNull();
    expect(find(mixed, 'gran')).toBeNull();
  });

  test('are searched for bytes across what would be lines', () => {
    const search = createSearch('\\xff\\nb', OPTIONS);

    expect(search.findBytes(bytes)).toEqual([[6, 9]]);
  });
});

test('text with signs of an expression in it is looked for as it is', () => {
  for (const text of ['a.b', 'a*', '[x', '(', '\\d', '$^', 'a|b', 'a/b', '{2}']) {
    expect(find(`before ${text} behind`, text, { fixed: true })?.lines[0]?.spans).toEqual([[7, 7 + text.length]]);
    expect(find('before behind', text, { fixed: true })).toBeNull();
    expect(find(`before ${text} behind`, text, { fixed: true, ignoreCase: true })).not.toBeNull();
  }
});

test('a name is searched the same way', () => {
  const search = createSearch('lock-', OPTIONS);

  expect(search.findIn('a-lock-1')).toMatchObject({ text: 'a-lock-1', spans: [[2, 7]] });
  expect(search.findIn('key')).toBeNull();
  expect(createSearch('lock-', { ...OPTIONS, invert: true }).findIn('key')).toMatchObject({ spans: [] });
});

test('an expression that makes no sense is refused', () => {
  expect(() => createSearch('[', OPTIONS)).toThrow(SyntaxError);
});

test('a long line without a match is no trouble', () => {
  const data = Buffer.alloc(5_000_000, 'abcdefgh');

  expect(find(data, 'abcx')).toBeNull();
  expect(find(data, 'h[b-z]')).toBeNull();
});
