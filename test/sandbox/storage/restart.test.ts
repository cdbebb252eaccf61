/** What was acknowledged is there again: after a clean end, after a crash, after a cut at any byte. */
import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLog } from '../../../src/protocol/files/transaction-log.js';
import { pieces } from '../../protocol/files/recorded.js';
import type { Client } from '../engine/scene.js';
import { dataDirOf, newDataDir, type Opened, openScene, stateOf } from './scene.js';

const NEVER_DUE_MS = 1_000_000_000;

/** Something of each kind. Returns the session of the ephemerals. */
function makeTree({ scene }: Opened): Client {
  const client = scene.client({ scheme: 'digest', id: 'user:5w9W4eL3797Y4Wq8AcKUPPk8ha4=' });
  client.create('/a', { data: 'hi' });
  client.create('/a/null', { data: null });
  client.create('/a/café', { data: '' });
  client.create('/a/s-', { flags: 2 });
  client.create('/a/e', { flags: 1 });
  client.ask('createContainer', { path: '/c', data: null, acl: WORLD, flags: 4 });
  client.ask('createTTL', { path: '/ttl', data: null, acl: WORLD, flags: 5, ttl: NEVER_DUE_MS });
  client.create('/mine', { acl: [{ perms: 31, scheme: 'auth', id: '' }] });
  client.ask('setACL', { path: '/a/null', acl: [{ perms: 1, scheme: 'world', id: 'anyone' }], version: 0 });
  client.set('/a', 'changed');
  client.create('/a/gone');
  client.delete('/a/gone');
  expect(client.try('delete', { path: '/nope', version: -1 })).toBe(-101);
  const other = scene.client();
  other.create('/a/theirs', { flags: 1 });
  scene.engine.closeSession(other.sessionId, 1);
  return client;
}

const WORLD = [{ perms: 31, scheme: 'world', id: 'anyone' }];

test('a new directory gets a snapshot before anything else', async () => {
  const { directory, files, report } = await openScene();
  expect(report).toEqual({ snapshot: null, snapshotZxid: 0, lastZxid: 0, replayedCount: 0, notes: [] });
  expect(readdirSync(files)).toEqual(['snapshot.0']);
  await directory.close();
});

test('tree, sessions and numbers come back, again and again', async () => {
  const opened = await openScene();
  makeTree(opened);
  const before = stateOf(opened.engine);
  await opened.directory.close();
  for (const round of [1, 2, 3]) {
    const again = await openScene(opened.dataDir);
    expect(stateOf(again.engine), `start ${round}`).toEqual(before);
    expect(again.report.notes).toEqual([]);
    await again.directory.close();
  }
});

test('numbers go on where they were, in a new file', async () => {
  const opened = await openScene();
  makeTree(opened);
  const { lastZxid } = opened.engine;
  await opened.directory.close();
  const again = await openScene(opened.dataDir);
  again.scene.client();
  expect(again.engine.lastZxid).toBe(lastZxid + 1);
  await again.directory.close();
  expect(readdirSync(opened.files)).toContain(`log.${(lastZxid + 1).toString(16)}`);
  expect((await openScene(opened.dataDir)).engine.lastZxid).toBe(lastZxid + 1);
});

test('after a crash what was flushed is there, and nothing of what was not', async () => {
  const opened = await openScene();
  const client = makeTree(opened);
  await opened.directory.journal.flushed();
  const before = stateOf(opened.engine);
  client.create('/unheard-of');
  await opened.directory.abandon();
  const again = await openScene(opened.dataDir);
  expect(stateOf(again.engine)).toEqual(before);
  await again.directory.close();
});

test('ephemerals of a session that is not in the files are gone, and stay gone', async () => {
  const opened = await openScene();
  const client = makeTree(opened);
  await opened.directory.close();
  const again = await openScene(opened.dataDir);
  expect(again.engine.tree.get('/a/e')).not.toBeNull();
  again.engine.closeSession(client.sessionId, 0);
  await again.directory.close();
  const third = await openScene(opened.dataDir);
  expect(third.engine.tree.get('/a/e')).toBeNull();
  await third.directory.close();
});

test('cut at any byte the log gives what it had before that byte', async () => {
  const opened = await openScene();
  makeTree(opened);
  await opened.directory.close();
  const log = readFileSync(join(opened.files, 'log.1'));
  const ends: number[] = [16];
  for await (const { entries } of readLog(pieces(log))) ends.push(...entries.map(({ end }) => end));
  const last = ends.length - 1;
  for (let cut = ends[last - 2]!; cut <= ends[last]!; cut++) {
    const left = ends.filter((end) => end <= cut).length - 1;
    for (const isPadded of [false, true]) {
      const dataDir = dataDirOf({ 'snapshot.0': join(opened.files, 'snapshot.0') });
      const file = join(dataDir, 'version-2', 'log.1');
      writeFileSync(file, log.subarray(0, cut));
      if (isPadded) truncateSync(file, log.length);
      const again = await openScene(dataDir);
      expect(again.report.lastZxid, `cut at ${cut}`).toBe(left);
      expect(again.engine.lastZxid).toBe(left);
      // What is written next goes where nothing of the cut entry is left.
      again.scene.client().create('/next');
      await again.directory.close();
      const third = await openScene(dataDir);
      expect(third.report).toMatchObject({ lastZxid: left + 2, notes: [] });
      expect(third.engine.tree.get('/next')).not.toBeNull();
      await third.directory.close();
    }
  }
});

test('a file that was begun and has nothing in it is no hindrance', async () => {
  const opened = await openScene();
  makeTree(opened);
  const { lastZxid } = opened.engine;
  await opened.directory.close();
  for (const length of [0, 1, 15, 16, 20]) {
    const dataDir = newDataDir();
    cpSync(opened.dataDir, dataDir, { recursive: true });
    const name = join(dataDir, 'version-2', `log.${(lastZxid + 1).toString(16)}`);
    writeFileSync(name, Buffer.concat([Buffer.from('5a4b4c47000000020000000000000000', 'hex'), Buffer.alloc(9, 7)]));
    truncateSync(name, length);
    const again = await openScene(dataDir);
    expect(again.engine.lastZxid, `${length} bytes`).toBe(lastZxid);
    again.scene.client();
    await again.directory.close();
    const third = await openScene(dataDir);
    expect(third.engine.lastZxid, `${length} bytes`).toBe(lastZxid + 1);
    await third.directory.close();
  }
});

test('an unfinished snapshot of a crash is taken away', async () => {
  const opened = await openScene();
  await opened.directory.close();
  writeFileSync(join(opened.files, 'unfinished-snapshot.5'), 'ZKSN');
  const again = await openScene(opened.dataDir);
  await again.directory.close();
  expect(readdirSync(opened.files)).toEqual(['snapshot.0']);
});

test('logs can have a folder of their own', async () => {
  const dataLogDir = newDataDir();
  const opened = await openScene(newDataDir(), { dataLogDir });
  makeTree(opened);
  const before = stateOf(opened.engine);
  await opened.directory.close();
  expect(readdirSync(opened.files)).toEqual(['snapshot.0']);
  expect(readdirSync(join(dataLogDir, 'version-2'))).toEqual(['log.1']);
  const again = await openScene(opened.dataDir, { dataLogDir });
  expect(stateOf(again.engine)).toEqual(before);
  await again.directory.close();
  // Exchanged by mistake, each of them has what it should not have.
  await expect(openScene(dataLogDir, { dataLogDir: opened.dataDir })).rejects.toThrow(
    /belong into dataDir: snapshot\./,
  );
});
