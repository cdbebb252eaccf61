/** The sandbox and real servers take turns on one directory: each shows what the other wrote, sessions and digests included. */
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSession } from '../../../src/client/session.js';
import { adler32 } from '../../../src/protocol/files/adler32.js';
import { readLog } from '../../../src/protocol/files/transaction-log.js';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { startSandbox } from '../../../src/sandbox/start.js';
import { startEnsemble } from '../../helpers/ensemble.js';
import type { ZooKeeperVersion } from '../../helpers/java.js';
import { describeWithRealZooKeeper } from '../../helpers/skip.js';
import { SUPER_DIGEST, startZooKeeper, type ZooKeeperServer } from '../../helpers/zookeeper.js';
import { pieces } from '../../protocol/files/recorded.js';
import { dumpServer } from './dump.js';
import { makeEveryTransaction } from './every-transaction.js';
import { makeFuzzySnapshot } from './fuzzy-snapshot.js';
import { copyDataDir, newDataDir, openScene } from './scene.js';

/** What a server says when the tree is not the one whose digest was written down, or when it has to leave something out. */
const COMPLAINTS = /digest|not matching|problem reading|invalid snapshot|partial|inconsistent|unrecoverable/i;
const DEADLINE_MS = 120_000;

async function sandboxOn(dataDir: string, settings: Record<string, string | number> = {}): Promise<Sandbox> {
  return startSandbox({
    dataDir,
    settings: { 'DigestAuthenticationProvider.superDigest': SUPER_DIGEST, preAllocSize: 64, ...settings },
  });
}

function realOn(dataDir: string, version: ZooKeeperVersion = '3.9.5', jvm: string[] = []): Promise<ZooKeeperServer> {
  return startZooKeeper({ version, config: { dataDir }, jvm });
}

function complaints(server: ZooKeeperServer): string[] {
  return readFileSync(join(server.folder, 'log'), 'utf8')
    .split('\n')
    .filter((line) => COMPLAINTS.test(line));
}

function newestSnapshotGone(dataDir: string): string {
  const copy = newDataDir();
  cpSync(dataDir, copy, { recursive: true });
  const files = join(copy, 'version-2');
  for (const name of readdirSync(files)) {
    if (name.startsWith('snapshot') && !/^snapshot\.0(\.|$)/.test(name)) writeFileSync(join(files, name), '');
  }
  return copy;
}

for (const version of ['3.9.5', '3.8.6'] as const) {
  describeWithRealZooKeeper(
    `with ${version}`,
    () => {
      test('a real server takes up what a killed sandbox wrote, and the sandbox what that wrote', {
        timeout: DEADLINE_MS,
      }, async () => {
        const dataDir = newDataDir();
        const sandbox = await sandboxOn(dataDir);
        await (await makeEveryTransaction(sandbox.address)).create('/by-sandbox', Buffer.from('1'));
        const written = await dumpServer(sandbox.port);
        expect(written.ephemerals).toHaveLength(4);
        expect(written.sessions).toHaveLength(1);
        await sandbox.kill();

        const real = await realOn(dataDir, version);
        const taken = await dumpServer(real.port);
        expect(taken).toEqual(written);
        expect(complaints(real)).toEqual([]);
        await makeMore(real.address);
        const more = await dumpServer(real.port);
        await real.kill();

        const again = await sandboxOn(dataDir, { snapCount: 10 });
        expect(await dumpServer(again.port)).toEqual(more);
        await makeMore(again.address);
        await makeMore(again.address);
        const last = await dumpServer(again.port);
        await again.stop();

        // From the logs alone, all of them, without the snapshots between.
        for (const place of [dataDir, newestSnapshotGone(dataDir)]) {
          const other = await realOn(place, version);
          expect((await dumpServer(other.port)).znodes).toEqual(last.znodes);
          expect(complaints(other).filter((line) => !/problem reading|invalid snapshot/.test(line))).toEqual([]);
          await other.stop();
        }
        await real.stop();
      });
    },
    version,
  );
}

/** More of everything in a folder of its own. */
async function makeMore(address: string): Promise<void> {
  const session = await openSession({ servers: address });
  const { path } = await session.create('/more-', null, { mode: 'persistentSequential' });
  for (let number = 0; number < 15; number++) {
    await session.create(`${path}/${number}`, Buffer.from(String(number)), {
      acl: [
        { perms: 31, scheme: 'ip', id: `127.0.0.${number % 3}` },
        { perms: 31, scheme: 'world', id: 'anyone' },
      ],
    });
  }
  await session.setData(`${path}/3`, null);
  await session.delete(`${path}/4`);
  await session.create(`${path}/e`, null, { mode: 'ephemeral' });
  await session.close();
}

describeWithRealZooKeeper('a real 3.9.5', () => {
  test('would say so if digests were wrong', { timeout: DEADLINE_MS }, async () => {
    const { scene, directory, dataDir, files } = await openScene();
    const client = scene.client();
    client.create('/a');
    await directory.close();
    const log = readFileSync(join(files, 'log.1'));
    for await (const { entries } of readLog(pieces(log))) {
      const { offset, end } = entries[1]!;
      log[end - 2] = log[end - 2]! ^ 1;
      log.writeUInt32BE(adler32(log, offset + 12, end - 1), offset + 4);
    }
    writeFileSync(join(files, 'log.1'), log);
    const real = await realOn(dataDir);
    expect(complaints(real).join('\n')).toMatch(/First digest mismatch on txn/);
    await real.stop();
  });

  test.each(['gz', 'snappy'])(
    'with %s snapshots leaves a directory that the sandbox takes up',
    { timeout: DEADLINE_MS },
    async (method) => {
      const dataDir = newDataDir();
      const real = await realOn(dataDir, '3.9.5', [`-Dzookeeper.snapshot.compression.method=${method}`]);
      await makeEveryTransaction(real.address);
      await real.restart();
      const written = await dumpServer(real.port);
      await real.kill();
      const sandbox = await sandboxOn(dataDir, { 'snapshot.compression.method': 'gz' });
      expect(await dumpServer(sandbox.port)).toEqual(written);
      const last = await dumpServer(sandbox.port);
      await sandbox.stop();
      const again = await realOn(dataDir, '3.9.5', [`-Dzookeeper.snapshot.compression.method=gz`]);
      expect((await dumpServer(again.port)).znodes).toEqual(last.znodes);
      await again.stop();
      await real.stop();
    },
  );

  test('of an ensemble leaves a directory that the sandbox takes up, epochs and all', {
    timeout: DEADLINE_MS,
  }, async () => {
    const ensemble = await startEnsemble({ jvm: ['-Dzookeeper.preAllocSize=64'] });
    await makeEveryTransaction(ensemble.address);
    const leader = await ensemble.leader();
    await leader.kill();
    const next = await ensemble.leader();
    await makeMore(next.address);
    const [follower] = await ensemble.followers();
    const session = await openSession({ servers: follower!.address });
    await session.sync('/');
    await session.close();
    await follower!.kill();
    const dataDir = newDataDir();
    cpSync(join(follower!.folder, 'data'), dataDir, { recursive: true });
    expect(existsSync(join(dataDir, 'version-2', 'currentEpoch'))).toBe(true);
    const copy = newDataDir();
    cpSync(dataDir, copy, { recursive: true });
    const sandbox = await sandboxOn(dataDir);
    expect(sandbox.lastZxid).toBeGreaterThan(2 * 2 ** 32);
    // What a standalone server makes of it: members write the list of servers into /zookeeper/config without logging that.
    const standalone = await realOn(copy);
    expect((await dumpServer(sandbox.port)).znodes).toEqual((await dumpServer(standalone.port)).znodes);
    await standalone.stop();
    await sandbox.stop();
    await ensemble.stop();
  });

  test('makes a tree right that changed while its snapshot was written', { timeout: DEADLINE_MS }, async () => {
    const { directory, dataDir, files } = await makeFuzzySnapshot();
    await directory.close();
    rmSync(join(files, 'snapshot.0'));
    const copy = copyDataDir(dataDir);
    const sandbox = await sandboxOn(dataDir);
    const real = await realOn(copy.path);
    expect(await dumpServer(real.port)).toEqual(await dumpServer(sandbox.port));
    expect(complaints(real)).toEqual([]);
    await real.stop();
    await sandbox.stop();
  });

  test('is seen while it runs', { timeout: DEADLINE_MS }, async () => {
    const dataDir = newDataDir();
    const real = await realOn(dataDir);
    await makeMore(real.address);
    await expect(sandboxOn(dataDir)).rejects.toThrow(/is in use by a ZooKeeper server, process \d+$/);
    await real.stop();
  });
});

describe('digests', () => {
  test('are those of the tree after every transaction, also when they were off meanwhile', async () => {
    const dataDir = newDataDir();
    const sandbox = await sandboxOn(dataDir, { 'digest.enabled': 'false' });
    await makeEveryTransaction(sandbox.address);
    await sandbox.stop();
    const { report, directory } = await openScene(dataDir);
    expect(report.notes).toEqual([]);
    await directory.close();
  });
});
