import { describe, expect, test } from 'vitest';
import { type Delivery, WatchRegistry } from '../../src/client/watches.js';
import type { WatchEventType, WatchKind } from '../../src/protocol/events.js';
import type { ServerPath } from '../../src/protocol/path.js';

const at = (path: string): ServerPath => path as ServerPath;

/** A registry with one watcher for each `kind path`, and who is told of an event, as `kind path: type path`. */
function watching(...watched: readonly string[]) {
  const registry = new WatchRegistry();
  const names = new Map<unknown, string>();
  for (const name of watched) {
    const [kind, path] = name.split(' ') as [WatchKind, string];
    const watcher = (): void => {};
    names.set(watcher, name);
    registry.add(kind, at(path), watcher);
  }
  const told = (deliveries: readonly Delivery[]): string[] =>
    deliveries.map(({ watcher, type, path }) => `${names.get(watcher)}: ${type} ${path}`);
  return {
    registry,
    on: (type: WatchEventType, path: string, { tellsZxid = true } = {}) =>
      told(registry.take(type, at(path), tellsZxid)),
    left: () => registry.list().map(({ kind, path }) => `${kind} ${path}`),
  };
}

describe('one-shot watches', () => {
  test.each([
    ['created', ['data /a', 'exists /a'], ['children /a']],
    ['changed', ['data /a', 'exists /a'], ['children /a']],
    ['deleted', ['data /a', 'exists /a', 'children /a'], []],
    ['children', ['children /a'], ['data /a', 'exists /a']],
  ] as const)('%s tells and ends those that wait for it', (type, told, left) => {
    const { on, left: still } = watching('data /a', 'exists /a', 'children /a');
    expect(on(type, '/a')).toEqual(told.map((name) => `${name}: ${type} /a`));
    expect(still()).toEqual(left);
    expect(on(type, '/a')).toEqual([]);
  });

  test('one function that waits for two things of a znode is told once of its end', () => {
    const registry = new WatchRegistry();
    const watcher = (): void => {};
    registry.add('data', at('/a'), watcher);
    registry.add('children', at('/a'), watcher);
    expect(registry.take('deleted', at('/a'), true)).toHaveLength(1);
  });

  test('other paths are none of theirs', () => {
    const { on } = watching('data /a', 'children /a', 'data /ab');
    expect([...on('changed', '/a/b'), ...on('deleted', '/')]).toEqual([]);
  });
});

describe('persistent watches', () => {
  test('are told of everything at their path, and stay', () => {
    const { on } = watching('persistent /a');
    const types = ['created', 'changed', 'children', 'deleted', 'created'] as const;
    expect(types.flatMap((type) => on(type, '/a'))).toEqual(types.map((type) => `persistent /a: ${type} /a`));
    expect(on('changed', '/a/b')).toEqual([]);
  });

  test('recursive ones are told of all below, and never of children', () => {
    const { on } = watching('persistentRecursive /a', 'persistentRecursive /');
    expect(on('created', '/a/b/c')).toEqual([
      'persistentRecursive /a: created /a/b/c',
      'persistentRecursive /: created /a/b/c',
    ]);
    expect(on('changed', '/ab')).toEqual(['persistentRecursive /: changed /ab']);
    expect(on('deleted', '/')).toEqual(['persistentRecursive /: deleted /']);
    expect(on('children', '/a')).toEqual([]);
  });
});

describe('a server before 3.9, which keeps one mode for a path', () => {
  const old = { tellsZxid: false };

  test('a persistent watch beside a recursive one hears of children all the same', () => {
    const { on } = watching('persistent /a', 'persistentRecursive /a');
    expect(on('created', '/a/b', old)).toEqual(['persistentRecursive /a: created /a/b', 'persistent /a: children /a']);
    expect(on('changed', '/a/b', old)).toEqual(['persistentRecursive /a: changed /a/b']);
    expect(on('created', '/a/b/c', old)).toEqual(['persistentRecursive /a: created /a/b/c']);
  });

  test('so does a one-shot one, once', () => {
    const { on } = watching('children /a', 'persistentRecursive /a');
    expect(on('deleted', '/a/b', old)).toContain('children /a: children /a');
    expect(on('deleted', '/a/c', old)).toEqual(['persistentRecursive /a: deleted /a/c']);
  });

  test('from 3.9 on the server says so itself', () => {
    const { on } = watching('persistent /a', 'persistentRecursive /a');
    expect(on('created', '/a/b')).toEqual(['persistentRecursive /a: created /a/b']);
  });
});

test('a one-shot watch need not be sent where a persistent one brings its events', () => {
  const { registry } = watching('persistent /p', 'persistentRecursive /r');
  const covered = (['data', 'exists', 'children'] as const).map((kind) =>
    ['/p', '/r', '/p/x'].map((path) => registry.covers(kind, at(path))),
  );
  expect(covered).toEqual([
    [true, true, false],
    [true, true, false],
    [true, false, false],
  ]);
});

test('removing the last watcher of a path empties it', () => {
  const registry = new WatchRegistry();
  const [one, two] = [(): void => {}, (): void => {}];
  registry.add('persistent', at('/a'), one);
  registry.add('persistent', at('/a'), two);
  expect(registry.remove('persistent', at('/a'), one)).toBe(true);
  expect(registry.remove('persistent', at('/a'), two)).toBe(false);
  expect(registry.isEmpty).toBe(true);
});
