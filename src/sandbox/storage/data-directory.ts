/**
 * A data directory as the rest of the sandbox sees it: `<dataDir>/version-2` with ZooKeeper's own logs and snapshots, which
 * a real server can be started on, and the other way round. The interface; open-data-directory.ts opens one.
 */
import type { Engine } from '../engine/engine.js';
import type { Journal } from '../engine/journal.js';
import type { SandboxClock } from '../sandbox.js';
import type { FileSystem } from './file-system.js';

/** Names, units and defaults are those of ZooKeeper's settings. */
export interface StorageSettings {
  /** Where logs go; default: where the snapshots are. */
  readonly dataLogDir?: string;
  /** A snapshot after between half of this and all of it, at random; default 100,000 transactions. */
  readonly snapCount?: number;
  /** The same by the size of the log; default 4,194,304 KB, 0: not by size. */
  readonly snapSizeLimitInKb?: number;
  /** What log files grow by, in KB, without taking room on the disk (sparse); default 65,536. */
  readonly preAllocSize?: number;
  /** A new log file beyond that many KB; default -1: only after snapshots. */
  readonly txnLogSizeLimitInKb?: number;
  /** Whether a reply waits until the disk has the transaction (fdatasync), not only the system; default true. */
  readonly forceSync?: boolean;
  /** Snapshots that a purge leaves, at least 3; default 3. */
  readonly snapRetainCount?: number;
  /** Hours between purges; default 0: never. */
  readonly purgeInterval?: number;
  /** Logs without any snapshot are replayed from an empty tree instead of refused; default false. */
  readonly trustEmpty?: boolean;
  /** Of new snapshots; default none. */
  readonly compressionMethod?: '' | 'gz';
  /** Whether snapshots end with the last zxid, as of 3.9; default true. */
  readonly serializeLastProcessedZxid?: boolean;
}

export interface StorageOptions {
  readonly dataDir: string;
  readonly settings?: StorageSettings;
  readonly clock: SandboxClock;
  /** In [0, 1). */
  readonly random: () => number;
  /** What a server would log: snapshots taken, files removed, what recovery found. */
  readonly log?: (line: string) => void;
  /** The disk refused a write (out of space, mostly): called once, and the server must stop as ZooKeeper does. */
  readonly onFailure?: (error: Error) => void;
  /** For tests; default: node:fs. */
  readonly fileSystem?: FileSystem;
}

export interface DataDirectory {
  /**
   * Fills a fresh engine from the newest valid snapshot and the logs behind it, finishes the replay, writes a snapshot if
   * there is something new, and gives the engine the journal. Once, before anything else.
   * @throws LocalError damage that would lose transactions: which file, at which offset, what to do
   */
  recover(engine: Engine): Promise<RecoveryReport>;
  readonly journal: Journal;
  /** A snapshot now, beside the service; if one is being written, the one after it. Ends with a new log file. */
  snapshot(): Promise<SnapshotReport>;
  /** Puts on disk what was appended, and lets go of the directory. */
  close(): Promise<void>;
  /** As a crash: nothing more is written, not even what was appended and not flushed. Lets go of the directory. */
  abandon(): Promise<void>;
}

export interface RecoveryReport {
  /** Name of the snapshot file it began with; null: the directory was new. */
  readonly snapshot: string | null;
  readonly snapshotZxid: number;
  readonly lastZxid: number;
  /** Transactions replayed from logs. */
  readonly replayedCount: number;
  /** What was odd and did no harm: snapshots passed over, an unfinished last entry cut off. A sentence each. */
  readonly notes: readonly string[];
}

export interface SnapshotReport {
  /** Full path. */
  readonly file: string;
  /** Of its name: transactions behind it must be replayed. */
  readonly zxid: number;
  readonly bytes: number;
  readonly znodesCount: number;
}
