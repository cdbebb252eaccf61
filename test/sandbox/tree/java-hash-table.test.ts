/** fixtures/java-sets.json was recorded from java.util.HashSet (17): a name added (+) or removed (-), and what came of it. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { JavaHashTable } from '../../../src/sandbox/tree/java-hash-table.js';
import { Scene } from '../engine/scene.js';

interface Recorded {
  readonly name: string;
  readonly capacity: number;
  readonly script: string;
  readonly order: string;
  readonly copy: string;
}

const RECORDED: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('./fixtures/java-sets.json', import.meta.url), 'utf8'),
);

describe.each(RECORDED)('$name', ({ capacity, script, order, copy }) => {
  const table = new JavaHashTable<string>(capacity);
  for (const step of script.split(' ')) {
    const key = step.slice(1);
    if (step.startsWith('+')) {
      table.add(key, `value of ${key}`);
    } else {
      table.delete(key);
    }
  }

  test('the order is that of Java', () => {
    expect(table.keys().join(' ')).toBe(order);
  });

  test('and so is that of a clone', () => {
    expect(table.copy().keys().join(' ')).toBe(copy);
  });

  test('each name is found with its value, and no other', () => {
    const names = order.split(' ');
    expect(table.size).toBe(names.length);
    expect(names.map((name) => table.get(name))).toEqual(names.map((name) => `value of ${name}`));
    expect(table.get('nobody')).toBeUndefined();
    expect(table.find(`/x/${names[0]}/y`, 3, 3 + (names[0] ?? '').length)).toBe(`value of ${names[0]}`);
  });
});

test('a table emptied and filled again keeps its size and finds everything', () => {
  const table = new JavaHashTable<number>(8);
  for (let round = 0; round < 3; round++) {
    for (let index = 0; index < 1000; index++) table.add(`n${index}`, index + round);
    expect(table.get('n999')).toBe(999 + round);
    for (let index = 0; index < 1000; index++) expect(table.delete(`n${index}`)).toBe(index + round);
    expect([table.size, table.keys()]).toEqual([0, []]);
  }
  expect(table.delete('n1')).toBeUndefined();
});

test('a hundred thousand names with one and the same hash are no trouble', () => {
  const table = new JavaHashTable<number>(8);
  const nameOf = (index: number): string =>
    Array.from({ length: 17 }, (_, bit) => (((index >> bit) & 1) === 0 ? 'Aa' : 'BB')).join('');
  for (let index = 0; index < 100_000; index++) table.add(nameOf(index), index);
  expect(table.get(nameOf(77_777))).toBe(77_777);
  expect(new Set(table.keys()).size).toBe(100_000);
});

test('getChildren, getEphemerals and the end of a session go by these orders', () => {
  const scene = new Scene();
  const [owner, witness] = [scene.client(), scene.client()];
  owner.create('/t');
  const names = ['d', 'b', 'a', 'c', 'z', 'longer-name', 'Another'];
  for (const name of names) {
    owner.create(`/t/${name}`, { flags: 1 });
    witness.try('exists', { path: `/t/${name}`, watch: true });
  }
  expect(witness.children('/t')).toEqual(['longer-name', 'a', 'b', 'c', 'd', 'z', 'Another']);
  const order = ['/t/a', '/t/longer-name', '/t/z', '/t/Another', '/t/d', '/t/c', '/t/b'];
  expect(owner.ask('getEphemerals', { prefixPath: '' }).ephemerals).toEqual(order);
  expect(owner.ask('getEphemerals', { prefixPath: '/t/a' }).ephemerals).toEqual(['/t/a']);
  owner.send('closeSession', {});
  expect(witness.events()).toEqual(order.map((path) => `deleted ${path}`));
});
