/** Framing and handshake (ZooKeeperServer.processConnectRequest, NIOServerCnxn). */
import { expect } from 'vitest';
import { build } from '../../helpers/byte-builder.js';
import { body, EPHEMERAL, OP } from '../requests.js';
import { PLAIN, rule, section, slowRule } from '../rules.js';
import type { Greeting, Scene } from '../scene.js';
import { connectRequest } from '../session.js';
import { SCANNING } from './setups.js';

const ZERO_PASSWORD = Buffer.alloc(16);

interface Fields {
  readonly version?: number;
  readonly lastZxidSeen?: bigint;
  readonly timeOut?: number;
  readonly sessionId?: bigint;
  readonly password?: Buffer | null;
  /** null: the byte is left out. */
  readonly readOnly?: number | null;
  readonly behind?: number;
}

function handshake(fields: Fields = {}): Buffer {
  const bytes = build()
    .int(fields.version ?? 0)
    .long(fields.lastZxidSeen ?? 0n)
    .int(fields.timeOut ?? 5000)
    .long(fields.sessionId ?? 0n)
    .buffer(fields.password === undefined ? ZERO_PASSWORD : fields.password);
  if (fields.readOnly !== null) bytes.byte(fields.readOnly ?? 0);
  return bytes.raw(Buffer.alloc(fields.behind ?? 0)).done();
}

/** null: hung up without a byte. */
async function greet(scene: Scene, fields: Fields = {}): Promise<Greeting | null> {
  const wire = await scene.wire();
  wire.writeFrame(handshake(fields));
  const greeting = await scene.answer(wire);
  if (greeting === null) expect((await wire.rest()).length).toBe(0);
  if (greeting?.sessionId === 0n) {
    expect(await wire.frame(), 'what comes behind a refusal').toBe(null);
    expect((await wire.rest()).length).toBe(0);
  }
  return greeting;
}

const REFUSAL = {
  protocolVersion: 0,
  sessionTimeoutMs: 0,
  sessionId: 0n,
  password: ZERO_PASSWORD,
  readOnly: 0,
  frameLength: 37,
};

export const handshakes = section('handshake', PLAIN, [
  rule(1, 'a new session has the time-out asked for, an id and 16 bytes of password', async ({ scene }) => {
    const greeting = await greet(scene);
    expect(greeting).toMatchObject({ protocolVersion: 0, sessionTimeoutMs: 5000, readOnly: 0, frameLength: 37 });
    expect(greeting?.sessionId).not.toBe(0n);
    expect(greeting?.password).toHaveLength(16);
  }),
  rule(2, 'the answer leaves the readOnly byte out where the request did', async ({ scene }) => {
    expect(await greet(scene, { readOnly: null })).toMatchObject({ readOnly: null, frameLength: 36 });
    expect(await greet(scene, { readOnly: null, sessionId: 5n })).toEqual({
      ...REFUSAL,
      readOnly: null,
      frameLength: 36,
    });
  }),
  rule('3–4', 'readOnly may be any byte, and the answer says 0', async ({ scene }) => {
    for (const readOnly of [1, 2, 255]) {
      expect(await greet(scene, { readOnly })).toMatchObject({ readOnly: 0, frameLength: 37 });
    }
  }),
  rule(5, 'the version asked for is ignored', async ({ scene }) => {
    expect(await greet(scene, { version: 7 })).toMatchObject({ protocolVersion: 0, sessionTimeoutMs: 5000 });
  }),
  ...[
    [0, 2000],
    [-5, 2000],
    [100, 2000],
    [1999, 2000],
    [2001, 2001],
    [19_999, 19_999],
    [1_000_000, 20_000],
    [2 ** 31 - 1, 20_000],
    [-(2 ** 31), 2000],
  ].map(([asked, given]) =>
    rule('6–7', `a time-out of ${asked} ms becomes ${given}`, async ({ scene }) => {
      expect(await greet(scene, { timeOut: asked as number })).toMatchObject({ sessionTimeoutMs: given });
    }),
  ),
  rule(8, 'without a session id the password may be anything', async ({ scene }) => {
    for (const password of [null, Buffer.alloc(0), Buffer.alloc(100, 7)]) {
      const greeting = await greet(scene, { password });
      expect(greeting?.sessionId).not.toBe(0n);
      expect(greeting?.password).toHaveLength(16);
    }
  }),
  rule(9, 'bytes behind readOnly are ignored', async ({ scene }) => {
    expect(await greet(scene, { behind: 100 })).toMatchObject({ sessionTimeoutMs: 5000, frameLength: 37 });
  }),
  rule('10–12', 'a client that has seen more than the server is hung up on', async ({ scene, a }) => {
    expect(await greet(scene, { lastZxidSeen: 2n ** 40n })).toBe(null);
    const zxid = BigInt(await a.sync());
    expect(await greet(scene, { lastZxidSeen: zxid + 5n })).toBe(null);
    expect(await greet(scene, { lastZxidSeen: zxid + 1n })).toBe(null);
    expect(await greet(scene, { lastZxidSeen: zxid })).toMatchObject({ sessionTimeoutMs: 5000 });
    expect(await greet(scene, { lastZxidSeen: -1n })).toMatchObject({ sessionTimeoutMs: 5000 });
  }),
  rule('13–14', 'an unknown session is refused, with any password and in any sign', async ({ scene }) => {
    for (const sessionId of [0x1234567n, -5n]) {
      for (const password of [ZERO_PASSWORD, null, Buffer.from('x')]) {
        expect(await greet(scene, { sessionId, password })).toEqual(REFUSAL);
      }
    }
  }),
  rule('15–16', 'a wrong password is refused, and yet cuts the connection of the owner', async ({ scene, a }) => {
    expect(await greet(scene, { sessionId: a.sessionId, password: Buffer.alloc(16, 1) })).toEqual(REFUSAL);
    await a.ends();
    const again = await scene.reattach(a);
    expect(again.sessionId).toBe(a.sessionId);
    expect(again.password).toEqual(a.password);
    await again.exists('/t');
  }),
  rule('15b', 'a password that is too short, too long or null is wrong', async ({ scene, a }) => {
    for (const password of [a.password.subarray(0, 15), Buffer.concat([a.password, Buffer.from('x')]), null]) {
      expect(await greet(scene, { sessionId: a.sessionId, password })).toEqual(REFUSAL);
    }
    await a.ends();
  }),
  rule(17, 'a second connection takes the session over', async ({ scene, a }) => {
    const second = await scene.reattach(a, { keep: true, sessionTimeoutMs: 9000 });
    expect(second).toMatchObject({ sessionTimeoutMs: 9000, sessionId: a.sessionId, password: a.password });
    await a.ends();
    await second.exists('/t');
  }),
  rule(18, 'the time-out is settled anew with every connection', async ({ scene }) => {
    const first = await scene.open('C', { sessionTimeoutMs: 6000 });
    expect(first.sessionTimeoutMs).toBe(6000);
    const second = await scene.reattach(first, { sessionTimeoutMs: 12_000 });
    expect(second.sessionTimeoutMs).toBe(12_000);
    const third = await scene.reattach(second, { sessionTimeoutMs: 1 });
    expect(third.sessionTimeoutMs).toBe(2000);
    await (await scene.reattach(third, { sessionTimeoutMs: 20_000 })).exists('/t');
  }),
  rule(19, 'a closed session is gone', async ({ scene, a }) => {
    await a.close();
    expect(await greet(scene, { sessionId: a.sessionId, password: a.password })).toEqual(REFUSAL);
  }),
  rule(20, 'session ids count up, below the id of the server', async ({ scene }) => {
    const first = await scene.open('C');
    const second = await scene.open('D');
    expect(second.sessionId).toBe(first.sessionId + 1n);
    expect(second.sessionId >> 56n).toBe(1n);
  }),
  rule(21, 'the password follows from the id', async ({ a, b }) => {
    expect(a.password).toEqual(passwordOf(a.sessionId));
    expect(b.password).toEqual(passwordOf(b.sessionId));
    expect(passwordOf(0x0100003bbac20001n).toString('hex')).toBe('9f9f15b3c926eb183f35275bee7657b3');
  }),
  rule(22, 'requests may come in the segment of the handshake', async ({ scene }) => {
    const wire = await scene.wire();
    const first = handshake();
    const exists = build().int(7).int(OP.exists).raw(body.pathWatch('/', false).done()).done();
    wire.write(Buffer.concat([build().int(first.length).done(), first, build().int(exists.length).done(), exists]));
    expect(await scene.answer(wire)).toMatchObject({ sessionTimeoutMs: 5000 });
    const reply = await wire.frame();
    expect([reply?.readInt32BE(0), reply?.readInt32BE(12), reply?.length]).toEqual([7, 0, 16 + 68]);
  }),
  rule('22b', 'a handshake that comes byte by byte is a handshake', async ({ scene }) => {
    const wire = await scene.wire();
    const first = handshake();
    for (const byte of Buffer.concat([build().int(first.length).done(), first])) {
      wire.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    expect(await scene.answer(wire)).toMatchObject({ sessionTimeoutMs: 5000 });
  }),
  ...[
    ['of length 0', build().int(0).done()],
    ['of length 10', build().int(10).raw(Buffer.alloc(10)).done()],
    ['of length 27', build().int(27).raw(Buffer.alloc(27)).done()],
    ['of negative length', build().int(-1).done()],
    ['of 1,048,576 bytes', build().int(1_048_576).done()],
    [
      'of 2,147,483,647 bytes',
      build()
        .int(2 ** 31 - 1)
        .done(),
    ],
    ['with a password longer than the frame', build().int(28).raw(Buffer.alloc(24)).int(17).done()],
    ['with a password of length -2', build().int(28).raw(Buffer.alloc(24)).int(-2).done()],
  ].map(([what, bytes]) =>
    rule(23, `a first frame ${what} is hung up on without a word`, async ({ scene }) => {
      const wire = await scene.wire();
      wire.write(bytes as Buffer);
      expect(await wire.frame()).toBe(null);
      expect((await wire.rest()).length).toBe(0);
    }),
  ),
  rule('23b', 'a first frame of 28 bytes, without a password, is a handshake', async ({ scene }) => {
    const wire = await scene.wire();
    wire.writeFrame(build().int(0).long(0n).int(5000).long(0n).int(-1).done());
    expect(await scene.answer(wire)).toMatchObject({ sessionTimeoutMs: 5000, readOnly: null, frameLength: 36 });
  }),
  rule(24, 'HTTP is hung up on without a word', async ({ scene }) => {
    const wire = await scene.wire();
    wire.write(Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
    expect(await wire.frame()).toBe(null);
    expect((await wire.rest()).length).toBe(0);
  }),
  ...[0, 4, 7, -1, 1_048_576, -(2 ** 31)].map((length) =>
    rule(25, `a frame of ${length} bytes ends the connection and not the session`, async ({ scene, a }) => {
      await a.create('/t/e', { flags: EPHEMERAL });
      a.wire.write(
        build()
          .int(length)
          .raw(Buffer.alloc(Math.max(0, Math.min(length, 7))))
          .done(),
      );
      await a.ends();
      const again = await scene.reattach(a);
      await again.exists('/t/e');
    }),
  ),
  rule(26, 'the longest frame may be announced, and waited for', async ({ scene, a, b }) => {
    const wire = await scene.wire();
    wire.writeFrame(connectRequest({}));
    await scene.answer(wire);
    wire.write(build().int(1_048_575).done());
    await a.sync();
    await b.sync();
    expect(wire.isOver).toBe(false);
  }),
  rule(27, 'the longest value goes through, one byte more does not', async ({ scene, a }) => {
    // Header 8, path 4 + 2, length of the data 4, version 4: 1,048,575 - 22 bytes are left.
    await a.setData('/t', Buffer.alloc(1_048_553, 1));
    await a.getData('/t');
    const tooLong = a.setData('/t', Buffer.alloc(1_048_554, 1)).catch((error: Error) => error.message);
    expect(await tooLong).toContain('hung up');
    await a.ends();
    const again = await scene.reattach(a);
    await again.getData('/t');
  }),
  rule(28, 'a four-letter word behind the handshake is a length, and too large', async ({ a }) => {
    a.wire.write(Buffer.from('ruok'));
    await a.ends();
  }),
  rule(29, 'a second handshake is a request that nobody knows', async ({ scene, a }) => {
    a.wire.cut();
    const wire = await scene.wire();
    wire.writeFrame(connectRequest({ sessionId: a.sessionId, password: a.password }));
    await scene.answer(wire);
    wire.writeFrame(connectRequest({}));
    expect((await wire.frame())?.toString('hex')).toBe('00000000ffffffffffffffff' + 'fffffffa');
    expect(await wire.frame()).toBe(null);
  }),
  rule('29b', 'two clients may speak at once', async ({ scene }) => {
    const wires = await Promise.all(Array.from({ length: 20 }, () => scene.wire()));
    for (const wire of wires) wire.writeFrame(connectRequest({}));
    const ids = new Set<bigint | undefined>();
    for (const wire of wires) ids.add((await scene.answer(wire))?.sessionId);
    expect(ids.size).toBe(20);
  }),
]);

export const silentConnections = section('handshake', SCANNING, [
  slowRule(30, 'a connection that says nothing is ended after 10 to 20 s', async (scene) => {
    const wire = await scene.wire();
    const from = performance.now();
    expect(await wire.frame(30_000)).toBe(null);
    const tookMs = performance.now() - from;
    expect(tookMs).toBeGreaterThan(9_500);
    expect(tookMs).toBeLessThan(22_500);
  }),
]);

/** java.util.Random, seeded with the id and a constant: nextBytes(16). */
function passwordOf(sessionId: bigint): Buffer {
  const password = Buffer.alloc(16);
  let seed = (sessionId ^ 0xb3415c00n ^ 0x5deece66dn) & ((1n << 48n) - 1n);
  for (let at = 0; at < 16; at += 4) {
    seed = (seed * 0x5deece66dn + 0xbn) & ((1n << 48n) - 1n);
    password.writeUInt32LE(Number((seed >> 16n) & 0xffffffffn), at);
  }
  return password;
}
