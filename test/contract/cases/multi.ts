/** multi and multiRead (MultiOperationRecord, PrepRequestProcessor, FinalRequestProcessor). */
import { expect } from 'vitest';
import { build } from '../../helpers/byte-builder.js';
import {
  body,
  CONTAINER,
  CREATE,
  EPHEMERAL,
  multiBody,
  NO_READ,
  OP,
  OPEN,
  part,
  READ,
  SEQUENTIAL,
  TTL,
  TTL_SEQUENTIAL,
} from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';

const MARSHALLING = -5;

export const multis = section('multi', PLAIN, [
  rule(135, 'operations see what those before them did', async ({ a }) => {
    await a.multi([part.create('/t/a'), part.setData('/t/a', 'new', 0), part.check('/t/a', 1), part.delete('/t/a', 1)]);
    await a.exists('/t/a', { err: -101 });
    await a.exists('/t');
  }),
  rule(136, 'sequence numbers count on', async ({ a }) => {
    const created = await a.multi([
      part.create('/t/a'),
      part.create('/t/a/b'),
      part.create('/t/a/b', { flags: SEQUENTIAL }),
      part.create('/t/a/b', { flags: SEQUENTIAL, as: 'create2' }),
    ]);
    expect(created.slice(2)).toEqual(['/t/a/b0000000001', '/t/a/b0000000002']);
    await a.getChildren2('/t/a');
  }),
  rule('137–139', 'deletes inside a multi', async ({ a }) => {
    await a.create('/t/a');
    await a.create('/t/a/b');
    await a.multi([part.delete('/t/a')], { fails: { at: 0, err: -111 } });
    await a.multi([part.delete('/t/a/b'), part.delete('/t/a')]);
    await a.create('/t/a', { data: 'old' });
    await a.multi([part.delete('/t/a'), part.create('/t/a', { data: 'new' })]);
    await a.getData('/t/a');
    await a.exists('/t');
  }),
  rule('140–141', 'one that fails undoes all', async ({ a }) => {
    await a.multi([part.create('/t/a'), part.create('/t/a')], { fails: { at: 1, err: -110 } });
    await a.exists('/t/a', { err: -101 });
    await a.multi([part.create('/t/a'), part.check('/t/nope'), part.create('/t/b')], { fails: { at: 1, err: -101 } });
    await a.exists('/t/a', { err: -101 });
    await a.exists('/t');
  }),
  rule(142, 'why one fails', async ({ a }) => {
    await a.multi([part.create('/t/a'), part.check('/t', 9)], { fails: { at: 1, err: -103 } });
    await a.multi([part.setData('/t', 'x', 9)], { fails: { at: 0, err: -103 } });
    await a.multi([part.delete('/t/a')], { fails: { at: 0, err: -101 } });
    await a.multi([part.check('/t', -2)], { fails: { at: 0, err: -103 } });
    await a.multi([part.check('/t', 0), part.setData('/t'), part.check('/t', 0)], { fails: { at: 2, err: -103 } });
    await a.multi([part.check('/t', 0), part.setData('/t'), part.check('/t', 1), part.check('/', -1)]);
    await a.multi([part.delete('/zookeeper')], { fails: { at: 0, err: -8 } });
  }),
  rule(143, 'a child of an ephemeral of the same multi', async ({ a }) => {
    await a.multi([part.create('/t/a', { flags: EPHEMERAL }), part.create('/t/a/b')], { fails: { at: 1, err: -108 } });
    expect(await a.getEphemerals('')).toEqual([]);
    await a.multi([part.create('/t/a', { flags: EPHEMERAL })]);
    expect(await a.getEphemerals('')).toEqual(['/t/a']);
    await a.multi([part.delete('/t/a')]);
    expect(await a.getEphemerals('')).toEqual([]);
  }),
  rule('143b', 'a container asked for with the flags of an ephemeral has no children in its multi', async ({ a }) => {
    const container = (flags: number) => part.create('/t/a', { as: 'createContainer', flags });
    await a.multi([container(EPHEMERAL), part.create('/t/a/b')], { fails: { at: 1, err: -108 } });
    await a.multi([container(CONTAINER), part.create('/t/a/b')]);
    await a.multi([part.delete('/t/a/b'), part.delete('/t/a'), container(EPHEMERAL), part.setData('/t/a')]);
    await a.create('/t/a/b');
  }),
  rule(144, 'bad paths, ACLs and missing rights are told in their record', async ({ a }) => {
    await a.multi([part.create('nope')], { fails: { at: 0, err: -8 } });
    await a.multi([part.create('/t/a', { acl: [] })], { fails: { at: 0, err: -114 } });
    await a.multi([part.create('/zookeeper/config/x')], { fails: { at: 0, err: -102 } });
    await a.multi([part.create('/t/a\u0001')], { fails: { at: 0, err: -8 } });
  }),
  rule('144b', 'rights are those of the tree as it is by then', async ({ a }) => {
    await a.multi([part.create('/t/a', { acl: [[READ, 'world', 'anyone']] }), part.setData('/t/a')], {
      fails: { at: 1, err: -102 },
    });
    await a.multi([part.create('/t/a', { acl: [[CREATE, 'world', 'anyone']] }), part.create('/t/a/b')]);
    await a.create('/t/u', { acl: NO_READ });
    await a.multi([part.check('/t/u')], { fails: { at: 0, err: -102 } });
    await a.multi([part.setData('/t/u')]);
  }),
  rule(145, 'an empty multi', async ({ a }) => {
    await a.multi([]);
  }),
  rule(146, 'what may not stand in a multi', async ({ a }) => {
    for (const [type, bytes] of [
      [OP.setACL, body.setACL('/t', OPEN, -1)],
      [OP.exists, body.pathWatch('/t', false)],
      [OP.getData, body.pathWatch('/t', false)],
      [OP.getChildren, body.pathWatch('/t', false)],
      [OP.sync, body.path('/t')],
      [OP.deleteContainer, body.path('/t')],
      [OP.multi, multiBody([])],
      [-1, build().int(0)],
      [99, build()],
    ] as const) {
      await a.raw('multi', multiBody([part.create('/t/a'), part.raw(type, bytes)]), { err: MARSHALLING });
    }
    await a.exists('/t/a', { err: -101 });
  }),
  rule('147–149', 'how creations are answered', async ({ a }) => {
    await a.multi([
      part.create('/t/1'),
      part.create('/t/2', { as: 'create2' }),
      part.create('/t/3', { flags: CONTAINER }),
      part.create('/t/4', { as: 'create2', flags: CONTAINER }),
      part.create('/t/5', { as: 'createContainer' }),
      part.create('/t/6', { as: 'createContainer', flags: CONTAINER }),
      part.create('/t/7', { as: 'createContainer', flags: EPHEMERAL }),
      part.create('/t/8', { as: 'createContainer', flags: SEQUENTIAL }),
      part.create('/t/9', { as: 'create2', flags: EPHEMERAL }),
    ]);
    expect(await a.getEphemerals('')).toEqual(['/t/9']);
  }),
  rule('150–151', 'flags that make the whole multi unreadable', async ({ a }) => {
    for (const as of [undefined, 'create2', 'createContainer'] as const) {
      for (const flags of [5, 6, 7, 9, -1]) {
        const parts = [part.create('/t/a', { flags, ...(as && { as }) }), part.check('/t')];
        await a.raw('multi', multiBody(parts), { err: MARSHALLING });
      }
    }
  }),
  rule(152, 'createTTL in a multi', async ({ a }) => {
    const ttl = (path: string, flags: number, time: bigint) => part.create(path, { as: 'createTTL', flags, ttl: time });
    await a.multi([ttl('/t/a', TTL, 100_000n), ttl('/t/a', TTL_SEQUENTIAL, 100_000n)]);
    await a.multi([ttl('/t/b', TTL, 0n)], { fails: { at: 0, err: -8 } });
    await a.multi([ttl('/t/b', TTL, -1n)], { fails: { at: 0, err: -8 } });
    await a.multi([ttl('/t/b', 0, 5n), ttl('/t/b', SEQUENTIAL, 0n), ttl('/t/c', 0, -1n)]);
    await a.multi([ttl('/t/e', EPHEMERAL, 5n)]);
    expect(await a.getEphemerals('')).toEqual(['/t/e']);
    await a.multi([ttl('/t/d', CONTAINER, 5n)]);
    await a.multi([ttl('/t/x', 7, 5n)], { fails: { at: 0, err: -8 } });
    await a.multi([ttl('/t/x', -1, 5n)], { fails: { at: 0, err: -8 } });
    await a.getChildren('/t');
  }),
  rule('153–154', 'the first header that says done is the end', async ({ a }) => {
    const done = build()
      .multiHeader(OP.create, true, 0)
      .raw(body.create({ path: '/t/a' }).done());
    expect((await a.raw('multi', done, { zxids: 1 })).toString('hex')).toBe('ffffffff01ffffffff');
    await a.exists('/t/a', { err: -101 });
    const two = build().multiHeader(OP.check, false, 55).raw(body.pathVersion('/t', -1).done());
    two.multiHeader(77, true, 5).raw(Buffer.alloc(30, 1));
    expect((await a.raw('multi', two, { zxids: 1 })).toString('hex')).toBe('0000000d0000000000' + 'ffffffff01ffffffff');
  }),
  rule('155–156', 'notifications of a multi: in its order, none if it fails', async ({ a, b }) => {
    await b.getChildren('/t', { watch: true });
    await b.exists('/t/x', { watch: true, err: -101 });
    await a.multi([part.create('/t/x'), part.check('/t/y')], { fails: { at: 1, err: -101 } });
    await b.saw();
    await a.multi([
      part.create('/t/x'),
      part.setData('/t/x'),
      part.create('/t/x/k'),
      part.delete('/t/x/k'),
      part.delete('/t/x'),
    ]);
    await b.saw('C /t/x', 'K /t');
  }),
  rule('155b', 'a recursive watch hears every operation of a multi', async ({ a, b }) => {
    await b.addWatch('/t', 1);
    await a.addWatch('/t', 0);
    await a.multi([
      part.create('/t/x'),
      part.setData('/t/x'),
      part.create('/t/x/k'),
      part.setData('/t'),
      part.delete('/t/x/k'),
      part.delete('/t/x'),
    ]);
    await b.saw('C /t/x', 'S /t/x', 'C /t/x/k', 'S /t', 'D /t/x/k', 'D /t/x');
    await a.saw('K /t', 'S /t', 'K /t');
    expect(a.arrivals.slice(-5)).toEqual(['K /t', 'S /t', 'K /t', 'multi', 'ping']);
  }),
  rule(158, 'a null path makes a multi unreadable', async ({ scene, a }) => {
    // In 3.8 the list of results was there by then, and goes out behind the error.
    const more = scene.differs({
      '3.8': { err: MARSHALLING, zxids: 0, body: 'ffffffff01ffffffff' },
      '3.9': { err: MARSHALLING },
    });
    await a.raw('multi', multiBody([part.create(null)]), more);
    await a.raw('multi', multiBody([part.delete(null)]), more);
    await a.raw('multi', multiBody([part.setData(null)]), more);
    await a.raw('multi', multiBody([part.check(null)]), more);
    for (const last of [part.create(null), part.delete(null), part.setData(null), part.check(null)]) {
      await a.raw('multi', multiBody([part.check('/nope'), last]), more);
      await a.raw('multi', multiBody([part.check('/t'), last]), more);
    }
    await a.exists('/t');
  }),
  rule('158a', 'a null id is met when its operation is reached', async ({ a }) => {
    const bad = part.create('/t/a', { acl: [[31, 'world', null]] });
    await a.raw('multi', multiBody([bad]), { err: MARSHALLING });
    await a.multi([part.check('/nope'), bad], { fails: { at: 0, err: -101 } });
  }),
  rule('158b', 'large multis', async ({ a }) => {
    const names = Array.from({ length: 500 }, (_, index) => `/t/n${index}`);
    await a.multi(names.map((path) => part.create(path, { data: path })));
    await a.getChildren('/t');
    await a.multiRead(names.map((path) => part.getData(path)));
    await a.multi([...names.map((path) => part.delete(path)), part.check('/t/none')], {
      fails: { at: names.length, err: -101 },
    });
    await a.multi(names.map((path) => part.delete(path)));
    await a.getChildren2('/t');
  }),
  rule('159–160', 'multiRead: every operation for itself', async ({ a }) => {
    await a.create('/t/a', { data: 'abc' });
    await a.create('/t/u', { acl: NO_READ });
    await a.multiRead([part.getData('/t/a'), part.getChildren('/t'), part.getData('')]);
    await a.multiRead([part.getData('/t/q'), part.getData('/t/u'), part.getChildren('/t/u'), part.getData('/t/a')], {
      errors: { 0: -101, 1: -102, 2: -102 },
    });
    await a.multiRead([part.getChildren('/t/q')], { errors: { 0: -101 } });
  }),
  rule(161, 'an empty multiRead', async ({ a }) => {
    await a.multiRead([]);
  }),
  rule(162, 'what may not stand in a multiRead', async ({ a }) => {
    for (const [type, bytes] of [
      [OP.create, body.create({ path: '/t/a' })],
      [OP.check, body.pathVersion('/t', -1)],
      [OP.delete, body.pathVersion('/t', -1)],
      [OP.setData, body.setData('/t', 'x', -1)],
    ] as const) {
      await a.raw('multiRead', multiBody([part.getData('/t'), part.raw(type, bytes)]), { err: MARSHALLING });
    }
    for (const type of [OP.exists, OP.getChildren2]) {
      const parts = [part.getData('/t'), part.raw(type, body.pathWatch('/t', false))];
      await a.raw('multiRead', multiBody(parts), { err: MARSHALLING });
    }
    await a.raw('multiRead', multiBody([part.raw(OP.getACL, body.path('/t'))]), { err: MARSHALLING });
    await a.exists('/t/a', { err: -101 });
  }),
  rule('162b', 'a null path in a multiRead: what was read before it goes out behind the error', async ({ a }) => {
    const first = await a.raw('multiRead', multiBody([part.getData('/t')]));
    await a.raw('multiRead', multiBody([part.getData('/t'), part.getData(null), part.getData('/t')]), {
      err: MARSHALLING,
      body: first.toString('hex'),
    });
    await a.raw('multiRead', multiBody([part.getChildren(null)]), { err: MARSHALLING, body: 'ffffffff01ffffffff' });
  }),
  rule(163, 'multiRead leaves no watches', async ({ a, b }) => {
    await a.multiRead([part.getData('/t', true), part.getChildren('/t', true)]);
    await b.setData('/t');
    await b.create('/t/k');
    await a.saw();
    await a.checkWatches('/t', 3, { err: -121 });
  }),
]);
