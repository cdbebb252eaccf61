import { describe, expect, test } from 'vitest';
import { Heartbeat } from '../../src/client/heartbeat.js';

/** Ticks on time from `from` until `until`; what each said, but for quiet ones, with its time. */
function run(heartbeat: Heartbeat, from: number, until: number, each: (now: number) => void = () => {}): string[] {
  const said: string[] = [];
  for (let now = from + heartbeat.tickMs; now <= until; now += heartbeat.tickMs) {
    each(now);
    const verdict = heartbeat.tick(now);
    if (verdict !== 'quiet') said.push(`${verdict} ${now}`);
    if (verdict === 'silent') break;
  }
  return said;
}

describe('a session of 12 s', () => {
  test('pings each third of it when nothing else is sent', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    expect(run(heartbeat, 0, 20_000, (now) => heartbeat.received(now))).toEqual([
      'ping 4000',
      'ping 8000',
      'ping 12000',
      'ping 16000',
      'ping 20000',
    ]);
  });

  test('is silent after two thirds without a byte from the server', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    expect(run(heartbeat, 0, 20_000).at(-1)).toBe('silent 9000');
  });

  test('is silent just so when we write all the time', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    expect(run(heartbeat, 0, 20_000, (now) => heartbeat.sent(now)).at(-1)).toBe('silent 9000');
  });

  test('lives while a long reply trickles in', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    expect(run(heartbeat, 0, 60_000, (now) => heartbeat.receivedPart(100, now)).join()).not.toContain('silent');
  });

  test('is silent when answers to pings are all that comes of a reply', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    expect(run(heartbeat, 0, 60_000, (now) => heartbeat.receivedPart(20, now)).at(-1)).toBe('silent 9000');
  });

  test('pings although the server sends events all the time', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    const said = run(heartbeat, 0, 60_000, (now) => heartbeat.received(now));
    expect(said).toHaveLength(15);
  });

  test('asks for a sign of life when we write and nothing comes back', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    const said = run(heartbeat, 0, 4000, (now) => {
      if (now === 2000) heartbeat.sent(now);
    });
    expect(said).toEqual(['ping 4000']);
  });

  test('sends no pings while requests and replies go to and fro', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    const said = run(heartbeat, 0, 60_000, (now) => {
      heartbeat.sent(now);
      heartbeat.received(now);
    });
    expect(said).toEqual([]);
  });

  test('does not hold 10 s in which our own process stood still against the server', () => {
    const heartbeat = new Heartbeat(12_000, 0);
    heartbeat.received(1000);
    heartbeat.tick(1000);
    expect(heartbeat.tick(12_000)).toBe('ping');
    expect(run(heartbeat, 12_000, 30_000).at(-1)).toBe('silent 20000');
  });
});
