/** Where an export goes: a file of lines, compressed where its name says so. (As a folder: export-folder.ts.) */
import { createGzip } from 'node:zlib';
import type { ZnodeRecord } from '../../protocol/znode-line.js';
import { createExportWriter, type ExportHeader, type ExportTrailer } from '../../protocol/znode-lines.js';
import type { FileDraft, Files } from './files.js';

export interface ExportSink {
  write(records: readonly ZnodeRecord[]): Promise<void>;
  /** It is complete and at its place. */
  end(trailer: Omit<ExportTrailer, 'znodesCount'>): Promise<void>;
  /** As if it had never been. Does nothing behind `end`; never throws. */
  discard(): Promise<void>;
}

/** @throws LocalError with the file's name */
export async function createFileSink(files: Files, file: string, header: ExportHeader): Promise<ExportSink> {
  const draft = await files.draft(file);
  const isCompressed = isGzipName(file);
  // A file has taken the bytes when it says so; a compressor keeps them for a while.
  const writer = createExportWriter(header, { isReused: !isCompressed });
  const target = isCompressed ? compressed(draft) : plain(draft);
  return {
    write: (records) => target.write(writer.znodes(records)),
    async end(trailer) {
      await target.write(writer.end(trailer));
      await target.end();
      await draft.commit();
    },
    discard: () => draft.discard(),
  };
}

export function isGzipName(file: string): boolean {
  return /\.t?gz$/i.test(file);
}

interface Target {
  write(bytes: Buffer): Promise<void>;
  end(): Promise<void>;
}

function plain(draft: FileDraft): Target {
  return { write: (bytes) => draft.write(bytes), end: async () => {} };
}

/** Compresses on another thread, while the next znodes are read. */
function compressed(draft: FileDraft): Target {
  const gzip = createGzip();
  const copied = copy();
  // Where it fails, the next write or the end says so.
  copied.catch(() => undefined);

  async function copy(): Promise<void> {
    for await (const chunk of gzip) {
      await draft.write(chunk as Buffer);
    }
  }

  return {
    async write(bytes) {
      if (!gzip.write(bytes)) {
        // A disk that fails ends the copying, and nothing would ever drain.
        await Promise.race([new Promise((resolve) => gzip.once('drain', resolve)), copied]);
      }
    },
    async end() {
      gzip.end();
      await copied;
    },
  };
}
