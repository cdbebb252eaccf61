/** File systems that fail, or wait. */
import { type FileSystem, nodeFileSystem, type OpenFile } from '../../../src/sandbox/storage/file-system.js';

/** Room for so many bytes, then none. */
export class NarrowFiles implements FileSystem {
  bytesLeft = Number.POSITIVE_INFINITY;
  makeFolder = nodeFileSystem.makeFolder;
  list = nodeFileSystem.list;
  size = nodeFileSystem.size;
  openForReading = nodeFileSystem.openForReading;
  openForWriting = nodeFileSystem.openForWriting;
  rename = nodeFileSystem.rename;
  remove = nodeFileSystem.remove;
  syncFolder = nodeFileSystem.syncFolder;

  async create(path: string): Promise<OpenFile> {
    const file = await nodeFileSystem.create(path);
    return {
      ...file,
      write: async (bytes, position) => {
        const room = Math.min(bytes.length, this.bytesLeft);
        await file.write(bytes.subarray(0, room), position);
        this.bytesLeft -= room;
        if (room < bytes.length) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      },
    };
  }
}

/** Holds back the creation of files whose name begins with something. */
export class HeldFiles extends NarrowFiles {
  #prefix: string | null = null;
  #reached: () => void = () => undefined;
  #released: Promise<void> = Promise.resolve();
  #release: () => void = () => undefined;
  #reaching: Promise<void> = Promise.resolve();

  hold(prefix: string): void {
    this.#prefix = prefix;
    this.#released = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.#reaching = new Promise((resolve) => {
      this.#reached = resolve;
    });
  }

  reached(): Promise<void> {
    return this.#reaching;
  }

  release(): void {
    this.#release();
  }

  override async create(path: string): Promise<OpenFile> {
    if (this.#prefix !== null && path.includes(this.#prefix)) {
      this.#reached();
      await this.#released;
    }
    return super.create(path);
  }
}
