/**
 * Files of real servers, as they left them: a 3.9.5 (and one snapshot of a 3.8.6) after everything that
 * test/sandbox/storage/every-transaction.ts does, killed, started and killed again. preAllocSize was 4 KB.
 */
import { readFileSync } from 'node:fs';

export type Recorded =
  | 'log.1'
  | 'snapshot.0'
  | 'snapshot.1d'
  | 'snapshot.1d-of-3.8.6'
  | 'snapshot.1d.gz'
  | 'snapshot.1d.snappy';

export function recorded(name: Recorded): Buffer {
  return readFileSync(new URL(`fixtures/${name}`, import.meta.url));
}

/** In pieces of that many bytes. */
export async function* pieces(bytes: Buffer, length = bytes.length): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) {
    yield Buffer.from(bytes.subarray(at, at + length));
  }
}
