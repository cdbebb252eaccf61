/** Clients that mean no good, or know no better: the server stays up, bounded, and others are served. */
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { seededRandom } from '../../../src/sandbox/random.js';
import { OP } from '../../contract/requests.js';
import type { Session } from '../../contract/session.js';
import { build } from '../../helpers/byte-builder.js';
import { eventually } from '../../helpers/eventually.js';
import { askWord } from '../../helpers/four-letter-word.js';
import { open, start, startHeld } from './scene.js';

/** ZKSH_SEED repeats a run. */
const SEED = Number(process.env.ZKSH_SEED ?? Math.floor(Math.random() * 1e9));

const CONNECT_REQUEST = build()
  .int(45)
  .int(0)
  .long(0n)
  .int(30_000)
  .long(0n)
  .int(16)
  .raw(Buffer.alloc(16))
  .byte(0)
  .done();

function request(xid: number, op: number, body: Uint8Array): Buffer {
  return Buffer.from(
    build()
      .int(8 + body.length)
      .int(xid)
      .int(op)
      .raw(body)
      .done(),
  );
}

/** A connection that nobody reads. */
async function silent(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket;
}

async function stillServes(witness: Session): Promise<void> {
  await witness.exists('/');
}

describe(`nonsense (seed ${SEED})`, () => {
  const random = seededRandom(SEED);
  const bytes = (count: number): Buffer => Buffer.from(Array.from({ length: count }, () => Math.floor(random() * 256)));

  test('random bytes, from the first one on', async () => {
    const sandbox = await start({ settings: { maxClientCnxns: 0 } });
    const witness = await open(sandbox);
    for (let round = 0; round < 200; round++) {
      const socket = await silent(sandbox.port);
      const body = bytes(1 + Math.floor(random() * 200));
      const isFramed = random() < 0.5;
      socket.write(isFramed ? Buffer.concat([Buffer.from(build().int(body.length).done()), body]) : body);
      if (random() < 0.5) socket.end();
    }
    await stillServes(witness);
  });

  test('random requests of a session, of every kind', async () => {
    const sandbox = await start({ settings: { maxClientCnxns: 0 } });
    const witness = await open(sandbox);
    for (let round = 0; round < 60; round++) {
      const socket = await silent(sandbox.port);
      socket.resume();
      socket.write(CONNECT_REQUEST);
      for (let count = 0; count < 20; count++) {
        const ops = Object.values(OP);
        const op = ops[Math.floor(random() * ops.length)] ?? 0;
        const body = bytes(Math.floor(random() * 60));
        // Many zeroes, so that lengths are often plausible.
        for (let at = 0; at < body.length; at++) if (random() < 0.6) body[at] = 0;
        socket.write(request(count, op, body));
      }
    }
    await stillServes(witness);
  });

  test('frames cut anywhere, and the connection with them', async () => {
    const sandbox = await start({ settings: { maxClientCnxns: 0 } });
    const witness = await open(sandbox);
    const whole = Buffer.concat([
      Buffer.from(CONNECT_REQUEST),
      request(1, OP.exists, build().string('/').byte(0).done()),
    ]);
    for (let at = 1; at < whole.length; at++) {
      const socket = await silent(sandbox.port);
      socket.write(whole.subarray(0, at));
      if (at % 2 === 0) socket.end();
      else socket.destroy();
    }
    await stillServes(witness);
  });
});

test.each([-1, 0x10_0000, 0x7fff_ffff, -0x8000_0000])(
  'a length of %i ends the connection, before and after the handshake',
  async (length) => {
    const sandbox = await start();
    const first = await silent(sandbox.port);
    first.resume();
    first.write(build().int(length).done());
    await new Promise((resolve) => first.once('close', resolve));
    const session = await open(sandbox);
    session.wire.write(Buffer.from(build().int(length).done()));
    await session.ends();
    await session.reattach();
  },
);

test('a frame of the largest size may take its time', async () => {
  const sandbox = await start();
  const session = await open(sandbox);
  session.wire.write(Buffer.from(build().int(1_048_575).done()));
  await stillServes(await open(sandbox));
  expect(session.wire.isOver).toBe(false);
});

test('who asks for much and reads nothing is not read any more', async () => {
  const sandbox = await start();
  const writer = await open(sandbox);
  await writer.create('/big', { data: 'x'.repeat(500_000) });
  const greedy = await silent(sandbox.port);
  greedy.write(CONNECT_REQUEST);
  const getBig = request(1, OP.getData, build().string('/big').byte(0).done());
  const asked = 400;
  greedy.write(Buffer.concat(Array.from({ length: asked }, () => getBig)));
  greedy.write(request(2, OP.create, createBody('/last')));
  // 200 megabytes of replies: had they been made, the last request would have been done.
  for (let count = 0; count < 20; count++) await writer.sync();
  expect(sandbox.tree.get('/last')).toBeNull();
  greedy.resume();
  await eventually(() => sandbox.tree.get('/last') !== null, { what: 'the rest to be done once it reads' });
});

function createBody(path: string): Uint8Array {
  const acl = build().int(1).int(31).string('world').string('anyone').int(0).done();
  return build().string(path).int(-1).raw(acl).done();
}

test('who watches everything and reads nothing is cut, and its session lives on', async () => {
  const sandbox = await start();
  const watcher = await silent(sandbox.port);
  watcher.write(CONNECT_REQUEST);
  watcher.write(request(1, OP.addWatch, build().string('/').int(1).done()));
  await eventually(() => sandbox.sessions[0]?.remote != null, { what: 'its session' });
  const writer = await open(sandbox);
  const path = `/${'long-name-'.repeat(60)}`;
  await writer.create(path);
  const set = request(1, OP.setData, build().string(path).string('x').int(-1).done());
  const many = Buffer.concat(Array.from({ length: 500 }, () => set));
  const flood = await silent(sandbox.port);
  flood.resume();
  flood.write(CONNECT_REQUEST);
  for (let count = 0; count < 120; count++) flood.write(many);
  await eventually(() => sandbox.sessions[0]?.remote === null, { what: 'the watcher to be cut' });
  expect(sandbox.sessions).toHaveLength(3);
  await stillServes(writer);
});

test('a flood of one does not keep another waiting for its end', async () => {
  const sandbox = await start();
  const flood = await silent(sandbox.port);
  let answered = 0;
  flood.on('data', (chunk: Buffer) => {
    answered += chunk.length;
  });
  flood.write(CONNECT_REQUEST);
  const exists = request(1, OP.exists, build().string('/').byte(0).done());
  const count = 200_000;
  flood.write(Buffer.concat(Array.from({ length: count }, () => exists)));
  await eventually(() => answered > 1000, { what: 'the flood to begin', everyMs: 1 });
  const polite = await open(sandbox);
  await polite.sync();
  expect(answered).toBeLessThan(count * 88);
});

test('5,000 idle connections are held, others are served, and they end in time', async () => {
  const { sandbox, clock } = await startHeld({ settings: { maxClientCnxns: 0 } });
  const witness = await open(sandbox, { sessionTimeoutMs: 40_000 });
  const idle: Socket[] = [];
  // In groups that fit the queue of those who wait to be accepted.
  while (idle.length < 5000) {
    idle.push(...(await Promise.all(Array.from({ length: 100 }, () => silent(sandbox.port)))));
  }
  let ended = 0;
  for (const socket of idle) {
    socket.resume();
    socket.once('close', () => {
      ended++;
    });
  }
  await eventually(async () => (await askWord(sandbox.port, 'srvr')).includes('\nConnections: 5002\n'), {
    what: 'all of them to be accepted',
  });
  clock.pass(19_000);
  await stillServes(witness);
  clock.pass(1000);
  await eventually(() => ended === 5000, { what: 'all of them to end' });
  await stillServes(witness);
});

test('a client that closes its side first gets all its answers', async () => {
  const sandbox = await start();
  const socket = connect({ host: '127.0.0.1', port: sandbox.port, allowHalfOpen: true });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exists = request(1, OP.exists, build().string('/').byte(0).done());
  socket.end(Buffer.concat([Buffer.from(CONNECT_REQUEST), ...Array.from({ length: 1000 }, () => exists)]));
  await new Promise((resolve) => socket.once('close', resolve));
  expect(Buffer.concat(chunks)).toHaveLength(41 + 1000 * 88);
});
