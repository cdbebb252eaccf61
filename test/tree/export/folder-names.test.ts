import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderNameOf, nameOfFolder } from '../../../src/tree/export/folder-names.js';

test.each([
  ['config', 'config'],
  ['my-db_1.json', 'my-db_1.json'],
  ['MyDb', '^My^Db'],
  ['^a', '%5ea'],
  ['100%', '100%25'],
  ['.git', '%2egit'],
  ['@data', '%40data'],
  ['a@b', 'a@b'],
  ['ends.', 'ends%2e'],
  ['~', '%7e'],
  ['with blank', 'with%20blank'],
  ['a:b*c?', 'a%3ab%2ac%3f'],
  ['con', '%63on'],
  ['com1.txt', '%63om1.txt'],
  ['console', 'console'],
  ['é', '%c3%a9'],
  ['e\u0301', 'e%cc%81'],
  ['漢', '%e6%bc%a2'],
])('the znode %s has the folder %s', (name, folder) => {
  expect(folderNameOf(name)).toBe(folder);
  expect(nameOfFolder(folder)).toBe(name);
});

test('a long name is cut, with a hash behind it, and stands in the metadata', () => {
  const folder = folderNameOf('x'.repeat(1_000));

  expect(folder).toMatch(/^x{100}%-[0-9a-f]{40}$/);
  expect(folderNameOf(`${'x'.repeat(999)}y`)).not.toBe(folder);
  expect(nameOfFolder(folder)).toBeNull();
});

test('what no znode can be called is no name', () => {
  expect(nameOfFolder('%ff')).toBeNull();
  expect(nameOfFolder('100%')).toBeNull();
});

const NAME = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1 }),
    fc.stringMatching(/^[aA.^%~@conux1é-]+$/),
    fc.string({ minLength: 1 }),
  )
  .filter((name) => !/\p{Surrogate}/u.test(name));

test('any name comes back, made of what every file system takes', () => {
  fc.assert(
    fc.property(NAME, (name) => {
      const folder = folderNameOf(name);
      expect(folder).toMatch(/^[A-Za-z0-9_\-.=,+@~^%]+$/);
      expect(folder.length).toBeLessThanOrEqual(150);
      expect(folder).not.toMatch(/^[.@~]|\.$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
      expect(nameOfFolder(folder) ?? name).toBe(name);
    }),
  );
});

test('two names never share a folder, not even where letter case is lost', () => {
  fc.assert(
    fc.property(NAME, NAME, (left, right) => {
      fc.pre(left !== right);
      expect(folderNameOf(left).toLowerCase()).not.toBe(folderNameOf(right).toLowerCase());
    }),
  );
});
