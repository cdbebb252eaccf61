/**
 * The transaction log as it is written: appends gather in memory, and one write (and one fdatasync) takes along all that
 * came while the last one was on its way. Follows FileTxnLog, FilePadding and SyncRequestProcessor (ZooKeeper 3.9).
 */
import { join } from 'node:path';
import { LocalError } from '../../errors.js';
import { logName } from '../../protocol/files/file-names.js';
import { LOG_HEADER, writeEntry } from '../../protocol/files/transaction-log.js';
import { JuteWriter } from '../../protocol/jute.js';
import type { Txn, TxnDigest, TxnHeader } from '../../protocol/txn.js';
import type { Journal } from '../engine/journal.js';
import type { FileSystem, OpenFile } from './file-system.js';

export interface LogWriterOptions {
  readonly files: FileSystem;
  readonly folder: string;
  readonly preAllocBytes: number;
  /** A new file beyond that; 0: never. */
  readonly fileBytesMax: number;
  readonly forceSync: boolean;
  /** Behind each append: how many bytes it took. */
  readonly appended: (bytes: number) => void;
  /** Nothing can be written any more. */
  readonly failed: (error: LocalError) => void;
}

/** What goes into one file: it begins with the zxid that names it. */
interface Stretch {
  readonly firstZxid: number;
  readonly bytes: Buffer;
}

interface Waiter {
  readonly upTo: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** So close to its end a file is made larger. */
const MARGIN_BYTES = 4096;

export class LogWriter implements Journal {
  readonly #options: LogWriterOptions;
  readonly #writer = new JuteWriter();
  /** Files that were finished by a roll and are not all written yet. */
  #rolled: Stretch[] = [];
  /** null: the next append begins a new file. */
  #firstZxid: number | null = null;
  #appendedCount = 0;
  #durableCount = 0;
  #waiters: Waiter[] = [];
  #writing: Promise<void> | null = null;
  #failure: LocalError | null = null;
  #file: LogFile | null = null;
  /** Bytes in the file that is open, those on their way included. */
  #fileBytes = 0;

  constructor(options: LogWriterOptions) {
    this.#options = options;
  }

  get isDirty(): boolean {
    return this.#durableCount < this.#appendedCount;
  }

  append(header: TxnHeader, txn: Txn, digest: TxnDigest | null): void {
    if (this.#failure !== null) {
      throw this.#failure;
    }
    if (this.#firstZxid === null) {
      this.#firstZxid = header.zxid;
      this.#fileBytes = LOG_HEADER.length;
    }
    const before = this.#writer.length;
    writeEntry(this.#writer, header, txn, digest);
    const bytes = this.#writer.length - before;
    this.#appendedCount++;
    this.#fileBytes += bytes;
    const { fileBytesMax, appended } = this.#options;
    if (fileBytesMax > 0 && this.#fileBytes > fileBytesMax) {
      this.roll();
    }
    appended(bytes);
  }

  flushed(): Promise<void> {
    if (this.#failure !== null) {
      return Promise.reject(this.#failure);
    }
    if (!this.isDirty) {
      return Promise.resolve();
    }
    const done = new Promise<void>((resolve, reject) => {
      this.#waiters.push({ upTo: this.#appendedCount, resolve, reject });
    });
    this.#writing ??= this.#write();
    return done;
  }

  /** What comes from now on goes into a new file. */
  roll(): void {
    this.#rolled.push(...this.#takeCurrent());
    this.#firstZxid = null;
  }

  /** Everything is written, and the file closed. */
  async close(): Promise<void> {
    try {
      await this.flushed();
    } finally {
      await this.abandon();
    }
  }

  /** Nothing more is begun. Resolves when what was on its way has ended. */
  async abandon(): Promise<void> {
    this.#failure ??= new LocalError('the transaction log is closed');
    await this.#writing;
    this.#settle(this.#failure);
    await this.#file?.close();
    this.#file = null;
  }

  /** Rounds of writing until nothing is left. Never rejects. */
  async #write(): Promise<void> {
    try {
      while (this.isDirty && this.#failure === null) {
        const upTo = this.#appendedCount;
        await this.#writeStretches([...this.#rolled.splice(0), ...this.#takeCurrent()]);
        this.#durableCount = upTo;
        this.#settle(null);
      }
    } catch (error) {
      this.#failure ??= diskFailure(error, this.#options.folder);
      this.#settle(this.#failure);
      this.#options.failed(this.#failure);
    } finally {
      this.#writing = null;
    }
  }

  #takeCurrent(): Stretch[] {
    const firstZxid = this.#firstZxid;
    return firstZxid === null || this.#writer.length === 0 ? [] : [{ firstZxid, bytes: this.#writer.take() }];
  }

  async #writeStretches(stretches: readonly Stretch[]): Promise<void> {
    const { forceSync } = this.#options;
    for (const { firstZxid, bytes } of stretches) {
      if (this.#file?.firstZxid !== firstZxid) {
        await this.#file?.close();
        this.#file = null;
        this.#file = await LogFile.create(this.#options, firstZxid);
      }
      await this.#file.write(bytes);
      if (forceSync) {
        await this.#file.sync();
      }
    }
  }

  /** Answers those whose appends are on disk; with an error all. */
  #settle(error: Error | null): void {
    const done = error === null ? this.#waiters.filter(({ upTo }) => upTo <= this.#durableCount) : this.#waiters;
    this.#waiters = error === null ? this.#waiters.filter(({ upTo }) => upTo > this.#durableCount) : [];
    for (const { resolve, reject } of done) {
      if (error === null) {
        resolve();
      } else {
        reject(error);
      }
    }
  }
}

/** One file of the log, made larger ahead of what is written. */
class LogFile {
  readonly firstZxid: number;
  readonly #file: OpenFile;
  readonly #growBytes: number;
  #position = LOG_HEADER.length;
  #size = LOG_HEADER.length;

  private constructor(file: OpenFile, firstZxid: number, growBytes: number) {
    this.#file = file;
    this.firstZxid = firstZxid;
    this.#growBytes = growBytes;
  }

  static async create(options: LogWriterOptions, firstZxid: number): Promise<LogFile> {
    const { files, folder, preAllocBytes, forceSync } = options;
    const file = await files.create(join(folder, logName(firstZxid)));
    await file.write(LOG_HEADER, 0);
    if (forceSync) {
      await files.syncFolder(folder);
    }
    return new LogFile(file, firstZxid, preAllocBytes);
  }

  /** At its end. The length is set first, so that a write that stops midway leaves zeros behind it. */
  async write(bytes: Buffer): Promise<void> {
    const size = this.#sizeFor(bytes.length);
    if (size !== this.#size) {
      await this.#file.truncate(size);
      this.#size = size;
    }
    await this.#file.write(bytes, this.#position);
    this.#position += bytes.length;
  }

  sync(): Promise<void> {
    return this.#file.sync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** FilePadding.calculateFileSizeWithPadding. */
  #sizeFor(length: number): number {
    const grow = this.#growBytes;
    let size = this.#size;
    if (grow > 0 && this.#position + MARGIN_BYTES >= size) {
      size += grow;
    }
    const end = this.#position + length;
    return grow > 0 && end > size ? end + grow - ((end + grow) % grow) : size;
  }
}

/** What a full or broken disk comes to: a server cannot go on without its log. */
export function diskFailure(error: unknown, folder: string): LocalError {
  const { code, message } = error as NodeJS.ErrnoException;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  return new LocalError(`cannot write to ${folder}: ${isFull ? 'no space left on the disk' : message}`, {
    cause: error,
    why: 'A change that is not in the transaction log cannot be confirmed, so the server stops, as ZooKeeper does.',
    hint: isFull ? `Make room and start again. What takes it: du -sh ${folder}` : 'Mend that and start again.',
  });
}
