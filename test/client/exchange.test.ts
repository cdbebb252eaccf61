import { describe, expect, test } from 'vitest';
import { Exchange } from '../../src/client/exchange.js';
import { InFlight, type Operation } from '../../src/client/in-flight.js';

/** A request of nothing but a header, and what became of it. */
function request(more: Partial<Operation<string>> = {}): { request: InFlight; outcome: () => string } {
  let outcome = 'waits';
  const made = new InFlight<string>(
    {
      op: 'sync',
      code: 9,
      writes: false,
      path: '/a',
      frame: Buffer.from('000000080000000000000009', 'hex'),
      accept: () => ({ value: 'done' }),
      refuse: (code) => ({ value: `refused ${code}` }),
      ...more,
    },
    (value) => {
      outcome = value;
    },
    (error) => {
      outcome = `${(error as Error & { code: string }).code} ${(error as Error & { applied: string }).applied}`;
    },
  );
  return { request: made as InFlight, outcome: () => outcome };
}

const reply = Buffer.alloc(16);
const all = (): boolean => true;

describe('an exchange', () => {
  test('numbers wrap before they become negative', () => {
    const exchange = new Exchange(0x7fff_fffd);
    for (let count = 0; count < 4; count++) exchange.enqueue(request().request);
    const bytes = exchange.take(1000, all) as Buffer;
    const xids = [4, 16, 28, 40].map((at) => bytes.readInt32BE(at));
    expect(xids).toEqual([0x7fff_fffe, 0x7fff_ffff, 1, 2]);
    for (const xid of xids) exchange.answer(reply, xid, 0);
    expect(exchange.pendingCount).toBe(0);
  });

  test('takes about as many bytes as it may, in order, up to the first that may not go', () => {
    const exchange = new Exchange();
    for (let count = 0; count < 10; count++) exchange.enqueue(request({ writes: count === 7 }).request);
    expect(exchange.take(25, all)).toHaveLength(36);
    expect(exchange.take(1000, ({ operation }) => !operation.writes)).toHaveLength(48);
    expect(exchange.take(1000, ({ operation }) => !operation.writes)).toBeNull();
    expect([exchange.queuedCount, exchange.pendingCount]).toEqual([3, 7]);
  });

  test('does not send what nobody waits for any more', () => {
    const exchange = new Exchange();
    const [gone, kept] = [request(), request()];
    exchange.enqueue(gone.request);
    exchange.enqueue(kept.request);
    gone.request.end('INTERRUPTED', 'interrupted');
    expect(exchange.take(1000, all)).toHaveLength(12);
    expect(gone.outcome()).toBe('INTERRUPTED no');
  });

  test('a lost connection: sent writes may have been applied; what was not sent waits on', () => {
    const exchange = new Exchange();
    const [read, write, waiting] = [request(), request({ writes: true }), request({ writes: true })];
    exchange.enqueue(read.request);
    exchange.enqueue(write.request);
    exchange.take(1000, all);
    exchange.enqueue(waiting.request);
    exchange.lose({ code: 'CONNECTIONLOSS', why: 'lost' });
    expect([read, write, waiting].map(({ outcome }) => outcome())).toEqual([
      'CONNECTIONLOSS no',
      'CONNECTIONLOSS unknown',
      'waits',
    ]);
    exchange.endAll({ code: 'SESSIONEXPIRED', why: 'expired' });
    expect(waiting.outcome()).toBe('SESSIONEXPIRED no');
  });

  test('taken back, reads stand in front of the queue again, in their order', () => {
    const exchange = new Exchange();
    const [one, write, two, later] = [request(), request({ writes: true }), request(), request()];
    for (const { request: made } of [one, write, two]) exchange.enqueue(made);
    exchange.take(1000, all);
    exchange.enqueue(later.request);
    exchange.takeBack({ code: 'CONNECTIONLOSS', why: 'lost' });
    expect(write.outcome()).toBe('CONNECTIONLOSS unknown');
    expect(exchange.queuedCount).toBe(3);
    exchange.take(1000, all);
    expect([one, two, later].map(({ request: { header } }) => header.xid)).toEqual([4, 5, 6]);
  });
});
