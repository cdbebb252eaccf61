/** A data directory in a temporary folder with an engine on it, without sockets; and what can be compared of its state. */
import { cpSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../src/sandbox/clock.js';
import type { Engine } from '../../../src/sandbox/engine/engine.js';
import type {
  DataDirectory,
  RecoveryReport,
  StorageOptions,
  StorageSettings,
} from '../../../src/sandbox/storage/data-directory.js';
import { openDataDirectory } from '../../../src/sandbox/storage/open-data-directory.js';
import { temporaryFolder } from '../../helpers/reaper.js';
import { Scene } from '../engine/scene.js';

/** A small file is a readable one; the disk need not be waited for. */
export const SMALL: StorageSettings = { preAllocSize: 4, forceSync: false };

export interface Opened {
  readonly scene: Scene;
  readonly engine: Engine;
  readonly directory: DataDirectory;
  readonly report: RecoveryReport;
  readonly dataDir: string;
  /** Where the files are. */
  readonly files: string;
}

export function newDataDir(): string {
  return temporaryFolder('data-dir').path;
}

/** A copy, for somebody else to work on. The zeros at the ends of logs take no room in it. */
export function copyDataDir(dataDir: string): { readonly path: string; remove(): void } {
  const copy = temporaryFolder('data-dir');
  mkdirSync(join(copy.path, 'version-2'));
  for (const name of readdirSync(join(dataDir, 'version-2'))) {
    const bytes = readFileSync(join(dataDir, 'version-2', name));
    const file = join(copy.path, 'version-2', name);
    writeFileSync(file, bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1));
    truncateSync(file, bytes.length);
  }
  return copy;
}

/** A directory with a copy of these files in its version-2, under other names where `names` says so. */
export function dataDirOf(files: Readonly<Record<string, string>>): string {
  const dataDir = newDataDir();
  mkdirSync(join(dataDir, 'version-2'));
  for (const [name, file] of Object.entries(files)) cpSync(file, join(dataDir, 'version-2', name));
  return dataDir;
}

export async function openScene(
  dataDir = newDataDir(),
  settings: StorageSettings = {},
  options: Partial<StorageOptions> = {},
): Promise<Opened> {
  const directory = await openDataDirectory({
    dataDir,
    settings: { ...SMALL, ...settings },
    clock: systemClock,
    random: () => 0.5,
    ...options,
  });
  const scene = new Scene();
  try {
    const report = await directory.recover(scene.engine);
    return { scene, engine: scene.engine, directory, report, dataDir, files: join(dataDir, 'version-2') };
  } catch (error) {
    await directory.close();
    throw error;
  }
}

/** Everything that must survive. */
export function stateOf(engine: Engine): unknown {
  return {
    // As text: long buffers take the comparison seconds.
    znodes: [...engine.tree.walk()]
      .map(({ data, ...znode }) => ({ ...znode, data: data?.toString('latin1') ?? null }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    sessions: [...engine.sessions.values()]
      .map(({ sessionId, sessionTimeoutMs }) => ({ sessionId, sessionTimeoutMs }))
      .sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1)),
    ephemerals: new Map([...engine.tree.ephemerals()].filter(([, paths]) => paths.length > 0)),
    lastZxid: engine.lastZxid,
    digest: engine.digest.treeDigest,
  };
}
