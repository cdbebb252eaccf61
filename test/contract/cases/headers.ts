/** Headers, unknown operations, and bodies that cannot be read (ZooKeeperServer.processPacket, RequestRecord). */
import { expect } from 'vitest';
import { build } from '../../helpers/byte-builder.js';
import { body, multiBody, OP, OPEN, type OpName, part, READ } from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';

const MARSHALLING = -5;
const UNIMPLEMENTED = -6;
const UNKNOWN = { err: UNIMPLEMENTED, zxid: -1 };

export const headers = section('headers', PLAIN, [
  rule(31, 'any xid is echoed', async ({ a }) => {
    for (const xid of [-1, -2, -3, -4, -8, 0, 5, 5, 4, 2 ** 31 - 1, -(2 ** 31)]) {
      const bytes = await a.raw('exists', body.pathWatch('/', false), { xid });
      expect(bytes).toHaveLength(68);
    }
  }),
  rule(32, 'a ping is answered with -2, whatever it says', async ({ a }) => {
    await a.ping({ xid: 77 });
    await a.raw('ping', build().raw(Buffer.from('junk')), { xid: -2 });
    await a.raw('ping', build().raw(Buffer.from('junk')), { xid: 0 });
  }),
  ...[0, 10, 23, 99, 108, 109, 500, 501, -1, -2, 1000, 2 ** 31 - 1].map((op) =>
    rule(33, `operation ${op} is unknown: the connection ends, the session lives`, async ({ scene, a }) => {
      await a.raw(op, build(), { ...UNKNOWN, xid: 4711 });
      await a.ends();
      await (await scene.reattach(a)).exists('/t');
    }),
  ),
  rule('34–35', 'check stands in a multi only', async ({ scene, a }) => {
    await a.raw('check', body.pathVersion('/t', 77), UNKNOWN);
    await a.ends();
    const again = await scene.reattach(a);
    await again.raw('check', body.pathVersion('/t', -1), UNKNOWN);
    await again.ends();
  }),
  rule('36, 38', 'a write that cannot be read is refused, and the connection goes on', async ({ a }) => {
    const writes: OpName[] = ['create', 'create2', 'createContainer', 'createTTL', 'delete', 'setData', 'setACL'];
    for (const op of writes) {
      await a.raw(op, build(), { err: MARSHALLING });
      await a.exists('/t');
    }
  }),
  ...[2 ** 31 - 1, 3 * 1024 * 1024, 1_048_576, 100, -5, -2].map((length) =>
    rule(37, `a path of length ${length} cannot be read`, async ({ a }) => {
      await a.raw('create', build().int(length).raw(Buffer.from('/t/x')), { err: MARSHALLING });
      await a.raw('exists', build().int(length).raw(Buffer.from('/t/x')), { err: MARSHALLING });
      await a.exists('/t');
    }),
  ),
  rule(39, 'a read that cannot be read is refused, and the connection goes on', async ({ a }) => {
    const reads: OpName[] = [
      'exists',
      'getData',
      'getACL',
      'getChildren',
      'getChildren2',
      'sync',
      'checkWatches',
      'removeWatches',
      'setWatches',
      'setWatches2',
      'addWatch',
      'getEphemerals',
      'getAllChildrenNumber',
    ];
    for (const op of reads) {
      await a.raw(op, build(), { err: MARSHALLING });
      await a.exists('/t');
    }
    await a.raw('multiRead', build(), { err: MARSHALLING });
    await a.exists('/t');
  }),
  rule(40, 'a boolean must be there', async ({ a }) => {
    await a.raw('getData', build().string('/'), { err: MARSHALLING });
    await a.raw('exists', build().string('/'), { err: MARSHALLING });
  }),
  rule(41, 'bytes behind the end are ignored, and any byte but 0 is true', async ({ a, b }) => {
    await a.raw('getData', body.pathWatch('/t', false).raw(Buffer.alloc(50, 9)));
    await a.raw('getData', build().string('/t').byte(2));
    await b.setData('/t', 'y');
    await a.saw('S /t');
  }),
  rule(42, 'a multi that cannot be read takes a zxid', async ({ a }) => {
    await a.raw('multi', build(), { err: MARSHALLING });
    const open = build()
      .multiHeader(OP.create, false, -1)
      .raw(body.create({ path: '/t/a' }).done());
    await a.raw('multi', open, { err: MARSHALLING });
    await a.exists('/t/a', { err: -101 });
  }),
  rule(43, 'a reconfig that cannot be read takes none', async ({ a }) => {
    await a.raw('reconfig', build(), { err: MARSHALLING });
  }),
  ...(['auth', 'sasl'] as const).map((op) =>
    rule(44, `${op} that cannot be read ends the connection without a word`, async ({ scene, a }) => {
      await a.raw(op, build()).catch((error: Error) => expect(error.message).toContain('hung up'));
      await a.ends();
      await (await scene.reattach(a)).exists('/t');
    }),
  ),
  rule(45, 'bodies where none is wanted are ignored', async ({ a }) => {
    expect((await a.raw('whoAmI', build().raw(Buffer.from('abc')))).length).toBeGreaterThan(4);
  }),
  rule('46–47', 'a list of negative length is empty, one without its elements cannot be read', async ({ a }) => {
    await a.raw('setACL', build().string('/t').int(-5).int(-1), { err: -114 });
    await a.raw('setACL', build().string('/t').int(1_000_000), { err: MARSHALLING });
    await a.raw('setACL', build().string('/t').int(2).int(31).string('world').string('anyone').int(-1), {
      err: MARSHALLING,
    });
  }),
  rule(48, 'a null path cannot be read where the path is parsed first', async ({ a }) => {
    await a.exists(null, { err: MARSHALLING });
    await a.getData(null, { err: MARSHALLING });
    await a.getChildren(null, { err: MARSHALLING });
    await a.getChildren2(null, { err: MARSHALLING });
    await a.getACL(null, { err: MARSHALLING });
    await a.getAllChildrenNumber(null, { err: MARSHALLING });
    await a.delete(null, { err: MARSHALLING, zxids: 1 });
    await a.create(null, { err: MARSHALLING, zxids: 1 });
    await a.create(null, { as: 'create2', err: MARSHALLING, zxids: 1 });
  }),
  rule(49, 'a null path is a bad argument of setData and setACL', async ({ a }) => {
    await a.setData(null, 'x', { err: -8 });
    await a.setACL(null, OPEN, { err: -8 });
  }),
  rule('50–51', 'a null path is fine for sync, addWatch and getEphemerals', async ({ a }) => {
    await a.sync(null);
    await a.addWatch(null, 0);
    await a.getEphemerals(null);
  }),
  rule('51b', 'a null path in removeWatches and checkWatches', async ({ scene, a }) => {
    await a.checkWatches(null, 3, { err: scene.differs({ '3.8': MARSHALLING, '3.9': -121 }) });
    await a.removeWatches(null, 3, { err: -121 });
  }),
  rule(52, 'a character outside the BMP comes back as two surrogates', async ({ a }) => {
    await a.sync('/😀', { echo: Buffer.from('2feda0bdedb880', 'hex') });
  }),
  rule(53, 'bytes that are no UTF-8 come back as U+FFFD', async ({ a }) => {
    for (const [sent, echo] of [
      ['2ffffe', '2fefbfbdefbfbd'],
      ['2feda0bdedb880', '2fefbfbdefbfbd'],
      ['2fc080', '2fefbfbdefbfbd'],
      ['2fe282', '2fefbfbd'],
      ['2ff09f98', '2fefbfbd'],
      ['2fe28241', '2fefbfbd41'],
      ['efbbbf2f61', 'efbbbf2f61'],
    ]) {
      const bytes = Buffer.from(sent as string, 'hex');
      const reply = await a.raw('sync', build().buffer(bytes));
      expect(reply.toString('hex'), `what becomes of ${sent}`).toBe(
        build()
          .buffer(Buffer.from(echo as string, 'hex'))
          .done()
          .toString('hex'),
      );
    }
  }),
  rule('53b', 'null and empty lists, buffers and strings', async ({ a }) => {
    await a.create('/t/null', { data: null });
    await a.create('/t/empty', { data: '' });
    expect((await a.getData('/t/null')).data).toBe(null);
    expect((await a.getData('/t/empty')).data).toEqual(Buffer.alloc(0));
    await a.raw('setWatches', build().long(0n).int(-7).int(0).int(-3), { xid: -8 });
  }),
  rule('53c', 'replies come in the order of the requests', async ({ a }) => {
    const names = Array.from({ length: 200 }, (_, index) => `/t/${index}`);
    await Promise.all(names.flatMap((path) => [a.create(path), a.exists(path), a.setData(path), a.getData(path)]));
    await a.getChildren('/t');
  }),
  rule('53d', 'a large multiRead is answered whole', async ({ a }) => {
    await a.create('/t/big', { data: Buffer.alloc(500_000, 3) });
    await a.multiRead(Array.from({ length: 20 }, () => part.getData('/t/big')));
  }),
  rule('53e', 'an operation of a multi with an impossible length makes all of it unreadable', async ({ a }) => {
    const broken = multiBody([part.create('/t/a'), part.raw(OP.setData, build().int(2 ** 30))]);
    await a.raw('multi', broken, { err: MARSHALLING });
    await a.exists('/t/a', { err: -101 });
  }),
  rule('53f', 'perms need not be known bits', async ({ a }) => {
    await a.setACL('/t', [[READ | 64, 'world', 'anyone']]);
    await a.getACL('/t');
  }),
]);
