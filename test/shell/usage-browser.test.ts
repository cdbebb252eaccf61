import { describe, expect, test } from 'vitest';
import type { UsageRow } from '../../src/commands/results.js';
import type { MeasuredSubtree } from '../../src/commands/usage-source.js';
import type { Frame } from '../../src/shell/frame.js';
import {
  type BrowserState,
  currentLevel,
  noteMeasured,
  noteMeasuring,
  noteTrouble,
  openBrowser,
  pressBrowserKey,
} from '../../src/shell/usage-browser.js';
import { listRows, usageFrame } from '../../src/shell/usage-frame.js';
import { keys } from './marked.js';

const PAGE_ROWS = 3;

function row(path: string, bytes: number, more: Partial<UsageRow> = {}): UsageRow {
  return { path, bytes, znodesCount: 1, ownBytes: bytes, childrenCount: 0, unreadCount: 0, ...more };
}

function measured(path: string, rows: readonly UsageRow[], omittedCount = 0): MeasuredSubtree {
  const bytes = rows.reduce((sum, each) => sum + each.bytes, 0);
  return { total: row(path, bytes, { znodesCount: 1 + rows.length, childrenCount: rows.length }), rows, omittedCount };
}

const ROOT = measured('/r', [
  row('/r/small', 1, { znodesCount: 50, childrenCount: 2 }),
  row('/r/big', 100, { znodesCount: 3, childrenCount: 2 }),
  row('/r/leaf', 10),
  row('/r/also', 10),
]);

function opened(): BrowserState {
  return noteMeasured(openBrowser('/r').state, '/r', ROOT);
}

/** The state after the keys, and what was asked for on the way. */
function press(start: BrowserState, script: string): { state: BrowserState; effects: unknown[] } {
  const effects: unknown[] = [];
  const state = keys(script).reduce((before, key) => {
    const step = pressBrowserKey(before, key, PAGE_ROWS);
    if (step.effect !== null) effects.push(step.effect);
    return step.state;
  }, start);
  return { state, effects };
}

function names(state: BrowserState): string[] {
  const { rows, selected } = currentLevel(state);
  return rows.map(({ path }, index) => `${index === selected ? '>' : ''}${path.slice(path.lastIndexOf('/') + 1)}`);
}

describe('walking about', () => {
  test('begins with measuring the root', () => {
    expect(openBrowser('/r')).toMatchObject({
      state: { measuringCount: 0 },
      effect: { type: 'measure', path: '/r' },
    });
  });

  test('the largest stands first, and of equal ones the first by name', () => {
    expect(names(opened())).toEqual(['>big', 'also', 'leaf', 'small']);
  });

  test.each([
    ['<down>', 1],
    ['j', 1],
    ['<down><down><up>', 1],
    ['<up>', 0],
    ['<end>', 3],
    ['G<down>', 3],
    ['<end><home>', 0],
    ['<pagedown>', 3],
    ['<pagedown><pageup>', 0],
    ['x', 0],
  ])('%s selects row %i', (script, selected) => {
    expect(currentLevel(press(opened(), script).state).selected).toBe(selected);
  });

  test('goes into a znode with children, and measures it', () => {
    const { state, effects } = press(opened(), '<enter>');

    expect(currentLevel(state).path).toBe('/r/big');
    expect(state.measuringCount).toBe(0);
    expect(effects).toEqual([{ type: 'measure', path: '/r/big' }]);
  });

  test('goes into no leaf', () => {
    const { state, effects } = press(opened(), '<down><enter>');

    expect(currentLevel(state).path).toBe('/r');
    expect(effects).toEqual([]);
  });

  test('goes back to where it was, which is still known', () => {
    const inside = press(opened(), '<end><enter>').state;
    const { state, effects } = press(noteMeasured(inside, '/r/small', measured('/r/small', [])), '<left>');

    expect(names(state)).toEqual(['big', 'also', 'leaf', '>small']);
    expect(effects).toEqual([]);
  });

  test('there is nothing above the root', () => {
    const { state, effects } = press(opened(), '<left><backspace>h');

    expect(currentLevel(state).path).toBe('/r');
    expect(effects).toEqual([]);
  });

  test.each(['q', '<escape>', '<C-c>', '<C-d>'])('%s leaves', (key) => {
    expect(press(opened(), key).effects).toEqual([{ type: 'leave' }]);
  });

  test('measures again, and keeps what was selected', () => {
    const { state, effects } = press(opened(), '<down><down>r');
    expect(effects).toEqual([{ type: 'measure', path: '/r' }]);

    const grown = measured('/r', [...ROOT.rows.filter(({ path }) => path !== '/r/leaf'), row('/r/leaf', 1_000)]);
    expect(names(noteMeasured(state, '/r', grown))).toEqual(['>leaf', 'big', 'also', 'small']);
  });

  test('what was selected and is gone leaves its place to another', () => {
    const { state } = press(opened(), '<end>r');

    expect(names(noteMeasured(state, '/r', measured('/r', [row('/r/a', 1), row('/r/b', 2)])))).toEqual(['b', '>a']);
  });
});

describe('the order', () => {
  test('goes from bytes to znodes, children, names and back', () => {
    const first = (script: string) => names(press(opened(), script).state);

    expect(first('s')).toEqual(['>small', 'big', 'also', 'leaf']);
    expect(first('ss')).toEqual(['>big', 'small', 'also', 'leaf']);
    expect(first('sss')).toEqual(['>also', 'big', 'leaf', 'small']);
    expect(first('ssss')).toEqual(['>big', 'also', 'leaf', 'small']);
  });
});

describe('figures', () => {
  test('of what was left meanwhile are not wanted', () => {
    const inside = press(opened(), '<enter>').state;
    const back = press(inside, '<left>').state;

    expect(noteMeasured(back, '/r/big', measured('/r/big', []))).toBe(back);
    expect(noteMeasuring(back, '/r/big', 5)).toBe(back);
    expect(noteTrouble(back, '/r/big', 'gone')).toBe(back);
  });

  test('that cannot be had are told, and a key tries again', () => {
    const troubled = noteTrouble(openBrowser('/r').state, '/r', 'zksh: du /r: no such znode');
    expect(troubled).toMatchObject({ trouble: 'zksh: du /r: no such znode', measuringCount: null });

    const { state, effects } = press(troubled, 'r');
    expect(state.trouble).toBeNull();
    expect(effects).toEqual([{ type: 'measure', path: '/r' }]);
  });
});

function texts({ rows }: Frame): string[] {
  return rows.map((spans) =>
    spans
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
}

describe('on the screen', () => {
  test('stand where one is, the rows with their shares, and the keys', () => {
    expect(texts(usageFrame(opened(), { columns: 80, rows: 24 }))).toEqual([
      '/r  121 B in 5 znodes, by bytes',
      '     100 B  [##########  ]          3  big/',
      '      10 B  [#           ]          1  also',
      '      10 B  [#           ]          1  leaf',
      '       1 B  [            ]         50  small/',
      'up, down  enter: go in  left: back  s: sort  r: measure again  q: leave',
    ]);
  });

  test('the selected row is seen, over its whole width', () => {
    const [, first] = usageFrame(opened(), { columns: 80, rows: 24 }).rows;

    expect(first).toEqual([expect.objectContaining({ style: 'selected' })]);
    expect(first?.[0]?.text.length).toBe(79);
  });

  test.each([
    [50, 24],
    [30, 10],
    [12, 5],
    [5, 4],
    [1, 1],
    [80, 3],
    [80, 2],
  ])('nothing is wider or higher than a window of %i by %i', (columns, rows) => {
    const { state } = press(opened(), '<end>');
    const frame = usageFrame(state, { columns, rows });

    expect(frame.rows.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
    expect(
      frame.rows
        .map((spans) => spans.reduce((sum, { text }) => sum + text.length, 0))
        .every((width) => width <= columns),
    ).toBe(true);
    expect(frame.rows.some((spans) => spans.some(({ style }) => style === 'selected'))).toBe(true);
  });

  test('what does not fit is on another page', () => {
    const size = { columns: 80, rows: 5 };
    expect(listRows(size)).toBe(2);

    expect(
      texts(usageFrame(opened(), size))
        .slice(1, -1)
        .map((text) => text.split('  ').at(-1)),
    ).toEqual(['big/', 'also']);
    expect(
      texts(usageFrame(press(opened(), '<down><down>').state, size))
        .slice(1, -1)
        .map((text) => text.split('  ').at(-1)),
    ).toEqual(['leaf', 'small/']);
  });

  test('children that were left out are counted', () => {
    const state = noteMeasured(openBrowser('/r').state, '/r', measured('/r', ROOT.rows, 1_234));

    expect(texts(usageFrame(state, { columns: 80, rows: 24 }))).toContain('and 1,234 smaller ones');
  });

  test('while it is measured the count grows', () => {
    const state = noteMeasuring(openBrowser('/r').state, '/r', 12_345);

    expect(texts(usageFrame(state, { columns: 80, rows: 24 }))[0]).toBe('/r  measuring, 12,345 znodes');
  });

  test('trouble stands where the rows would', () => {
    const state = noteTrouble(openBrowser('/r').state, '/r', 'zksh: du /r: no such znode\n  Nothing exists at /r.');

    expect(texts(usageFrame(state, { columns: 80, rows: 24 })).slice(1, 3)).toEqual([
      'zksh: du /r: no such znode',
      '  Nothing exists at /r.',
    ]);
  });

  test('a name cannot drive the terminal', () => {
    const hostile = measured('/r', [row('/r/\u001b[2Jx', 5), row('/r/\u202eabc', 5)]);
    const shown = texts(usageFrame(noteMeasured(openBrowser('/r').state, '/r', hostile), { columns: 80, rows: 24 }));

    expect(shown.join('')).not.toMatch(/[\u0000-\u001f\u202e]/);
  });
});
