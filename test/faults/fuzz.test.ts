/**
 * Replies that no server should send: cut, lengthened, with wrong counts, flipped bits, or plain noise. The client must
 * not crash, hang or fill the memory; each request has one outcome, and a later one works. ZKSH_FUZZ_SEED repeats a run.
 */
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Clock, ConnectOptions, Session } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { isZkshError } from '../../src/errors.js';
import { build } from '../helpers/byte-builder.js';
import { eventually } from '../helpers/eventually.js';
import { type FakeOptions, type FakeServer, notification, OP, reply, startFakeServer } from '../helpers/fake-server.js';

const SEED = Number(process.env.ZKSH_FUZZ_SEED ?? Date.now() % 2 ** 31);
const HASTE = 20;

/** Time-outs of seconds pass in fractions of one. */
const hastyClock: Clock = {
  now: () => performance.now() * HASTE,
  setTimeout: (callback, ms) => setTimeout(callback, ms / HASTE),
  clearTimeout: (handle) => clearTimeout(handle as NodeJS.Timeout),
};

/** A request, and the body of a right reply to it. */
const REQUESTS: Readonly<Record<string, { type: number; body: Buffer; ask(session: Session): Promise<unknown> }>> = {
  getData: {
    type: OP.getData,
    body: build().buffer(Buffer.from('some data')).stat({ dataLength: 9 }).done(),
    ask: (session) => session.getData('/a'),
  },
  exists: { type: OP.exists, body: build().stat().done(), ask: (session) => session.exists('/a') },
  getChildren: {
    type: OP.getChildren2,
    body: build().strings(['a', 'b', 'ccc']).stat({ numChildren: 3 }).done(),
    ask: (session) => session.getChildren('/'),
  },
  create: {
    type: OP.create2,
    body: build().string('/a').stat().done(),
    ask: (session) => session.create('/a', Buffer.from('x')),
  },
  setData: { type: OP.setData, body: build().stat({ version: 1 }).done(), ask: (s) => s.setData('/a', null) },
  getAcl: {
    type: 6,
    body: build()
      .acl([
        [31, 'world', 'anyone'],
        [1, 'digest', 'u:hash'],
      ])
      .stat()
      .done(),
    ask: (session) => session.getAcl('/a'),
  },
  multi: {
    type: OP.multi,
    body: build()
      .int(15)
      .boolean(false)
      .int(0)
      .string('/a')
      .stat()
      .int(2)
      .boolean(false)
      .int(0)
      .int(-1)
      .boolean(true)
      .int(-1)
      .done(),
    ask: (session) =>
      session.multi([
        { op: 'create', path: '/a', data: null },
        { op: 'delete', path: '/b' },
      ]),
  },
  multiRead: {
    type: OP.multiRead,
    body: build()
      .int(4)
      .boolean(false)
      .int(0)
      .buffer(Buffer.from('some data'))
      .stat()
      .int(8)
      .boolean(false)
      .int(0)
      .strings(['a', 'b'])
      .int(-1)
      .boolean(true)
      .int(-1)
      .done(),
    ask: (session) =>
      session.multiRead([
        { op: 'getData', path: '/a' },
        { op: 'getChildren', path: '/' },
      ]),
  },
  whoAmI: {
    type: 107,
    body: build().int(1).string('ip').string('127.0.0.1').done(),
    ask: (session) => session.whoAmI(),
  },
  getEphemerals: {
    type: 103,
    body: build().strings(['/a', '/b']).done(),
    ask: (session) => session.getEphemerals('/'),
  },
  getAllChildrenNumber: { type: 104, body: build().int(7).done(), ask: (session) => session.getAllChildrenNumber('/') },
  sync: { type: 9, body: build().string('/').done(), ask: (session) => session.sync('/') },
};

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

async function serve(options: FakeOptions = {}): Promise<FakeServer> {
  const server = await startFakeServer(options);
  opened.push({ close: () => server.stop() });
  return server;
}

async function join(server: FakeServer, options: ConnectOptions = {}): Promise<Session> {
  const session = await openSession({
    servers: server.address,
    sessionTimeoutMs: 6_000,
    clock: hastyClock,
    ...options,
  });
  opened.push({ close: () => session.close(500) });
  return session;
}

/** A result, or an error of ours; anything else fails the test, and so does no outcome at all. */
async function outcomeOf(request: Promise<unknown>): Promise<{ value?: unknown; error?: ReturnType<typeof asOurs> }> {
  let outcome: { value?: unknown; error?: unknown } | undefined;
  request.then(
    (value) => (outcome = { value }),
    (error: unknown) => (outcome = { error }),
  );
  await eventually(() => outcome !== undefined, { what: 'an outcome', everyMs: 1 });
  return outcome?.error === undefined ? { value: outcome?.value } : { error: asOurs(outcome.error) };
}

function asOurs(error: unknown) {
  if (!isZkshError(error)) throw error;
  return error;
}

/** Noise may also eat the request behind it, with its connection; by the third one all must be well. */
async function works(session: Session): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { value, error } = await outcomeOf(session.getData('/next'));
    if (error === undefined) return expect((value as { data: Buffer }).data.toString()).toBe('data');
    if (attempt === 3) throw error;
  }
}

describe('a reply that makes no sense', () => {
  const right = REQUESTS.getData!;
  const int = (value: number): Buffer => build().int(value).done();
  const raw = (length: number, ...parts: Buffer[]): Buffer => Buffer.concat([int(length), ...parts]);
  const header = (xid: number, code = 0): Buffer => build().int(xid).long(7n).int(code).done();

  test.each<[string, (xid: number) => Buffer]>([
    ['has a length of 0', () => raw(0)],
    ['has a negative length', () => raw(-1)],
    ['has the most negative length', () => raw(-(2 ** 31))],
    ['is longer than anything', () => raw(2 ** 31 - 1)],
    ['is HTTP', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['is shorter than a header', (xid) => raw(4, int(xid))],
    ['ends behind its header', (xid) => raw(16, header(xid))],
    ['ends in its data', (xid) => reply(xid, 7n, right.body.subarray(0, 8))],
    ['ends in its stat', (xid) => reply(xid, 7n, right.body.subarray(0, -5))],
    ['announces more data than there are', (xid) => reply(xid, 7n, build().int(1_000_000).stat().done())],
    ['announces a negative amount of data', (xid) => reply(xid, 7n, build().int(-2).stat().done())],
    ['answers what nobody asked', (xid) => reply(xid + 1, 7n, right.body)],
    ['comes twice', (xid) => Buffer.concat([reply(xid, 7n, right.body), reply(xid, 7n, right.body)])],
    ['has an error code of the future', (xid) => raw(16, header(xid, -4711))],
    ['has a positive error code', (xid) => raw(16, header(xid, 5))],
  ])('%s', async (_, garble) => {
    let isGarbling = true;
    const server = await serve({
      answer: ({ xid, type }) => {
        if (type !== OP.getData || !isGarbling) return undefined;
        isGarbling = false;
        return garble(xid);
      },
    });
    const session = await join(server);
    const { sessionId } = session;
    const { error } = await outcomeOf(session.getData('/a'));
    // The second of two right replies is the one that makes no sense.
    if (_ !== 'comes twice') {
      expect(error?.applied).toBe('no');
      expect(error?.message).not.toMatch(/undefined|NaN|\[object/);
    }
    await works(session);
    expect(session.sessionId).toBe(sessionId);
    expect(server.connections.length).toBeLessThanOrEqual(4);
  });

  test.each([
    [
      'getChildren',
      build()
        .int(2 ** 31 - 1)
        .done(),
    ],
    ['getChildren', build().int(-5).stat().done()],
    ['getChildren', build().int(1_000_000).string('a').stat().done()],
    [
      'getAcl',
      build()
        .int(2 ** 30)
        .stat()
        .done(),
    ],
    ['whoAmI', build().int(500_000_000).done()],
    [
      'getEphemerals',
      build()
        .int(2 ** 31 - 1)
        .string('/a')
        .done(),
    ],
    [
      'multiRead',
      build()
        .int(4)
        .boolean(false)
        .int(0)
        .int(2 ** 30)
        .done(),
    ],
    ['multi', build().int(99).boolean(false).int(0).done()],
    ['multi', build().int(15).boolean(false).int(0).string('/a').done()],
  ])('has a count without contents (%s %#): an error, no memory', async (name, body) => {
    const { type, ask } = REQUESTS[name]!;
    const server = await serve({
      answer: ({ xid, type: asked }) => (asked === type ? reply(xid, 7n, body) : undefined),
    });
    const session = await join(server);
    const before = process.memoryUsage();
    const { error } = await outcomeOf(ask(session));
    const after = process.memoryUsage();
    expect(error?.kind).toBe('protocol');
    expect(error?.applied).toBe(name === 'multi' ? 'unknown' : 'no');
    expect(after.heapTotal + after.arrayBuffers - before.heapTotal - before.arrayBuffers).toBeLessThan(50_000_000);
    await works(session);
  });
});

test(`replies changed at random (seed ${SEED})`, { timeout: 180_000 }, async () => {
  let garbled: Buffer | ((xid: number) => { bytes: Buffer; cut: boolean }) | null = null;
  const server = await serve({
    answer: ({ xid, type }, connection) => {
      if (typeof garbled !== 'function' || type === OP.ping) return undefined;
      const { bytes, cut } = garbled(xid);
      garbled = null;
      connection.send(bytes);
      if (cut) connection.socket.end();
      return null;
    },
  });
  // A reply of which nothing is left is one that never comes: only a deadline ends the wait for it.
  let session = await join(server, { requestTimeoutMs: 12_000 });
  const change = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(200), bits: fc.integer({ min: 1, max: 255 }) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(200) }),
    fc.record({ kind: fc.constant('end' as const), at: fc.nat(200) }),
    fc.record({ kind: fc.constant('insert' as const), at: fc.nat(200), bytes: fc.uint8Array({ maxLength: 40 }) }),
    fc.record({
      kind: fc.constant('int' as const),
      at: fc.nat(200),
      value: fc.constantFrom(-1, -2, 0, 1, 2 ** 31 - 1, -(2 ** 31), 0x01000000, 65_536, -112, -115, -127, 99),
    }),
    fc.record({ kind: fc.constant('noise' as const), bytes: fc.uint8Array({ minLength: 1, maxLength: 400 }) }),
  );
  const seen = { value: 0, keeper: 0, connection: 0, protocol: 0, usage: 0, local: 0 };
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(REQUESTS)),
      fc.array(change, { minLength: 1, maxLength: 3 }),
      fc.boolean(),
      async (name, changes, keepsLength) => {
        const { body, ask } = REQUESTS[name]!;
        garbled = (xid) => changed(reply(xid, 7n, body), changes, keepsLength);
        const { error } = await outcomeOf(ask(session));
        garbled = null;
        seen[error?.kind ?? 'value'] += 1;
        expect(error?.message ?? '').not.toMatch(/undefined|NaN|\[object/);
        if (session.state === 'expired' || session.state === 'authFailed' || session.state === 'closed') {
          expect(error?.sessionOver, 'a session that is over said so').toBe(true);
          session = await join(server, { requestTimeoutMs: 12_000 });
        }
        await works(session);
      },
    ),
    { numRuns: 250, seed: SEED, endOnFailure: true },
  );
  // The changes are neither all harmless nor all deadly.
  expect(seen.value).toBeGreaterThan(10);
  expect(seen.protocol + seen.connection).toBeGreaterThan(10);
});

type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly bits: number }
  | { readonly kind: 'cut' | 'end'; readonly at: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'int'; readonly at: number; readonly value: number }
  | { readonly kind: 'noise'; readonly bytes: Uint8Array };

/** `keepsLength`: the length in front is made right again, so that the change is inside a whole frame. */
function changed(frame: Buffer, changes: readonly Change[], keepsLength: boolean): { bytes: Buffer; cut: boolean } {
  let bytes = Buffer.from(frame);
  let cut = false;
  for (const change of changes) {
    const at = 'at' in change ? change.at % Math.max(1, bytes.length) : 0;
    if (change.kind === 'flip' && bytes.length > 0) bytes[at] = bytes[at]! ^ change.bits;
    else if (change.kind === 'cut') bytes = bytes.subarray(0, at);
    else if (change.kind === 'end') {
      bytes = bytes.subarray(0, at);
      cut = true;
    } else if (change.kind === 'insert') {
      bytes = Buffer.concat([bytes.subarray(0, at), change.bytes, bytes.subarray(at)]);
    } else if (change.kind === 'int' && bytes.length >= 4) {
      bytes.writeInt32BE(change.value, Math.min(at - (at % 4), bytes.length - 4));
    } else if (change.kind === 'noise') bytes = Buffer.from(change.bytes);
  }
  if (keepsLength && !cut && bytes.length >= 4) bytes.writeInt32BE(bytes.length - 4, 0);
  return { bytes, cut };
}

test(`handshakes of noise (seed ${SEED})`, { timeout: 180_000 }, async () => {
  const good = await serve();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 80 }), fc.boolean(), async (noise, isFramed) => {
      const bytes = Buffer.from(noise);
      const firstFrame = isFramed ? Buffer.concat([build().int(bytes.length).done(), bytes]) : bytes;
      const bad = await startFakeServer({ firstFrame });
      try {
        const { value, error } = await outcomeOf(
          openSession({
            servers: `${bad.address},${good.address}`,
            shuffle: false,
            clock: hastyClock,
            connectTimeoutMs: 4_000,
            sessionTimeoutMs: 6_000,
          }),
        );
        expect(error).toBeUndefined();
        const session = value as Session;
        expect(session.server?.port).toBe(good.port);
        await works(session);
        await session.close();
      } finally {
        await bad.stop();
      }
    }),
    { numRuns: 60, seed: SEED, endOnFailure: true },
  );
});

test('notifications of noise and of the future disturb nobody', async () => {
  const server = await serve();
  const session = await join(server);
  const seen: unknown[] = [];
  await session.addWatch('/', 'persistentRecursive', (event) => seen.push(event));
  server.last.send(notification(7, '/future'), notification(-1, '/none'));
  await works(session);
  expect(seen).toEqual([]);
  server.last.send(notification(3, '/a'));
  await eventually(() => seen.length === 1, { what: 'a notification' });
  // Cut in its path: behind that nothing of this connection can be trusted.
  const cut = notification(3, '/abcdef').subarray(0, -3);
  cut.writeInt32BE(cut.length - 4, 0);
  server.last.send(cut);
  await works(session);
  expect(seen).toHaveLength(1);
});

describe('a reply of 50 MB', () => {
  const BIG = 50_000_000;

  test('is read whole, with little more memory than it needs', async () => {
    const body = build().int(BIG).done();
    const stat = build().stat({ dataLength: BIG }).done();
    const data = Buffer.alloc(BIG, 'z');
    const server = await serve({
      answer: ({ xid, type, body: asked }, { socket }) => {
        if (type !== OP.getData || !asked.includes('/big')) return undefined;
        const head = build()
          .int(16 + 4 + BIG + stat.length)
          .int(xid)
          .long(7n)
          .int(0)
          .done();
        for (const part of [head, body, data, stat]) socket.write(part);
        return null;
      },
    });
    // In real time: a reply that takes long must not look like silence.
    const session = await openSession({ servers: server.address, sessionTimeoutMs: 6_000 });
    opened.push({ close: () => session.close(500) });
    const before = process.memoryUsage().arrayBuffers;
    let most = 0;
    const sampling = setInterval(() => {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
    }, 5);
    const result = await session.getData('/big').finally(() => clearInterval(sampling));
    expect(result.data?.equals(data)).toBe(true);
    // The chunks, the frame made of them, and the copy that is kept.
    expect(Math.max(most, process.memoryUsage().arrayBuffers) - before).toBeLessThan(3.5 * BIG);
    await works(session);
  });

  test('that is only announced takes no memory, and its silence is noticed', async () => {
    const server = await serve({
      answer: ({ xid, type, body }) =>
        type === OP.getData && body.includes('/big')
          ? build()
              .int(BIG)
              .int(xid)
              .long(7n)
              .int(0)
              .int(BIG - 84)
              .done()
          : undefined,
    });
    const session = await join(server);
    const before = process.memoryUsage().arrayBuffers;
    const asking = session.getData('/big');
    asking.catch(() => {});
    await server.request(OP.getData);
    const { error } = await outcomeOf(asking);
    expect(error?.code).toBe('CONNECTIONLOSS');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
    await works(session);
  });

  test('is refused at its first bytes where it is more than was allowed', async () => {
    const server = await serve({
      answer: ({ type, body }) => (type === OP.getData && body.includes('/big') ? build().int(BIG).done() : undefined),
    });
    const session = await join(server, { replyBytesMax: 10_000_000 });
    const { error } = await outcomeOf(session.getData('/big'));
    expect(error?.kind).toBe('protocol');
    expect(error?.message).toMatch(/50,?000,?000/);
    await works(session);
  });
});
