/** How many bytes the files below a folder have: what dirs and conf tell (ZooKeeperServer.getDirSize, 3.9). */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What cannot be read, or is gone meanwhile, counts nothing. */
export async function folderSize(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = await Promise.all(
    entries.map((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? folderSize(path) : fileSize(path);
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function fileSize(path: string): Promise<number> {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  return size;
}
