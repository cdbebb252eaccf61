import { describe, expect, test } from 'vitest';
import type { ZnodePath } from '../../../src/protocol/path.js';
import { differences, isOld, type Zxids, zxidsAfter } from '../../../src/tree/follow/zxids.js';

const at = (czxid: number, mzxid = czxid, pzxid = czxid): Zxids => ({
  czxid: BigInt(czxid),
  mzxid: BigInt(mzxid),
  pzxid: BigInt(pzxid),
});
const tree = (nodes: Readonly<Record<string, Zxids>>) => new Map(Object.entries(nodes) as [ZnodePath, Zxids][]);

function told(
  known: Readonly<Record<string, Zxids>>,
  found: Readonly<Record<string, Zxids>>,
  unreadable: string[] = [],
): string[] {
  const snapshot = { found: tree(found), unreadable: new Set(unreadable as ZnodePath[]) };
  return differences(tree(known), snapshot, true).map(({ event, path, isRecreated }) =>
    [event, path, ...(isRecreated ? ['again'] : [])].join(' '),
  );
}

describe('between two moments', () => {
  test.each([
    ['nothing', { '/a': at(1) }, { '/a': at(1) }, []],
    ['a znode more', {}, { '/a': at(1) }, ['created /a']],
    ['a znode less, what was below it first', { '/a': at(1), '/a/b': at(2) }, {}, ['deleted /a/b', 'deleted /a']],
    ['other data', { '/a': at(1) }, { '/a': at(1, 5) }, ['changed /a']],
    ['other children', { '/a': at(1) }, { '/a': at(1, 1, 5) }, ['children /a']],
    ['both', { '/a': at(1) }, { '/a': at(1, 5, 6) }, ['changed /a', 'children /a']],
    ['another znode of the same path', { '/a': at(1) }, { '/a': at(5) }, ['created /a again']],
  ])('%s', (_, known, found, expected) => {
    expect(told(known, found)).toEqual(expected);
  });

  test('what may not be read any more is not taken for deleted, nor what is below it', () => {
    expect(told({ '/a': at(1), '/a/b': at(2), '/ab': at(3) }, {}, ['/a'])).toEqual(['deleted /ab']);
  });

  test('what is not known is no difference', () => {
    expect(told({ '/a': { czxid: null, mzxid: 1n, pzxid: null } }, { '/a': at(7, 1, 9) })).toEqual([]);
  });
});

describe('an event that came while the snapshot was read', () => {
  test.each([
    ['created', at(5), 5n, true],
    ['created', undefined, 5n, false],
    ['created', at(5), 6n, false],
    ['changed', at(5, 8), 8n, true],
    ['changed', at(5, 8), 9n, false],
    ['children', at(5, 5, 8), 7n, true],
    ['children', at(5, 5, 8), 9n, false],
    ['deleted', undefined, 9n, true],
    ['deleted', at(9), 7n, true],
    ['deleted', at(5), 9n, false],
    ['changed', at(5), null, false],
  ] as const)('%s on %o at %s: told already: %s', (event, known, zxid, expected) => {
    expect(isOld(known, event, zxid)).toBe(expected);
  });
});

test('what is known follows what is told', () => {
  let known = zxidsAfter(undefined, 'created', 1n);
  known = zxidsAfter(known, 'changed', 2n);
  known = zxidsAfter(known, 'children', 3n);

  expect(known).toEqual(at(1, 2, 3));
  expect(zxidsAfter(known, 'deleted', 4n)).toBeUndefined();
});
