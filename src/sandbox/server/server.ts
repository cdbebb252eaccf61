/**
 * One running server: its connections, its sessions and their time-outs, and the engine behind them. Sockets reach it as
 * they are accepted (listener.ts); what single requests and words mean is requests.ts and four-letter-words/.
 * Follows ZooKeeperServer, NIOServerCnxnFactory and SessionTrackerImpl (3.9).
 */
import type { Socket } from 'node:net';
import { LocalError } from '../../errors.js';
import { JuteWriter } from '../../protocol/jute.js';
import type { Engine } from '../engine/engine.js';
import type { Journal } from '../engine/journal.js';
import type { FaultControl } from '../fault-control.js';
import type { SandboxClock } from '../sandbox.js';
import type { SettingValues } from '../settings/settings.js';
import type { Authentication } from './authentication.js';
import { Connection, type ConnectionHost, type Handled } from './connection.js';
import { Delivery } from './delivery.js';
import { ExpiryQueue } from './expiry-queue.js';
import { ServerFigures } from './figures.js';
import { answerWord, isKnownWord } from './four-letter-words/answer-word.js';
import { shakeHands } from './handshake-rules.js';
import { javaAddress } from './java-address.js';
import { type LocalSession, LocalSessions } from './local-sessions.js';
import { handleRequest } from './requests.js';
import type { StorageFigures } from './storage-figures.js';
import { Turns } from './turns.js';

/** Writers kept for the next reply; more are left to the garbage collector. */
const WRITERS_MAX = 64;

export interface ServerParts {
  readonly engine: Engine;
  readonly journal: Journal | null;
  readonly settings: SettingValues;
  readonly clock: SandboxClock;
  readonly faults: FaultControl;
  readonly authentication: Authentication;
  readonly storage: StorageFigures;
  /** In [0, 1). */
  readonly random: () => number;
  readonly log: (line: string) => void;
  /** It cannot go on, and ends as a crashed process does. */
  readonly failed: (error: unknown) => void;
}

export class Server implements ConnectionHost {
  readonly engine: Engine;
  readonly settings: SettingValues;
  readonly clock: SandboxClock;
  readonly faults: FaultControl;
  readonly authentication: Authentication;
  readonly storage: StorageFigures;
  readonly random: () => number;
  readonly log: (line: string) => void;
  readonly figures = new ServerFigures();
  /** When it began to serve: monotonic ms. */
  readonly startedMs: number;
  readonly connections = new Set<Connection>();
  /** The connection that a session has, if any. */
  readonly bySession = new Map<bigint, Connection>();
  readonly sessionExpiry: ExpiryQueue<bigint>;
  readonly connectionExpiry: ExpiryQueue<Connection>;
  readonly delivery: Delivery;
  /** Ports as conf shows them; -1: there is none. */
  readonly ports = { plain: -1, secure: -1 };
  readonly localSessions: LocalSessions;
  readonly #turns: Turns;
  readonly #connectionsByAddress = new Map<string, number>();
  readonly #writers: JuteWriter[] = [];
  readonly #failed: (error: unknown) => void;
  #expiryTimer: unknown = null;
  #expiryDueMs = Number.POSITIVE_INFINITY;
  #containerTimer: unknown = null;
  #containersDueMs = 0;
  #isStopped = false;
  /** Requests done whose replies wait for the disk. */
  outstandingCount = 0;
  /** After a restore by the AdminServer sessions no longer expire, as in the original. */
  isExpiryOff = false;
  traceMask = 306n;
  /** When the AdminServer last did these: monotonic ms. */
  readonly lastAdminRuns: { snapshot: number | null; restore: number | null } = { snapshot: null, restore: null };

  constructor(parts: ServerParts) {
    this.engine = parts.engine;
    this.settings = parts.settings;
    this.clock = parts.clock;
    this.faults = parts.faults;
    this.authentication = parts.authentication;
    this.storage = parts.storage;
    this.random = parts.random;
    this.log = parts.log;
    this.#failed = parts.failed;
    this.startedMs = this.clock.now();
    this.localSessions = new LocalSessions(parts.clock.wallClock());
    this.sessionExpiry = new ExpiryQueue(this.settings.tickTime, this.startedMs);
    this.connectionExpiry = new ExpiryQueue(this.settings['nio.sessionlessCnxnTimeout'], this.startedMs);
    this.delivery = new Delivery(parts.journal, (error) => this.fail(error));
    this.#turns = new Turns(
      () => this.clock.now(),
      () => this.delivery.flush(),
    );
    for (const session of this.engine.sessions.values()) {
      this.touchSession(session.sessionId, session.sessionTimeoutMs);
    }
    this.#scheduleContainerCheck();
  }

  get frameBytesMax(): number {
    return this.settings['jute.maxbuffer'];
  }

  get minSessionTimeoutMs(): number {
    const { minSessionTimeout, tickTime } = this.settings;
    return minSessionTimeout === -1 ? tickTime * 2 : minSessionTimeout;
  }

  get maxSessionTimeoutMs(): number {
    const { maxSessionTimeout, tickTime } = this.settings;
    return maxSessionTimeout === -1 ? tickTime * 20 : maxSessionTimeout;
  }

  get isReadOnly(): boolean {
    return this.engine.settings.readOnly;
  }

  get uptimeMs(): number {
    return Math.floor(this.clock.now() - this.startedMs);
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  now(): number {
    return this.clock.now();
  }

  /** Whether a connection from there is taken; one that is not is closed at once, words included. */
  mayConnect(address: string): boolean {
    const isTaken = !this.#isStopped && !this.faults.refusesConnections && !this.#isFull(javaAddress(address));
    if (!isTaken) {
      this.figures.connectionsRejected++;
    }
    return isTaken;
  }

  /** A socket that was just accepted. */
  accept(socket: Socket, security: { readonly isSecure: boolean; readonly subject: string | null }): void {
    if (!this.mayConnect(socket.remoteAddress ?? '')) {
      socket.destroy();
      return;
    }
    const { isSecure, subject } = security;
    const connection = new Connection(this, socket, {
      isSecure,
      sessionlessTimeoutMs: this.settings['nio.sessionlessCnxnTimeout'],
      establishedMs: this.clock.wallClock(),
    });
    this.connections.add(connection);
    const { remoteAddress } = connection;
    this.#connectionsByAddress.set(remoteAddress, (this.#connectionsByAddress.get(remoteAddress) ?? 0) + 1);
    this.touch(connection);
    if (subject !== null) {
      connection.certificateSubject = subject;
      for (const identity of this.authentication.certificateIdentities(subject)) {
        connection.addIdentity(identity);
      }
    }
    this.faults.connected(connection);
  }

  #isFull(address: string): boolean {
    const { maxCnxns, maxClientCnxns } = this.settings;
    const fromThere = this.#connectionsByAddress.get(address) ?? 0;
    return (maxCnxns > 0 && this.connections.size >= maxCnxns) || (maxClientCnxns > 0 && fromThere >= maxClientCnxns);
  }

  enqueue(connection: Connection, isBusy: boolean): void {
    this.#turns.add(connection, isBusy);
  }

  enqueueOutput(connection: Connection): void {
    this.delivery.enqueue(connection);
  }

  flushOutput(): void {
    this.delivery.flush();
  }

  isWord(first: Buffer): boolean {
    return isKnownWord(first);
  }

  answerWord(connection: Connection, bytes: Buffer): void {
    answerWord(this, connection, bytes);
    this.delivery.flush();
  }

  handshake(connection: Connection, frame: Buffer): void {
    this.packetReceived(connection, frame.length);
    this.#orFail(() => shakeHands(this, connection, frame));
  }

  handle(connection: Connection, frame: Buffer): Handled {
    return handleRequest(this, connection, frame);
  }

  get isThrottling(): boolean {
    return this.outstandingCount > this.settings.globalOutstandingLimit;
  }

  outstandingChanged(by: number): void {
    this.outstandingCount += by;
  }

  /** A whole frame, its length not counted, or a word. */
  packetReceived(connection: Connection, bytes: number): void {
    connection.figures.packetsReceived++;
    this.figures.packetsReceived++;
    this.figures.bytesReceived += bytes;
  }

  packetSent(connection: Connection): void {
    connection.figures.packetsSent++;
    this.figures.packetsSent++;
  }

  /** Before anything that the log would have to hold. False: the disk is full, and this was the server's end. */
  mayWrite(): boolean {
    if (this.faults.isOutOfSpace) {
      this.fail(new LocalError('no space left on device'));
      return false;
    }
    return true;
  }

  /** What the log cannot hold is the server's end. */
  #orFail(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fail(error);
    }
  }

  /** A request is done: what cons, stat and srvr tell of it. */
  answered(connection: Connection, name: string, cxid: number): void {
    const { figures } = connection;
    const nowMs = this.clock.now();
    const latencyMs = Math.max(0, Math.floor(nowMs - connection.receivedMs));
    if (cxid >= 0) {
      figures.lastCxid = cxid;
    }
    figures.lastZxid = this.engine.lastZxid;
    figures.lastOp = name;
    figures.lastResponseMs = Math.floor(nowMs);
    figures.lastLatencyMs = latencyMs;
    figures.latency.add(latencyMs);
    this.figures.latency.add(latencyMs);
  }

  touch(connection: Connection): void {
    if (this.connectionExpiry.touch(connection, connection.sessionTimeoutMs, this.clock.now())) {
      this.#scheduleExpiry(this.connectionExpiry.nextDueMs);
    }
  }

  /** Its time begins anew. */
  touchSession(sessionId: bigint, sessionTimeoutMs: number): void {
    if (this.sessionExpiry.touch(sessionId, sessionTimeoutMs, this.clock.now())) {
      this.#scheduleExpiry(this.sessionExpiry.nextDueMs);
    }
  }

  left(connection: Connection): void {
    if (this.bySession.get(connection.sessionId) === connection) {
      this.bySession.delete(connection.sessionId);
    }
    if (connection.sessionId !== 0n) {
      this.engine.removePeer(connection);
    }
  }

  gone(connection: Connection): void {
    if (!this.connections.delete(connection)) {
      return;
    }
    this.connectionExpiry.remove(connection);
    const { remoteAddress } = connection;
    const count = (this.#connectionsByAddress.get(remoteAddress) ?? 1) - 1;
    if (count === 0) {
      this.#connectionsByAddress.delete(remoteAddress);
    } else {
      this.#connectionsByAddress.set(remoteAddress, count);
    }
    this.faults.disconnected(connection);
  }

  takeWriter(): JuteWriter {
    return this.#writers.pop() ?? new JuteWriter('server');
  }

  returnWriter(writer: JuteWriter): void {
    if (this.#writers.length < WRITERS_MAX) {
      this.#writers.push(writer);
    }
  }

  /** The session ends: by a time-out, or because a fault says so. Its connection is closed without a word. */
  expireSession(sessionId: bigint): void {
    this.sessionExpiry.remove(sessionId);
    if (this.localSessions.has(sessionId)) {
      this.endLocalSession(sessionId);
    } else if (this.mayWrite()) {
      this.#orFail(() => this.engine.closeSession(sessionId, 0));
    }
    this.bySession.get(sessionId)?.end();
  }

  /** One that only this server knows: no transaction. */
  createLocalSession(sessionTimeoutMs: number): LocalSession {
    const session = this.localSessions.create(sessionTimeoutMs);
    const header = {
      sessionId: session.sessionId,
      cxid: 0,
      zxid: this.engine.lastZxid,
      timeMs: this.clock.wallClock(),
    };
    this.engine.replay(header, { type: 'createSession', sessionTimeoutMs });
    return session;
  }

  endLocalSession(sessionId: bigint): void {
    this.localSessions.delete(sessionId);
    this.sessionExpiry.remove(sessionId);
    const header = { sessionId, cxid: 0, zxid: this.engine.lastZxid, timeMs: this.clock.wallClock() };
    this.engine.replay(header, { type: 'closeSession', paths: [] });
  }

  /** What is due by now: after a time-out, and after the clock was moved. */
  expireDue(): void {
    if (this.#isStopped) {
      return;
    }
    const now = this.clock.now();
    const sessions = this.isExpiryOff ? [] : this.sessionExpiry.poll(now);
    for (const sessionId of sessions) {
      this.log(`session 0x${sessionId.toString(16)} expired`);
      this.figures.sessionsExpired++;
      this.expireSession(sessionId);
    }
    for (const connection of this.connectionExpiry.poll(now)) {
      // A frozen one cannot notice; it is looked at again when its time has passed once more.
      if (connection.isFrozen) {
        this.touch(connection);
      } else {
        this.figures.sessionlessExpired++;
        connection.destroy();
      }
    }
    this.delivery.flush();
    this.#expiryDueMs = Number.POSITIVE_INFINITY;
    this.#scheduleExpiry(this.isExpiryOff ? null : this.sessionExpiry.nextDueMs);
    this.#scheduleExpiry(this.connectionExpiry.nextDueMs);
  }

  #scheduleExpiry(dueMs: number | null): void {
    if (dueMs === null || dueMs >= this.#expiryDueMs || this.#isStopped) {
      return;
    }
    this.#expiryDueMs = dueMs;
    this.clock.clearTimeout(this.#expiryTimer);
    const waitMs = Math.max(0, Math.ceil(dueMs - this.clock.now()));
    this.#expiryTimer = this.clock.setTimeout(() => this.expireDue(), waitMs);
  }

  #scheduleContainerCheck(): void {
    const intervalMs = this.settings['znode.container.checkIntervalMs'];
    this.#containersDueMs = this.clock.now() + intervalMs;
    this.#containerTimer = this.clock.setTimeout(() => this.#checkContainers(), intervalMs);
  }

  /** ContainerManager: what is empty or too old goes. */
  #checkContainers(): void {
    if (!this.isReadOnly && this.mayWrite()) {
      this.#orFail(() => this.engine.checkContainers());
      this.delivery.flush();
    }
    if (!this.#isStopped) {
      this.#scheduleContainerCheck();
    }
  }

  /** A member that loses or finds its quorum closes its connections and serves anew. */
  setReadOnly(isReadOnly: boolean): void {
    this.engine.settings.readOnly = isReadOnly;
    for (const sessionId of isReadOnly ? [] : this.localSessions.ids) {
      this.endLocalSession(sessionId);
    }
    for (const connection of [...this.connections]) {
      connection.destroy();
    }
  }

  /** By a fault: what is due now is due at once. */
  clockMoved(): void {
    this.clock.clearTimeout(this.#expiryTimer);
    this.#expiryDueMs = Number.POSITIVE_INFINITY;
    this.expireDue();
    if (this.clock.now() >= this.#containersDueMs) {
      this.clock.clearTimeout(this.#containerTimer);
      this.#checkContainers();
    }
  }

  /** It ends as a crashed process does. */
  fail(error: unknown): void {
    if (!this.#isStopped) {
      this.log(
        `severe unrecoverable error, the server ends: ${error instanceof Error ? error.message : String(error)}`,
      );
      this.stop();
      this.#failed(error);
    }
  }

  /** Cuts all connections; nothing is answered any more. Sessions stay as they are. */
  stop(): void {
    this.#isStopped = true;
    this.clock.clearTimeout(this.#expiryTimer);
    this.clock.clearTimeout(this.#containerTimer);
    this.#turns.stop();
    this.delivery.stop();
    for (const connection of [...this.connections]) {
      connection.destroy();
    }
  }
}
