/** Adler-32 (RFC 1950), the checksum of logs and snapshots. node:zlib does not offer it. */

const MODULUS = 65_521;

/** So many bytes can be added before the sums must be reduced to stay exact in 32 bits. */
const BYTES_BEFORE_REDUCTION = 5_552;

/** What the checksum of no bytes at all is. */
export const ADLER32_START = 1;

/** The checksum of `bytes` from `start` up to `end`, going on from that of what stands before; unsigned. */
export function adler32(bytes: Uint8Array, start = 0, end = bytes.length, before = ADLER32_START): number {
  let low = before & 0xffff;
  let high = before >>> 16;
  let at = start;
  while (at < end) {
    const stop = Math.min(at + BYTES_BEFORE_REDUCTION, end);
    // Eight at once: this loop is most of what a snapshot of a large tree costs.
    for (const last = stop - 7; at < last; at += 8) {
      high += low += bytes[at] as number;
      high += low += bytes[at + 1] as number;
      high += low += bytes[at + 2] as number;
      high += low += bytes[at + 3] as number;
      high += low += bytes[at + 4] as number;
      high += low += bytes[at + 5] as number;
      high += low += bytes[at + 6] as number;
      high += low += bytes[at + 7] as number;
    }
    while (at < stop) {
      high += low += bytes[at++] as number;
    }
    low %= MODULUS;
    high %= MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}
