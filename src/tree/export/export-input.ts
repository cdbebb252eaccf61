/** What an export holds, read again: a file of lines, compressed or not. (As a folder: export-folder.ts.) */
import { createGunzip } from 'node:zlib';
import { isZkshError, LocalError } from '../../errors.js';
import type { ZnodeRecord } from '../../protocol/znode-line.js';
import { createZnodeLinesReader, type ExportHeader, type ExportTrailer } from '../../protocol/znode-lines.js';
import type { Files } from './files.js';

export interface ExportInput {
  /** Known from the first batch on; null: lines of somebody's own. */
  readonly header: ExportHeader | null;
  /** Known at the end. */
  readonly trailer: ExportTrailer | null;
  /** Of what is in it; known at the end. */
  checksum(): string;
  /** In the order of the file. @throws LocalError with file and line */
  batches(): AsyncGenerator<readonly ZnodeRecord[]>;
}

/** Reads it once: for another time open it again. */
export function openExportFile(files: Files, file: string): ExportInput {
  const name = file === '-' ? 'stdin' : file;
  const reader = createZnodeLinesReader(name);
  return {
    get header() {
      return reader.header;
    },
    get trailer() {
      return reader.trailer;
    },
    checksum: () => reader.checksum(),
    async *batches() {
      for await (const chunk of decompressed(files.read(file), name)) {
        const records = reader.push(chunk);
        if (records.length > 0) {
          yield records;
        }
      }
      const rest = reader.end();
      if (rest.length > 0) {
        yield rest;
      }
    },
  };
}

const GZIP_MAGIC = 0x1f8b;

/** By what is in it, not by its name. */
async function* decompressed(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  let first = Buffer.alloc(0);
  let isAll = false;
  while (first.length < 2 && !isAll) {
    const { value, done } = await iterator.next();
    isAll = done === true;
    first = isAll ? first : Buffer.concat([first, value as Buffer]);
  }
  const rest: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => iterator };
  if (first.length < 2 || first.readUInt16BE(0) !== GZIP_MAGIC) {
    yield first;
    yield* rest;
    return;
  }
  yield* gunzipped(first, rest, name);
}

async function* gunzipped(first: Buffer, rest: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  const feeding = feed();
  feeding.catch((error: unknown) => gunzip.destroy(error as Error));

  async function feed(): Promise<void> {
    gunzip.write(first);
    for await (const chunk of rest) {
      if (gunzip.destroyed) {
        return;
      }
      if (!gunzip.write(chunk)) {
        await new Promise<void>((resolve) => {
          gunzip.once('drain', resolve);
          gunzip.once('close', resolve);
        });
      }
    }
    gunzip.end();
  }

  try {
    for await (const chunk of gunzip) {
      yield chunk as Buffer;
    }
  } catch (error) {
    if (isZkshError(error)) {
      throw error;
    }
    const { code, message } = error as NodeJS.ErrnoException;
    throw new LocalError(
      code === 'Z_BUF_ERROR' ? `${name} was cut: its compressed data end too soon` : `${name}: ${message}`,
      { why: 'It begins as gzip does.', cause: error },
    );
  }
}
