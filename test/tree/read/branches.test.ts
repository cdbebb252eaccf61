import { expect, test } from 'vitest';
import { KeeperError } from '../../../src/errors.js';
import type { ZnodePath } from '../../../src/protocol/path.js';
import { createBranches, type DrawnZnode } from '../../../src/tree/read/branches.js';
import type { WalkEntry } from '../../../src/tree/read/walk.js';

function entry(path: string, childrenCount: number, code?: string): WalkEntry {
  const error = code === undefined ? null : new KeeperError(code, 'no', { path });
  return {
    path: path as ZnodePath,
    stat: null,
    data: null,
    childrenCount: error === null ? childrenCount : null,
    error,
  };
}

/** `|` an ancestor that has more children to come, `.` one that has not; the last sign is the znode's own. */
function shown(znodes: readonly DrawnZnode[]): string[] {
  return znodes.map(({ path, lasts }) => `${lasts.map((isLast) => (isLast ? '.' : '|')).join('')} ${path}`);
}

const ENTRIES = [
  entry('/a', 3),
  entry('/a/b', 2),
  entry('/a/b/x', 0),
  entry('/a/b/y', 1),
  entry('/a/b/y/z', 0),
  entry('/a/c', 0),
  entry('/a/d', 1),
  entry('/a/d/e', 0),
];

test('what leads to each znode follows from the numbers of children, however the walk is cut', () => {
  for (let cut = 0; cut <= ENTRIES.length; cut++) {
    const branches = createBranches('/a' as ZnodePath, null);
    const drawn = [...branches.add(ENTRIES.slice(0, cut)), ...branches.add(ENTRIES.slice(cut)), ...branches.end()];
    expect(shown(drawn), `cut at ${cut}`).toEqual([
      ' /a',
      '| /a/b',
      '|| /a/b/x',
      '|. /a/b/y',
      '|.. /a/b/y/z',
      '| /a/c',
      '. /a/d',
      '.. /a/d/e',
    ]);
  }
});

test('a znode that vanished is not drawn, one that may not be read is, and nothing twice', () => {
  const branches = createBranches('/' as ZnodePath, null);
  const drawn = branches.add([
    entry('/', 3),
    entry('/a', 1),
    entry('/a', 0, 'NONODE'),
    entry('/b', 0, 'NONODE'),
    entry('/c', 0, 'NOAUTH'),
  ]);

  expect(shown(drawn)).toEqual([' /', '| /a', '. /c']);
  expect(drawn.map(({ refusal }) => refusal)).toEqual([null, null, 'NOAUTH']);
});

test('of some znodes only those are drawn, and what leads to them', () => {
  const branches = createBranches('/a' as ZnodePath, (path) => /[xe]$/.test(path));

  expect(branches.add(ENTRIES)).toEqual([]);
  expect(shown(branches.end())).toEqual([' /a', '| /a/b', '|. /a/b/x', '. /a/d', '.. /a/d/e']);
});

test('of none nothing is drawn', () => {
  const branches = createBranches('/a' as ZnodePath, () => false);

  branches.add(ENTRIES);

  expect(branches.end()).toEqual([]);
});
