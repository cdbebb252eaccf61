/**
 * The only implementation of Session: puts operations.ts on engine.ts, keeps the watches, and takes the chroot on and
 * off. Knows no bytes and no sockets.
 */
import { ConnectionError, isKeeperError, LocalError, type ZkshError } from '../errors.js';
import type { AclEntry } from '../protocol/acl.js';
import { WATCH_EVENT_TYPES, type WatcherType, type WatchKind } from '../protocol/events.js';
import type { JuteReader } from '../protocol/jute.js';
import { REPLY_BYTES_MAX, REQUEST_BYTES_MAX } from '../protocol/limits.js';
import { isSequential } from '../protocol/modes.js';
import type { PathRules, ServerPath } from '../protocol/path.js';
import type { ReadFrameOp } from '../protocol/read-frame.js';
import { ANY_VERSION, type Stat } from '../protocol/stat.js';
import type {
  ArmedWatch,
  ConnectOptions,
  CreateOptions,
  MultiOp,
  MultiReadOp,
  MultiReadResult,
  MultiResult,
  ReadOptions,
  RequestOptions,
  ServerAddress,
  Session,
  SessionEvent,
  SessionState,
  Watcher,
  WatchHandle,
} from './api.js';
import { Chroot } from './chroot.js';
import { systemClock, systemRandom } from './clock.js';
import { DEFAULT_SERVERS, parseConnectString } from './connect-string.js';
import { CLOSE_MS, createEngine, type Engine, type ZkConnection } from './engine.js';
import { InFlight, type Operation } from './in-flight.js';
import { Listeners } from './listeners.js';
import * as operations from './operations.js';
import { setWatchesFrames } from './priming.js';
import { createSocketOpener } from './socket-opener.js';
import { Waiting } from './waiting.js';
import { WatchRegistry } from './watches.js';

const SESSION_TIMEOUT_MS = 30_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** More requests than this do not wait at once: whoever makes them without end is told, before memory ends. */
const QUEUED_REQUESTS_MAX = 250_000;
const CONFIG_PATH = '/zookeeper/config';

/**
 * Opens a session; resolves when it stands (`eager`: when bytes can be sent).
 * @throws ConnectionError why no server gave one, with all `attempts`; UsageError the connect string; LocalError TLS files
 */
export async function openSession(options: ConnectOptions = {}): Promise<Session> {
  const session = createSession(options);
  await session.open();
  return session;
}

/** A session that can be listened to before it is opened. */
export interface UnopenedSession extends Session {
  /** Once. Fails as openSession does. */
  open(): Promise<void>;
}

export function createSession(options: ConnectOptions = {}): UnopenedSession {
  return new ZkSession(options);
}

class ZkSession implements UnopenedSession {
  readonly servers: readonly ServerAddress[];
  readonly #chroot: Chroot;
  readonly #scope: operations.OperationScope;
  /** For paths that are the server's own. */
  readonly #absoluteScope: operations.OperationScope;
  readonly #client: Engine['client'];
  readonly #connection: ZkConnection;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: Waiting;
  readonly #watches = new WatchRegistry();
  readonly #listeners = new Listeners();
  /** Servers before 3.5 do not know create2; those before 3.9 no removal by the kind of persistent watch. */
  #hasCreate2 = true;
  #hasRemovalByMode = true;

  constructor(options: ConnectOptions) {
    const { servers, chroot } = parseConnectString(options.servers ?? DEFAULT_SERVERS);
    const clock = options.clock ?? systemClock;
    this.servers = servers;
    this.#chroot = new Chroot(chroot);
    this.#scope = { chroot: this.#chroot, requestBytesMax: options.requestBytesMax ?? REQUEST_BYTES_MAX };
    this.#absoluteScope = { ...this.#scope, chroot: new Chroot('') };
    this.#signal = options.signal;
    this.#waiting = new Waiting(clock, options.requestTimeoutMs ?? 0);
    const settings = {
      servers,
      sessionTimeoutMs: options.sessionTimeoutMs ?? SESSION_TIMEOUT_MS,
      connectTimeoutMs: options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
      waitMs: options.waitMs,
      readOnly: options.readOnly ?? false,
      auth: options.auth ?? [],
      replyBytesMax: options.replyBytesMax ?? REPLY_BYTES_MAX,
      shuffle: options.shuffle ?? true,
      eager: options.eager ?? false,
      opener: createSocketOpener(options.tls, clock),
      clock,
      random: options.random ?? systemRandom,
      debug: options.debug ?? (() => {}),
    };
    const engine = createEngine(settings, {
      onEvent: (event) => this.#onEvent(event),
      onNotification: (type, path, zxid) => this.#onNotification(type, path as ServerPath, zxid),
      rearmFrames: () => this.#rearmFrames(),
    });
    this.#client = engine.client;
    this.#connection = engine.connection;
  }

  async open(): Promise<void> {
    const signal = this.#signal;
    if (signal?.aborted === true) {
      throw new ConnectionError('INTERRUPTED', 'interrupted before there was a session', { sessionOver: true });
    }
    const abort = (): void =>
      this.#connection.abandon(
        new ConnectionError('INTERRUPTED', 'interrupted before there was a session', { sessionOver: true }),
      );
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await this.#connection.open();
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  get state(): SessionState {
    return this.#connection.sessionState;
  }

  get sessionId(): bigint {
    return this.#client.getSessionId().readBigInt64BE();
  }

  get sessionPassword(): Buffer {
    return this.#client.getSessionPassword();
  }

  get sessionTimeoutMs(): number {
    return this.#client.getSessionTimeout();
  }

  get server(): ServerAddress | null {
    return this.#connection.server;
  }

  get chroot(): string {
    return this.#chroot.prefix;
  }

  get lastZxid(): bigint {
    return this.#connection.lastZxid;
  }

  get watches(): readonly ArmedWatch[] {
    return this.#watches
      .list()
      .map(({ kind, path, watchersCount }) => ({ kind, path: this.#chroot.fromServer(path), watchersCount }));
  }

  onEvent(listener: (event: SessionEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  // ---- reads -------------------------------------------------------------------------------------------------------

  exists(path: string, options?: ReadOptions): Promise<Stat | null> {
    return this.#ask(options, () => {
      const scope = this.#scopeOf(options);
      const pair = pairIn(scope, path, 'exists');
      const watch = this.#needsWatch('exists', pair.server, options?.watcher);
      return operations.exists(scope, pair, watch, (kind) => this.#left(kind, pair.server, options?.watcher));
    });
  }

  getData(path: string, options?: ReadOptions): Promise<{ data: Buffer | null; stat: Stat }> {
    return this.#ask(options, () => this.#getData(pairIn(this.#scopeOf(options), path, 'getData'), options?.watcher));
  }

  getConfig(options?: ReadOptions): Promise<{ data: Buffer | null; stat: Stat }> {
    return this.#ask(options, () =>
      this.#getData({ user: CONFIG_PATH, server: CONFIG_PATH as ServerPath }, options?.watcher),
    );
  }

  getChildren(path: string, options?: ReadOptions): Promise<{ children: string[]; stat: Stat }> {
    return this.#ask(options, () => {
      const scope = this.#scopeOf(options);
      const pair = pairIn(scope, path, 'getChildren');
      const watch = this.#needsWatch('children', pair.server, options?.watcher);
      return operations.getChildren(scope, pair, watch, () => this.#left('children', pair.server, options?.watcher));
    });
  }

  getAcl(path: string, options?: RequestOptions): Promise<{ acl: AclEntry[]; stat: Stat }> {
    return this.#ask(options, () => operations.getAcl(this.#scope, this.#pair(path, 'getACL')));
  }

  multiRead(ops: readonly MultiReadOp[], options?: RequestOptions): Promise<MultiReadResult[]> {
    return this.#ask(options, () =>
      operations.multiRead(
        this.#scope,
        ops.map(({ op, path }) => ({ op, path: this.#chroot.toServer(path, op), watch: false })),
      ),
    );
  }

  readFrame<T>(op: ReadFrameOp, frame: Buffer, read: (reply: JuteReader) => T, options?: RequestOptions): Promise<T> {
    return this.#ask(options, () => operations.readFrame(this.#scope, op, frame, read));
  }

  getEphemerals(prefix = '', options?: RequestOptions): Promise<string[]> {
    return this.#ask(options, () => operations.getEphemerals(this.#scope, prefix));
  }

  getAllChildrenNumber(path: string, options?: RequestOptions): Promise<number> {
    return this.#ask(options, () =>
      operations.getAllChildrenNumber(this.#scope, this.#pair(path, 'getAllChildrenNumber')),
    );
  }

  whoAmI(options?: RequestOptions): Promise<{ scheme: string; id: string }[]> {
    return this.#ask(options, () => operations.whoAmI(this.#scope));
  }

  sync(path: string, options?: RequestOptions): Promise<string> {
    return this.#ask(options, () => operations.sync(this.#scope, this.#pair(path, 'sync')));
  }

  // ---- writes ------------------------------------------------------------------------------------------------------

  async create(
    path: string,
    data: Buffer | null,
    options: CreateOptions = {},
  ): Promise<{ path: string; stat: Stat | null }> {
    const { mode = 'persistent', acl, ttlMs } = options;
    const make = (): Operation<{ path: string; stat: Stat | null }> => {
      const scope = this.#scopeOf(options);
      const pair = pairIn(scope, path, 'create', { sequential: isSequential(mode) });
      return operations.create(scope, pair, { data, acl, mode, ttlMs }, this.#hasCreate2);
    };
    return this.#withoutCreate2(() => this.#ask(options, make));
  }

  setData(path: string, data: Buffer | null, version = ANY_VERSION, options?: RequestOptions): Promise<Stat> {
    return this.#ask(options, () => {
      const scope = this.#scopeOf(options);
      return operations.setData(scope, pairIn(scope, path, 'setData'), data, version);
    });
  }

  delete(path: string, version = ANY_VERSION, options?: RequestOptions): Promise<void> {
    return this.#ask(options, () => {
      const scope = this.#scopeOf(options);
      return operations.remove(scope, pairIn(scope, path, 'delete'), version);
    });
  }

  setAcl(path: string, acl: readonly AclEntry[], version = ANY_VERSION, options?: RequestOptions): Promise<Stat> {
    return this.#ask(options, () => operations.setAcl(this.#scope, this.#pair(path, 'setACL'), acl, version));
  }

  multi(ops: readonly MultiOp[], options?: RequestOptions): Promise<MultiResult[]> {
    return this.#ask(options, () => {
      const scope = this.#scopeOf(options);
      const withPaths = ops.map((op) => {
        const rules = { sequential: op.op === 'create' && isSequential(op.mode ?? 'persistent') };
        return { ...op, server: scope.chroot.toServer(op.path, op.op, rules) };
      });
      return operations.multi(scope, withPaths, this.#hasCreate2);
    });
  }

  reconfig(
    change: { joining?: string; leaving?: string; newMembers?: string; fromConfig?: bigint },
    options?: RequestOptions,
  ): Promise<{ data: Buffer | null; stat: Stat }> {
    return this.#ask(options, () => operations.reconfig(this.#scope, change));
  }

  // ---- watches -----------------------------------------------------------------------------------------------------

  async addWatch(
    path: string,
    mode: 'persistent' | 'persistentRecursive',
    watcher: Watcher,
    options?: RequestOptions,
  ): Promise<WatchHandle> {
    // One watcher function may be on several handles: each handle has its own.
    const own: Watcher = (event) => watcher(event);
    const pair = this.#pair(path, 'addWatch');
    const added = this.#ask(options, () =>
      operations.addWatch(this.#scope, pair, mode, () => this.#watches.add(mode, pair.server, own)),
    );
    if (mode === 'persistent' && this.#watches.has('persistentRecursive', pair.server)) {
      // Before 3.9 a path has one mode, the last one sent, and only a recursive watch brings what both need. Should this
      // be lost, the next connection arms both in that order.
      this.#ask(options, () => operations.addWatch(this.#scope, pair, 'persistentRecursive', () => {})).catch(() => {});
    }
    await added;
    let removal: Promise<void> | null = null;
    return {
      path,
      mode,
      remove: (removeOptions) => {
        removal ??= this.#removeWatcher(pair, mode, own, removeOptions).catch((error: unknown) => {
          removal = null;
          throw error;
        });
        return removal;
      },
    };
  }

  async checkWatches(path: string, type: WatcherType, options?: RequestOptions): Promise<void> {
    const pair = this.#pair(path, 'checkWatches');
    try {
      await this.#ask(options, () => operations.checkWatches(this.#scope, pair, type));
    } catch (error) {
      // A one-shot watch that a persistent one covers stands here only.
      if (!isKeeperError(error, 'NOWATCHER') || !this.#stands(type, pair.server)) {
        throw error;
      }
    }
  }

  async removeWatches(
    path: string,
    type: WatcherType,
    options?: RequestOptions & { readonly local?: boolean },
  ): Promise<void> {
    const pair = this.#pair(path, 'removeWatches');
    const hadAny = this.#stands(type, pair.server);
    const canAsk = this.state === 'connected' || this.state === 'connectedReadOnly';
    const lastZxid = this.lastZxid;
    try {
      // Where the server cannot be asked, the watch is simply not armed again on the next connection.
      if (options?.local !== true || canAsk || !hadAny) {
        await this.#removeOnServer(pair, type, options);
      }
    } catch (error) {
      const isKnownHere = hadAny && (isKeeperError(error, 'NOWATCHER') || (options?.local === true && isLoss(error)));
      if (!isKnownHere) {
        throw error;
      }
    }
    this.#watches.removeAll(KINDS_OF_TYPE[type], pair.server);
    this.#rearm(pair.server, lastZxid);
  }

  async #removeWatcher(
    pair: operations.PathPair,
    mode: 'persistent' | 'persistentRecursive',
    watcher: Watcher,
    options: RequestOptions | undefined,
  ): Promise<void> {
    const others = this.#watches.remove(mode, pair.server, watcher);
    if (others || this.#connection.refusal !== null) {
      return;
    }
    const lastZxid = this.lastZxid;
    try {
      await this.#removeOnServer(pair, mode, options);
    } catch (error) {
      // It ended with its connection, and is not armed again.
      if (!isKeeperError(error, 'NOWATCHER') && !isLoss(error)) {
        throw error;
      }
    }
    this.#rearm(pair.server, lastZxid);
  }

  /** Servers before 3.9 cannot take one mode off a path: there all of it goes, and what stays is armed again. */
  async #removeOnServer(
    pair: operations.PathPair,
    type: WatcherType,
    options: RequestOptions | undefined,
  ): Promise<void> {
    const isByMode = type === 'persistent' || type === 'persistentRecursive';
    if (isByMode && this.#hasRemovalByMode) {
      try {
        return await this.#ask(options, () => operations.removeWatches(this.#scope, pair, type));
      } catch (error) {
        if (!isKeeperError(error, 'MARSHALLINGERROR')) {
          throw error;
        }
        this.#hasRemovalByMode = false;
      }
    }
    return this.#ask(options, () => operations.removeWatches(this.#scope, pair, isByMode ? 'any' : type));
  }

  #stands(type: WatcherType, path: ServerPath): boolean {
    return KINDS_OF_TYPE[type].some((kind) => this.#watches.has(kind, path));
  }

  /** To send a one-shot watch where a persistent one delivers would harm that one on servers before 3.9. */
  #needsWatch(kind: 'data' | 'exists' | 'children', path: ServerPath, watcher: Watcher | undefined): boolean {
    return watcher !== undefined && !this.#watches.covers(kind, path);
  }

  #left(kind: 'data' | 'exists' | 'children', path: ServerPath, watcher: Watcher | undefined): void {
    if (watcher !== undefined) {
      this.#watches.add(kind, path, watcher);
    }
  }

  /**
   * After something was taken off `path` on the server: what is still waited for there stands again. `lastZxid` is that
   * before the removal: what has changed since is told at once, and what was told before waits no more.
   */
  #rearm(path: ServerPath, lastZxid: bigint): void {
    this.#connection.sendPriming(this.#framesFor(path, lastZxid));
  }

  #rearmFrames(): readonly Buffer[] {
    return this.#watches.isEmpty ? [] : this.#framesFor(undefined, this.lastZxid);
  }

  #framesFor(path: ServerPath | undefined, lastZxid: bigint): Buffer[] {
    return setWatchesFrames(this.#watches.paths(path), lastZxid, this.#scope.requestBytesMax);
  }

  /** In microtasks: behind the continuations of earlier replies, before those of later ones; one that throws is alone. */
  #onNotification(type: number, path: ServerPath, zxid: bigint): void {
    const known = WATCH_EVENT_TYPES.get(type);
    if (known === undefined) {
      return;
    }
    const tellsZxid = zxid > 0n;
    for (const delivery of this.#watches.take(known, path, tellsZxid)) {
      const event = {
        type: delivery.type,
        path: this.#chroot.fromServer(delivery.path),
        zxid: tellsZxid ? zxid : null,
      };
      queueMicrotask(() => delivery.watcher(event));
    }
  }

  // ---- the session itself ------------------------------------------------------------------------------------------

  addAuth(scheme: string, credential: Buffer, options?: RequestOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = new InFlight<void>(ADD_AUTH, resolve, reject);
      this.#waiting.begin(request as InFlight, options);
      this.#connection.addCredential(scheme, Buffer.from(credential), request);
    });
  }

  close(deadlineMs = CLOSE_MS): Promise<void> {
    return this.#connection.shutDown(deadlineMs);
  }

  #onEvent(event: SessionEvent): void {
    if (event.type === 'expired' || event.type === 'closed' || event.type === 'authFailed') {
      this.#watches.clear();
    }
    this.#listeners.tell(event);
  }

  // ---- how everything is asked -------------------------------------------------------------------------------------

  /** What `make` throws (a wrong path, too large a request) rejects; nothing was sent then. */
  #ask<T>(options: RequestOptions | undefined, make: () => Operation<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const request = new InFlight<T>(make(), resolve, reject) as InFlight;
      const refusal = this.#connection.refusal;
      if (refusal !== null) {
        request.end(refusal.code, refusal.why);
        return;
      }
      if (this.#connection.queuedCount >= QUEUED_REQUESTS_MAX) {
        reject(new LocalError(`${QUEUED_REQUESTS_MAX} requests wait already; wait for some of them first`));
        return;
      }
      if (options !== undefined || this.#waiting.hasDefault) {
        this.#waiting.begin(request, options);
      }
      if (!request.isSettled) {
        this.#connection.queue(request);
      }
    });
  }

  #pair(path: string, op: string, rules?: PathRules): operations.PathPair {
    return pairIn(this.#scope, path, op, rules);
  }

  #scopeOf(options: RequestOptions | undefined): operations.OperationScope {
    return options?.absolute === true ? this.#absoluteScope : this.#scope;
  }

  #getData(pair: operations.PathPair, watcher: Watcher | undefined) {
    const watch = this.#needsWatch('data', pair.server, watcher);
    return operations.getData(this.#scope, pair, watch, () => this.#left('data', pair.server, watcher));
  }

  /** The server has said that it does not know the op, so nothing was done, and once is enough to remember it. */
  async #withoutCreate2<T>(ask: () => Promise<T>): Promise<T> {
    const hadCreate2 = this.#hasCreate2;
    try {
      return await ask();
    } catch (error) {
      if (!hadCreate2 || !isKeeperError(error, 'UNIMPLEMENTED') || error.op !== 'create2') {
        throw error;
      }
      this.#hasCreate2 = false;
      return ask();
    }
  }
}

function pairIn(
  { chroot }: operations.OperationScope,
  path: string,
  op: string,
  rules?: PathRules,
): operations.PathPair {
  return { user: path, server: chroot.toServer(path, op, rules) };
}

const KINDS_OF_TYPE: Readonly<Record<WatcherType, readonly WatchKind[]>> = {
  data: ['data', 'exists'],
  children: ['children'],
  any: ['data', 'exists', 'children', 'persistent', 'persistentRecursive'],
  persistent: ['persistent'],
  persistentRecursive: ['persistentRecursive'],
};

/** Credentials do not go through the queue; only their wait is a request's. */
const ADD_AUTH: Operation<void> = {
  op: 'addAuth',
  code: 100,
  writes: false,
  path: undefined,
  frame: Buffer.alloc(0),
  accept: () => ({ value: undefined }),
  refuse: () => ({ value: undefined }),
};

function isLoss(error: unknown): boolean {
  return (error as Partial<ZkshError>).code === 'CONNECTIONLOSS';
}
