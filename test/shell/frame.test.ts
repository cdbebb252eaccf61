import { describe, expect, test } from 'vitest';
import { cutToWidth, type Frame, layOutLine, rowsAboveCursor, windowOf } from '../../src/shell/frame.js';

const PROMPT = [{ text: '> ', style: 'plain' }] as const;

function texts({ rows }: Frame): string[] {
  return rows.map((row) => row.map(({ text }) => text).join(''));
}

function laidOut(text: string, cursor: number | null, columns: number, ghost = ''): Frame {
  return layOutLine({ prompt: PROMPT, text, cursor, ghost }, columns);
}

describe('a line and its cursor', () => {
  test('fits', () => {
    const frame = laidOut('ls /a', 5, 20);

    expect(texts(frame)).toEqual(['> ls /a']);
    expect(frame.cursor).toEqual({ x: 7, y: 0 });
  });

  test('wraps at the last column, in the middle of a word', () => {
    const frame = laidOut('abcdefgh', 3, 6);

    expect(texts(frame)).toEqual(['> abcd', 'efgh']);
    expect(frame.cursor).toEqual({ x: 5, y: 0 });
  });

  test('a cursor behind a full row stands on a row of its own', () => {
    const frame = laidOut('abcd', 4, 6);

    expect(texts(frame)).toEqual(['> abcd', '']);
    expect(frame.cursor).toEqual({ x: 0, y: 1 });
  });

  test('a wide character is never cut in two, and the cursor is where it begins', () => {
    const frame = laidOut('abc漢', 3, 6);

    expect(texts(frame)).toEqual(['> abc', '漢']);
    expect(frame.cursor).toEqual({ x: 0, y: 1 });
  });

  test('further lines have a prompt of their own', () => {
    const frame = laidOut("a 'x\ny", 6, 20);

    expect(texts(frame)).toEqual(["> a 'x", '... y']);
    expect(frame.cursor).toEqual({ x: 5, y: 1 });
  });

  test('a cursor on a line break stands at the end of its line', () => {
    expect(laidOut('ab\nc', 2, 20).cursor).toEqual({ x: 4, y: 0 });
  });

  test('control characters are shown, not sent', () => {
    expect(texts(laidOut('a\x1b[2Jb\t', 0, 40))).toEqual(['> a^[[2Jb^I']);
    expect(texts(laidOut('\u202eabc\x9b', 0, 40))).toEqual(['> <202e>abc<9b>']);
  });

  test('a prompt wider than the terminal wraps too', () => {
    const frame = layOutLine(
      { prompt: [{ text: 'zk1:2181 /a> ', style: 'plain' }], text: 'ls', cursor: 2, ghost: '' },
      10,
    );

    expect(texts(frame)).toEqual(['zk1:2181 /', 'a> ls']);
    expect(frame.cursor).toEqual({ x: 5, y: 1 });
  });

  test('the ghost stands behind the cursor and never makes a row of its own', () => {
    const frame = laidOut('get ', 4, 12, 'path [data]');

    expect(texts(frame)).toEqual(['> get path…'.slice(0, 11)]);
    expect(frame.cursor).toEqual({ x: 6, y: 0 });
  });
});

describe('a window of a frame', () => {
  const frame: Frame = { rows: ['a', 'b', 'c', 'd'].map((text) => [{ text, style: 'plain' }]), cursor: { x: 1, y: 3 } };

  test('shows the rows up to the cursor', () => {
    expect(texts(windowOf(frame, 2))).toEqual(['c', 'd']);
    expect(windowOf(frame, 2).cursor).toEqual({ x: 1, y: 1 });
    expect(texts(windowOf({ ...frame, cursor: { x: 0, y: 0 } }, 2))).toEqual(['a', 'b']);
  });

  test('is the frame itself when there is room', () => {
    expect(windowOf(frame, 4)).toBe(frame);
  });
});

test('a terminal that got narrower has wrapped the rows above the cursor, and its own row', () => {
  const row = [{ text: 'x'.repeat(25), style: 'plain' }] as const;

  expect(rowsAboveCursor({ rows: [row, row], cursor: { x: 5, y: 1 } }, 80)).toBe(1);
  expect(rowsAboveCursor({ rows: [row, row], cursor: { x: 5, y: 1 } }, 10)).toBe(3);
  expect(rowsAboveCursor({ rows: [row, row], cursor: { x: 25, y: 1 } }, 10)).toBe(5);
  expect(rowsAboveCursor({ rows: [row], cursor: null }, 10)).toBe(3);
});

test.each([
  ['abcdef', 6, 'abcdef'],
  ['abcdef', 4, 'abc…'],
  ['漢字漢', 5, '漢字…'],
  ['漢字漢', 4, '漢…'],
  ['abc', 1, '…'],
  ['abc', 0, ''],
])('%s in %i columns is %j', (text, width, cut) => {
  expect(cutToWidth(text, width)).toBe(cut);
});
