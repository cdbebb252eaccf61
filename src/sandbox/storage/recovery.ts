/**
 * From files to an engine: the newest snapshot that is right, then the logs behind it. Follows FileTxnSnapLog.restore and
 * FileSnap.deserialize (ZooKeeper 3.9), except that nothing is lost silently: where that goes on without transactions that
 * were there, this stops and says which, and where.
 */
import { join } from 'node:path';
import { LocalError } from '../../errors.js';
import type { DataFile } from '../../protocol/files/file-names.js';
import { type LogEnding, type LogEntry, readLog } from '../../protocol/files/transaction-log.js';
import { Malformed } from '../../protocol/jute.js';
import type { Engine } from '../engine/engine.js';
import type { RecoveryReport } from './data-directory.js';
import { type LoadedSnapshot, loadTree } from './engine-snapshot.js';
import { readPieces, readUnpacked } from './file-pieces.js';
import type { FileSystem } from './file-system.js';
import { type DataFolders, listDataFiles, logsBehind } from './purge.js';

/** Snapshots that are tried, from the newest on. */
const SNAPSHOTS_MAX = 100;

export interface RecoveryOptions {
  readonly files: FileSystem;
  readonly folders: DataFolders;
  readonly trustEmpty: boolean;
}

interface Base {
  readonly file: DataFile;
  readonly loaded: LoadedSnapshot;
}

/**
 * Changes no file but one: what an unfinished write left at the end of the newest log is cut off. `isChanged`: the tree is
 * another than that of the snapshot, which says nothing of transactions or of ephemerals whose session is over.
 */
export async function recover(
  engine: Engine,
  options: RecoveryOptions,
): Promise<RecoveryReport & { readonly isChanged: boolean }> {
  const notes: string[] = [];
  const base = await loadNewestSnapshot(engine, options, notes);
  const replay = new Replay(engine, options, base, notes);
  const logs = await listDataFiles(options.files, options.folders.logs, 'log');
  if (base === null && !options.trustEmpty) {
    await refuseLogsAlone(logs, options);
  }
  const needed = logsBehind(logs, base?.file.zxid ?? 0);
  for (const [index, log] of needed.entries()) {
    await replay.readFile(log, index === needed.length - 1);
  }
  const isChanged = await replay.finish();
  return {
    isChanged: isChanged || base === null,
    snapshot: base?.file.name ?? null,
    snapshotZxid: base?.file.zxid ?? 0,
    lastZxid: replay.lastZxid,
    replayedCount: replay.count,
    notes,
  };
}

/** null: there is none at all. */
async function loadNewestSnapshot(
  engine: Engine,
  { files, folders }: RecoveryOptions,
  notes: string[],
): Promise<Base | null> {
  const snapshots = (await listDataFiles(files, folders.snapshots, 'snapshot')).toReversed().slice(0, SNAPSHOTS_MAX);
  const faults: string[] = [];
  for (const file of snapshots) {
    const path = join(folders.snapshots, file.name);
    try {
      const loaded = await loadTree(engine, readUnpacked(files, path));
      notes.push(...faults.map((fault) => `${fault}: passed over`));
      return { file, loaded };
    } catch (error) {
      faults.push(`${path}: ${faultOf(error)}`);
    }
  }
  if (faults.length > 0) {
    throw new LocalError(`no snapshot in ${folders.snapshots} can be read`, {
      why: faults.join('; '),
      hint: `Put one back from a backup, together with the logs behind it, or begin anew in another folder.`,
    });
  }
  return null;
}

/** What is wrong with a file; anything but bytes that make no sense is no fault of the file. */
function faultOf(error: unknown): string {
  if (error instanceof Malformed) {
    return `at offset ${error.offset}: ${[...error.fields, error.message].join(': ')}`;
  }
  const { code, message } = error as NodeJS.ErrnoException;
  if (code?.startsWith('Z_') === true) {
    return message;
  }
  throw error;
}

/** Transactions without a tree to apply them to: most likely somebody has moved the snapshots. */
async function refuseLogsAlone(logs: readonly DataFile[], { files, folders }: RecoveryOptions): Promise<void> {
  for (const { name } of logs) {
    const path = join(folders.logs, name);
    for await (const { entries } of readLog(readPieces(files, path))) {
      if (entries.length > 0) {
        throw new LocalError(`${folders.snapshots} has no snapshot, and ${path} has transactions`, {
          why: 'They are changes to a tree that is not there.',
          hint: 'Put the snapshots back. If there never was one: --set snapshot.trust.empty=true',
        });
      }
    }
  }
}

/** Applies what logs say, and watches that nothing is missing in between. */
class Replay {
  readonly #engine: Engine;
  readonly #options: RecoveryOptions;
  readonly #notes: string[];
  readonly #baseZxid: number;
  /** Up to here the tree may be ahead of the log (a fuzzy snapshot), so digests say nothing. */
  readonly #fuzzyTo: number;
  lastZxid: number;
  count = 0;
  /** How the file before ended, where that was odd. */
  #oddEnding: string | null = null;
  #previousFile: string | null = null;
  #digestDiffers = false;
  /** What to do to the files when all went well. */
  readonly #repairs: (() => Promise<void>)[] = [];

  constructor(engine: Engine, options: RecoveryOptions, base: Base | null, notes: string[]) {
    this.#engine = engine;
    this.#options = options;
    this.#notes = notes;
    this.#baseZxid = base?.file.zxid ?? 0;
    this.lastZxid = this.#baseZxid;
    const trailer = base?.loaded.trailer;
    this.#fuzzyTo = Math.max(trailer?.digest?.zxid ?? 0, trailer?.lastZxid ?? 0);
    for (const { sessionId, sessionTimeoutMs } of base?.loaded.sessions ?? []) {
      const header = { sessionId, cxid: 0, zxid: this.#baseZxid, timeMs: 0 };
      engine.replay(header, { type: 'createSession', sessionTimeoutMs });
    }
    if (base !== null) {
      this.#compareDigest(this.#baseZxid, trailer?.digest?.zxid === this.#baseZxid ? trailer.digest : null);
    }
  }

  async readFile(log: DataFile, isNewest: boolean): Promise<void> {
    const path = join(this.#options.folders.logs, log.name);
    for await (const { entries, ending } of readLog(readPieces(this.#options.files, path), this.#baseZxid)) {
      for (const entry of entries) {
        this.#apply(entry, path);
      }
      if (ending !== null) {
        this.#judgeEnding(ending, path, isNewest);
      }
    }
    this.#previousFile = path;
  }

  /** Whether the tree is another than that of the snapshot. */
  async finish(): Promise<boolean> {
    if (this.lastZxid < this.#fuzzyTo) {
      this.#notes.push(
        `the snapshot was written up to ${hex(this.#fuzzyTo)}, and the logs end with ${hex(this.lastZxid)}: what it holds of the transactions between them may be in part`,
      );
    }
    const { nodeCount } = this.#engine.tree;
    this.#engine.finishReplay(this.lastZxid);
    for (const repair of this.#repairs) {
      await repair();
    }
    return this.count > 0 || this.#engine.tree.nodeCount !== nodeCount;
  }

  #apply(entry: LogEntry, path: string): void {
    const { zxid } = entry.header;
    if (!isNext(this.lastZxid, zxid)) {
      throw this.#gap(zxid, path, entry.offset);
    }
    this.#engine.replay(entry.header, entry.txn);
    this.lastZxid = zxid;
    this.count++;
    this.#compareDigest(zxid, entry.digest);
  }

  /** Digests of the tree stand in logs and snapshots: DataTree.compareDigest warns too, once. */
  #compareDigest(zxid: number, logged: { readonly version: number; readonly treeDigest: bigint } | null): void {
    if (logged === null || this.#digestDiffers || zxid < this.#fuzzyTo || zxid === 0) {
      return;
    }
    const { settings, digest } = this.#engine;
    const isSame = BigInt.asIntN(64, digest.treeDigest) === BigInt.asIntN(64, logged.treeDigest);
    if (settings.digestEnabled && logged.version === digest.version && !isSame) {
      this.#digestDiffers = true;
      this.#notes.push(`from ${hex(zxid)} on the tree is not the one whose digest was written down`);
    }
  }

  #judgeEnding(ending: LogEnding, path: string, isNewest: boolean): void {
    const { files } = this.#options;
    this.#oddEnding = ending.kind === 'padding' || ending.kind === 'endOfFile' ? null : describeEnding(ending);
    if (this.#oddEnding === null) {
      return;
    }
    if (ending.kind === 'notALog') {
      throw new LocalError(`${path} is no transaction log: ${ending.why}`, {
        hint: `Put it back from a backup, or move it away if it does not belong there.`,
      });
    }
    if (!isNewest) {
      // A server that was killed left it so, and its successor went on in the next file: no gap, no loss.
      this.#notes.push(`${path}: ${this.#oddEnding}`);
      return;
    }
    if (ending.kind !== 'cutShort') {
      throw new LocalError(`${path} is damaged: ${this.#oddEnding}`, {
        why: `Transactions up to ${hex(this.lastZxid)} can be read, those behind that place cannot.`,
        hint: `Put the file back from a backup. To go on without them, with a copy kept: truncate -s ${ending.offset} ${path}`,
      });
    }
    this.#notes.push(`${path}: ${this.#oddEnding}: nobody was told that this was done, cut off`);
    this.#repairs.push(async () => {
      if (ending.offset === 0) {
        await files.remove(path);
        return;
      }
      const file = await files.openForWriting(path);
      await file.truncate(ending.offset);
      await file.close();
    });
  }

  #gap(zxid: number, path: string, offset: number): LocalError {
    const before = this.#previousFile ?? 'the snapshot';
    const ends = this.#oddEnding === null ? '' : ` (${this.#oddEnding})`;
    return new LocalError(
      `transactions are missing between ${hex(this.lastZxid)} and ${hex(zxid)}: ${path}, offset ${offset}`,
      {
        why: `Numbers follow each other without gaps, but ${before} ends with ${hex(this.lastZxid)}${ends}.`,
        hint: `Put back the logs between them from a backup. To go on with the tree as of ${hex(this.lastZxid)}, move away ${path} and all logs behind it.`,
      },
    );
  }
}

const EPOCH = 0x1_0000_0000;

/** Within an epoch numbers are consecutive, refused writes included; an election begins a later epoch at 1. */
function isNext(last: number, zxid: number): boolean {
  return zxid === last + 1 || (Math.floor(zxid / EPOCH) > Math.floor(last / EPOCH) && zxid % EPOCH === 1);
}

function describeEnding(ending: LogEnding): string {
  const at = `at offset ${ending.offset}`;
  switch (ending.kind) {
    case 'padding':
    case 'endOfFile':
      return `ends ${at}`;
    case 'cutShort':
      return `unfinished entry ${at}`;
    case 'zeroLengthEntry':
      return `zeros ${at}, where an entry should be, and more bytes at offset ${ending.bytesAt}`;
    case 'endMarkMissing':
      return `the entry ${at} has no end mark, and more bytes follow at offset ${ending.bytesAt}`;
    case 'checksumMismatch':
      return `the checksum of the entry ${at} does not fit its bytes`;
    case 'unreadableEntry':
    case 'notALog':
      return `the entry ${at} makes no sense: ${ending.why}`;
  }
}

function hex(zxid: number): string {
  return `0x${zxid.toString(16)}`;
}
