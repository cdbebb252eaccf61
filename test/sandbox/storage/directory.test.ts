/** Snapshots, purge, lock and a disk that is full. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LocalError } from '../../../src/errors.js';
import { systemClock } from '../../../src/sandbox/clock.js';
import { eventually } from '../../helpers/eventually.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { reapWithUs } from '../../helpers/reaper.js';
import { makeFuzzySnapshot } from './fuzzy-snapshot.js';
import { NarrowFiles } from './narrow-files.js';
import { newDataDir, openScene, stateOf } from './scene.js';

const HOUR_MS = 3_600_000;

describe('snapshots', () => {
  test('on demand, with a new log file behind it', async () => {
    const { scene, directory, files, dataDir } = await openScene();
    const client = scene.client();
    client.create('/a');
    const report = await directory.snapshot();
    expect(report).toMatchObject({ file: join(files, 'snapshot.2'), zxid: 2, znodesCount: 5 });
    expect(readFileSync(report.file).length).toBe(report.bytes);
    client.create('/b');
    await directory.close();
    expect(readdirSync(files)).toEqual(['log.1', 'log.3', 'snapshot.0', 'snapshot.2']);
    const again = await openScene(dataDir);
    expect(again.report).toMatchObject({ snapshot: 'snapshot.2', replayedCount: 1, lastZxid: 3 });
    await again.directory.close();
  });

  test('by the count of transactions: between half of snapCount and all of it', async () => {
    const { scene, directory, files } = await openScene(newDataDir(), { snapCount: 8 });
    const client = scene.client();
    for (let number = 0; number < 20; number++) {
      client.create(`/${number}`);
      await directory.journal.flushed();
    }
    await directory.snapshot();
    await directory.close();
    // A random number in the middle: 4 + 2, and the one behind that begins it.
    expect(readdirSync(files).filter((name) => name.startsWith('snapshot'))).toEqual([
      'snapshot.0',
      'snapshot.15',
      'snapshot.7',
      'snapshot.e',
    ]);
  });

  test('by the size of the log', async () => {
    const { scene, directory, files } = await openScene(newDataDir(), { snapSizeLimitInKb: 2 });
    const client = scene.client();
    client.create('/large', { data: 'x'.repeat(2000) });
    await eventually(() => readdirSync(files).includes('snapshot.2'), { what: 'a snapshot' });
    await directory.close();
  });

  test('of a tree that changes while it is written is made right by the log', async () => {
    const { engine, directory, files, dataDir, zxid } = await makeFuzzySnapshot();
    const before = stateOf(engine);
    await directory.close();
    rmSync(join(files, 'snapshot.0'));
    const again = await openScene(dataDir);
    expect(again.report).toMatchObject({ snapshotZxid: zxid, notes: [] });
    expect(stateOf(again.engine)).toEqual(before);
    await again.directory.close();
  });

  test('compressed', async () => {
    const { scene, engine, directory, files, dataDir } = await openScene(newDataDir(), { compressionMethod: 'gz' });
    scene.client().create('/a', { data: 'x'.repeat(5000) });
    await directory.snapshot();
    const before = stateOf(engine);
    await directory.close();
    expect(readdirSync(files)).toEqual(['log.1', 'snapshot.0.gz', 'snapshot.2.gz']);
    const again = await openScene(dataDir);
    expect(again.report).toMatchObject({ snapshot: 'snapshot.2.gz', replayedCount: 0 });
    expect(stateOf(again.engine)).toEqual(before);
    await again.directory.close();
  });
});

test('a log has a limit of its own', async () => {
  const { scene, directory, files } = await openScene(newDataDir(), { txnLogSizeLimitInKb: 1 });
  const client = scene.client();
  for (let number = 0; number < 9; number++) client.create(`/${number}`, { data: 'x'.repeat(300) });
  await directory.close();
  expect(readdirSync(files)).toEqual(['log.1', 'log.5', 'log.8', 'snapshot.0']);
});

test('a log grows ahead of what is written, and what is larger than a step fits too', async () => {
  const { scene, directory, files } = await openScene(newDataDir(), { preAllocSize: 64 });
  const client = scene.client();
  await directory.journal.flushed();
  expect(readFileSync(join(files, 'log.1')).length).toBe(16 + 64 * 1024);
  client.create('/large', { data: 'x'.repeat(300_000) });
  client.create('/small');
  await directory.close();
  expect(readFileSync(join(files, 'log.1')).length % (64 * 1024)).toBe(0);
  expect(readFileSync(join(files, 'log.1')).length).toBeGreaterThan(300_000);
});

describe('a purge', () => {
  async function filesAfterPurge(snapRetainCount: number): Promise<string[]> {
    const clock = new FakeClock();
    const { scene, directory, files } = await openScene(
      newDataDir(),
      { snapRetainCount, purgeInterval: 1 },
      { clock: { ...systemClock, setTimeout: (callback, ms) => clock.setTimeout(callback, ms) } },
    );
    const client = scene.client();
    for (const name of 'abcdef') {
      client.create(`/${name}`);
      await directory.snapshot();
    }
    client.create('/g');
    await directory.journal.flushed();
    expect(readdirSync(files)).toHaveLength(14);
    clock.pass(HOUR_MS);
    await eventually(() => readdirSync(files).length < 14 && !existsSync(join(files, 'snapshot.3')), {
      what: 'a purge',
    });
    await directory.close();
    return readdirSync(files);
  }

  test('leaves the newest snapshots and the logs behind the oldest of them', async () => {
    expect(await filesAfterPurge(3)).toEqual([
      'log.5',
      'log.6',
      'log.7',
      'log.8',
      'snapshot.5',
      'snapshot.6',
      'snapshot.7',
    ]);
  });
});

describe('the lock', () => {
  test('keeps a second sandbox out, and goes with the first', async () => {
    const first = await openScene();
    const error = await openScene(first.dataDir).catch((refused: LocalError) => refused);
    expect((error as LocalError).message).toMatch(new RegExp(`is in use by process ${process.pid} on `));
    await first.directory.close();
    await (await openScene(first.dataDir)).directory.close();
    expect(readdirSync(first.dataDir)).toEqual(['version-2']);
  });

  test('of a process that is gone is no hindrance', async () => {
    const { directory, dataDir } = await openScene();
    const lock = join(dataDir, '.zksh-sandbox.lock');
    const text = readFileSync(lock, 'utf8');
    await directory.close();
    const ended = spawn(process.execPath, ['-e', '0']);
    await new Promise((resolve) => ended.on('exit', resolve));
    for (const stale of [
      { ...JSON.parse(text), pid: ended.pid },
      // The number has come again: another process, begun at another time.
      { ...JSON.parse(text), pid: process.ppid, started: '1' },
      // The machine was switched off meanwhile.
      { ...JSON.parse(text), boot: 'another/pid:[1]' },
    ]) {
      writeFileSync(lock, JSON.stringify(stale));
      await (await openScene(dataDir)).directory.close();
    }
  });

  test('of another machine is left to people', async () => {
    const { directory, dataDir } = await openScene();
    const lock = join(dataDir, '.zksh-sandbox.lock');
    const text = readFileSync(lock, 'utf8');
    await directory.close();
    writeFileSync(lock, JSON.stringify({ ...JSON.parse(text), boot: 'another/pid:[1]', host: 'elsewhere' }));
    const error = (await openScene(dataDir).catch((refused: LocalError) => refused)) as LocalError;
    expect(error.message).toMatch(/in use by process \d+ on elsewhere$/);
    expect(error.hint).toBe(`Whether it still runs cannot be seen from here. If it does not: rm ${lock}`);
    expect(existsSync(lock)).toBe(true);
  });

  test('what zkServer.sh left is heeded while that process runs', async () => {
    const { directory, dataDir } = await openScene();
    await directory.close();
    const server = spawn(process.execPath, [
      '-e',
      'setInterval(() => 0, 1000)',
      'org.apache.zookeeper.server.quorum.QuorumPeerMain',
    ]);
    reapWithUs(server);
    writeFileSync(join(dataDir, 'zookeeper_server.pid'), String(server.pid));
    await expect(openScene(dataDir)).rejects.toThrow(`is in use by a ZooKeeper server, process ${server.pid}`);
    const ended = new Promise((resolve) => server.on('exit', resolve));
    server.kill();
    await ended;
    await (await openScene(dataDir)).directory.close();
  });
});

describe('a full disk', () => {
  test('ends the server: what was not written is never confirmed, what was is there', async () => {
    const failures: Error[] = [];
    const narrow = new NarrowFiles();
    const { scene, engine, directory, dataDir } = await openScene(
      newDataDir(),
      {},
      { fileSystem: narrow, onFailure: (error) => failures.push(error) },
    );
    const client = scene.client();
    client.create('/before');
    await directory.journal.flushed();
    const before = stateOf(engine);
    narrow.bytesLeft = 0;
    client.create('/after');
    const error = (await directory.journal.flushed().catch((refused: LocalError) => refused)) as LocalError;
    expect(error.message).toMatch(/^cannot write to .*version-2: no space left on the disk$/);
    expect(failures).toEqual([error]);
    expect(() => client.create('/more')).toThrow(error.message);
    await expect(directory.journal.flushed()).rejects.toThrow(error.message);
    await directory.abandon();
    const again = await openScene(dataDir);
    expect(stateOf(again.engine)).toEqual(before);
    await again.directory.close();
  });

  test('in the middle of a write leaves an entry that the next start cuts off', async () => {
    for (let room = 0; room < 120; room += 7) {
      const narrow = new NarrowFiles();
      const { scene, engine, directory, dataDir } = await openScene(newDataDir(), {}, { fileSystem: narrow });
      const client = scene.client();
      await directory.journal.flushed();
      const before = stateOf(engine);
      narrow.bytesLeft = room;
      client.create('/a', { data: 'x'.repeat(60) });
      await expect(directory.journal.flushed()).rejects.toThrow('no space left on the disk');
      await directory.abandon();
      const again = await openScene(dataDir);
      expect(stateOf(again.engine), `room for ${room} bytes`).toEqual(before);
      await again.directory.close();
    }
  });

  test('while a snapshot is written on demand is told, and the server goes on', async () => {
    const failures: Error[] = [];
    const narrow = new NarrowFiles();
    const { scene, directory, files } = await openScene(
      newDataDir(),
      {},
      { fileSystem: narrow, onFailure: (error) => failures.push(error) },
    );
    const client = scene.client();
    client.create('/a');
    await directory.journal.flushed();
    narrow.bytesLeft = 100;
    await expect(directory.snapshot()).rejects.toThrow('no space left on the disk');
    narrow.bytesLeft = Number.POSITIVE_INFINITY;
    client.create('/b');
    await directory.journal.flushed();
    expect(failures).toEqual([]);
    expect(readdirSync(files)).toEqual(['log.1', 'log.3', 'snapshot.0']);
    await directory.close();
  });

  test('while one is due by count ends the server, as ZooKeeper', async () => {
    const failures: Error[] = [];
    const narrow = new NarrowFiles();
    const { scene, directory } = await openScene(
      newDataDir(),
      { snapCount: 4 },
      { fileSystem: narrow, onFailure: (error) => failures.push(error) },
    );
    const client = scene.client();
    for (const name of 'abc') client.create(`/${name}`);
    narrow.bytesLeft = 0;
    await eventually(() => failures.length > 0, { what: 'the failure' });
    expect(failures[0]?.message).toMatch(/no space left on the disk/);
    await directory.abandon();
  });
});
