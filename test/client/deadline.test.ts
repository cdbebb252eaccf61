import { expect, test, vi } from 'vitest';
import { startDeadline } from '../../src/client/deadline.js';
import { FakeClock } from '../helpers/fake-clock.js';

test('a deadline passes when its time has passed', () => {
  const clock = new FakeClock();
  const expired = vi.fn();
  startDeadline(clock, 1000, expired);
  clock.pass(999);
  expect(expired).not.toHaveBeenCalled();
  clock.pass(1);
  expect(expired).toHaveBeenCalledOnce();
});

test('one that is ended never passes', () => {
  const clock = new FakeClock();
  const expired = vi.fn();
  startDeadline(clock, 1000, expired)();
  clock.pass(5000);
  expect(expired).not.toHaveBeenCalled();
  expect(clock.timersCount).toBe(0);
});

test('time in which our process stood still is given back, up to the whole of it', () => {
  const clock = new FakeClock();
  const expired = vi.fn();
  startDeadline(clock, 1000, expired);
  clock.stall(10_000);
  expect(expired).not.toHaveBeenCalled();
  clock.pass(999);
  expect(expired).not.toHaveBeenCalled();
  clock.pass(1);
  expect(expired).toHaveBeenCalledOnce();
});
