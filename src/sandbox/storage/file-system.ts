/** What storage does with files, so that tests can make each of it fail. Paths and numbers only; the real one is node:fs. */
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface OpenFile {
  /** Writes all of `bytes` at `position`. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Fills `bytes` from `position` on, as far as the file goes. Returns how many there were. */
  read(bytes: Uint8Array, position: number): Promise<number>;
  /** Its data are on the disk. */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface FileSystem {
  makeFolder(path: string): Promise<void>;
  /** Names, without folders in them; null: there is no such folder. */
  list(folder: string): Promise<string[] | null>;
  /** Bytes; null: there is no such file. */
  size(path: string): Promise<number | null>;
  openForReading(path: string): Promise<OpenFile>;
  /** An empty file, whatever was there. */
  create(path: string): Promise<OpenFile>;
  /** One that exists. */
  openForWriting(path: string): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Names in a folder are on the disk. */
  syncFolder(path: string): Promise<void>;
}

export const nodeFileSystem: FileSystem = {
  makeFolder,
  list: (folder) => readdir(folder).catch(nullIfMissing),
  size: (path) => stat(path).then(({ size }) => size, nullIfMissing),
  openForReading: async (path) => openFile(await open(path, 'r')),
  create: async (path) => openFile(await open(path, 'w')),
  openForWriting: async (path) => openFile(await open(path, 'r+')),
  rename,
  remove: unlink,
  async syncFolder(path) {
    // Windows cannot open folders, and does not need it.
    const folder = await open(path, 'r').catch(() => null);
    await folder?.sync().catch(() => undefined);
    await folder?.close();
  },
};

/** With those above it. Node's own way of doing that never ends on file systems where nothing can be made, such as /proc. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path) {
      await makeFolder(dirname(path));
      await mkdir(path);
    } else if (code !== 'EEXIST' || !(await stat(path)).isDirectory()) {
      throw error;
    }
  }
}

function nullIfMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') {
    return null;
  }
  throw error;
}

function openFile(handle: FileHandle): OpenFile {
  return {
    async write(bytes, position) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
        done += bytesWritten;
      }
    },
    async read(bytes, position) {
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await handle.read(bytes, done, bytes.length - done, position + done);
        if (bytesRead === 0) {
          break;
        }
        done += bytesRead;
      }
      return done;
    },
    sync: () => handle.datasync(),
    truncate: (length) => handle.truncate(length),
    close: () => handle.close(),
  };
}
