/** Writes snapshot files beside the service: under another name first, so that none is ever there in part. */
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { snapshotName } from '../../protocol/files/file-names.js';
import type { Engine } from '../engine/engine.js';
import type { Journal } from '../engine/journal.js';
import type { SnapshotReport } from './data-directory.js';
import { snapshotOf } from './engine-snapshot.js';
import type { FileSystem, OpenFile } from './file-system.js';

/** In front of the name while the file is being written: neither we nor a Java server take that for a snapshot. */
export const UNFINISHED_PREFIX = 'unfinished-';

/** So much is taken from the tree at once: a snapshot up to this size is of one moment, a larger one is fuzzy. */
const AT_ONCE_BYTES_MAX = 1024 * 1024;

export interface SnapshotFileOptions {
  readonly files: FileSystem;
  readonly folder: string;
  readonly compression: '' | 'gz';
  readonly hasLastZxid: boolean;
  readonly forceSync: boolean;
}

/** @throws what the file system throws; then there is no new file */
export async function writeSnapshotFile(
  engine: Engine,
  journal: Journal,
  options: SnapshotFileOptions,
): Promise<SnapshotReport> {
  const { files, folder, compression, forceSync } = options;
  const snapshot = snapshotOf(engine, options.hasLastZxid);
  const pieces = snapshot.pieces[Symbol.iterator]();
  const beginning = takeAtOnce(pieces);
  const name = snapshotName(snapshot.zxid, compression);
  const unfinished = join(folder, `${UNFINISHED_PREFIX}${name}`);
  const file = await files.create(unfinished);
  let bytes: number;
  try {
    bytes = await writePieces(file, beginning, pieces, compression);
    // The tree is ahead of the log, and what a snapshot says must not come from transactions that a crash would undo.
    await journal.flushed();
    if (forceSync) {
      await file.sync();
    }
  } catch (error) {
    await file.close();
    await files.remove(unfinished).catch(() => undefined);
    throw error;
  }
  await file.close();
  await files.rename(unfinished, join(folder, name));
  if (forceSync) {
    await files.syncFolder(folder);
  }
  return { file: join(folder, name), zxid: snapshot.zxid, bytes, znodesCount: snapshot.znodesCount() };
}

function takeAtOnce(pieces: Iterator<Buffer, void>): Buffer[] {
  const taken: Buffer[] = [];
  for (let bytes = 0; bytes < AT_ONCE_BYTES_MAX; ) {
    const next = pieces.next();
    if (next.done === true) {
      break;
    }
    taken.push(next.value);
    bytes += next.value.length;
  }
  return taken;
}

/** Returns how long the file is. */
async function writePieces(
  file: OpenFile,
  beginning: readonly Buffer[],
  rest: Iterator<Buffer, void>,
  compression: '' | 'gz',
): Promise<number> {
  let position = 0;
  const write = async (piece: Uint8Array): Promise<void> => {
    await file.write(piece, position);
    position += piece.length;
  };
  const all = function* (): Generator<Buffer, void, void> {
    yield* beginning;
    for (let next = rest.next(); next.done !== true; next = rest.next()) {
      yield next.value;
    }
  };
  if (compression === '') {
    for (const piece of all()) {
      await write(piece);
    }
    return position;
  }
  await pipeline(all, createGzip(), async (packed: AsyncIterable<Buffer>) => {
    for await (const piece of packed) {
      await write(piece);
    }
  });
  return position;
}
