/** Opens a data directory: locks it, and puts recovery, journal, snapshots and purge together. */
import { join } from 'node:path';
import { isZkshError, LocalError } from '../../errors.js';
import type { Engine } from '../engine/engine.js';
import type {
  DataDirectory,
  RecoveryReport,
  SnapshotReport,
  StorageOptions,
  StorageSettings,
} from './data-directory.js';
import { type DirectoryLock, lockDirectory } from './directory-lock.js';
import { type FileSystem, nodeFileSystem } from './file-system.js';
import { diskFailure, LogWriter } from './log-writer.js';
import { type DataFolders, listDataFiles, purge } from './purge.js';
import { recover } from './recovery.js';
import { UNFINISHED_PREFIX, writeSnapshotFile } from './snapshot-file.js';
import { SnapshotSchedule } from './snapshot-schedule.js';
import { StoppableFileSystem } from './stoppable-file-system.js';

const DEFAULTS: Required<StorageSettings> = {
  dataLogDir: '',
  snapCount: 100_000,
  snapSizeLimitInKb: 4_194_304,
  preAllocSize: 65_536,
  txnLogSizeLimitInKb: -1,
  forceSync: true,
  snapRetainCount: 3,
  purgeInterval: 0,
  trustEmpty: false,
  compressionMethod: '',
  serializeLastProcessedZxid: true,
};

/** What ZooKeeper appends to dataDir and dataLogDir. */
const VERSION_FOLDER = 'version-2';
const HOUR_MS = 3_600_000;

/**
 * Makes the directory if need be and locks it against others.
 * @throws LocalError somebody else uses it; it cannot be made or written to
 */
export async function openDataDirectory(options: StorageOptions): Promise<DataDirectory> {
  const settings = { ...DEFAULTS, ...options.settings };
  const dataLogDir = settings.dataLogDir === '' ? options.dataDir : settings.dataLogDir;
  const folders = { snapshots: join(options.dataDir, VERSION_FOLDER), logs: join(dataLogDir, VERSION_FOLDER) };
  const files = new StoppableFileSystem(options.fileSystem ?? nodeFileSystem);
  const locks: DirectoryLock[] = [];
  try {
    await files.makeFolder(folders.snapshots);
    await files.makeFolder(folders.logs);
    for (const folder of new Set([options.dataDir, dataLogDir])) {
      locks.push(await lockDirectory(folder, Object.values(folders)));
    }
    await refuseMixedFolders(files, folders);
  } catch (error) {
    await Promise.all(locks.map((lock) => lock.release()));
    throw isZkshError(error) ? error : cannotUse(options.dataDir, error);
  }
  return new OpenDirectory(options, settings, folders, files, locks);
}

function cannotUse(dataDir: string, error: unknown): LocalError {
  return new LocalError(`cannot use ${dataDir}: ${(error as Error).message}`, { cause: error });
}

/** FileTxnSnapLog.checkLogDir and checkSnapDir: separate folders that were exchanged, or used as one before. */
async function refuseMixedFolders(files: FileSystem, { snapshots, logs }: DataFolders): Promise<void> {
  if (snapshots === logs) {
    return;
  }
  for (const [folder, kind, setting] of [
    [logs, 'snapshot', 'dataDir'],
    [snapshots, 'log', 'dataLogDir'],
  ] as const) {
    const [found] = await listDataFiles(files, folder, kind);
    if (found !== undefined) {
      throw new LocalError(`${folder} has files that belong into ${setting}: ${found.name}`, {
        hint: 'See whether dataDir and dataLogDir are what they were, or move the files.',
      });
    }
  }
}

class OpenDirectory implements DataDirectory {
  readonly journal: LogWriter;
  readonly #options: StorageOptions;
  readonly #settings: Required<StorageSettings>;
  readonly #folders: DataFolders;
  readonly #files: StoppableFileSystem;
  readonly #locks: readonly DirectoryLock[];
  readonly #schedule: SnapshotSchedule;
  #engine: Engine | null = null;
  #purgeTimer: unknown = null;
  /** The last snapshot that was begun; they come one after the other. */
  #snapshots: Promise<unknown> = Promise.resolve();
  #isScheduled = false;
  #isOver = false;

  constructor(
    options: StorageOptions,
    settings: Required<StorageSettings>,
    folders: DataFolders,
    files: StoppableFileSystem,
    locks: readonly DirectoryLock[],
  ) {
    this.#options = options;
    this.#settings = settings;
    this.#folders = folders;
    this.#files = files;
    this.#locks = locks;
    this.#schedule = new SnapshotSchedule(settings.snapCount, settings.snapSizeLimitInKb * 1024, options.random);
    this.journal = new LogWriter({
      files,
      folder: folders.logs,
      preAllocBytes: settings.preAllocSize * 1024,
      fileBytesMax: Math.max(settings.txnLogSizeLimitInKb, 0) * 1024,
      forceSync: settings.forceSync,
      appended: (bytes) => this.#afterAppend(bytes),
      failed: (error) => this.#fail(error),
    });
  }

  async recover(engine: Engine): Promise<RecoveryReport> {
    await this.#removeUnfinished();
    const { isChanged, ...report } = await recover(engine, {
      files: this.#files,
      folders: this.#folders,
      trustEmpty: this.#settings.trustEmpty,
    });
    this.#engine = engine;
    // A log without a snapshot in front of it is refused by every server, so a new directory gets one at once.
    if (isChanged) {
      await this.snapshot();
    }
    engine.setJournal(this.journal);
    this.#purge();
    return report;
  }

  snapshot(): Promise<SnapshotReport> {
    const done = this.#snapshots.then(() => this.#takeSnapshot());
    this.#snapshots = done.catch(() => undefined);
    return done;
  }

  async close(): Promise<void> {
    this.#stop();
    try {
      await this.#snapshots;
      await this.journal.close();
    } finally {
      await this.#release();
    }
  }

  async abandon(): Promise<void> {
    this.#stop();
    this.#files.stop();
    await this.journal.abandon();
    await this.#snapshots;
    await this.#release();
  }

  async #takeSnapshot(): Promise<SnapshotReport> {
    const engine = this.#engine;
    if (engine === null || this.#isOver) {
      throw new LocalError(`${this.#options.dataDir} is not open`);
    }
    this.#schedule.restart();
    this.journal.roll();
    try {
      const report = await writeSnapshotFile(engine, this.journal, {
        files: this.#files,
        folder: this.#folders.snapshots,
        compression: this.#settings.compressionMethod,
        hasLastZxid: this.#settings.serializeLastProcessedZxid,
        forceSync: this.#settings.forceSync,
      });
      this.#options.log?.(`snapshot of ${report.znodesCount} znodes: ${report.file}`);
      return report;
    } catch (error) {
      throw isZkshError(error) ? error : diskFailure(error, this.#folders.snapshots);
    }
  }

  #afterAppend(bytes: number): void {
    if (!this.#schedule.isDue(bytes) || this.#isScheduled) {
      return;
    }
    this.#isScheduled = true;
    // Behind the request that is being handled: a snapshot is of the time between two.
    queueMicrotask(() => {
      this.snapshot()
        .catch((error: Error) => this.#fail(error))
        .finally(() => {
          this.#isScheduled = false;
        });
    });
  }

  #fail(error: Error): void {
    if (!this.#isOver) {
      this.#options.onFailure?.(error);
    }
  }

  #stop(): void {
    this.#isOver = true;
    this.#options.clock.clearTimeout(this.#purgeTimer);
  }

  async #release(): Promise<void> {
    await Promise.all(this.#locks.map((lock) => lock.release()));
  }

  /** What a killed process was writing. */
  async #removeUnfinished(): Promise<void> {
    for (const name of (await this.#files.list(this.#folders.snapshots)) ?? []) {
      if (name.startsWith(UNFINISHED_PREFIX)) {
        await this.#files.remove(join(this.#folders.snapshots, name));
      }
    }
  }

  /** Now, and every so many hours (DatadirCleanupManager). */
  #purge(): void {
    const { purgeInterval, snapRetainCount } = this.#settings;
    if (purgeInterval <= 0 || this.#isOver) {
      return;
    }
    purge(this.#files, this.#folders, snapRetainCount).then(
      (gone) => gone.forEach((path) => void this.#options.log?.(`removed ${path}`)),
      (error: Error) => this.#options.log?.(`purge: ${error.message}`),
    );
    this.#purgeTimer = this.#options.clock.setTimeout(() => this.#purge(), purgeInterval * HOUR_MS);
  }
}
