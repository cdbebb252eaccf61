import { describe, expect, test } from 'vitest';
import { parentOf, type ZnodePath } from '../../../src/protocol/path.js';
import { regularCount, type TestTreeOptions, testTree } from '../../../src/tree/copy/test-tree.js';

const BASE: TestTreeOptions = {
  root: '/r' as ZnodePath,
  znodesCount: 2_000,
  shape: { kind: 'mixed' },
  dataBytes: 30,
  dataKind: 'text',
  seed: 1,
};

function all(options: Partial<TestTreeOptions> = {}, from = 0) {
  return [...testTree({ ...BASE, ...options }, from)].flat();
}

const SHAPES = [
  { kind: 'wide' },
  { kind: 'deep', depth: 7 },
  { kind: 'mixed' },
  { kind: 'regular', fanout: 3 },
] as const;

describe('a test tree', () => {
  test.each(SHAPES)('of shape $kind has each path once, and parents first', (shape) => {
    const paths = all({ shape }).map(({ path }) => path);
    const seen = new Set<string>(['/r']);

    for (const path of paths) {
      expect(seen.has(parentOf(path)), path).toBe(true);
      expect(seen.has(path)).toBe(false);
      seen.add(path);
    }
    expect(paths).toHaveLength(2_000);
  });

  test.each(SHAPES)('of shape $kind goes on from any number as if it had not been cut', (shape) => {
    for (const dataKind of ['text', 'random', 'json'] as const) {
      expect(all({ shape, dataKind }, 1_234)).toEqual(all({ shape, dataKind }).slice(1_234));
    }
  });

  test('another seed is another tree with other data', () => {
    const [one, two] = [all(), all({ seed: 2 })];

    expect(one.map(({ path }) => path)).not.toEqual(two.map(({ path }) => path));
    expect(one[0]?.data).not.toEqual(two[0]?.data);
  });

  test.each([0, 1, 40, 10_000, 100_000])('data has exactly %i bytes', (dataBytes) => {
    for (const dataKind of ['text', 'random', 'json'] as const) {
      const sizes = all({ dataBytes, dataKind, znodesCount: 50 }).map(({ data }) => data?.length);
      // No document is smaller than its braces and names.
      const least = dataKind === 'json' && dataBytes > 0 ? 18 : 0;
      expect(sizes.every((size) => size === dataBytes || (dataBytes < least && size! >= least))).toBe(true);
    }
  });

  test('JSON is JSON, and says which znode it is of', () => {
    expect(JSON.parse(String(all({ dataKind: 'json', dataBytes: 100 })[17]?.data))).toMatchObject({ id: 17 });
  });

  test('a mixed one has wide places and long lines', () => {
    const paths = all({ znodesCount: 10_000 }).map(({ path }) => path);
    const children = new Map<string, number>();
    for (const path of paths) {
      children.set(parentOf(path), (children.get(parentOf(path)) ?? 0) + 1);
    }

    expect(Math.max(...children.values())).toBeGreaterThan(50);
    expect(Math.max(...paths.map((path) => path.split('/').length))).toBeGreaterThan(6);
  });

  test('a full regular tree has the znodes of all its levels', () => {
    expect(regularCount(10, 3)).toBe(1_110);
    expect(regularCount(1, 5)).toBe(5);
  });
});
