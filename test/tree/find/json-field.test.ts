import { describe, expect, test } from 'vitest';
import { fieldMatches, parseFieldQuestion } from '../../../src/tree/find/json-field.js';

const DOCUMENT = {
  host: 'a.example',
  port: 8080,
  on: true,
  none: null,
  'a.b': 1,
  'q"q': 2,
  deep: { list: [{ id: 1 }, { id: 2, tags: ['x', 'y'] }] },
  empty: '',
  '0': 'zero',
};

function asked(text: string, document: unknown = DOCUMENT): boolean | null {
  const question = parseFieldQuestion(text);
  return question === null ? null : fieldMatches(Buffer.from(JSON.stringify(document)), question);
}

describe('a field', () => {
  test.each([
    ['host', true],
    ['none', true],
    ['hosts', false],
    ['host=a.example', true],
    ['host="a.example"', true],
    ['host=b.example', false],
    ['port=8080', true],
    ['port="8080"', false],
    ['port=8080.0', true],
    ['on=true', true],
    ['on=1', false],
    ['none=null', true],
    ['empty=', true],
    ['host=', false],
    ['deep.list[1].id=2', true],
    ['deep.list[0].id=2', false],
    ['deep.list[*].id=2', true],
    ['deep.list[*].id=3', false],
    ['deep.list[9]', false],
    ['deep.list.1.id=2', true],
    ['deep.list[*].tags[*]=y', true],
    ['deep.list[1].tags=["x","y"]', true],
    ['deep.list[1].tags=["y","x"]', false],
    ['deep.*[0].id=1', true],
    ['*=8080', true],
    ['["a.b"]=1', true],
    ['["q\\"q"]=2', true],
    ['[0]=zero', true],
    ['$.host', true],
    ['.host', true],
    ['.', true],
    ['deep.list.length', false],
    ['toString', false],
    ['__proto__', false],
    ['host.length', false],
  ])('%s: %s', (text, isMatch) => {
    expect(asked(text)).toBe(isMatch);
  });

  test('a value may hold an equals sign', () => {
    expect(asked('q=a=b', { q: 'a=b' })).toBe(true);
  });

  test('of a document that is no object', () => {
    expect(asked('.=5', 5)).toBe(true);
    expect(asked('[1]=b', ['a', 'b'])).toBe(true);
    expect(asked('a', 'a')).toBe(false);
  });

  test('objects are the same whatever the order of their fields', () => {
    expect(asked('a={"y":[1],"x":null}', { a: { x: null, y: [1] } })).toBe(true);
    expect(asked('a={"y":[1]}', { a: { x: null, y: [1] } })).toBe(false);
  });
});

test.each(['', 'a..b', 'a[', 'a[x]', 'a.[', '[""', 'a"b', '=x'])('%j is no field', (text) => {
  expect(asked(text)).toBeNull();
});

test('data that are no JSON have no field', () => {
  const question = parseFieldQuestion('.')!;

  expect(
    [Buffer.from('no json'), Buffer.alloc(0), Buffer.from([0xff])].map((data) => fieldMatches(data, question)),
  ).toEqual([false, false, false]);
});
