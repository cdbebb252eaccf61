/**
 * The interface that everything above the client depends on. Types only. The only implementation is session.ts.
 *
 * Every request may fail with: KeeperError (the server refused; codes of protocol/error-codes.ts), ConnectionError
 * (CONNECTIONLOSS, SESSIONEXPIRED, AUTHFAILED, SESSIONCLOSED, TIMEOUT, INTERRUPTED), ProtocolError (the reply made no
 * sense), UsageError (a path or a size that no server would take; nothing was sent). Each error's `applied` says
 * whether a write may have happened, `sessionOver` whether the session is gone.
 */
import type { AclEntry } from '../protocol/acl.js';
import type { WatchEvent, WatcherType } from '../protocol/events.js';
import type { JuteReader } from '../protocol/jute.js';
import type { CreateMode } from '../protocol/modes.js';
import type { ReadFrameOp } from '../protocol/read-frame.js';
import type { Stat } from '../protocol/stat.js';

export type SessionState =
  | 'connecting'
  | 'connected'
  | 'connectedReadOnly'
  | 'disconnected'
  | 'expired'
  | 'authFailed'
  | 'closed';

/** One server of an ensemble, as the connect string names it. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

export interface AuthInfo {
  readonly scheme: string;
  readonly credential: Buffer;
}

/** Contents of files, not their names: cli reads files, the client reads none. */
export interface TlsOptions {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly pkcs12?: Buffer;
  readonly passphrase?: string;
  /** The name the certificate must have, and SNI, whatever the connect string says. */
  readonly serverName?: string;
  /** Accept any certificate. */
  readonly insecure?: boolean;
  /** The certificate must be good, but may be for another server's name. */
  readonly anyServerName?: boolean;
}

/** The clock the client runs on; tests inject their own. */
export interface Clock {
  /** Monotonic, ms. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

export interface ConnectOptions {
  /** `host[:port][,host…][/chroot]`; IPv6 in brackets. Default `localhost:2181`. */
  readonly servers?: string;
  /** Wanted; the server answers with what it grants. Default 30,000. */
  readonly sessionTimeoutMs?: number;
  /** For the whole list of servers until the first session stands. Default 10,000. */
  readonly connectTimeoutMs?: number;
  /**
   * Keep trying until a server serves, at most this long, even where every server refuses.
   * Without it a list of servers that all refuse fails at once.
   */
  readonly waitMs?: number;
  /** Accept a server in read-only mode. Default false. */
  readonly readOnly?: boolean;
  readonly auth?: readonly AuthInfo[];
  readonly tls?: TlsOptions;
  /** Deadline of each request that gives none; 0 is none. Default 0. */
  readonly requestTimeoutMs?: number;
  /** Largest frame accepted from a server, bytes. Default 64 MiB. */
  readonly replyBytesMax?: number;
  /** Largest request, bytes: the server's jute.maxbuffer. Default 1,048,575. */
  readonly requestBytesMax?: number;
  /** Shuffle the servers. Default true. */
  readonly shuffle?: boolean;
  /**
   * Send requests right behind the handshake, without waiting for its answer: one round trip less for a
   * one-shot command. Default false.
   */
  readonly eager?: boolean;
  /** Ends the wait for the first session (INTERRUPTED); one that stands it does not touch. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** In [0, 1). Default Math.random. */
  readonly random?: () => number;
  /** Lines about the connection's inner life, for --debug. */
  readonly debug?: (line: string) => void;
}

export interface RequestOptions {
  /**
   * From the call, not from sending. 0 waits until the session ends, and, without a connection, no longer than a session
   * lasts without one (then CONNECTIONLOSS, not sent). Default: ConnectOptions.requestTimeoutMs.
   */
  readonly deadlineMs?: number;
  /** Ends the wait (ConnectionError INTERRUPTED, applied as it may be); the reply is still consumed. */
  readonly signal?: AbortSignal;
  /**
   * The path is the server's own: no chroot is put in front. For what lies outside of it, such as quotas. Known to exists,
   * getData, getChildren, create, setData, delete and multi; without watchers.
   */
  readonly absolute?: boolean;
}

export type Watcher = (event: WatchEvent) => void;

export interface ReadOptions extends RequestOptions {
  /** Leaves a one-shot watch. It fires at most once; session events do not go to it. */
  readonly watcher?: Watcher;
}

export interface CreateOptions extends RequestOptions {
  /** Default persistent. */
  readonly mode?: CreateMode;
  /** Default world:anyone:cdrwa. */
  readonly acl?: readonly AclEntry[];
  /** For ttl modes. */
  readonly ttlMs?: number;
}

export type MultiOp =
  | {
      readonly op: 'create';
      readonly path: string;
      readonly data: Buffer | null;
      readonly acl?: readonly AclEntry[];
      readonly mode?: CreateMode;
      readonly ttlMs?: number;
      /** False: the server need not answer with the stat, which makes the reply of many creates much smaller. Default true. */
      readonly withStat?: boolean;
    }
  | { readonly op: 'delete'; readonly path: string; readonly version?: number }
  | { readonly op: 'setData'; readonly path: string; readonly data: Buffer | null; readonly version?: number }
  | { readonly op: 'check'; readonly path: string; readonly version?: number };

export type MultiResult =
  | { readonly op: 'create'; readonly path: string; readonly stat: Stat | null }
  | { readonly op: 'delete' }
  | { readonly op: 'setData'; readonly stat: Stat }
  | { readonly op: 'check' }
  /** In a failed multi: OK before the one that failed, its own code, RUNTIMEINCONSISTENCY behind it. */
  | { readonly op: 'error'; readonly code: string };

export type MultiReadOp = { readonly op: 'getData' | 'getChildren'; readonly path: string };

export type MultiReadResult =
  | { readonly op: 'getData'; readonly data: Buffer | null; readonly stat: Stat }
  | { readonly op: 'getChildren'; readonly children: string[] }
  | { readonly op: 'error'; readonly code: string };

/** What happened to the session, in order. */
export type SessionEvent =
  /** `resumed`: the same session on a new connection; persistent watches were silent meanwhile: read again. */
  | {
      readonly type: 'connected';
      readonly server: ServerAddress;
      readonly resumed: boolean;
      readonly readOnly: boolean;
      readonly sessionId: bigint;
      readonly sessionTimeoutMs: number;
    }
  | { readonly type: 'disconnected'; readonly server: ServerAddress | null; readonly reason: string }
  /** One attempt that came to nothing; the next follows. */
  | { readonly type: 'attemptFailed'; readonly server: ServerAddress; readonly reason: string }
  | { readonly type: 'expired' }
  | { readonly type: 'authFailed'; readonly scheme: string }
  | { readonly type: 'closed' };

/** A persistent watch. */
export interface WatchHandle {
  readonly path: string;
  readonly mode: 'persistent' | 'persistentRecursive';
  /** Takes this watcher off; the server's watch too when it was the last one. */
  remove(options?: RequestOptions): Promise<void>;
}

/** One armed watch, for `watches` and the status line. */
export interface ArmedWatch {
  readonly path: string;
  readonly kind: 'data' | 'exists' | 'children' | 'persistent' | 'persistentRecursive';
  readonly watchersCount: number;
}

export interface Session {
  readonly state: SessionState;
  readonly sessionId: bigint;
  readonly sessionPassword: Buffer;
  /** As granted by the server; as asked for until then. */
  readonly sessionTimeoutMs: number;
  readonly server: ServerAddress | null;
  readonly servers: readonly ServerAddress[];
  /** `''` or `/path`. */
  readonly chroot: string;
  /** Highest zxid seen in a reply. */
  readonly lastZxid: bigint;
  readonly watches: readonly ArmedWatch[];

  /** Calls `listener` for each event from now on; the function returned ends that. */
  onEvent(listener: (event: SessionEvent) => void): () => void;

  exists(path: string, options?: ReadOptions): Promise<Stat | null>;
  getData(path: string, options?: ReadOptions): Promise<{ data: Buffer | null; stat: Stat }>;
  getChildren(path: string, options?: ReadOptions): Promise<{ children: string[]; stat: Stat }>;
  /** The final path (with its number, when sequential). `stat` is null from op 1 only, which is never used where create2 is known. */
  create(path: string, data: Buffer | null, options?: CreateOptions): Promise<{ path: string; stat: Stat | null }>;
  setData(path: string, data: Buffer | null, version?: number, options?: RequestOptions): Promise<Stat>;
  delete(path: string, version?: number, options?: RequestOptions): Promise<void>;
  getAcl(path: string, options?: RequestOptions): Promise<{ acl: AclEntry[]; stat: Stat }>;
  /** `version` is the aversion. */
  setAcl(path: string, acl: readonly AclEntry[], version?: number, options?: RequestOptions): Promise<Stat>;
  sync(path: string, options?: RequestOptions): Promise<string>;
  /** All or nothing. @throws KeeperError with `facts.index` and `facts.results` when refused. */
  multi(ops: readonly MultiOp[], options?: RequestOptions): Promise<MultiResult[]>;
  /** Independent reads in one request. @throws KeeperError UNIMPLEMENTED before 3.6 */
  multiRead(ops: readonly MultiReadOp[], options?: RequestOptions): Promise<MultiReadResult[]>;
  /**
   * A read whose request is ready and whose reply is taken as bytes, while it comes off the wire: for walks over hundreds of
   * thousands of znodes. Paths in it are the server's own, and none is checked.
   * @param frame the whole of it (protocol/read-frame.ts); may be sent again once the answer is there
   * @param read must read to the end; what it throws as Malformed ends the connection, as for any other reply
   */
  readFrame<T>(op: ReadFrameOp, frame: Buffer, read: (reply: JuteReader) => T, options?: RequestOptions): Promise<T>;
  addWatch(
    path: string,
    mode: 'persistent' | 'persistentRecursive',
    watcher: Watcher,
    options?: RequestOptions,
  ): Promise<WatchHandle>;
  checkWatches(path: string, type: WatcherType, options?: RequestOptions): Promise<void>;
  /**
   * Takes every watch of that kind on `path` off this session, here and on the server.
   * `local`: here also where the server cannot be asked.
   * @throws KeeperError NOWATCHER
   */
  removeWatches(
    path: string,
    type: WatcherType,
    options?: RequestOptions & { readonly local?: boolean },
  ): Promise<void>;
  getEphemerals(prefix?: string, options?: RequestOptions): Promise<string[]>;
  getAllChildrenNumber(path: string, options?: RequestOptions): Promise<number>;
  whoAmI(options?: RequestOptions): Promise<{ scheme: string; id: string }[]>;
  /** /zookeeper/config, whatever the chroot. */
  getConfig(options?: ReadOptions): Promise<{ data: Buffer | null; stat: Stat }>;
  reconfig(
    change: { joining?: string; leaving?: string; newMembers?: string; fromConfig?: bigint },
    options?: RequestOptions,
  ): Promise<{ data: Buffer | null; stat: Stat }>;
  /** Kept, and sent again after each reconnect. */
  addAuth(scheme: string, credential: Buffer, options?: RequestOptions): Promise<void>;
  /**
   * Ends the session on the server. Never throws, in any state; more than `deadlineMs` (default 2,000) it does not wait:
   * then the server ends the session, and its ephemerals, at its time-out.
   */
  close(deadlineMs?: number): Promise<void>;
}

/** The session of this run: opened at first need, replaced by `connect` or after expiry. */
export interface Connection {
  /** The session as it stands; null before the first need and after `close`. */
  readonly current: Session | null;
  /** As it will be used by the next `open`. */
  readonly servers: string;
  /** The current session, or a new one where there is none or it is over. Replays credentials. */
  open(): Promise<Session>;
  /** Ends the current session and opens one to `servers` (default: the same). */
  connect(servers?: string): Promise<Session>;
  /**
   * A session beside the current one, which knows nothing of it: to `servers` (default: the same), with the same
   * credentials. Whoever asks for it closes it.
   */
  openAnother(servers?: string, signal?: AbortSignal): Promise<Session>;
  close(): Promise<void>;
  /** Kept for sessions to come. */
  addAuth(scheme: string, credential: Buffer): Promise<void>;
  /** Events of whatever session is current. */
  onEvent(listener: (event: SessionEvent) => void): () => void;
}
