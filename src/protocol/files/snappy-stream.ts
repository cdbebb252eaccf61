/**
 * The container in which snappy-java writes compressed snapshots: a header, then raw snappy blocks with a length in front.
 * It is not the official framing format. Follows SnappyOutputStream of snappy-java 1.1.
 */
import { Malformed } from '../jute.js';
import { ByteSource } from './byte-source.js';
import { unpackSnappyBlock } from './snappy-block.js';

/** Magic, version, oldest compatible version. */
const HEADER_BYTES = 16;

/** snappy-java cuts its input into pieces of 32 KiB; more than this is no block. */
const BLOCK_BYTES_MAX = 64 * 1024 * 1024;

/** The unpacked bytes. @throws Malformed */
export async function* unpackSnappyStream(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const source = new ByteSource(pieces, false);
  try {
    if (!(await source.ensure(HEADER_BYTES))) {
      throw new Malformed('the file ends in its header', source.offset);
    }
    source.at += HEADER_BYTES;
    while (await source.ensure(4)) {
      const length = source.bytes.readInt32BE(source.at);
      if (length < 0 || length > BLOCK_BYTES_MAX || !(await source.ensure(4 + length))) {
        throw new Malformed(`a block of ${length} bytes that is not there`, source.offset);
      }
      const start = source.at + 4;
      const block = source.bytes.subarray(start, start + length);
      source.at = start + length;
      yield unpackSnappyBlock(block);
    }
    if (source.available > 0) {
      throw new Malformed('the file ends in front of a block', source.offset);
    }
  } finally {
    await source.close();
  }
}
