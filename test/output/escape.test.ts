import { describe, expect, test } from 'vitest';
import { decodeUtf8, escapeData, escapeName, visibleData, visibleName, visibleText } from '../../src/output/escape.js';
import { escapeInJson } from '../../src/protocol/terminal-controls.js';

describe('a name in plain output', () => {
  test.each([
    ['plain', 'plain'],
    ['żółw 龟', 'żółw 龟'],
    ['a\tb', 'a\\tb'],
    ['a\nb', 'a\\nb'],
    ['a\rb', 'a\\rb'],
    ['a\\b', 'a\\\\b'],
    ['a\u0000b', 'a\\x00b'],
    ['a\u001bb', 'a\\x1bb'],
    ['a\u007fb', 'a\\x7fb'],
    ['a\u0085b', 'a\\x85b'],
    ['a\u202eb', 'a\u202eb'],
  ])('%j is written %j', (name, expected) => {
    expect(escapeName(name)).toBe(expected);
  });

  test('shows on a terminal what would turn the writing around', () => {
    expect(visibleName('a\u202eb')).toBe('a\\u{202e}b');
  });
});

describe('text on a terminal', () => {
  test('keeps lines and TABs', () => {
    expect(visibleText('a\tb\nc')).toBe('a\tb\nc');
  });

  test('keeps letters, emoji and what joins them', () => {
    expect(visibleText('żółw 👩‍💻 עברית')).toBe('żółw 👩‍💻 עברית');
  });

  test.each([
    ['\u001b[31m', '\\x1b[31m'],
    ['\u009b31m', '\\x9b31m'],
    ['a\rb', 'a\\rb'],
    ['\u2066x\u2069', '\\u{2066}x\\u{2069}'],
    ['\u2028', '\\u{2028}'],
    ['\u200b', '\\u{200b}'],
    ['\u{e0041}', '\\u{e0041}'],
  ])('spells out %j', (text, expected) => {
    expect(visibleText(text)).toBe(expected);
  });
});

describe('bytes', () => {
  test('that are no UTF-8 are spelled out one by one on a terminal, the text between them is not', () => {
    const bytes = Buffer.concat([
      Buffer.from('é'),
      Buffer.from([0xff, 0xc3]),
      Buffer.from('x龟'),
      Buffer.from([0xe9, 0xbe]),
    ]);

    expect(visibleData(bytes)).toBe('é\\xff\\xc3x龟\\xe9\\xbe');
  });

  test.each([
    ['an overlong form', [0xc0, 0xaf], '\\xc0\\xaf'],
    ['a surrogate', [0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
    ['more than Unicode has', [0xf4, 0x90, 0x80, 0x80], '\\xf4\\x90\\x80\\x80'],
  ])('%s is no UTF-8', (_, bytes, expected) => {
    expect(visibleData(Buffer.from(bytes))).toBe(expected);
  });

  test('on one line: every escape is one byte', () => {
    expect(escapeData(Buffer.from('a\tb\nc\\d\u0085é'))).toBe('a\\tb\\nc\\\\d\\xc2\\x85é');
    expect(escapeData(Buffer.from([0x41, 0xff, 0x0a]))).toBe('A\\xff\\n');
  });

  test('keep a byte order mark', () => {
    expect(decodeUtf8(Buffer.from('\ufeffx'))).toBe('\ufeffx');
  });
});

test('JSON says the same with what drives a terminal escaped', () => {
  const json = JSON.stringify({ data: 'a\u009bb\u202ec\u{e0041}d\u2028' });

  const escaped = escapeInJson(json);

  expect(escaped).toBe('{"data":"a\\u009bb\\u202ec\\udb40\\udc41d\\u2028"}');
  expect(JSON.parse(escaped)).toEqual(JSON.parse(json));
});
