import { describe, expect, test } from 'vitest';
import type { ZnodePath } from '../../../src/protocol/path.js';
import { compareUsage, createTop, createUsageSum, type Usage } from '../../../src/tree/find/usage.js';

/** Sums up what a walk in tree order brings: path and bytes. */
function sumOf(znodes: readonly (readonly [path: string, bytes: number | null])[]): Usage[] {
  const told: Usage[] = [];
  const sum = createUsageSum((usage) => told.push({ ...usage }));
  for (const [path, bytes] of znodes) {
    sum.add({ path: path as ZnodePath, bytes });
  }
  sum.end();
  return told;
}

describe('the sum of subtrees', () => {
  test('is told of each as soon as it is complete, children before their parent', () => {
    const told = sumOf([
      ['/', 1],
      ['/a', 10],
      ['/a/x', 100],
      ['/a/x/y', 1_000],
      ['/a/z', 0],
      ['/b', 5],
    ]);

    expect(
      told.map(({ path, bytes, znodesCount, ownBytes, childrenCount, depth }) => [
        path,
        bytes,
        znodesCount,
        ownBytes,
        childrenCount,
        depth,
      ]),
    ).toEqual([
      ['/a/x/y', 1_000, 1, 1_000, 0, 3],
      ['/a/x', 1_100, 2, 100, 1, 2],
      ['/a/z', 0, 1, 0, 0, 2],
      ['/a', 1_110, 4, 10, 2, 1],
      ['/b', 5, 1, 5, 0, 1],
      ['/', 1_116, 6, 1, 2, 0],
    ]);
  });

  test('takes no name for a parent because it begins the same', () => {
    const told = sumOf([
      ['/r', 0],
      ['/r/a', 1],
      ['/r/a-b', 2],
      ['/r/a-b/c', 4],
    ]);

    expect(told.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['/r/a', 1],
      ['/r/a-b/c', 4],
      ['/r/a-b', 6],
      ['/r', 7],
    ]);
  });

  test('counts what could not be read, and says so all the way up', () => {
    const told = sumOf([
      ['/r', 1],
      ['/r/a', 2],
      ['/r/a/secret', null],
      ['/r/b', 4],
    ]);

    expect(told.map(({ path, bytes, znodesCount, unreadCount }) => [path, bytes, znodesCount, unreadCount])).toEqual([
      ['/r/a/secret', 0, 1, 1],
      ['/r/a', 2, 2, 1],
      ['/r/b', 4, 1, 0],
      ['/r', 7, 4, 1],
    ]);
  });

  test('a znode that comes once more, because it can be read no further, is not counted twice', () => {
    const told = sumOf([
      ['/r', 1],
      ['/r/a', 2],
      ['/r/a', null],
    ]);

    expect(told.map(({ path, bytes, znodesCount, unreadCount }) => [path, bytes, znodesCount, unreadCount])).toEqual([
      ['/r/a', 2, 1, 1],
      ['/r', 3, 2, 1],
    ]);
  });

  test('of nothing is nothing', () => {
    expect(sumOf([])).toEqual([]);
  });
});

describe('the largest', () => {
  test('are kept, sorted, however many there were', () => {
    const top = createTop<number>(3, (left, right) => right - left);
    for (const item of [5, 1, 9, 2, 8, 7, 3, 6, 4, 9]) {
      top.add(item);
    }

    expect(top.take()).toEqual([9, 9, 8]);
    expect(top.droppedCount).toBe(7);
  });

  test('are all there where there is room', () => {
    const top = createTop<number>(Number.POSITIVE_INFINITY, (left, right) => right - left);
    for (const item of [1, 3, 2]) {
      top.add(item);
    }

    expect(top.take()).toEqual([3, 2, 1]);
    expect(top.droppedCount).toBe(0);
  });

  test('of two that are as large the upper one comes first', () => {
    const told = sumOf([
      ['/r', 0],
      ['/r/a', 0],
      ['/r/a/b', 7],
    ]);

    expect(told.sort(compareUsage('bytes')).map(({ path }) => path)).toEqual(['/r', '/r/a', '/r/a/b']);
  });

  test('by what is asked for', () => {
    const told = sumOf([
      ['/r', 0],
      ['/r/a', 1],
      ['/r/a/b', 1],
      ['/r/a/c', 1],
      ['/r/d', 100],
    ]).slice(0, -1);

    expect(told.sort(compareUsage('znodes'))[0]?.path).toBe('/r/a');
    expect(told.sort(compareUsage('bytes'))[0]?.path).toBe('/r/d');
    expect(told.sort(compareUsage('children'))[0]?.path).toBe('/r/a');
  });
});
