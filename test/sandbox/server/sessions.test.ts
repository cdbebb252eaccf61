/** Time-outs by ticks, and what keeps a session alive: on a clock that goes only when told. */
import { expect, test } from 'vitest';
import { Wire } from '../../contract/wire.js';
import { build } from '../../helpers/byte-builder.js';
import { open, startHeld } from './scene.js';

const TICK_MS = 2000;

test('a silent session ends at the tick behind its time-out, and its ephemerals with it', async () => {
  const { sandbox, clock } = await startHeld();
  clock.pass(100);
  const session = await open(sandbox, { sessionTimeoutMs: 4000 });
  await session.create('/e', { flags: 1 });
  clock.pass(3 * TICK_MS - 100 - 1);
  expect(sandbox.sessions).toHaveLength(1);
  clock.pass(1);
  expect(sandbox.sessions).toHaveLength(0);
  expect(sandbox.tree.get('/e')).toBeNull();
  await session.ends();
});

test('a time-out that ends on a tick lasts until the next one', async () => {
  const { sandbox, clock } = await startHeld();
  await open(sandbox, { sessionTimeoutMs: 4000 });
  clock.pass(4000);
  expect(sandbox.sessions).toHaveLength(1);
  clock.pass(2000);
  expect(sandbox.sessions).toHaveLength(0);
});

test('every request begins the time anew, refused ones and pings too', async () => {
  const { sandbox, clock } = await startHeld();
  const session = await open(sandbox, { sessionTimeoutMs: 4000 });
  for (const ask of [() => session.ping(), () => session.exists('/none', { err: -101 }), () => session.sync()]) {
    clock.pass(4500);
    await ask();
    expect(sandbox.sessions).toHaveLength(1);
  }
});

test('an auth packet keeps no session alive', async () => {
  const { sandbox, clock } = await startHeld();
  const session = await open(sandbox, { sessionTimeoutMs: 4000 });
  clock.pass(5999);
  await session.auth('digest', 'a:b');
  clock.pass(1);
  expect(sandbox.sessions).toHaveLength(0);
});

test('sessions that end at the same tick end together, in one round', async () => {
  const { sandbox, clock } = await startHeld();
  for (let count = 0; count < 5; count++) {
    clock.pass(100);
    await open(sandbox, { sessionTimeoutMs: 4000 });
  }
  const before = sandbox.lastZxid;
  clock.pass(6000 - 500 - 1);
  expect(sandbox.sessions).toHaveLength(5);
  clock.pass(1);
  expect(sandbox.sessions).toHaveLength(0);
  expect(sandbox.lastZxid - before).toBe(5);
});

test('who comes back in time goes on, with the time-out then asked for', async () => {
  const { sandbox, clock } = await startHeld();
  const session = await open(sandbox, { sessionTimeoutMs: 4000 });
  clock.pass(5000);
  const again = await session.reattach({ sessionTimeoutMs: 9000 });
  expect(again.sessionTimeoutMs).toBe(9000);
  expect(again.sessionId).toBe(session.sessionId);
  clock.pass(9000);
  expect(sandbox.sessions).toHaveLength(1);
  clock.pass(2000);
  expect(sandbox.sessions).toHaveLength(0);
});

test('who comes back too late is told so', async () => {
  const { sandbox, clock } = await startHeld();
  const session = await open(sandbox, { sessionTimeoutMs: 4000 });
  session.cut();
  clock.pass(6000);
  await expect(session.reattach()).rejects.toThrow('the session is gone');
});

test('a restart gives every session its whole time again, and takes watches and logins', async () => {
  const { sandbox, clock } = await startHeld();
  const session = await open(sandbox, { sessionTimeoutMs: 4000 });
  await session.create('/e', { flags: 1 });
  await session.auth('digest', 'a:b');
  await session.exists('/e', { watch: true });
  clock.pass(5000);
  await sandbox.kill();
  await sandbox.restart();
  clock.pass(4999);
  const again = await session.reattach();
  expect(sandbox.tree.get('/e')).not.toBeNull();
  expect(await again.whoAmI()).toEqual(['ip:127.0.0.1']);
  await again.setData('/e');
  await again.saw();
});

test('a connection that never says who it is ends between ten and twenty seconds', async () => {
  const { sandbox, clock } = await startHeld();
  clock.pass(3000);
  const wire = await Wire.open(sandbox.port);
  const halfWord = await Wire.open(sandbox.port);
  halfWord.write(Buffer.from('ru'));
  await open(sandbox);
  clock.pass(16_999);
  expect(wire.isOver).toBe(false);
  clock.pass(1);
  expect(await wire.rest()).toEqual(Buffer.alloc(0));
  expect(await halfWord.rest()).toEqual(Buffer.alloc(0));
});

test('containers that lost their last child, and old TTL znodes, go when the interval has passed', async () => {
  const { sandbox, clock } = await startHeld({ settings: { 'znode.container.checkIntervalMs': 1000 } });
  const session = await open(sandbox, { sessionTimeoutMs: 40_000 });
  await session.create('/c', { as: 'createContainer', flags: 4 });
  await session.create('/c/x');
  await session.delete('/c/x');
  await session.create('/t', { as: 'createTTL', flags: 5, ttl: 1500n });
  clock.pass(1000);
  expect([sandbox.tree.get('/c'), sandbox.tree.get('/t') === null]).toEqual([null, false]);
  clock.pass(1000);
  expect(sandbox.tree.get('/t')).toBeNull();
});

test('time-outs are held within two and twenty ticks, or what the settings say', async () => {
  const { sandbox } = await startHeld();
  const asked = [-5, 0, 3999, 4001, 40_001, 2 ** 31 - 1];
  const given: number[] = [];
  for (const sessionTimeoutMs of asked) given.push((await open(sandbox, { sessionTimeoutMs })).sessionTimeoutMs);
  expect(given).toEqual([4000, 4000, 4000, 4001, 40_000, 40_000]);
  const narrow = await startHeld({ settings: { minSessionTimeout: 100, maxSessionTimeout: 200 } });
  expect((await open(narrow.sandbox, { sessionTimeoutMs: 1 })).sessionTimeoutMs).toBe(100);
  expect((await open(narrow.sandbox, { sessionTimeoutMs: 1000 })).sessionTimeoutMs).toBe(200);
});

test('the sandbox tells its sessions: where they are, and what they own', async () => {
  const { sandbox } = await startHeld();
  const session = await open(sandbox, { sessionTimeoutMs: 8000 });
  await session.create('/e', { flags: 1 });
  expect(sandbox.sessions).toEqual([
    {
      sessionId: session.sessionId,
      sessionTimeoutMs: 8000,
      remote: `127.0.0.1:${session.wire.localPort}`,
      ephemerals: ['/e'],
    },
  ]);
});

test('a handshake in any pieces is a handshake', async () => {
  const { sandbox } = await startHeld();
  const request = build().int(45).int(0).long(0n).int(5000).long(0n).int(16).raw(Buffer.alloc(16)).byte(0).done();
  for (let at = 1; at < request.length; at++) {
    const wire = await Wire.open(sandbox.port);
    wire.write(Buffer.from(request.subarray(0, at)));
    await new Promise((resolve) => setImmediate(resolve));
    wire.write(Buffer.from(request.subarray(at)));
    expect(await wire.frame()).toHaveLength(37);
    wire.cut();
  }
});
