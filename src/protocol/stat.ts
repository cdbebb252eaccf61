/** Stat: the eleven fields that ZooKeeper keeps for each znode. */

/** In the order of the contract, not of the wire. zxids and owner are 64-bit; times are ms since the epoch. */
export interface Stat {
  readonly czxid: bigint;
  readonly mzxid: bigint;
  readonly pzxid: bigint;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  readonly cversion: number;
  readonly aversion: number;
  /** The owner's session id when ephemeral; 0n for every other kind, container and TTL among them. */
  readonly ephemeralOwner: bigint;
  readonly dataLength: number;
  readonly numChildren: number;
}

export const STAT_FIELDS = [
  'czxid',
  'mzxid',
  'pzxid',
  'ctime',
  'mtime',
  'version',
  'cversion',
  'aversion',
  'ephemeralOwner',
  'dataLength',
  'numChildren',
] as const satisfies readonly (keyof Stat)[];

/** "Whatever version": what setData, delete, setACL and check take for it. */
export const ANY_VERSION = -1;
