import { expect, test } from 'vitest';
import { createProgress } from '../../src/tree/progress.js';

function clockAt(startMs: number) {
  let nowMs = startMs;
  return { now: () => nowMs, pass: (ms: number) => (nowMs += ms) };
}

test('a look is due every tenth of a second, however often one asks', () => {
  const clock = clockAt(5_000);
  const progress = createProgress(clock, { doing: 'reading' });

  const isDue = [99, 1, 50, 49, 1].map((ms) => {
    clock.pass(ms);
    return progress.due() !== null;
  });

  expect(isDue).toEqual([false, true, false, false, true]);
});

test('the first look tells counts, bytes and the rate since the start', () => {
  const clock = clockAt(0);
  const progress = createProgress(clock, { doing: 'reading' });
  progress.add(100, 5_000);
  progress.add(100);
  clock.pass(200);

  expect(progress.due()).toEqual({
    doing: 'reading',
    znodesCount: 200,
    totalCount: null,
    bytes: 5_000,
    elapsedMs: 200,
    rate: 1_000,
    remainingMs: null,
  });
});

test('the rate follows a change slowly and reaches it in the end', () => {
  const clock = clockAt(0);
  const progress = createProgress(clock, { doing: 'reading' });
  const rates: number[] = [];
  for (let tenth = 0; tenth < 400; tenth += 1) {
    progress.add(tenth < 200 ? 100 : 10);
    clock.pass(100);
    rates.push(progress.due()!.rate!);
  }

  expect(rates[199]).toBeCloseTo(1_000);
  expect(rates[205]).toBeGreaterThan(700);
  expect(rates[399]).toBeLessThan(110);
  expect(rates[399]).toBeGreaterThanOrEqual(100);
});

test('the time to go is known once the total is', () => {
  const clock = clockAt(0);
  const progress = createProgress(clock, { doing: 'reading' });
  progress.add(100);
  clock.pass(1_000);
  expect(progress.due()?.remainingMs).toBeNull();

  progress.totalCount = 400;
  progress.add(100);
  clock.pass(1_000);

  expect(progress.due()).toMatchObject({ totalCount: 400, znodesCount: 200, remainingMs: 2_000 });
});

test('a total that was too low is no total any more', () => {
  const clock = clockAt(0);
  const progress = createProgress(clock, { doing: 'reading', totalCount: 10 });
  progress.add(11);
  clock.pass(100);

  expect(progress.due()).toMatchObject({ totalCount: null, remainingMs: null });
});

test('nothing read yet is a rate of nothing, and no time to go', () => {
  const clock = clockAt(0);
  const progress = createProgress(clock, { doing: 'reading', totalCount: 10 });
  clock.pass(100);

  expect(progress.due()).toMatchObject({ rate: 0, remainingMs: null });
});

test('the figures at the end: what was done, how fast, what was skipped and why, what failed', () => {
  const clock = clockAt(100);
  const progress = createProgress(clock, { doing: 'reading' });
  progress.add(500, 1_000);
  progress.skip('vanished meanwhile');
  progress.skip('vanished meanwhile', 2);
  progress.skip('ephemeral');
  progress.fail();
  progress.fail(4);
  clock.pass(250);

  expect(progress.summary()).toEqual({
    znodesCount: 500,
    bytes: 1_000,
    elapsedMs: 250,
    rate: 2_000,
    skipped: [
      { reason: 'vanished meanwhile', count: 3 },
      { reason: 'ephemeral', count: 1 },
    ],
    failuresCount: 5,
  });
});

test('a run that took no time has no rate', () => {
  const progress = createProgress({ now: () => 7 }, { doing: 'reading' });
  progress.add(5);

  expect(progress.summary()).toMatchObject({ znodesCount: 5, elapsedMs: 0, rate: 0 });
});
