/**
 * What work on trees asks of this machine's disk: exports, as files and as folders. The interface; cli/files.ts implements it, tests bring disks of their own.
 */

export interface Files {
  /** null: there is nothing of that name. `stream`: a pipe, a terminal, a device; `-` is one. */
  kindOf(path: string): Promise<'file' | 'folder' | 'stream' | null>;
  /** The bytes as they come; `-` is stdin, once. @throws LocalError with the name */
  read(file: string): AsyncIterable<Buffer>;
  /** @throws LocalError with the name */
  readWhole(file: string): Promise<Buffer>;
  /** A new file, at its place only when it is complete. A pipe or device is written as it is. @throws LocalError */
  draft(file: string): Promise<FileDraft>;
  /** At once, whatever was there. For many small files; not atomic. @throws LocalError */
  write(file: string, bytes: Buffer): Promise<void>;
  /** Names in a folder, in no order. @throws LocalError */
  list(folder: string): Promise<string[]>;
  /** With the folders above it; nothing where it is there. @throws LocalError */
  makeFolder(folder: string): Promise<void>;
  /** @throws LocalError */
  rename(from: string, to: string): Promise<void>;
  /** With everything in it; nothing where it is not there. @throws LocalError */
  remove(path: string): Promise<void>;
  join(folder: string, ...names: readonly string[]): string;
}

export interface FileDraft {
  /** Resolves when more may be written. @throws LocalError */
  write(bytes: Buffer): Promise<void>;
  /** It is complete, on the disk, and at its place. @throws LocalError */
  commit(): Promise<void>;
  /** As if it had never been. Does nothing behind commit; never throws. */
  discard(): Promise<void>;
}
