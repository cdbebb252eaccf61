/** Each fault, as a client meets it. */
import { describe, expect, test } from 'vitest';
import type { FaultTarget } from '../../../src/sandbox/faults.js';
import { Wire } from '../../contract/wire.js';
import { type ByteBuilder, build } from '../../helpers/byte-builder.js';
import { eventually } from '../../helpers/eventually.js';
import { askWord } from '../../helpers/four-letter-word.js';
import { open, start, startHeld } from './scene.js';

/** xid 2, version -1. */
const SET_ROOT = Buffer.from('0000000200000005000000012f0000000178ffffffff', 'hex');
/** xid 3. */
const EXISTS_ROOT = Buffer.from('0000000300000003000000012f00', 'hex');

/** A multi with one create. */
function multiOf(path: string): ByteBuilder {
  const header = build().int(1).boolean(false).int(-1);
  const acl = build().int(1).int(31).string('world').string('anyone');
  const end = build().int(-1).boolean(true).int(-1);
  return build().raw(header.string(path).int(-1).done()).raw(acl.int(0).done()).raw(end.done());
}

/** A connection with a session. */
async function shaken(port: number): Promise<Wire> {
  const wire = await Wire.open(port);
  wire.writeFrame(Buffer.alloc(45));
  await wire.frame();
  return wire;
}

describe('at once', () => {
  test('expireSessions: ephemerals go, the connection ends, and who comes back is told', async () => {
    const sandbox = await start();
    const [a, b] = [await open(sandbox), await open(sandbox)];
    await a.create('/a', { flags: 1 });
    await b.create('/b', { flags: 1 });
    expect(sandbox.faults.expireSessions({ sessionId: a.sessionId })).toBe(1);
    await a.ends();
    await b.exists('/a', { err: -101 });
    await b.exists('/b');
    await expect(a.reattach()).rejects.toThrow('the session is gone');
    expect(sandbox.faults.expireSessions()).toBe(1);
    expect(sandbox.sessions).toEqual([]);
  });

  test('dropConnections: the session lives on', async () => {
    const sandbox = await start();
    const session = await open(sandbox);
    await session.create('/e', { flags: 1 });
    expect(sandbox.faults.dropConnections()).toBe(1);
    await session.ends();
    await (await session.reattach()).exists('/e');
  });

  test('moveClock: time-outs and times of znodes jump', async () => {
    const { sandbox, clock } = await startHeld();
    const session = await open(sandbox, { sessionTimeoutMs: 4000 });
    sandbox.faults.moveClock(3_600_000);
    await session.ends();
    const later = await open(sandbox);
    await later.create('/x');
    expect(sandbox.tree.get('/x')?.ctime).toBe(clock.wallClock() + 3_600_000);
  });

  test('moveClock: the scan for containers and old TTL znodes jumps along', async () => {
    const { sandbox } = await startHeld();
    const session = await open(sandbox);
    await session.create('/t', { as: 'createTTL', flags: 5, ttl: 50_000n });
    sandbox.faults.moveClock(59_999);
    expect(sandbox.tree.get('/t')).not.toBeNull();
    sandbox.faults.moveClock(1);
    expect(sandbox.tree.get('/t')).toBeNull();
  });
});

describe('on requests', () => {
  test('answer: the request is not done, and nothing else is refused', async () => {
    const sandbox = await start();
    const session = await open(sandbox);
    const fault = sandbox.faults.answer('NODEEXISTS', { ops: ['create'], path: '/a', times: 2 });
    await session.create('/b');
    await session.create('/a', { err: -110 });
    await session.create('/a/b', { err: -110 });
    await session.create('/a');
    expect(fault.count).toBe(2);
    expect(fault.text).toBe('answer NODEEXISTS: of create, below /a, 2 times');
  });

  test('answer, by number, for the operations of a multi too', async () => {
    const sandbox = await start();
    const session = await open(sandbox);
    sandbox.faults.answer(-4, { path: '/m' });
    await session.raw('multi', multiOf('/m/x'), { err: -4 });
    expect(sandbox.tree.get('/m')).toBeNull();
  });

  test('throttle: -127, and cleared no more', async () => {
    const sandbox = await start();
    const session = await open(sandbox);
    const fault = sandbox.faults.throttle({ ops: ['getData'] });
    await session.getData('/', { err: -127 });
    await session.exists('/');
    fault.clear();
    await session.getData('/');
    expect(sandbox.faults.active).toEqual([]);
  });

  test('loseReplies: done, and never answered', async () => {
    const sandbox = await start();
    const wire = await shaken(sandbox.port);
    sandbox.faults.loseReplies({ ops: ['setData'], times: 1 });
    wire.writeFrame(SET_ROOT);
    wire.writeFrame(EXISTS_ROOT);
    expect((await wire.frame())?.readInt32BE(0)).toBe(3);
    expect(sandbox.tree.get('/')?.version).toBe(1);
  });

  test('cutReplies: so many bytes of the frame, and the end', async () => {
    const sandbox = await start();
    const wire = await shaken(sandbox.port);
    sandbox.faults.cutReplies(7, { ops: ['exists'] });
    wire.writeFrame(EXISTS_ROOT);
    expect((await wire.rest()).toString('hex')).toBe('00000054000000');
  });

  test('dropRequests: the connection ends before it is done', async () => {
    const sandbox = await start();
    const session = await open(sandbox);
    sandbox.faults.dropRequests({ ops: ['create'], after: 1 });
    await session.create('/a');
    const dropped = session.create('/b').catch((error: Error) => error);
    await session.ends();
    await dropped;
    expect(sandbox.tree.get('/b')).toBeNull();
  });

  test('delayReplies: done at once, told later, in order', async () => {
    const { sandbox, clock } = await startHeld();
    const session = await open(sandbox);
    sandbox.faults.delayReplies(3000, { ops: ['create'] });
    const created = session.create('/a');
    const seen = session.exists('/a');
    await eventually(() => sandbox.tree.get('/a') !== null && clock.timersCount >= 3, { what: '/a' });
    clock.pass(2999);
    expect(session.arrivals).toEqual([]);
    clock.pass(1);
    await created;
    await seen;
    expect(session.arrivals).toEqual(['create', 'exists']);
  });

  test('chance is that of the seed: the same one strikes the same requests', async () => {
    const strikes = async (randomSeed: number): Promise<number[]> => {
      const sandbox = await start({ randomSeed });
      const session = await open(sandbox);
      sandbox.faults.answer('SYSTEMERROR', { ops: ['exists'], probability: 0.5 });
      const errors: number[] = [];
      for (let count = 0; count < 32; count++) {
        const isStruck = await session.exists('/').then(
          () => 0,
          () => 1,
        );
        errors.push(isStruck);
      }
      return errors;
    };
    const [one, same, other] = [await strikes(7), await strikes(7), await strikes(8)];
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(new Set(one).size).toBe(2);
  });

  test.each<[name: string, target: FaultTarget]>([
    ['an operation that is none', { ops: ['frobnicate'] }],
    ['a probability above 1', { probability: 2 }],
    ['half a time', { times: 0.5 }],
    ['a negative start', { after: -1 }],
  ])('%s is refused', async (_, target) => {
    const sandbox = await start();
    expect(() => sandbox.faults.loseReplies(target)).toThrow(expect.objectContaining({ kind: 'usage' }));
    expect(() => sandbox.faults.answer('NOSUCHERROR')).toThrow(/not the name of an error/);
    expect(sandbox.faults.active).toEqual([]);
  });
});

describe('on connections', () => {
  test('freeze: nothing is read or answered, sessions time out, and it goes on when it thaws', async () => {
    const { sandbox, clock } = await startHeld();
    const [a, b] = [await open(sandbox, { sessionTimeoutMs: 4000 }), await open(sandbox, { sessionTimeoutMs: 40_000 })];
    const fault = sandbox.faults.freeze();
    const waiting = b.create('/b');
    const word = askWord(sandbox.port, 'ruok');
    const late = open(sandbox);
    await eventually(() => fault.count === 4, { what: 'all four to be accepted' });
    expect(sandbox.tree.get('/b')).toBeNull();
    clock.pass(6000);
    expect(sandbox.sessions.map(({ sessionId }) => sessionId)).toEqual([b.sessionId]);
    expect(a.wire.isOver).toBe(false);
    fault.clear();
    await waiting;
    await a.ends();
    expect(await word).toBe('imok');
    await late;
  });

  test('freeze holds the AdminServer too', async () => {
    const sandbox = await start({ settings: { 'admin.serverPort': 0 } });
    const fault = sandbox.faults.freeze();
    let isAnswered = false;
    const answer = fetch(`${sandbox.adminUrl}/ruok`).then(({ status }) => {
      isAnswered = true;
      return status;
    });
    const connections = open(sandbox);
    await eventually(() => fault.count === 1, { what: 'a connection to be accepted' });
    expect(isAnswered).toBe(false);
    fault.clear();
    expect(await answer).toBe(200);
    await connections;
  });

  test('freeze of one session at one kind of request: the others go on', async () => {
    const sandbox = await start();
    const [a, b] = [await open(sandbox), await open(sandbox)];
    const fault = sandbox.faults.freeze({ sessionId: a.sessionId, ops: ['create'] });
    await a.exists('/');
    const waiting = a.create('/a');
    await eventually(() => fault.count === 1, { what: 'the freeze' });
    await b.create('/b');
    expect(sandbox.tree.get('/a')).toBeNull();
    fault.clear();
    await waiting;
  });

  test('two freezes of one connection: it thaws with the last', async () => {
    const sandbox = await start();
    const session = await open(sandbox);
    const [one, two] = [sandbox.faults.freeze(), sandbox.faults.freeze({ sessionId: session.sessionId })];
    const waiting = session.sync();
    one.clear();
    await (await open(sandbox)).sync();
    expect(session.arrivals).toEqual([]);
    two.clear();
    await waiting;
  });

  test('slow: so many bytes a second', async () => {
    const { sandbox, clock } = await startHeld();
    const session = await open(sandbox);
    await session.create('/big', { data: 'x'.repeat(900) });
    sandbox.faults.slow(100);
    const timers = clock.timersCount;
    const reply = session.getData('/big');
    await eventually(() => clock.timersCount > timers, { what: 'the first bytes' });
    clock.pass(9000);
    expect(session.arrivals).toEqual(['create']);
    clock.pass(1000);
    await reply;
  });

  test('refuseConnections: new ones end at once, old ones stay', async () => {
    const sandbox = await start();
    const session = await open(sandbox);
    const fault = sandbox.faults.refuseConnections();
    expect(await (await Wire.open(sandbox.port)).rest()).toEqual(Buffer.alloc(0));
    await session.sync();
    fault.clear();
    await open(sandbox);
  });
});

describe('of the whole server', () => {
  test('readOnly: connections end; who may not read only is not taken, who may reads and cannot write', async () => {
    const sandbox = await start();
    const writer = await open(sandbox);
    await writer.create('/x');
    const zxid = sandbox.lastZxid;
    const fault = sandbox.faults.readOnly();
    await writer.ends();
    await expect(open(sandbox)).rejects.toThrow('hung up');
    const reader = await open(sandbox, { readOnly: true });
    await reader.exists('/x');
    await reader.create('/y', { err: -119, zxids: 0 });
    await reader.setData('/x', 'y', { err: -119, zxids: 0 });
    expect(await askWord(sandbox.port, 'isro')).toBe('ro');
    expect(await askWord(sandbox.port, 'srvr')).toContain('READ-ONLY mode; serving only read-only clients\n');
    await reader.close();
    expect(sandbox.lastZxid).toBe(zxid);
    fault.clear();
    expect(await askWord(sandbox.port, 'isro')).toBe('rw');
    const again = await writer.reattach();
    await again.create('/y');
    expect(sandbox.sessions).toHaveLength(1);
  });

  test('outOfSpace: reads go on; the first write is the end of the server, and is not there afterwards', async () => {
    const sandbox = await start();
    const session = await open(sandbox);
    await session.create('/before');
    const fault = sandbox.faults.outOfSpace();
    await session.exists('/before');
    const lost = session.create('/after').catch((error: Error) => error);
    await session.ends();
    await lost;
    await expect(Wire.open(sandbox.port)).rejects.toThrow('ECONNREFUSED');
    fault.clear();
    await sandbox.restart();
    const again = await session.reattach();
    await again.exists('/before');
    await again.exists('/after', { err: -101 });
  });

  test('clear ends all that last', async () => {
    const sandbox = await start();
    sandbox.faults.readOnly();
    sandbox.faults.freeze();
    sandbox.faults.slow(1);
    sandbox.faults.throttle();
    expect(sandbox.faults.active.map(({ text }) => text)).toEqual(['read-only', 'freeze', 'slow 1 B/s', 'throttle']);
    sandbox.faults.clear();
    expect(sandbox.faults.active).toEqual([]);
    await (await open(sandbox)).create('/x');
  });
});
