/** Who may import whom: downwards only, each package in one place, no cycles, no barrels, nothing by default. */
import { describe, expect, test } from 'vitest';
import { type Import, readSources, type Source } from './sources.js';

const SOURCES = readSources('src');

/** A folder of src (or a file in it) and those below it that it may use. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  'exit-codes': ['errors'],
  protocol: ['errors'],
  client: ['errors', 'protocol'],
  tree: ['errors', 'protocol', 'client'],
  recipes: ['errors', 'protocol', 'client', 'tree'],
  admin: ['errors', 'protocol', 'client'],
  offline: ['errors', 'protocol', 'client', 'tree'],
  commands: ['errors', 'exit-codes', 'protocol', 'client', 'tree', 'recipes', 'admin', 'offline'],
  output: ['errors', 'exit-codes', 'protocol', 'commands'],
  syntax: ['errors', 'exit-codes', 'protocol', 'client', 'commands'],
  shell: ['errors', 'exit-codes', 'protocol', 'client', 'commands', 'output', 'syntax'],
  sandbox: ['errors', 'protocol'],
  reference: ['errors', 'exit-codes', 'protocol', 'commands', 'output', 'syntax'],
  zkcli: ['errors', 'protocol', 'client', 'commands', 'output'],
  cli: ['errors', 'exit-codes', 'protocol', 'client', 'tree', 'commands', 'output', 'syntax', 'zkcli'],
  index: ['errors', 'protocol', 'client'],
};
/** Beyond that, by `await import()` only: what a one-shot must not load. */
const MAY_LOAD: Readonly<Record<string, readonly string[]>> = { cli: ['shell', 'reference', 'sandbox'] };

/** Types only: verbs speak of the sandbox, which the process brings. */
const MAY_DESCRIBE: Readonly<Record<string, readonly string[]>> = { commands: ['sandbox'] };

/** A package, and the only place that knows it. */
const ONLY_IN: readonly (readonly [name: RegExp, place: RegExp])[] = [
  [/^node-zookeeper-client/, /^src\/client\/(engine\.ts|node-zookeeper-client\.d\.ts)$/],
  [/^commander$/, /^src\/syntax\/program\.ts$/],
  [/^picomatch$/, /^src\/tree\/find\/patterns\.ts$/],
  [/^yaml$/, /^src\/tree\/compare\/description\.ts$/],
  [/^(ink|react)(\/|$)/, /^src\/shell\//],
  [/^node:(net|tls|dns|http)/, /^src\/(client|sandbox)\//],
  [/^node:child_process$/, /^src\/cli\//],
  [/^node:fs/, /^src\/((cli|shell|zkcli|reference)\/|sandbox\/(storage\/|server\/key-stores\.ts))/],
  [/^node:readline/, /^src\/(cli|shell|zkcli)\//],
];

function layerOf(path: string): string {
  const [, first = '', second] = path.split('/');
  return second === undefined ? first.replace(/\.tsx?$/, '') : first;
}

function edges(): { source: Source; imported: Import }[] {
  return SOURCES.flatMap((source) => source.imports.map((imported) => ({ source, imported })));
}

test('the sources are found', () => {
  expect(SOURCES.length).toBeGreaterThan(100);
  expect(edges().length).toBeGreaterThan(300);
});

test('imports point down', () => {
  const wrong = edges().filter(({ source, imported }) => {
    if (imported.file === null) return false;
    const [from, to] = [layerOf(source.path), layerOf(imported.file)];
    const isAllowed = from === to || MAY_IMPORT[from]?.includes(to);
    // A type leaves nothing in the bundle: what crosses to a lazily loaded layer may be described by it.
    const isLoaded = MAY_LOAD[from]?.includes(to) && (imported.isLazy || imported.isTypeOnly);
    const isDescribed = MAY_DESCRIBE[from]?.includes(to) && imported.isTypeOnly;
    return !isAllowed && !isLoaded && !isDescribed;
  });
  expect(wrong.map(({ source, imported }) => `${source.path} imports ${imported.from}`)).toEqual([]);
});

test('each package is known in one place', () => {
  const wrong = edges().filter(({ source, imported }) =>
    ONLY_IN.some(([name, place]) => name.test(imported.from) && !place.test(source.path)),
  );
  expect(wrong.map(({ source, imported }) => `${source.path} imports ${imported.from}`)).toEqual([]);
});

test('imports of our own files end in .js', () => {
  const wrong = edges().filter(({ imported }) => imported.file !== null && !imported.from.endsWith('.js'));
  expect(wrong.map(({ source, imported }) => `${source.path} imports ${imported.from}`)).toEqual([]);
});

test('there are no cycles', () => {
  const next = new Map(
    SOURCES.map(({ path, imports }) => [
      path,
      imports.flatMap(({ file, isTypeOnly }) => (file === null || isTypeOnly ? [] : [file])),
    ]),
  );
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) cycles.push([...trail.slice(start), path].join(' → '));
    if (start >= 0 || done.has(path)) return;
    for (const to of next.get(path) ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const path of next.keys()) visit(path, []);
  expect(cycles).toEqual([]);
});

describe('exports', () => {
  test('nothing is exported by default, and nothing wholesale', () => {
    const wrong = SOURCES.filter(({ path, code }) => !path.endsWith('.d.ts') && /^export (default|\*)/m.test(code));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  test('only the public face is made of re-exports', () => {
    const barrels = SOURCES.filter(({ path, code }) => {
      const statements = code.split('\n').filter((line) => /^\S/.test(line) && !/^[})\]]/.test(line));
      return (
        !['src/index.ts', 'src/sandbox/index.ts'].includes(path) &&
        statements.length > 0 &&
        statements.every((line) => /^export .*from/.test(line))
      );
    });
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });
});
