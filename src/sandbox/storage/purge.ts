/** Removes old snapshots and the logs that nothing needs any more. Follows PurgeTxnLog and SnapStream.isValidSnapshot (3.9). */
import { join } from 'node:path';
import { compressionOf, type DataFile, parseDataFile, SNAPPY_MAGIC } from '../../protocol/files/file-names.js';
import { SNAPSHOT_END } from '../../protocol/files/snapshot.js';
import type { FileSystem } from './file-system.js';

export interface DataFolders {
  readonly snapshots: string;
  readonly logs: string;
}

/** Oldest first. */
export async function listDataFiles(
  files: FileSystem,
  folder: string,
  kind: DataFile['kind'],
): Promise<readonly DataFile[]> {
  const names = (await files.list(folder)) ?? [];
  return names
    .flatMap((name) => parseDataFile(name) ?? [])
    .filter((file) => file.kind === kind)
    .sort((a, b) => a.zxid - b.zxid);
}

/** Logs that hold transactions behind `zxid`: those named after later ones, and the one before them. */
export function logsBehind(logs: readonly DataFile[], zxid: number): readonly DataFile[] {
  const last = logs.findLastIndex((log) => log.zxid <= zxid);
  return logs.slice(Math.max(last, 0));
}

/** Leaves the newest `retainCount` snapshots that look whole, and what is needed to go on from each. Returns what went. */
export async function purge(files: FileSystem, folders: DataFolders, retainCount: number): Promise<string[]> {
  const snapshots = await listDataFiles(files, folders.snapshots, 'snapshot');
  const oldest = await oldestToRetain(files, folders.snapshots, snapshots, retainCount);
  if (oldest === null) {
    return [];
  }
  const logs = await listDataFiles(files, folders.logs, 'log');
  const needed = new Set(logsBehind(logs, oldest));
  const old = [
    ...snapshots.filter(({ zxid }) => zxid < oldest).map(({ name }) => join(folders.snapshots, name)),
    ...logs.filter((log) => log.zxid < oldest && !needed.has(log)).map(({ name }) => join(folders.logs, name)),
  ];
  for (const path of old) {
    await files.remove(path);
  }
  return old;
}

async function oldestToRetain(
  files: FileSystem,
  folder: string,
  snapshots: readonly DataFile[],
  retainCount: number,
): Promise<number | null> {
  let oldest: number | null = null;
  let count = 0;
  for (const { name, zxid } of snapshots.toReversed()) {
    if (count < retainCount && (await looksWhole(files, join(folder, name)))) {
      oldest = zxid;
      count++;
    }
  }
  return oldest;
}

async function looksWhole(files: FileSystem, path: string): Promise<boolean> {
  const size = (await files.size(path)) ?? 0;
  const file = await files.openForReading(path);
  try {
    const begins = Buffer.alloc(SNAPPY_MAGIC.length);
    await file.read(begins, 0);
    if (compressionOf(begins) !== '') {
      return true;
    }
    const ends = Buffer.alloc(SNAPSHOT_END.length);
    return size >= 2 * ends.length && (await file.read(ends, size - ends.length)) > 0 && ends.equals(SNAPSHOT_END);
  } finally {
    await file.close();
  }
}
