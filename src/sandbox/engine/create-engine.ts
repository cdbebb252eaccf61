/** Puts the engine together: the interface of engine.ts over the core and its handlers. */
import { type JuteReader, type JuteWriter, Malformed } from '../../protocol/jute.js';
import type { Txn, TxnDigest, TxnHeader } from '../../protocol/txn.js';
import type { DataTree } from '../tree/data-tree.js';
import { StoredTree } from '../tree/stored-tree.js';
import { beginFrame, type Call, endReply, reply } from './call.js';
import { ContainerScan } from './container-scan.js';
import type {
  Engine,
  EngineOptions,
  EngineSession,
  EngineSettings,
  LoggedDigest,
  Outcome,
  WatchFigures,
} from './engine.js';
import { EngineCore } from './engine-core.js';
import { MARSHALLINGERROR, NOTREADONLY, UNIMPLEMENTED } from './error-numbers.js';
import { findHandler } from './handlers/table.js';
import type { Journal } from './journal.js';
import type { Peer } from './peer.js';
import { finishReplay, replay } from './replay.js';
import { closeSession, createSession } from './sessions.js';

export function createEngine(options: EngineOptions): Engine {
  return new CompleteEngine(options);
}

/** No transaction's zxid. */
const NO_ZXID = -1;

class CompleteEngine implements Engine {
  readonly #core: EngineCore;
  readonly #containers: ContainerScan;
  readonly tree: DataTree;

  constructor(options: EngineOptions) {
    this.#core = new EngineCore(options);
    this.#containers = new ContainerScan(this.#core);
    this.tree = new StoredTree(this.#core.tree, options.settings);
  }

  get settings(): EngineSettings {
    return this.#core.settings;
  }

  get lastZxid(): number {
    return this.#core.lastZxid;
  }

  get sessions(): ReadonlyMap<bigint, EngineSession> {
    return this.#core.sessions.all;
  }

  get watches(): WatchFigures {
    return this.#core.watches;
  }

  get digest(): TxnDigest {
    return this.#core.digest.value;
  }

  get digestLog(): readonly LoggedDigest[] {
    return this.#core.digestLog.entries;
  }

  handle(peer: Peer, xid: number, opCode: number, reader: JuteReader, output: JuteWriter): Outcome {
    const core = this.#core;
    const call: Call = { peer, xid, opCode, reader, output };
    const entry = findHandler(opCode);
    if (entry === undefined) {
      endReply(call, beginFrame(call, NO_ZXID, UNIMPLEMENTED));
      return 'hangUp';
    }
    if (!core.sessions.has(peer.sessionId)) {
      return 'hangUp';
    }
    if (entry.writes && core.settings.readOnly) {
      return reply(core, call, NOTREADONLY);
    }
    try {
      return entry.handler(core, call);
    } catch (error) {
      if (error instanceof Malformed) {
        return reply(core, call, MARSHALLINGERROR);
      }
      throw error;
    }
  }

  createSession(sessionTimeoutMs: number): EngineSession {
    return createSession(this.#core, sessionTimeoutMs);
  }

  renewSession(sessionId: bigint, sessionTimeoutMs: number): void {
    if (this.#core.sessions.has(sessionId)) {
      this.#core.sessions.set(sessionId, sessionTimeoutMs);
    }
  }

  closeSession(sessionId: bigint, cxid: number): void {
    closeSession(this.#core, sessionId, cxid);
  }

  removePeer(peer: Peer): void {
    this.#core.watches.removePeer(peer);
  }

  checkContainers(): void {
    this.#containers.run();
  }

  replay(header: TxnHeader, txn: Txn): void {
    replay(this.#core, header, txn);
  }

  finishReplay(lastZxid: number): void {
    finishReplay(this.#core, lastZxid);
  }

  setJournal(journal: Journal | null): void {
    this.#core.journal = journal;
  }
}
