/** Snapshot files as the AdminServer tells of them and sends them (FileTxnSnapLog.getLastSnapshotInfo, 3.9). */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDataFile } from '../../protocol/files/file-names.js';

export interface LastSnapshot {
  readonly zxid: number;
  /** ms since the epoch. */
  readonly timeMs: number;
}

export async function lastSnapshotIn(folder: string): Promise<LastSnapshot | null> {
  const names = await readdir(folder).catch(() => []);
  const snapshots = names.flatMap((name) => {
    const file = parseDataFile(name);
    return file?.kind === 'snapshot' ? [file] : [];
  });
  const newest = snapshots.sort((a, b) => b.zxid - a.zxid)[0];
  if (newest === undefined) {
    return null;
  }
  const { mtimeMs } = await stat(join(folder, newest.name)).catch(() => ({ mtimeMs: 0 }));
  return { zxid: newest.zxid, timeMs: mtimeMs };
}

/** As stored: a compressed one stays so. */
export function readSnapshotFile(path: string): Promise<Buffer> {
  return readFile(path);
}
