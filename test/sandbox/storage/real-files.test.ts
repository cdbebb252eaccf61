/** The sandbox on what real servers left behind. */
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { StoredState } from '../../../src/protocol/files/snapshot.js';
import { readSnapshot } from '../../../src/protocol/files/snapshot-reader.js';
import { pieces, type Recorded, recorded } from '../../protocol/files/recorded.js';
import { dataDirOf, openScene } from './scene.js';

function fixture(name: Recorded): string {
  return fileURLToPath(new URL(`../../protocol/files/fixtures/${name}`, import.meta.url));
}

async function znodesOf(name: Recorded): Promise<StoredState[]> {
  const znodes: StoredState[] = [];
  for await (const part of readSnapshot(pieces(recorded(name)))) {
    if (part.kind === 'znodes') znodes.push(...part.znodes);
  }
  return znodes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

test('a log replayed gives the tree that the real server had, digests all along', async () => {
  const dataDir = dataDirOf({ 'log.1': fixture('log.1'), 'snapshot.0': fixture('snapshot.0') });
  const { engine, report, directory } = await openScene(dataDir);
  expect(report).toEqual({ snapshot: 'snapshot.0', snapshotZxid: 0, lastZxid: 0x1d, replayedCount: 0x1d, notes: [] });
  const znodes = [...engine.tree.walk()].map(({ childrenCount: _, ...znode }) => znode);
  expect(znodes.sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual(await znodesOf('snapshot.1d'));
  expect([...engine.sessions.keys()]).toEqual([72058448308404224n]);
  expect(engine.digest).toEqual({ version: 2, treeDigest: 38671986117n });
  await directory.close();
});

test.each(['snapshot.1d', 'snapshot.1d.gz', 'snapshot.1d.snappy'] as const)('%s alone is enough', async (name) => {
  const { engine, report, directory } = await openScene(dataDirOf({ [name]: fixture(name) }));
  expect(report).toEqual({ snapshot: name, snapshotZxid: 0x1d, lastZxid: 0x1d, replayedCount: 0, notes: [] });
  expect(engine.tree.nodeCount).toBe(24);
  await directory.close();
});
