import { describe, expect, test } from 'vitest';
import type { ServerAddress } from '../../src/client/api.js';
import { LIVED_MS, ServerRotation } from '../../src/client/server-rotation.js';

const [A, B, C] = ['a', 'b', 'c'].map((host) => ({ host, port: 2181 })) as [
  ServerAddress,
  ServerAddress,
  ServerAddress,
];
const asGiven = (random = 0.5) => ({ shuffle: false, random: () => random });

describe('servers are taken in turn', () => {
  test('as given, without shuffling', () => {
    const rotation = new ServerRotation([A, B, C], asGiven());
    expect([1, 2, 3, 4].map(() => rotation.take().host)).toEqual(['a', 'b', 'c', 'a']);
  });

  test('shuffled, each once a round', () => {
    const orders = new Set<string>();
    let seed = 7;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed / 2147483648;
    };
    for (let round = 0; round < 200; round++) {
      const rotation = new ServerRotation([A, B, C], { shuffle: true, random });
      orders.add([1, 2, 3].map(() => rotation.take().host).join(''));
    }
    expect([...orders].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
  });

  test('the one preferred comes next', () => {
    const rotation = new ServerRotation([A, B, C], asGiven());
    rotation.take();
    rotation.prefer(C);
    expect([rotation.take().host, rotation.take().host]).toEqual(['c', 'a']);
  });
});

describe('the wait before an attempt', () => {
  /** Waits before the first `count` attempts. */
  function delays(rotation: ServerRotation, count: number): number[] {
    return Array.from({ length: count }, () => {
      const delayMs = rotation.delayMs;
      rotation.take();
      return delayMs;
    });
  }

  test('is none within the first round, and doubles with each round up to a second', () => {
    expect(delays(new ServerRotation([A, B], asGiven(0.5)), 13)).toEqual([
      0, 0, 75, 0, 150, 0, 300, 0, 600, 0, 750, 0, 750,
    ]);
  });

  test('has jitter of half its length', () => {
    const at = (random: number): number => delays(new ServerRotation([A], asGiven(random)), 2)[1] as number;
    expect([at(0), at(0.999)].map(Math.round)).toEqual([50, 100]);
  });

  test('stays long after connections that lived shorter than a second', () => {
    const rotation = new ServerRotation([A], asGiven());
    delays(rotation, 6);
    rotation.ended(LIVED_MS - 1);
    expect(rotation.delayMs).toBe(750);
  });

  test('is short again after one that lived', () => {
    const rotation = new ServerRotation([A], asGiven());
    delays(rotation, 6);
    rotation.ended(LIVED_MS);
    expect(rotation.delayMs).toBe(25);
  });

  test('keeps a server that accepts and closes below 60 connections in 5 s, however the dice fall', () => {
    for (const random of [0, 0.5, 0.999]) {
      const rotation = new ServerRotation([A], asGiven(random));
      let count = 0;
      for (let ms = 0; ms < 5000; count++) {
        ms += rotation.delayMs;
        rotation.take();
        rotation.ended(0);
      }
      expect(count).toBeLessThan(60);
      expect(count).toBeGreaterThan(4);
    }
  });
});
