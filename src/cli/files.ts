/** The disk of this machine, for work on trees (tree/export/files.ts says what is asked). Errors name the file. */
import { createReadStream, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { FileDraft, Files } from '../tree/export/files.js';
import { explainFileError } from './file-errors.js';
import type { Io } from './io.js';

export function createFiles(io: Io): Files {
  return {
    async kindOf(path) {
      if (path === '-') {
        return 'stream';
      }
      try {
        const stats = statSync(path);
        return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'stream';
      } catch (error) {
        if (isMissing(error)) {
          return null;
        }
        throw explainFileError(error, path, 'read');
      }
    },
    async *read(file) {
      if (file === '-') {
        yield* io.stdinChunks();
        return;
      }
      try {
        yield* createReadStream(file, { highWaterMark: READ_BYTES }) as AsyncIterable<Buffer>;
      } catch (error) {
        throw explainFileError(error, file, 'read');
      }
    },
    // Many small files: a thread and a promise for each would cost more than the reading and writing.
    readWhole: async (file) => atOnce(() => readFileSync(file), file, 'read'),
    draft: (file) => openDraft(file),
    write: async (file, bytes) => atOnce(() => writeFileSync(file, bytes), file, 'write'),
    list: async (folder) => atOnce(() => readdirSync(folder), folder, 'read'),
    makeFolder: async (folder) => atOnce(() => makeFolder(folder), folder, 'write'),
    rename: (from, to) => explained(rename(from, to), to, 'write'),
    remove: (path) => explained(rm(path, { recursive: true, force: true }), path, 'write'),
    join,
  };
}

const READ_BYTES = 256 * 1024;

/** Beside the file, so that the rename stays within one disk; where the file is a link, beside what it points at. */
async function openDraft(file: string): Promise<FileDraft> {
  const known = await stat(file).catch(() => null);
  const isStream = known !== null && !known.isFile() && !known.isDirectory();
  const target = known === null || isStream ? file : await explained(realpath(file), file, 'write');
  const draft = isStream ? target : join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  const handle = await explained(open(draft, 'w', known?.mode ?? 0o666), file, 'write');
  let isOpen = true;

  return {
    write: (bytes) => explained(writeAll(handle, bytes), file, 'write'),
    async commit() {
      isOpen = false;
      if (isStream) {
        await explained(handle.close(), file, 'write');
        return;
      }
      try {
        await handle.sync().finally(() => handle.close());
        await rename(draft, target);
      } catch (error) {
        await rm(draft, { force: true }).catch(() => undefined);
        throw explainFileError(error, file, 'write');
      }
    },
    async discard() {
      if (isOpen) {
        isOpen = false;
        await handle.close().catch(() => undefined);
        await (isStream ? undefined : rm(draft, { force: true }).catch(() => undefined));
      }
    },
  };
}

/** At the place where the last write ended, which a pipe does not have. */
async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done)).bytesWritten;
  }
}

function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    mkdirSync(folder, { recursive: true });
  }
}

function atOnce<T>(act: () => T, file: string, action: 'read' | 'write'): T {
  try {
    return act();
  } catch (error) {
    throw explainFileError(error, file, action);
  }
}

async function explained<T>(promise: Promise<T>, file: string, action: 'read' | 'write'): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw explainFileError(error, file, action);
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR';
}
