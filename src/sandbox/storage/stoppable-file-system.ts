/** A file system whose writes can be ended, as by a crash: from then on nothing changes on the disk. */
import type { FileSystem, OpenFile } from './file-system.js';

export class StoppableFileSystem implements FileSystem {
  readonly #files: FileSystem;
  #isStopped = false;

  constructor(files: FileSystem) {
    this.#files = files;
  }

  /** Whatever writes now or later gets an error. What is on its way goes on. */
  stop(): void {
    this.#isStopped = true;
  }

  async makeFolder(path: string): Promise<void> {
    await this.#files.makeFolder(path);
  }

  list(folder: string): Promise<string[] | null> {
    return this.#files.list(folder);
  }

  size(path: string): Promise<number | null> {
    return this.#files.size(path);
  }

  openForReading(path: string): Promise<OpenFile> {
    return this.#files.openForReading(path);
  }

  async create(path: string): Promise<OpenFile> {
    this.#check('open', path);
    return this.#guard(await this.#files.create(path), path);
  }

  async openForWriting(path: string): Promise<OpenFile> {
    return this.#guard(await this.#files.openForWriting(path), path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#check('rename', from);
    await this.#files.rename(from, to);
  }

  async remove(path: string): Promise<void> {
    this.#check('unlink', path);
    await this.#files.remove(path);
  }

  syncFolder(path: string): Promise<void> {
    return this.#files.syncFolder(path);
  }

  #guard(file: OpenFile, path: string): OpenFile {
    return {
      read: (bytes, position) => file.read(bytes, position),
      write: async (bytes, position) => {
        this.#check('write', path);
        await file.write(bytes, position);
      },
      sync: async () => {
        this.#check('fdatasync', path);
        await file.sync();
      },
      truncate: async (length) => {
        this.#check('ftruncate', path);
        await file.truncate(length);
      },
      close: () => file.close(),
    };
  }

  #check(call: string, path: string): void {
    if (this.#isStopped) {
      throw new Error(`stopped, ${call} '${path}'`);
    }
  }
}
