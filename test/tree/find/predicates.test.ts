import { describe, expect, test } from 'vitest';
import type { ZnodePath } from '../../../src/protocol/path.js';
import { compileSearch } from '../../../src/tree/find/patterns.js';
import {
  allOf,
  anyOf,
  type Candidate,
  childrenAre,
  dataIs,
  ephemeralIs,
  isEmpty,
  nameIs,
  needOf,
  not,
  ownerIs,
  pathIs,
  sizeIs,
  statIs,
} from '../../../src/tree/find/predicates.js';
import { EPHEMERAL, STAT } from '../../output/options.js';

const INFINITY = Number.POSITIVE_INFINITY;

function znode(more: Partial<Omit<Candidate, 'dataLength'>> = {}): Candidate {
  const stat = more.stat === undefined ? STAT : more.stat;
  return {
    path: '/a/b' as ZnodePath,
    stat,
    dataLength: stat === null ? null : stat.dataLength,
    data: Buffer.from('hello'),
    childrenCount: stat === null ? null : stat.numChildren,
    ...more,
  };
}

/** What a walk for names brings. */
const NAMED = znode({ stat: null, data: null, childrenCount: 2 });
/** What may not be read. */
const UNREAD = znode({ stat: null, data: null, childrenCount: null });

describe('one question', () => {
  test('a name is the last of the path', () => {
    expect(nameIs((name) => name === 'b').test(znode())).toBe(true);
    expect(pathIs((path) => path === '/a/b').test(znode())).toBe(true);
    expect(nameIs((name) => name === '').test(znode({ path: '/' as ZnodePath }))).toBe(true);
  });

  test('both ends of a range belong to it', () => {
    const sizes = [4, 5, 6, 7].map((dataLength) => znode({ stat: { ...STAT, dataLength } }));

    expect(sizes.map(sizeIs({ min: 5, max: 6 }).test)).toEqual([false, true, true, false]);
    expect(sizes.map(sizeIs({ min: 6, max: INFINITY }).test)).toEqual([false, false, true, true]);
  });

  test('children are counted in a walk for names, too', () => {
    expect(childrenAre({ min: 2, max: 2 }, false).test(NAMED)).toBe(true);
    expect(childrenAre({ min: 0, max: 0 }, false).test(UNREAD)).toBe(false);
  });

  test('empty is one without children and without data', () => {
    const empty = { ...STAT, numChildren: 0, dataLength: 0 };

    expect(isEmpty.test(znode({ stat: empty, data: null }))).toBe(true);
    expect(isEmpty.test(znode({ stat: { ...empty, numChildren: 1 } }))).toBe(false);
    expect(isEmpty.test(znode({ stat: { ...empty, dataLength: 1 } }))).toBe(false);
  });

  test('an ephemeral has an owner, and only that one', () => {
    expect(ephemeralIs(true).test(znode({ stat: EPHEMERAL }))).toBe(true);
    expect(ephemeralIs(false).test(znode({ stat: EPHEMERAL }))).toBe(false);
    expect(ownerIs(EPHEMERAL.ephemeralOwner).test(znode({ stat: EPHEMERAL }))).toBe(true);
    expect(ownerIs(EPHEMERAL.ephemeralOwner).test(znode())).toBe(false);
  });

  test('null data hold nothing, and can be asked for that', () => {
    expect(dataIs(compileSearch('^$')).test(znode({ data: null }))).toBe(true);
    expect(dataIs(compileSearch('h')).test(znode({ data: null }))).toBe(false);
    expect(dataIs(compileSearch('h.*o')).test(znode())).toBe(true);
  });
});

describe('of a znode that may not be read', () => {
  test('neither a question nor its opposite is true where it depends on what was not read', () => {
    for (const question of [
      isEmpty,
      ephemeralIs(false),
      statIs('version', { min: 0, max: INFINITY }),
      dataIs(() => true),
    ]) {
      expect(question.test(UNREAD)).toBe(false);
      expect(not(question).test(UNREAD)).toBe(false);
    }
  });

  test('its name is known', () => {
    expect(nameIs((name) => name === 'b').test(UNREAD)).toBe(true);
    expect(not(nameIs((name) => name === 'b')).test(UNREAD)).toBe(false);
    expect(not(nameIs((name) => name === 'c')).test(UNREAD)).toBe(true);
  });
});

describe('several questions', () => {
  const yes = nameIs(() => true);
  const no = nameIs(() => false);

  test('all, any, none', () => {
    expect(allOf([yes, yes]).test(znode())).toBe(true);
    expect(allOf([yes, no]).test(znode())).toBe(false);
    expect(allOf([]).test(znode())).toBe(true);
    expect(anyOf([no, yes]).test(znode())).toBe(true);
    expect(anyOf([no, no]).test(znode())).toBe(false);
  });

  test('need as much to be read as the one that needs most', () => {
    expect(allOf([yes, no]).needs).toBe('names');
    expect(anyOf([yes, isEmpty]).needs).toBe('stat');
    expect(not(dataIs(() => true)).needs).toBe('data');
    expect(needOf([allOf([dataIs(() => true), yes]), isEmpty])).toBe('data');
    expect(needOf([])).toBe('names');
  });

  test('those that cost nothing come first', () => {
    const asked: string[] = [];
    const expensive = dataIs(() => asked.push('data') > 0);
    const cheap = nameIs(() => {
      asked.push('name');
      return false;
    });

    allOf([expensive, cheap]).test(znode());

    expect(asked).toEqual(['name']);
  });
});
