/** The bytes of a file in pieces, unpacked where it is compressed: what the readers of protocol/files take. */
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { compressionOf, SNAPPY_MAGIC } from '../../protocol/files/file-names.js';
import { unpackSnappyStream } from '../../protocol/files/snappy-stream.js';
import type { FileSystem } from './file-system.js';

const PIECE_BYTES = 256 * 1024;

/** As it stands on the disk. Each piece is only good until the next one is asked for. */
export async function* readPieces(files: FileSystem, path: string): AsyncGenerator<Buffer, void, void> {
  const file = await files.openForReading(path);
  try {
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    for (let position = 0; ; ) {
      const length = await file.read(buffer, position);
      if (length === 0) {
        return;
      }
      position += length;
      yield buffer.subarray(0, length);
    }
  } finally {
    await file.close();
  }
}

/** Without its compression, which is told by the first bytes. A cut or broken one throws. */
export async function* readUnpacked(files: FileSystem, path: string): AsyncGenerator<Uint8Array, void, void> {
  switch (compressionOf(await firstBytes(files, path))) {
    case 'gz': {
      const gunzip = createGunzip();
      // Errors come out of the iteration below; copies, since a stream keeps its pieces.
      pipeline(Readable.from(copies(readPieces(files, path))), gunzip, () => undefined);
      yield* gunzip;
      return;
    }
    case 'snappy':
      yield* unpackSnappyStream(readPieces(files, path));
      return;
    default:
      yield* readPieces(files, path);
  }
}

async function firstBytes(files: FileSystem, path: string): Promise<Uint8Array> {
  const file = await files.openForReading(path);
  try {
    const bytes = Buffer.alloc(SNAPPY_MAGIC.length);
    return bytes.subarray(0, await file.read(bytes, 0));
  } finally {
    await file.close();
  }
}

async function* copies(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, void> {
  for await (const piece of pieces) {
    yield Buffer.from(piece);
  }
}
