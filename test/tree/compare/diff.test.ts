/** The merge of diff, against a comparison of two maps. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ZnodePath } from '../../../src/protocol/path.js';
import type { ZnodeRecord } from '../../../src/protocol/znode-line.js';
import { type Difference, diffSides } from '../../../src/tree/compare/diff.js';
import type { Side, SideEntry } from '../../../src/tree/compare/diff-sides.js';
import { comparePaths } from '../../../src/tree/order.js';

function record(path: string, data: string | null, more: Partial<ZnodeRecord> = {}): ZnodeRecord {
  const bytes = data === null ? null : Buffer.from(data);
  return { path, data: bytes, acl: null, kind: 'persistent', ttlMs: null, stat: null, ...more };
}

function entry(path: string, data: string | null, more: Partial<ZnodeRecord> = {}): SideEntry {
  return { path: path as ZnodePath, record: record(path, data, more), state: 'read', error: null };
}

function without(path: string, state: 'ignored' | 'unreadable'): SideEntry {
  return { path: path as ZnodePath, record: null, state, error: null };
}

/** In batches of `size`, some of them empty. */
function sideOf(entries: readonly SideEntry[], size = 3): Side {
  const sorted = [...entries].sort((left, right) => comparePaths(left.path, right.path));
  return {
    seesKinds: false,
    place: (path) => path,
    async *entries() {
      for (let from = 0; from < sorted.length; from += size) {
        yield [];
        yield sorted.slice(from, from + size);
      }
    },
  };
}

async function diffOf(sides: readonly Side[], options = { withAcl: false, statFields: [] as const }) {
  const differences: Difference[] = [];
  for await (const batch of diffSides(sides, options)) {
    differences.push(...batch.differences);
  }
  return differences.map(({ what, path, side }) => (sides.length > 2 ? `${what} ${path} ${side}` : `${what} ${path}`));
}

const TREE = fc
  .dictionary(
    fc
      .array(fc.constantFrom('a', 'b', 'a!', 'a-b', 'é', 'a/'), { maxLength: 4 })
      .map((names) => `/${names.join('/').replaceAll('//', '/')}`.replace(/(?<=.)\/$/, '')),
    fc.constantFrom(null, '', '1', '2'),
  )
  .map((tree) => new Map(Object.entries(tree)));

test('it finds what two maps do not have in common, in tree order', async () => {
  await fc.assert(
    fc.asyncProperty(TREE, TREE, fc.integer({ min: 1, max: 5 }), async (left, right, size) => {
      const toSide = (tree: Map<string, string | null>) =>
        sideOf(
          [...tree].map(([path, data]) => entry(path, data)),
          size,
        );
      const expected = [...new Set([...left.keys(), ...right.keys()])].sort(comparePaths).flatMap((path) => {
        if (!left.has(path)) return [`added ${path}`];
        if (!right.has(path)) return [`removed ${path}`];
        return left.get(path) === right.get(path) ? [] : [`data ${path}`];
      });

      expect(await diffOf([toSide(left), toSide(right)])).toEqual(expected);
    }),
  );
});

test('several sides are each compared with the first', async () => {
  const sides = [
    sideOf([entry('/', ''), entry('/a', '1')]),
    sideOf([entry('/', ''), entry('/a', '2'), entry('/b', '')]),
    sideOf([entry('/', '')]),
  ];

  expect(await diffOf(sides)).toEqual(['data /a 1', 'removed /a 2', 'added /b 1']);
});

describe('what is not known', () => {
  test('is not different, nor what is below it', async () => {
    const left = sideOf([entry('/', ''), without('/shut', 'unreadable'), entry('/shuttle', '1')]);
    const right = sideOf([entry('/', ''), entry('/shut', '1'), entry('/shut/below', '2')]);

    expect(await diffOf([left, right])).toEqual(['removed /shuttle']);
    expect(await diffOf([right, left])).toEqual(['added /shuttle']);
  });

  test('is an ephemeral that is not wanted, on whichever side', async () => {
    const left = sideOf([entry('/', ''), without('/live', 'ignored')]);
    const right = sideOf([entry('/', ''), entry('/live', 'x')]);

    expect(await diffOf([left, right])).toEqual([]);
    expect(await diffOf([right, left])).toEqual([]);
  });

  test('are ACLs and stats that one side does not have', async () => {
    const acl = [{ perms: 1, scheme: 'world', id: 'anyone' }];
    const [bare, known] = [sideOf([entry('/a', '')]), sideOf([entry('/a', '', { acl })])];

    expect(await diffOf([bare, known], { withAcl: true, statFields: ['version'] as never })).toEqual([]);
  });
});

test('ACLs count as sets, and only where they are wanted', async () => {
  const read = { perms: 1, scheme: 'world', id: 'anyone' };
  const mine = { perms: 31, scheme: 'ip', id: '10.0.0.1' };
  const sideWith = (acl: ZnodeRecord['acl']) => sideOf([entry('/a', '', { acl })]);

  expect(await diffOf([sideWith([read, mine]), sideWith([mine, read])], { withAcl: true, statFields: [] })).toEqual([]);
  expect(await diffOf([sideWith([read, mine]), sideWith([read])], { withAcl: true, statFields: [] })).toEqual([
    'acl /a',
  ]);
  expect(await diffOf([sideWith([read, mine]), sideWith([read])])).toEqual([]);
});

test('container and TTL are told from persistent only where both sides see kinds', async () => {
  const box = sideOf([entry('/a', '', { kind: 'container' })]);
  const plain = sideOf([entry('/a', '')]);
  const live = sideOf([entry('/a', '', { kind: 'ephemeral' })]);

  expect(await diffOf([box, plain])).toEqual([]);
  expect(
    await diffOf([
      { ...box, seesKinds: true },
      { ...plain, seesKinds: true },
    ]),
  ).toEqual(['kind /a']);
  expect(await diffOf([live, plain])).toEqual(['kind /a']);
});
