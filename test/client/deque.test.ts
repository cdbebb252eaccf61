import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deque } from '../../src/client/deque.js';

type Step =
  | { readonly do: 'push' | 'unshift'; readonly item: number }
  | { readonly do: 'shift' | 'keepEven' | 'drain' };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('push' as const), item: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unshift' as const), item: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('shift' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('keepEven' as const, 'drain' as const) }) },
);

test('a deque does what an array does, over any steps', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 500 }), (steps) => {
      const deque = new Deque<number>();
      let model: number[] = [];
      for (const taken of steps) {
        if (taken.do === 'push') {
          deque.push(taken.item);
          model.push(taken.item);
        } else if (taken.do === 'unshift') {
          deque.unshift(taken.item);
          model.unshift(taken.item);
        } else if (taken.do === 'shift') {
          expect(deque.shift()).toBe(model.shift());
        } else if (taken.do === 'keepEven') {
          deque.keep((item) => item % 2 === 0);
          model = model.filter((item) => item % 2 === 0);
        } else {
          expect(deque.drain()).toEqual(model);
          model = [];
        }
        expect(deque.length).toBe(model.length);
        expect(deque.peek()).toBe(model[0]);
      }
    }),
  );
});

test('a million items go through in order', () => {
  const deque = new Deque<number>();
  for (let item = 0; item < 1_000_000; item++) deque.push(item);
  let isInOrder = true;
  for (let item = 0; item < 1_000_000; item++) isInOrder &&= deque.shift() === item;
  expect(isInOrder).toBe(true);
  expect(deque.length).toBe(0);
});
