/** Names of the files in a data directory: `log.<zxid>`, `snapshot.<zxid>`, with `.gz` or `.snappy` behind it. Follows Util (3.9). */

export type Compression = '' | 'gz' | 'snappy';

export interface DataFile {
  readonly kind: 'log' | 'snapshot';
  readonly name: string;
  /** Of a log: that of its first transaction. Of a snapshot: the last transaction that is certainly in it. */
  readonly zxid: number;
}

/** null: a file that is neither. */
export function parseDataFile(name: string): DataFile | null {
  const match = /^(log|snapshot)\.([0-9a-fA-F]{1,16})(?:\.[^.]*)*$/.exec(name);
  const kind = match?.[1];
  return kind === undefined
    ? null
    : { kind: kind as DataFile['kind'], name, zxid: Number.parseInt(match?.[2] ?? '', 16) };
}

export function logName(zxid: number): string {
  return `log.${zxid.toString(16)}`;
}

export function snapshotName(zxid: number, compression: Compression): string {
  return `snapshot.${zxid.toString(16)}${compression === '' ? '' : `.${compression}`}`;
}

/** By the first bytes of a file; a Java server goes by the name. */
export function compressionOf(begins: Uint8Array): Compression {
  if (begins[0] === 0x1f && begins[1] === 0x8b) {
    return 'gz';
  }
  return SNAPPY_MAGIC.every((byte, index) => begins[index] === byte) ? 'snappy' : '';
}

/** How a stream of snappy-java begins: 0x82 SNAPPY 0x00. */
export const SNAPPY_MAGIC: Uint8Array = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00);
