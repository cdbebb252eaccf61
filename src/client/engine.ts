/**
 * The session on the wire. The only importer of node-zookeeper-client: its client and its ConnectionManager keep the
 * state, the credentials, the session's id and password and the gate in front of the queue; this subclass replaces the
 * transport, whose faults are many (connection cut in mid-reply, silent servers, storms of reconnects, frames read in
 * quadratic time …). test/client/library.test.ts guards the seams; each fault has a test of its own.
 *
 * Knows no operations: it moves InFlight requests from a queue to the wire and matches replies to them, in order.
 * Follows ClientCnxn (ZooKeeper 3.9), except where a comment says why not.
 */

import library, { type Client } from 'node-zookeeper-client';
import ConnectionManager from 'node-zookeeper-client/lib/ConnectionManager.js';
import { ConnectionError, isZkshError, ProtocolError } from '../errors.js';
import { errorName } from '../protocol/error-codes.js';
import { FrameSplitter } from '../protocol/frame.js';
import {
  type ConnectResponseValue,
  decodeConnectResponse,
  encodeConnectRequest,
  NO_PASSWORD,
} from '../protocol/handshake.js';
import { XID } from '../protocol/ids.js';
import { JuteReader } from '../protocol/jute.js';
import { decodeNotification } from '../protocol/messages.js';
import { OPS } from '../protocol/ops.js';
import type { AuthInfo, Clock, ServerAddress, SessionEvent, SessionState } from './api.js';
import { type AttemptFailure, AttemptLog, CLOSED } from './attempts.js';
import { type Credential, Credentials } from './auth.js';
import { formatServer } from './connect-string.js';
import { startDeadline } from './deadline.js';
import { type Ending, Exchange, REPLY_HEADER_BYTES } from './exchange.js';
import { Heartbeat } from './heartbeat.js';
import { InFlight, type Operation } from './in-flight.js';
import { Link } from './link.js';
import { headerFrame, PING_FRAME } from './priming.js';
import { startReadWriteSearch } from './read-write-search.js';
import { ServerRotation } from './server-rotation.js';
import { endOf, isConnected, isOver, nextState, type SessionMove } from './session-state.js';
import type { SocketOpener } from './socket-opener.js';

export interface EngineSettings {
  readonly servers: readonly ServerAddress[];
  readonly sessionTimeoutMs: number;
  readonly connectTimeoutMs: number;
  readonly waitMs: number | undefined;
  readonly readOnly: boolean;
  readonly auth: readonly AuthInfo[];
  readonly replyBytesMax: number;
  readonly shuffle: boolean;
  readonly eager: boolean;
  readonly opener: SocketOpener;
  readonly clock: Clock;
  readonly random: () => number;
  readonly debug: (line: string) => void;
}

/** Whom the engine tells. */
export interface EngineListener {
  onEvent(event: SessionEvent): void;
  /** In the order of the wire, between the replies. `zxid` -1: the server did not say. */
  onNotification(type: number, path: string, zxid: bigint): void;
  /** The frames that arm the watches again on a new connection. */
  rearmFrames(): readonly Buffer[];
}

/** The library parses it and nothing else; our own servers never go through its parser. */
const PLACEHOLDER = '127.0.0.1:2181';

/** One write to the socket gathers about this much. */
const WRITE_BYTES = 64 * 1024;
const ATTEMPT_MS_MIN = 100;
/** How long close() waits for the server's word where the caller names no time. */
export const CLOSE_MS = 2_000;

const ERROR_CODE = { unimplemented: -6, saslRequired: -124 } as const;

const LIBRARY_STATES: Readonly<Record<SessionState, number>> = {
  connecting: ConnectionManager.STATES.CONNECTING,
  connected: ConnectionManager.STATES.CONNECTED,
  connectedReadOnly: ConnectionManager.STATES.CONNECTED_READ_ONLY,
  disconnected: ConnectionManager.STATES.DISCONNECTED,
  expired: ConnectionManager.STATES.SESSION_EXPIRED,
  authFailed: ConnectionManager.STATES.AUTHENTICATION_FAILED,
  closed: ConnectionManager.STATES.CLOSED,
};

export interface Engine {
  readonly client: Client;
  readonly connection: ZkConnection;
}

/** A client of the library whose transport is ours. */
export function createEngine(settings: EngineSettings, listener: EngineListener): Engine {
  const client = library.createClient(PLACEHOLDER, { sessionTimeout: settings.sessionTimeoutMs, retries: 0 });
  const connection = new ZkConnection(settings, listener, client);
  client.connectionManager = connection;
  return { client, connection };
}

export class ZkConnection extends ConnectionManager {
  readonly #client: Client;
  readonly #settings: EngineSettings;
  readonly #listener: EngineListener;
  readonly #clock: Clock;
  readonly #rotation: ServerRotation;
  readonly #attempts: AttemptLog;

  #sessionState: SessionState = 'connecting';
  #server: ServerAddress | null = null;
  /** The connection, or the attempt at one. */
  #link: Link | null = null;
  #frames: FrameSplitter;
  /** When the connection was established, by the clock. */
  #establishedAt = 0;
  /** A connection has been established at some time. */
  #hasStood = false;
  /** The session is known to servers that serve writes; one that a read-only server gave is not. */
  #isGlobal = false;

  readonly #exchange = new Exchange();
  readonly #credentials: Credentials;
  /** Credentials and watches have been sent on this connection. */
  #isPrimed = false;
  #isFlushScheduled = false;
  /** By the clock; requests that wait longer than a session time-out are told so. */
  #lostAt = 0;

  #opened: Promise<void> | null = null;
  #opening: { resolve: () => void; reject: (error: Error) => void } | null = null;
  #closing: { readonly promise: Promise<void>; readonly resolve: () => void } | null = null;
  #switchTo: ServerAddress | null = null;

  #heartbeat: Heartbeat;
  #endGiveUp = (): void => {};
  #endClosing = (): void => {};
  #endSearch = (): void => {};
  #tickTimer: unknown;
  #retryTimer: unknown;
  #sweepTimer: unknown;
  readonly #probed = new Set<ServerAddress>();

  constructor(settings: EngineSettings, listener: EngineListener, client: Client) {
    super(PLACEHOLDER, client.options, client.onConnectionManagerState.bind(client));
    this.#client = client;
    this.#settings = settings;
    this.#listener = listener;
    this.#clock = settings.clock;
    this.#rotation = new ServerRotation(settings.servers, settings);
    this.#attempts = new AttemptLog(settings.servers.length);
    this.#frames = new FrameSplitter(settings.replyBytesMax);
    this.#heartbeat = new Heartbeat(settings.sessionTimeoutMs, 0);
    this.#credentials = new Credentials(
      settings.auth.map(({ scheme, credential }) => ({ scheme, auth: credential, waiting: [] })),
    );
    this.credentials = this.#credentials.kept;
    // The parent has bound its flush to the queue that it made; this one calls ours.
    this.packetQueue = {
      push: ({ request }) => this.#enqueue(request as InFlight),
      shift: () => undefined,
    };
  }

  get sessionState(): SessionState {
    return this.#sessionState;
  }

  get server(): ServerAddress | null {
    return this.#server;
  }

  get lastZxid(): bigint {
    return this.#exchange.lastZxid;
  }

  get queuedCount(): number {
    return this.#exchange.queuedCount;
  }

  /** How requests end, when no more are taken; null while they are. */
  get refusal(): Ending | null {
    if (this.#closing !== null && !isOver(this.#sessionState)) {
      return { code: 'SESSIONCLOSED', why: 'the session is being closed' };
    }
    return endOf(this.#sessionState);
  }

  /** Resolves when the session stands (eager: when bytes can be written). @throws ConnectionError */
  open(): Promise<void> {
    const refusal = this.refusal;
    if (refusal !== null) {
      return Promise.reject(new ConnectionError(refusal.code, refusal.why, { sessionOver: true }));
    }
    this.#opened ??= new Promise((resolve, reject) => {
      this.#opening = { resolve, reject };
      this.#client.connect();
    });
    return this.#opened;
  }

  /** Ends the wait of open(). */
  abandon(error: ConnectionError): void {
    if (this.#opening !== null) {
      this.#giveUp(error);
    }
  }

  override connect(): void {
    if (this.state !== ConnectionManager.STATES.DISCONNECTED || this.#sessionState !== 'connecting') {
      return;
    }
    super.setState(LIBRARY_STATES.connecting);
    const ms = this.#settings.waitMs ?? this.#settings.connectTimeoutMs;
    this.#endGiveUp = startDeadline(this.#clock, ms, () => this.#giveUp(this.#outOfTime(ms)));
    this.#attempt();
  }

  /** The attempt that was under way has come to nothing, too. */
  #outOfTime(ms: number): ConnectionError {
    if (this.#link !== null && this.#server !== null) {
      this.#attempts.addUnlessKnown(this.#server, { kind: 'silent', reason: `no answer within ${ms} ms` });
    }
    return this.#attempts.toError(ms);
  }

  /** What the facade calls. */
  override close(): void {
    void this.shutDown(CLOSE_MS);
  }

  // ---- one attempt -------------------------------------------------------------------------------------------------

  #attempt(): void {
    if (isOver(this.#sessionState)) {
      return;
    }
    const server = this.#rotation.take();
    const { opener } = this.#settings;
    const attemptMs = this.#attemptMs();
    this.#server = server;
    this.#settings.debug(`${formatServer(server)}: connecting, ${attemptMs} ms at most`);
    const explains = !this.#hasStood && !this.#probed.has(server);
    this.#probed.add(server);
    this.#link = new Link(
      { server, opener, clock: this.#clock, attemptMs, explains },
      {
        ready: () => this.onSocketConnected(),
        data: (chunk) => this.onSocketData(chunk),
        drained: () => this.onSocketDrain(),
        ended: (failure) => this.#endConnection(failure),
      },
    );
    this.socket = this.#link.socket;
  }

  #attemptMs(): number {
    const { connectTimeoutMs, servers } = this.#settings;
    const ms = this.#hasStood ? Math.min(connectTimeoutMs, this.sessionTimeout) : connectTimeoutMs;
    return Math.max(ATTEMPT_MS_MIN, Math.floor(ms / servers.length));
  }

  /** A read-only server's own sessions are unknown everywhere else. */
  #handshake(): Buffer {
    const isResumed = this.#isGlobal;
    return encodeConnectRequest({
      lastZxidSeen: this.lastZxid,
      sessionTimeoutMs: this.#settings.sessionTimeoutMs,
      sessionId: isResumed ? this.sessionId.readBigInt64BE() : 0n,
      password: isResumed ? this.sessionPassword : NO_PASSWORD,
      readOnly: this.#settings.readOnly,
    });
  }

  override onSocketConnected(): void {
    this.#frames = new FrameSplitter(this.#settings.replyBytesMax);
    // Behind the handshake of a session that may be gone they wait for the answer: a server that closes with bytes
    // unread resets the connection, and a reset can take the answer along.
    this.#isPrimed = !this.#isGlobal;
    this.#write(Buffer.concat([this.#handshake(), ...(this.#isPrimed ? this.#priming() : [])]));
    if (this.#settings.eager && !this.#hasStood) {
      this.#stands();
      this.#scheduleFlush();
    }
  }

  /** What goes before any request: credentials, then watches, so that these are set with our identities. */
  #priming(): Buffer[] {
    return this.#closing === null ? [...this.#credentials.frames(), ...this.#listener.rearmFrames()] : [];
  }

  // ---- what comes in -----------------------------------------------------------------------------------------------

  override onSocketData(chunk: Buffer): void {
    const link = this.#link;
    const now = this.#clock.now();
    this.#heartbeat.receivedPart(chunk.length, now);
    try {
      const frames = this.#frames;
      frames.push(chunk);
      for (let frame = frames.next(); frame !== null; frame = frames.next()) {
        this.#heartbeat.received(now);
        if (link?.isAnswered === false) {
          this.#readHandshake(frame);
        } else {
          this.#readReply(frame);
        }
        if (link !== this.#link) {
          return;
        }
      }
    } catch (error) {
      if (!isZkshError(error) || error.kind !== 'protocol') {
        throw error;
      }
      if (link?.isAnswered === true) {
        this.#exchange.blame(error);
      }
      this.#endConnection({
        kind: 'nonsense',
        reason: `it answered with something else than ZooKeeper's protocol (${error.message})`,
      });
    }
  }

  #readHandshake(frame: Buffer): void {
    const response = decodeConnectResponse(frame);
    if (response.kind === 'session') {
      this.#established(response);
    } else if (response.kind === 'refused') {
      this.#endConnection(refusedHandshake(response.err));
    } else if (this.#hasStood && this.#isGlobal) {
      this.#end('expired');
    } else {
      this.#endConnection({ kind: 'closed', reason: 'it refused to open a session' });
    }
  }

  #established(response: Extract<ConnectResponseValue, { kind: 'session' }>): void {
    const server = this.#server as ServerAddress;
    const isReadOnly = response.readOnly === true;
    const isResumed = this.#hasStood && this.sessionId.readBigInt64BE() === response.sessionId;
    this.#link?.answered();
    this.#endGiveUp();
    this.#hasStood = true;
    this.#establishedAt = this.#clock.now();
    this.#attempts.clear();
    this.#clock.clearTimeout(this.#sweepTimer);
    this.sessionId = Buffer.alloc(8);
    this.sessionId.writeBigInt64BE(response.sessionId);
    this.sessionPassword = response.password;
    // What was granted; what was asked for stays in the settings and is asked for each time.
    this.updateTimeout(response.sessionTimeoutMs);
    if (!isReadOnly) {
      this.#isGlobal = true;
    }
    this.#heartbeat = new Heartbeat(response.sessionTimeoutMs, this.#establishedAt);
    this.#tick();
    this.#move(isReadOnly ? 'establishedReadOnly' : 'established');
    this.#settings.debug(
      `${formatServer(server)}: session 0x${this.sessionId.toString('hex')} for ${response.sessionTimeoutMs} ms`,
    );
    if (!this.#isPrimed) {
      this.#isPrimed = true;
      this.sendPriming(this.#priming());
    }
    this.#emit({
      type: 'connected',
      server,
      resumed: isResumed,
      readOnly: isReadOnly,
      sessionId: response.sessionId,
      sessionTimeoutMs: response.sessionTimeoutMs,
    });
    if (this.#closing !== null) {
      this.#sendClose();
      return;
    }
    if (isReadOnly) {
      this.#searchReadWrite();
    }
    if (this.#credentials.areAnswered) {
      this.#stands();
    }
    this.#scheduleFlush();
  }

  /** Reads the header by hand: this is the path of every reply. */
  #readReply(frame: Buffer): void {
    if (frame.length < REPLY_HEADER_BYTES) {
      throw new ProtocolError(`a reply of ${frame.length} bytes`, { record: 'ReplyHeader' });
    }
    const xid = frame.readInt32BE(0);
    const code = frame.readInt32BE(12);
    if (xid >= 0) {
      this.#readAnswer(frame, xid, code);
    } else if (xid === XID.notification) {
      const event = decodeNotification(new JuteReader(frame, REPLY_HEADER_BYTES));
      this.#listener.onNotification(event.type, event.path, frame.readBigInt64BE(4));
    } else if (code === ERROR_CODE.saslRequired) {
      this.#authRefused('sasl');
    } else if (xid === XID.auth) {
      this.#readAuthReply(code);
    } else if (xid === XID.setWatches && code !== 0) {
      this.#endConnection({
        kind: 'closed',
        reason: `the server refused to arm the watches again (${errorName(code)})`,
      });
    } else if (xid !== XID.ping && xid !== XID.setWatches) {
      throw new ProtocolError(`a reply to number ${xid}, which was never asked`, {
        record: 'ReplyHeader',
        field: 'xid',
      });
    }
  }

  #readAnswer(frame: Buffer, xid: number, code: number): void {
    const request = this.#exchange.answer(frame, xid, code);
    if (code === ERROR_CODE.saslRequired) {
      this.#authRefused('sasl');
    } else if (code === ERROR_CODE.unimplemented && frame.readInt32BE(4) < 0) {
      // A number that it does not know, not a form of one that it knows: it hangs up, so nothing more is sent there.
      this.#endConnection({ kind: 'closed', reason: `it does not know ${request.operation.op}, and hangs up` });
    } else if (this.#switchTo !== null && this.#exchange.pendingCount === 0) {
      this.#switchServer();
    }
  }

  // ---- credentials -------------------------------------------------------------------------------------------------

  /** Kept for every connection to come; `request` is settled when a server has taken it. */
  addCredential(scheme: string, auth: Buffer, request: InFlight<void>): void {
    const refusal = this.refusal;
    if (refusal !== null) {
      request.end(refusal.code, refusal.why);
      return;
    }
    this.#keepCredential({ scheme, auth, waiting: [request] });
  }

  override addAuthInfo(scheme: string, auth: Buffer): void {
    this.#keepCredential({ scheme, auth, waiting: [] });
  }

  #keepCredential(credential: Credential): void {
    this.#credentials.kept.push(credential);
    if (this.#link?.isReady === true && this.#isPrimed) {
      this.#write(this.#credentials.send(credential));
    }
  }

  #readAuthReply(code: number): void {
    const refused = this.#credentials.answer(code);
    if (refused !== null) {
      this.#authRefused(refused);
    } else if (this.#credentials.areAnswered) {
      this.#stands();
    }
  }

  #authRefused(scheme: string): void {
    if (!isOver(this.#sessionState)) {
      this.#end('authRefused', { type: 'authFailed', scheme });
    }
  }

  // ---- what goes out -----------------------------------------------------------------------------------------------

  #enqueue(request: InFlight): void {
    if (!isConnected(this.#sessionState)) {
      request.queuedAt = this.#clock.now();
    }
    this.#exchange.enqueue(request);
    this.#scheduleFlush();
  }

  /** One flush a turn, so that requests made together leave together. */
  #scheduleFlush(): void {
    if (!this.#isFlushScheduled && this.#link?.isWritable === true) {
      this.#isFlushScheduled = true;
      process.nextTick(() => {
        this.#isFlushScheduled = false;
        this.onPacketQueueReadable();
      });
    }
  }

  override onSocketDrain(): void {
    this.onPacketQueueReadable();
  }

  /** Sends what is queued, as far as the socket takes it. */
  override onPacketQueueReadable(): void {
    while (this.#link?.isWritable === true && this.#switchTo === null) {
      const bytes = this.#exchange.take(WRITE_BYTES, this.#mayGo);
      if (bytes === null) {
        return;
      }
      this.#write(bytes);
    }
  }

  /**
   * Eager: behind the handshake without waiting for its answer. A write only where there is no other server to turn to:
   * were this one mute, nobody could say whether the write will happen.
   */
  readonly #mayGo = (request: InFlight): boolean => {
    const { eager, servers } = this.#settings;
    const isAnswered = this.#link?.isAnswered === true;
    return isAnswered || (eager && !this.#hasStood && (!request.operation.writes || servers.length === 1));
  };

  #write(bytes: Buffer): void {
    this.#heartbeat.sent(this.#clock.now());
    this.#link?.write(bytes);
  }

  /** Frames of SetWatches, between two connections as well as on one: without one there is nothing to arm. */
  sendPriming(frames: readonly Buffer[]): void {
    if (frames.length > 0 && isConnected(this.#sessionState)) {
      this.#write(Buffer.concat(frames));
    }
  }

  // ---- keeping alive -----------------------------------------------------------------------------------------------

  #tick(): void {
    this.#tickTimer = this.#clock.setTimeout(() => {
      const verdict = this.#heartbeat.tick(this.#clock.now());
      if (verdict === 'silent') {
        this.#endConnection({
          kind: 'silent',
          reason: `nothing heard for ${Math.round((this.sessionTimeout * 2) / 3)} ms`,
        });
        return;
      }
      if (verdict === 'ping') {
        this.#link?.write(PING_FRAME);
      }
      this.#tick();
    }, this.#heartbeat.tickMs);
  }

  #searchReadWrite(): void {
    const { servers } = this.#settings;
    const others = servers.filter((server) => server !== this.#server);
    this.#endSearch = startReadWriteSearch({
      ...this.#settings,
      servers: others.length > 0 ? others : servers,
      found: (server) => {
        this.#settings.debug(`${formatServer(server)}: serves writes; going there`);
        this.#switchTo = server;
        if (this.#exchange.pendingCount === 0) {
          this.#switchServer();
        }
      },
    });
  }

  #switchServer(): void {
    const server = this.#switchTo;
    this.#switchTo = null;
    if (server !== null) {
      this.#rotation.prefer(server);
      this.#endConnection({ kind: 'closed', reason: `${formatServer(server)} serves writes` });
    }
  }

  // ---- the end of a connection -------------------------------------------------------------------------------------

  override onSocketClosed(): void {
    this.#endConnection(CLOSED);
  }

  /** The connection, or the attempt, is over; what follows depends on what we are about. */
  #endConnection(failure: AttemptFailure): void {
    const server = this.#server as ServerAddress;
    const wasAnswered = this.#link?.isAnswered === true;
    this.#settings.debug(`${formatServer(server)}: ${failure.reason}`);
    this.#takeDown();
    if (wasAnswered) {
      this.#lost(server, failure.reason);
    } else {
      this.#attemptFailed(server, failure);
    }
  }

  #takeDown(): void {
    this.#link?.drop();
    this.#link = null;
    this.socket = undefined;
    this.#switchTo = null;
    this.#endSearch();
    this.#clock.clearTimeout(this.#tickTimer);
    this.#clock.clearTimeout(this.#retryTimer);
  }

  #lost(server: ServerAddress, reason: string): void {
    const name = formatServer(server);
    this.#rotation.ended(this.#clock.now() - this.#establishedAt);
    this.#exchange.lose({
      code: this.#closing === null ? 'CONNECTIONLOSS' : 'SESSIONCLOSED',
      why: `connection lost before the reply (${name}: ${reason})`,
      server: name,
    });
    this.#lostAt = this.#clock.now();
    if (this.#closing !== null) {
      this.#end('closed');
      return;
    }
    this.#move('lost');
    this.#emit({ type: 'disconnected', server, reason });
    this.#sweep();
    this.#retry();
  }

  #attemptFailed(server: ServerAddress, failure: AttemptFailure): void {
    const ending = {
      code: 'CONNECTIONLOSS',
      why: 'connection lost before the reply',
      server: formatServer(server),
    } as const;
    this.#exchange.takeBack(ending);
    this.#attempts.add(server, failure);
    this.#emit({ type: 'attemptFailed', server, reason: failure.reason });
    if (isOver(this.#sessionState)) {
      return;
    }
    if (this.#closing !== null && this.#rotation.isRoundOver) {
      this.#end('closed');
    } else if (!this.#hasStood && this.#settings.waitMs === undefined && this.#attempts.isHopeless) {
      this.#giveUp(this.#attempts.toError(null));
    } else {
      this.#retry();
    }
  }

  #retry(): void {
    if (isOver(this.#sessionState)) {
      return;
    }
    const delayMs = this.#closing === null ? this.#rotation.delayMs : 0;
    this.#retryTimer = this.#clock.setTimeout(() => this.#attempt(), delayMs);
  }

  /** A request that has waited for a connection as long as a session lasts without one is told so. */
  #sweep(): void {
    const dueAt = this.#clock.now() - this.sessionTimeout;
    this.#exchange.sweep((request) => !request.hasDeadline && Math.max(request.queuedAt, this.#lostAt) <= dueAt, {
      code: 'CONNECTIONLOSS',
      why: `no server could be reached for ${this.sessionTimeout} ms`,
    });
    this.#sweepTimer = this.#clock.setTimeout(() => this.#sweep(), this.#heartbeat.tickMs * 2);
  }

  // ---- the end of the session --------------------------------------------------------------------------------------

  /** Ends the session, on the server too where it can be reached within `deadlineMs`. Resolves in every case. */
  shutDown(deadlineMs: number): Promise<void> {
    if (this.#closing !== null) {
      return this.#closing.promise;
    }
    if (isOver(this.#sessionState)) {
      return Promise.resolve();
    }
    this.#closing = deferred();
    const { promise } = this.#closing;
    if (isConnected(this.#sessionState)) {
      this.#endClosing = startDeadline(this.#clock, deadlineMs, () => this.#end('closed'));
      this.#sendClose();
    } else if (this.#hasStood) {
      this.#endClosing = startDeadline(this.#clock, deadlineMs, () => this.#end('closed'));
      this.#closeFromAfar();
    } else {
      this.#endUnanswered();
    }
    return promise;
  }

  /** Behind everything that was asked before; the gate takes nothing more. */
  #sendClose(): void {
    super.setState(ConnectionManager.STATES.CLOSING);
    const request = new InFlight<void>(
      CLOSE_SESSION,
      () => this.#end('closed'),
      () => this.#end('closed'),
    );
    super.queue(request as InFlight);
  }

  /** Between two connections: the session still stands on the server, so it is worth one round of attempts. */
  #closeFromAfar(): void {
    this.#endAll({ code: 'SESSIONCLOSED', why: 'the session was closed' });
    this.#clock.clearTimeout(this.#sweepTimer);
    if (this.#link === null) {
      this.#clock.clearTimeout(this.#retryTimer);
      this.#attempt();
    }
  }

  /** The handshake may have left: then the order to close goes behind it. */
  #endUnanswered(): void {
    if (this.#link?.isReady === true) {
      this.#link.leave(headerFrame(0, OPS.closeSession.code), CLOSE_MS);
      this.#link = null;
    }
    this.#giveUp(new ConnectionError('SESSIONCLOSED', 'the session was closed', { sessionOver: true }));
  }

  /** There will be no first connection. */
  #giveUp(error: ConnectionError): void {
    this.#end('closed', undefined, error);
  }

  #stands(): void {
    this.#opening?.resolve();
    this.#opening = null;
  }

  #end(move: 'expired' | 'authRefused' | 'closed', event?: SessionEvent, error?: ConnectionError): void {
    if (isOver(this.#sessionState)) {
      return;
    }
    this.#takeDown();
    this.#endGiveUp();
    this.#endClosing();
    this.#clock.clearTimeout(this.#sweepTimer);
    this.#move(move);
    const ending = endOf(this.#sessionState) ?? { code: 'SESSIONCLOSED', why: 'the session was closed' };
    this.#endAll(error === undefined ? ending : { code: error.code, why: error.message });
    this.#opening?.reject(error ?? new ConnectionError(ending.code, ending.why, { sessionOver: true }));
    this.#opening = null;
    this.#emit(event ?? (move === 'expired' ? { type: 'expired' } : { type: 'closed' }));
    this.#closing?.resolve();
  }

  #endAll(ending: Ending): void {
    this.#exchange.endAll(ending);
    this.#credentials.endAll(ending);
  }

  /** The one setter. */
  #move(move: SessionMove): void {
    this.#sessionState = nextState(this.#sessionState, move);
    super.setState(LIBRARY_STATES[this.#sessionState]);
  }

  #emit(event: SessionEvent): void {
    this.#listener.onEvent(event);
  }
}

const CLOSE_SESSION: Operation<void> = {
  op: 'closeSession',
  code: OPS.closeSession.code,
  writes: true,
  path: undefined,
  frame: headerFrame(0, OPS.closeSession.code),
  accept: () => ({ value: undefined }),
  refuse: () => ({ value: undefined }),
};

/** A server answers with a bare error where it cannot even make a session: a read-only one does so. */
function refusedHandshake(code: number): AttemptFailure {
  const name = errorName(code);
  return name === 'NOTREADONLY'
    ? { kind: 'notReadOnly', reason: 'it is read-only for want of a quorum, and makes no sessions (NOTREADONLY)' }
    : { kind: 'closed', reason: `it refused to open a session (${name})` };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
