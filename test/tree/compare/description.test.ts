import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { ROOT, type ZnodePath } from '../../../src/protocol/path.js';
import { readDescription, type WantedZnode } from '../../../src/tree/compare/description.js';

function read(text: string, root: string = ROOT): Promise<WantedZnode[]> {
  return readDescription(text, {
    root: root as ZnodePath,
    source: 'x.yaml',
    readFile: async (name) => Buffer.from(`<${name}>`),
    readDuration: (duration) => (duration === '10m' ? 600_000 : null),
  });
}

async function only(text: string): Promise<WantedZnode> {
  const [znode, ...others] = await read(text);
  expect(others).toEqual([]);
  return znode!;
}

describe('data', () => {
  test.each([
    ['/a: hello', 'hello'],
    ['/a: 0123', '0123'],
    ['/a: 1.0', '1.0'],
    ['/a: on', 'on'],
    ['/a: true', 'true'],
    ["/a: ''", ''],
    ['/a: |\n  one\n  two\n', 'one\ntwo\n'],
    ['/a: { data: x }', 'x'],
    ['/a: { base64: aGk= }', 'hi'],
    ['/a: { file: f.txt }', '<f.txt>'],
    ['/a: { json: { b: [1, "x"] } }', '{"b":[1,"x"]}'],
    ['{"/a": {"data": "quoted\\n"}}', 'quoted\n'],
    ['/a: &x same\n', 'same'],
  ])('of %j are %j', async (text, data) => {
    expect((await only(text)).data?.bytes?.toString()).toBe(data);
  });

  test('null are no data, and nothing said is nothing wanted', async () => {
    expect((await only('/a: { data: null }')).data).toEqual({ bytes: null });
    expect((await only('/a:')).data).toBeUndefined();
    expect((await only('/a: { acl: "world:anyone:r" }')).data).toBeUndefined();
  });
});

test('parents come before their children, also those that nobody names', async () => {
  const paths = (await read('/x/y/z: 1\n/x:\n  children:\n    b: 2\n    a/c: 3\n')).map(({ path }) => path);
  expect(paths).toEqual(['/x', '/x/y', '/x/y/z', '/x/b', '/x/a', '/x/a/c']);
});

test('paths are below the root given, and / is that root itself', async () => {
  const znodes = await read('/: top\n/a: 1\n', '/env/staging');
  expect(znodes.map(({ path, data }) => [path, data?.bytes?.toString()])).toEqual([
    ['/env', undefined],
    ['/env/staging', 'top'],
    ['/env/staging/a', '1'],
  ]);
});

test('kinds, TTL, ACL and prune are read', async () => {
  const text =
    '/a:\n  kind: container\n  prune: true\n  acl: ["world:anyone:r", "digest:u:aGFzaGhhc2hoYXNoaGFzaGhhc2g=:cdrwa"]\n/b: { ttl: 10m }\n';
  const [a, b] = await read(text);
  expect(a).toMatchObject({ kind: 'container', prunes: true, ttlMs: null });
  expect(a?.acl?.map(({ scheme, perms }) => [scheme, perms])).toEqual([
    ['world', 1],
    ['digest', 31],
  ]);
  expect(b).toMatchObject({ kind: 'ttl', ttlMs: 600_000 });
});

describe('mistakes are told with their line', () => {
  test.each([
    ['/a: 1\n/a: 2\n', /^x\.yaml:2: .*unique/],
    ['/a: 1\n/b/../c: 2\n', /^x\.yaml:2: \/b\/\.\.\/c: /],
    ['/a:\n  children:\n    b: 1\n/a/b: 2\n', /^x\.yaml:4: \/a\/b is described twice \(line 3\)$/],
    ['/a:\n  datta: 1\n', /^x\.yaml:2: \/a: datta is none of data, /],
    ['/a: { data: x, json: 1 }', /^x\.yaml:1: \/a: data and json: one of them$/],
    ['/a:\n  kind: ephemeral\n', /^x\.yaml:2: \/a: kind is persistent, container or ttl, not ephemeral$/],
    ['/a: { ttl: soon }', /^x\.yaml:1: \/a: a znode of kind ttl has one/],
    ['/a: { kind: ttl }', /^x\.yaml:1: \/a: a znode of kind ttl has one/],
    ['/a: { base64: "*" }', /^x\.yaml:1: \/a: not base64$/],
    ['/a: { acl: nonsense }', /^x\.yaml:1: \/a: acl: /],
    ['/a: { prune: maybe }', /^x\.yaml:1: \/a: prune is true or false, not maybe$/],
    ['/a: [1, 2]', /^x\.yaml:1: \/a: neither a text nor data, /],
    ['- a\n', /^x\.yaml:1: here stand names of znodes/],
    ['/a: "open\n', /^x\.yaml:\d: /],
    ['/a: *nowhere\n', /^x\.yaml:1: /],
  ])('%j', async (text, message) => {
    const error = await read(text).then(
      () => null,
      (refused: unknown) => refused,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(message);
  });
});

test('an empty description wants nothing', async () => {
  expect(await read('')).toEqual([]);
  expect(await read('# only a comment\n')).toEqual([]);
});
