/** What goes into the journal, what comes back out of it, over fuzzy trees too, and the digest of the tree all along. */
import { crc32 } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { OPEN_ACL } from '../../../src/protocol/acl.js';
import type { Txn, TxnDigest, TxnHeader } from '../../../src/protocol/txn.js';
import type { Engine } from '../../../src/sandbox/engine/engine.js';
import type { Journal } from '../../../src/sandbox/engine/journal.js';
import type { StoredZnode } from '../../../src/sandbox/tree/data-tree.js';
import { build } from '../../helpers/byte-builder.js';
import { type Client, Scene } from './scene.js';

interface Entry {
  readonly header: TxnHeader;
  readonly txn: Txn;
  readonly digest: TxnDigest | null;
}

class Ledger implements Journal {
  readonly entries: Entry[] = [];
  readonly isDirty = false;

  append(header: TxnHeader, txn: Txn, digest: TxnDigest | null): void {
    this.entries.push({ header, txn, digest });
  }

  flushed(): Promise<void> {
    return Promise.resolve();
  }
}

/** Some of everything. */
function work(client: Client, other: Client): void {
  client.create('/a', { data: 'x' });
  client.create('/é', { data: 'ü' });
  client.create('/a/s', { flags: 3, data: null });
  other.create('/a/e', { flags: 1 });
  client.ask('createTTL', { path: '/ttl', data: null, acl: OPEN_ACL, flags: 5, ttl: 5000 });
  client.ask('createContainer', { path: '/c', data: null, acl: OPEN_ACL, flags: 4 });
  client.set('/a', 'yy');
  client.try('setData', { path: '/a', data: null, version: 77 });
  client.ask('setACL', { path: '/é', acl: [{ perms: 1, scheme: 'world', id: 'anyone' }], version: 0 });
  client.ask('multi', [
    { op: 'create2', path: '/m', data: Buffer.from('m'), acl: OPEN_ACL, flags: 0 },
    { op: 'check', path: '/m', version: 0 },
    { op: 'delete', path: '/c', version: -1 },
  ]);
  client.ask('multi', [
    { op: 'setData', path: '/m', data: null, version: 0 },
    { op: 'delete', path: '/nope', version: -1 },
    { op: 'delete', path: '/m', version: -1 },
  ]);
  client.set('/', 'root');
  other.send('closeSession', {});
}

function picture(engine: Engine): StoredZnode[] {
  return [...engine.tree.walk()];
}

/** Another engine, from the ledger. */
function recovered(entries: readonly Entry[], from?: Engine): Scene {
  const scene = new Scene();
  if (from !== undefined) {
    scene.engine.tree.clear();
    for (const znode of from.tree.walk()) scene.engine.tree.restore(znode);
  }
  for (const { header, txn } of entries) scene.engine.replay(header, txn);
  scene.engine.finishReplay(entries.at(-1)?.header.zxid ?? 0);
  return scene;
}

test('every transaction is written once, in order, refused ones without a digest', () => {
  const journal = new Ledger();
  const scene = new Scene({ journal });
  const client = scene.client();
  work(client, scene.client());
  expect(journal.entries.map(({ header }) => header.zxid)).toEqual(journal.entries.map((_, index) => index + 1));
  expect(journal.entries.map(({ txn }) => txn.type).join(' ')).toBe(
    'createSession createSession create create create create createTTL createContainer setData error setACL multi multi setData closeSession',
  );
  expect(journal.entries[4]?.txn).toEqual({
    type: 'create',
    path: '/a/s0000000000',
    data: null,
    acl: OPEN_ACL,
    ephemeral: true,
    parentCVersion: 1,
    withStat: false,
  });
  expect(journal.entries[9]).toMatchObject({
    txn: { err: -103 },
    digest: null,
    header: { sessionId: client.sessionId },
  });
  expect(journal.entries[12]?.txn).toMatchObject({
    txns: [
      { type: 'setData', version: 1 },
      { type: 'error', err: -101 },
      { type: 'error', err: -2 },
    ],
  });
  expect(journal.entries[11]?.txn).toMatchObject({
    txns: [{ type: 'create' }, { type: 'check', version: 1 }, { type: 'delete' }],
  });
  expect(journal.entries.at(-1)?.txn).toEqual({ type: 'closeSession', paths: ['/a/e'] });
});

test('a replay makes the same tree, the same sessions and the same digest', () => {
  const journal = new Ledger();
  const scene = new Scene({ journal });
  const client = scene.client();
  work(client, scene.client());
  const { engine } = recovered(journal.entries);
  expect(picture(engine)).toEqual(picture(scene.engine));
  expect(engine.lastZxid).toBe(scene.engine.lastZxid);
  expect(engine.sessions).toEqual(scene.engine.sessions);
  expect(engine.digest).toEqual(scene.engine.digest);
  expect(engine.tree.ephemerals()).toEqual(scene.engine.tree.ephemerals());
  expect([engine.tree.nodeCount, engine.tree.approximateDataSize]).toEqual([
    scene.engine.tree.nodeCount,
    scene.engine.tree.approximateDataSize,
  ]);
});

test('over a tree that holds some of it already, from any point on, it comes to the same', () => {
  const journal = new Ledger();
  const scene = new Scene({ journal });
  const client = scene.client();
  work(client, scene.client());
  for (let start = 0; start < journal.entries.length; start++) {
    const fuzzy = recovered(journal.entries.slice(0, start)).engine;
    // The picture is taken late: it holds everything, and all from `start` on comes again.
    for (const znode of scene.engine.tree.walk()) {
      if (fuzzy.tree.get(znode.path) === null || znode.path === '/a') fuzzy.tree.restore(znode);
    }
    const target = new Scene();
    target.engine.tree.clear();
    for (const znode of fuzzy.tree.walk()) target.engine.tree.restore(znode);
    for (const { header, txn } of journal.entries) {
      if (header.zxid > start || txn.type === 'createSession') target.engine.replay(header, txn);
    }
    target.engine.finishReplay(scene.engine.lastZxid);
    const paths = (engine: Engine): string[] => picture(engine).map(({ path }) => path);
    expect(paths(target.engine).sort()).toEqual(paths(scene.engine).sort());
    expect(target.engine.tree.get('/a')).toMatchObject({ version: 1, createCounter: 2 });
  }
});

describe('what no longer fits', () => {
  const header = (zxid: number): TxnHeader => ({ sessionId: 5n, cxid: 1, zxid, timeMs: 1 });
  const create = (path: string, parentCVersion: number): Txn => ({
    type: 'create',
    path,
    data: null,
    acl: OPEN_ACL,
    ephemeral: false,
    parentCVersion,
  });

  test('is passed over', () => {
    const { engine } = new Scene();
    engine.replay(header(1), create('/no/parent', 1));
    engine.replay(header(2), { type: 'delete', path: '/gone' });
    engine.replay(header(3), { type: 'setData', path: '/gone', data: null, version: 1 });
    engine.replay(header(4), { type: 'setACL', path: '/gone', acl: OPEN_ACL, version: 1 });
    engine.replay(header(5), { type: 'closeSession', paths: ['/gone', '/no/parent'] });
    engine.finishReplay(5);
    expect(picture(engine).map(({ path }) => path)).toEqual([
      '',
      '/zookeeper',
      '/zookeeper/config',
      '/zookeeper/quota',
    ]);
    expect(engine.tree.get('/')?.pzxid).toBe(5);
  });

  test('a znode that is there already keeps its fields, and its parent counts on', () => {
    const { engine } = new Scene();
    engine.replay(header(1), create('/a', 1));
    engine.replay(header(2), { type: 'setData', path: '/a', data: Buffer.from('x'), version: 1 });
    engine.replay(header(7), create('/a', 4));
    expect(engine.tree.get('/a')).toMatchObject({ czxid: 1, version: 1, data: Buffer.from('x') });
    expect(engine.tree.get('/')).toMatchObject({ createCounter: 4, pzxid: 7 });
    engine.replay(header(8), create('/b', 2));
    expect(engine.tree.get('/')).toMatchObject({ createCounter: 4, pzxid: 7 });
    engine.replay(header(3), { type: 'delete', path: '/b' });
    expect(engine.tree.get('/')).toMatchObject({ pzxid: 7 });
  });

  test('ephemerals without a session go, and quotas are counted', () => {
    const scene = new Scene();
    const client = scene.client();
    client.create('/e', { flags: 1 });
    for (const path of [
      '/zookeeper/quota/q',
      '/zookeeper/quota/q/zookeeper_limits',
      '/zookeeper/quota/q/zookeeper_stats',
    ]) {
      client.create(path, { data: 'count=9,bytes=9' });
    }
    client.create('/q', { data: 'abc' });
    const target = recovered([], scene.engine);
    expect(target.engine.tree.get('/e')).toBeNull();
    expect(target.engine.tree.ephemeralsCount).toBe(0);
    const later = target.client();
    expect(later.text('/zookeeper/quota/q/zookeeper_stats')).toBe('count=1,bytes=3');
    later.create('/q/k');
    expect(later.text('/zookeeper/quota/q/zookeeper_stats')).toBe('count=2,bytes=3');
  });

  test('system znodes that are missing are made', () => {
    const { engine } = new Scene();
    engine.tree.clear();
    expect([...engine.tree.walk()]).toHaveLength(1);
    engine.finishReplay(0);
    expect(picture(engine)).toEqual(picture(new Scene().engine));
    expect([engine.tree.nodeCount, engine.tree.approximateDataSize]).toEqual([5, 44]);
  });
});

/** As the page has it (10.5), from the outside. */
function digestOf(engine: Engine): bigint {
  let sum = 0n;
  for (const znode of engine.tree.walk()) {
    if (znode.path.startsWith('/zookeeper/')) continue;
    const stat = build();
    for (const field of [znode.czxid, znode.mzxid, znode.pzxid, znode.ctime, znode.mtime]) stat.long(BigInt(field));
    stat.int(znode.version).int(znode.createCounter).int(znode.aversion).long(BigInt.asIntN(64, znode.ephemeralOwner));
    sum += BigInt(crc32(Buffer.concat([Buffer.from(znode.path), znode.data ?? Buffer.alloc(0), stat.done()])));
  }
  return sum;
}

test('the digest is that of the page after each transaction', () => {
  const scene = new Scene();
  const [client, other] = [scene.client(), scene.client()];
  expect(scene.engine.digest).toEqual({ version: 2, treeDigest: digestOf(scene.engine) });
  client.create('/x');
  expect(scene.engine.digest.treeDigest).toBe(digestOf(scene.engine));
  work(client, other);
  client.delete('/m');
  client.create('/zookeeper/hidden', { data: 'x' });
  expect(scene.engine.digest.treeDigest).toBe(digestOf(scene.engine));
});

test('digests are remembered every 128 transactions, refused ones included', () => {
  const scene = new Scene();
  const client = scene.client();
  for (let index = 0; index < 300; index++) client.try('delete', { path: '/nope', version: -1 });
  expect(scene.engine.digestLog.map(({ zxid }) => zxid)).toEqual([128, 256]);
  expect(scene.engine.digestLog[0]?.digest.treeDigest).toBe(digestOf(scene.engine));
});

test('a walk goes depth first, in the order of the server, and tolerates changes meanwhile', () => {
  const scene = new Scene();
  const client = scene.client();
  for (const path of ['/b', '/b/x', '/b/x/k', '/b/y', '/a', '/c']) client.create(path);
  const seen: string[] = [];
  for (const { path } of scene.engine.tree.walk()) {
    seen.push(path);
    if (path === '/b') {
      client.delete('/b/y');
      client.delete('/c');
      client.create('/b/z');
    }
  }
  expect(seen.filter((path) => !path.startsWith('/zookeeper'))).toEqual(['', '/a', '/b', '/b/x', '/b/x/k', '/b/z']);
});

test('equal ACLs are one list, and lists that nobody has are gone', () => {
  const scene = new Scene();
  const client = scene.client();
  const [config] = scene.engine.tree.aclLists();
  const guarded = [{ perms: 31, scheme: 'ip', id: '127.0.0.1' }];
  client.create('/a', { acl: guarded });
  client.create('/b', { acl: guarded });
  expect([...scene.engine.tree.aclLists()]).toEqual([config, guarded]);
  expect(scene.engine.tree.get('/a')?.acl).toBe(scene.engine.tree.get('/b')?.acl);
  client.delete('/a');
  client.ask('setACL', { path: '/b', acl: OPEN_ACL, version: -1 });
  expect([...scene.engine.tree.aclLists()]).toEqual([config]);
});
