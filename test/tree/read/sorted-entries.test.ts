import { expect, test } from 'vitest';
import type { ZnodePath } from '../../../src/protocol/path.js';
import type { Stat } from '../../../src/protocol/stat.js';
import {
  createSortedEntries,
  SORTED_BY,
  type SortedBy,
  type SortedEntry,
} from '../../../src/tree/read/sorted-entries.js';

function stat(number: number): Stat {
  return {
    czxid: 1n,
    mzxid: -2n,
    pzxid: 0x7fff_ffff_ffff_fff0n,
    ctime: 5,
    mtime: (number * 7919) % 10_007,
    version: (number * 31) % 101,
    cversion: 3,
    aversion: 4,
    ephemeralOwner: number % 2 === 0 ? 0n : -1n,
    dataLength: (number * 104_729) % 999,
    numChildren: (number * 13) % 17,
  };
}

function sorted(by: SortedBy, isReversed: boolean, entries: readonly SortedEntry[], keepsStats = true): SortedEntry[] {
  const collected = createSortedEntries(by, isReversed, keepsStats);
  for (let from = 0; from < entries.length; from += 777) collected.add(entries.slice(from, from + 777));
  return [...collected.read()].flat();
}

const FIELD = { time: 'mtime', size: 'dataLength', children: 'numChildren', version: 'version' } as const;
const ENTRIES = Array.from({ length: 10_000 }, (_, index): SortedEntry => {
  const path = `/é${String(index).padStart(5, '0')}` as ZnodePath;
  return { path, stat: index % 1000 === 999 ? null : stat(index) };
});

test.each(SORTED_BY)('by %s, either way round, with all that was known of each', (by) => {
  for (const isReversed of [false, true]) {
    const found = sorted(by, isReversed, ENTRIES);
    const sign = isReversed ? 1 : -1;
    const expected = ENTRIES.map((entry, index) => ({ entry, index }));
    const key = ({ stat: each }: SortedEntry) => (by === 'name' ? 0 : (each?.[FIELD[by]] ?? Number.NEGATIVE_INFINITY));
    expected.sort((left, right) => {
      const [a, b] = [key(left.entry), key(right.entry)];
      if (by === 'name') return (left.index - right.index) * -sign;
      return a === b ? left.index - right.index : (a < b ? -1 : 1) * sign;
    });
    expect(found).toEqual(expected.map(({ entry }) => entry));
  }
});

test('without stats where nobody shows them, in the same order', () => {
  const found = sorted('size', false, ENTRIES, false);

  expect(found.map(({ path }) => path)).toEqual(sorted('size', false, ENTRIES).map(({ path }) => path));
  expect(found.every(({ stat: each }) => each === null)).toBe(true);
});

test('nothing at all is in order', () => {
  expect(sorted('time', true, [])).toEqual([]);
});
