/** Watches: who hears of what (7.3), modes side by side (7.5), SetWatches (7.6), the ACL filter (7.7). */
import { describe, expect, test } from 'vitest';
import { build } from '../../helpers/byte-builder.js';
import { acl, type Client, Scene } from './scene.js';

const PERSISTENT = 0;
const RECURSIVE = 1;

function pair(): { scene: Scene; watcher: Client; writer: Client } {
  const scene = new Scene();
  const [watcher, writer] = [scene.client(), scene.client()];
  writer.create('/t');
  return { scene, watcher, writer };
}

/** Create, set, a child with a child of its own, setACL, and all gone again. */
function life(writer: Client): void {
  writer.create('/t/x');
  writer.set('/t/x', '1');
  writer.create('/t/x/k');
  writer.set('/t/x/k', '2');
  writer.create('/t/x/k/g');
  writer.delete('/t/x/k/g');
  writer.delete('/t/x/k');
  writer.ask('setACL', { path: '/t/x', acl: acl('world:anyone:31'), version: -1 });
  writer.delete('/t/x');
}

const X = '/t/x';
const RECURSIVE_LIFE = [
  `created ${X}`,
  `changed ${X}`,
  `created ${X}/k`,
  `changed ${X}/k`,
  `created ${X}/k/g`,
  `deleted ${X}/k/g`,
  `deleted ${X}/k`,
  `deleted ${X}`,
];

const LIVES: readonly (readonly [what: string, watch: (client: Client) => void, events: readonly string[]])[] = [
  ['exists', (client) => client.try('exists', { path: X, watch: true }), [`created ${X}`]],
  ['getData of what is missing', (client) => client.try('getData', { path: X, watch: true }), []],
  ['getChildren of what is missing', (client) => client.try('getChildren', { path: X, watch: true }), []],
  ['getChildren of the parent', (client) => client.try('getChildren', { path: '/t', watch: true }), ['children /t']],
  [
    'a persistent watch',
    (client) => client.ask('addWatch', { path: X, mode: PERSISTENT }),
    [`created ${X}`, `changed ${X}`, `children ${X}`, `children ${X}`, `deleted ${X}`],
  ],
  [
    'a persistent watch on the parent',
    (client) => client.ask('addWatch', { path: '/t', mode: PERSISTENT }),
    ['children /t', 'children /t'],
  ],
  ['a recursive watch', (client) => client.ask('addWatch', { path: X, mode: RECURSIVE }), RECURSIVE_LIFE],
  [
    'a recursive watch on the parent',
    (client) => client.ask('addWatch', { path: '/t', mode: RECURSIVE }),
    RECURSIVE_LIFE,
  ],
  ['a recursive watch on the root', (client) => client.ask('addWatch', { path: '/', mode: RECURSIVE }), RECURSIVE_LIFE],
  ['a recursive watch on nothing that is here', (client) => client.ask('addWatch', { path: '', mode: RECURSIVE }), []],
];

test.each(LIVES)('a life as %s hears of it', (_what, watch, events) => {
  const { watcher, writer } = pair();
  watch(watcher);
  life(writer);
  expect(watcher.events()).toEqual(events);
});

test('both modes on one znode: each event once, and the children of it too', () => {
  const { watcher, writer } = pair();
  watcher.ask('addWatch', { path: X, mode: PERSISTENT });
  watcher.ask('addWatch', { path: X, mode: RECURSIVE });
  life(writer);
  const expected = [...RECURSIVE_LIFE];
  expected.splice(3, 0, `children ${X}`);
  expected.splice(8, 0, `children ${X}`);
  expect(watcher.events()).toEqual(expected);
});

test('a standard watch on top of a persistent one leaves it when it fires', () => {
  const { watcher, writer } = pair();
  writer.create(X);
  watcher.ask('addWatch', { path: X, mode: PERSISTENT });
  watcher.ask('getData', { path: X, watch: true });
  writer.set(X, '1');
  writer.set(X, '2');
  expect(watcher.events()).toEqual([`changed ${X}`, `changed ${X}`]);
});

test('one connection hears once of a deletion, and another for itself', () => {
  const { watcher, writer, scene } = pair();
  const other = scene.client();
  writer.create(X);
  watcher.ask('getData', { path: X, watch: true });
  watcher.ask('getChildren', { path: X, watch: true });
  watcher.ask('getChildren', { path: '/t', watch: true });
  other.ask('getChildren2', { path: X, watch: true });
  writer.delete(X);
  expect(watcher.events()).toEqual([`deleted ${X}`, 'children /t']);
  expect(other.events()).toEqual([`deleted ${X}`]);
  expect(scene.engine.watches.count).toBe(0);
});

test('the event carries the zxid of the change and comes before the reply to it', () => {
  const { watcher } = pair();
  watcher.create(X);
  watcher.ask('getData', { path: X, watch: true });
  watcher.log.length = 0;
  const { zxid } = watcher.send('setData', { path: X, data: null, version: -1 });
  expect(watcher.log).toEqual([{ type: 'changed', path: X, zxid }, 'reply']);
});

test('a connection that is gone hears nothing, and its watches are forgotten', () => {
  const { watcher, writer, scene } = pair();
  watcher.ask('addWatch', { path: '/', mode: RECURSIVE });
  watcher.ask('getChildren', { path: '/t', watch: true });
  scene.engine.removePeer(watcher);
  writer.create(X);
  expect(watcher.events()).toEqual([]);
  expect(scene.engine.watches.summary()).toEqual({ connections: 0, paths: 0, watches: 0 });
});

describe('removing', () => {
  const check = (client: Client, type: number, path = X): number => client.try('checkWatches', { path, type });
  const remove = (client: Client, type: number, path = X): number => client.try('removeWatches', { path, type });

  test('nothing is found where nothing is, and types that are none are refused', () => {
    const { watcher } = pair();
    expect([1, 2, 3, 4, 5].map((type) => remove(watcher, type))).toEqual([-121, -121, -121, -121, -121]);
    expect([0, 6, -1].map((type) => check(watcher, type))).toEqual([-5, -5, -5]);
  });

  test('each type finds its own mode', () => {
    const { watcher, writer } = pair();
    writer.create(X);
    watcher.ask('getData', { path: X, watch: true });
    expect([1, 2, 3, 4, 5].map((type) => check(watcher, type))).toEqual([-121, 0, 0, -121, -121]);
    watcher.ask('addWatch', { path: X, mode: PERSISTENT });
    watcher.ask('addWatch', { path: X, mode: RECURSIVE });
    expect([1, 2, 3, 4, 5].map((type) => check(watcher, type))).toEqual([-121, 0, 0, 0, 0]);
    expect([check(watcher, 5, `${X}/k`), check(writer, 3)]).toEqual([-121, -121]);
    expect([remove(watcher, 2), remove(watcher, 2), remove(watcher, 4), check(watcher, 3)]).toEqual([0, -121, 0, 0]);
    expect([remove(watcher, 5), check(watcher, 3)]).toEqual([0, -121]);
    writer.set(X, 'x');
    expect(watcher.events()).toEqual([]);
  });

  test('a null path is a key like any other', () => {
    const { watcher, scene } = pair();
    expect(watcher.raw(106, build().string(null).int(PERSISTENT).done()).err).toBe(0);
    expect(scene.engine.watches.byPath().get('null')).toEqual([watcher.sessionId]);
    expect(watcher.raw(18, build().string(null).int(3).done()).err).toBe(0);
    expect(watcher.raw(18, build().string(null).int(3).done()).err).toBe(-121);
  });
});

describe('SetWatches', () => {
  test('tells what was missed, and watches the rest', () => {
    const { watcher, writer } = pair();
    for (const name of 'abcdef') writer.create(`/t/${name}`);
    const { zxid } = writer.send('sync', { path: '/' });
    writer.set('/t/b', 'x');
    writer.delete('/t/c');
    writer.create('/t/e/k');
    writer.delete('/t/f');
    writer.create('/t/new');
    const paths = (names: string): string[] => names.split(' ').map((name) => `/t/${name}`);
    const reply = watcher.send('setWatches', {
      relativeZxid: BigInt(zxid),
      dataWatches: paths('a b c g'),
      existWatches: paths('d new never'),
      childWatches: paths('a e f'),
    });
    expect(reply.err).toBe(0);
    expect(watcher.log.every((each) => each === 'reply' || each.zxid === -1)).toBe(true);
    expect(watcher.events()).toEqual(
      'changed b,deleted c,deleted g,created d,created new,children e,deleted f'
        .split(',')
        .map((event) => event.replace(' ', ' /t/')),
    );
    writer.set('/t/a', 'x');
    writer.create('/t/a/k');
    writer.create('/t/never');
    expect(watcher.events()).toEqual(['changed /t/a', 'children /t/a', 'created /t/never']);
  });

  test('a list that is null stops what comes behind it', () => {
    const { watcher } = pair();
    const body = build().long(0n).int(1).string('/gone').int(-1).int(1).string('/gone2').done();
    expect(watcher.raw(101, body).err).toBe(-5);
    expect(watcher.events()).toEqual(['deleted /gone']);
  });

  test('SetWatches2 brings persistent ones back, without an event', () => {
    const { watcher, writer } = pair();
    watcher.ask('setWatches2', {
      relativeZxid: 0n,
      dataWatches: [],
      existWatches: [],
      childWatches: [],
      persistentWatches: ['/t'],
      persistentRecursiveWatches: ['/nope', '/t/x'],
    });
    expect(watcher.events()).toEqual([]);
    writer.create(X);
    expect(watcher.events()).toEqual([`created ${X}`, 'children /t']);
  });
});

describe('who may not read hears nothing', () => {
  test('of a znode that came, and the watch is used up', () => {
    const { watcher, writer } = pair();
    watcher.try('exists', { path: X, watch: true });
    writer.create(X, { acl: acl('world:anyone:30') });
    writer.ask('setACL', { path: X, acl: acl('world:anyone:31'), version: -1 });
    writer.set(X, 'x');
    expect(watcher.events()).toEqual([]);
  });

  test('of children of a closed parent', () => {
    const { watcher, writer } = pair();
    watcher.ask('addWatch', { path: '/t', mode: PERSISTENT });
    writer.ask('setACL', { path: '/t', acl: acl('world:anyone:30'), version: -1 });
    writer.create('/t/a');
    writer.ask('setACL', { path: '/t', acl: acl('world:anyone:31'), version: -1 });
    writer.create('/t/b');
    expect(watcher.events()).toEqual(['children /t']);
  });

  test('and exists leaves no watch', () => {
    const { watcher, writer, scene } = pair();
    writer.create(X, { acl: acl('world:anyone:30') });
    expect(watcher.try('exists', { path: X, watch: true })).toBe(-102);
    expect(scene.engine.watches.count).toBe(0);
  });
});

test('the figures are those of the data table, but for the count', () => {
  const { watcher, writer, scene } = pair();
  watcher.ask('getData', { path: '/t', watch: true });
  watcher.ask('getChildren', { path: '/t', watch: true });
  watcher.ask('addWatch', { path: '/q', mode: RECURSIVE });
  const { watches } = scene.engine;
  expect(watches.count).toBe(3);
  expect(watches.summary()).toEqual({ connections: 1, paths: 2, watches: 2 });
  expect(watches.bySession()).toEqual(new Map([[watcher.sessionId, ['/t', '/q']]]));
  writer.set('/t', 'x');
  expect(watches.byPath()).toEqual(new Map([['/q', [watcher.sessionId]]]));
});
