/**
 * What ZooKeeper's Java class ZooKeeper is to zkCli.sh: it connects by itself and in the background, is given up only
 * when it is closed or over, and tells its events as text. Commands know the session by `ask` only.
 */
import type { AuthInfo, ConnectOptions, Session, SessionEvent } from '../client/api.js';
import { systemClock } from '../client/clock.js';
import { createSession } from '../client/session.js';
import type { WatchEvent } from '../protocol/events.js';
import { codeOf, type KeeperException } from './messages.js';
import { type KeeperState, type RemovedWatch, removedBlock, stateBlock, znodeBlock } from './render.js';

/** What stands for the scheme where the server refuses to serve without one (SESSIONCLOSEDREQUIRESASLAUTH). */
const DEMANDED = 'sasl';

/** ZooKeeper.States, as the prompt shows it. */
export type HandleState = 'CONNECTING' | 'CONNECTED' | 'CONNECTEDREADONLY' | 'CLOSED' | 'AUTH_FAILED';

/** Where WATCHER blocks go. What happens to the connection is told at once; the rest when the command is done. */
export interface EventSink {
  atOnce(block: string): void;
  later(block: string): void;
}

export interface HandleOptions {
  readonly connect: ConnectOptions;
  /** Of -timeout: without a positive one no connection is ever made. */
  readonly sessionTimeoutMs: number;
}

const LOSS = 'CONNECTIONLOSS';

type OpenedSession = ReturnType<typeof createSession>;

/** A request that failed: Java's KeeperException. */
export class KeeperFailure extends Error implements KeeperException {
  readonly code: string;
  readonly path: string | null;

  constructor(code: string, path: string | null) {
    super(code);
    this.code = code;
    this.path = path;
  }
}

export class Handle {
  readonly #options: HandleOptions;
  readonly #events: EventSink;
  readonly #credentials: AuthInfo[] = [];
  #session: OpenedSession | null = null;
  #opening: Promise<void> | null = null;
  #end: 'CLOSED' | 'AUTH_FAILED' | null = null;
  /** Commands that wait while there is no connection. */
  readonly #waiting = new Set<() => void>();
  #authAnswer: Promise<void> | null = null;
  #onState = () => {};
  #isMute = false;
  /** Since it was last connected. */
  #hasFailedAgain = false;
  #last: { event: WatchEvent; sources: Set<object> } | null = null;

  constructor(options: HandleOptions, events: EventSink) {
    this.#options = options;
    this.#events = events;
  }

  get state(): HandleState {
    if (this.#end !== null) {
      return this.#end;
    }
    const { state } = this.#session ?? { state: 'connecting' };
    if (state === 'connected') {
      return 'CONNECTED';
    }
    if (state === 'connectedReadOnly') {
      return 'CONNECTEDREADONLY';
    }
    // Java waits a while before it connects again, and until then has forgotten nothing.
    return state === 'disconnected' && !this.#hasFailedAgain ? 'CONNECTED' : 'CONNECTING';
  }

  get isAlive(): boolean {
    return this.#end === null;
  }

  /** Begins to connect. The promise says how the first attempt ended, and is never rejected. */
  connect(): Promise<void> {
    return this.#open().then(
      () => {},
      () => {},
    );
  }

  /** Waits for the attempt to connect that is under way. */
  async connected(): Promise<void> {
    await this.#opening?.catch(() => {});
  }

  /** Waits for the answer to the last credential too. */
  async settled(): Promise<void> {
    await this.connected();
    await this.#authAnswer;
  }

  /** Waits until the connection is in `state`, or the time is over. */
  stateBecomes(state: HandleState, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = systemClock.setTimeout(resolve, Math.max(0, ms));
      this.#onState = () => {
        if (this.state === state || !this.isAlive) {
          systemClock.clearTimeout(timer);
          resolve();
        }
      };
    });
  }

  /**
   * @param path what the message of a failure names; null: nothing
   * @throws KeeperFailure the server's no, the loss of the connection, or what the state of this handle is
   */
  async ask<T>(path: string | null, request: (session: Session) => Promise<T>): Promise<T> {
    let giveUp = () => {};
    const lost = new Promise<never>((_, reject) => {
      giveUp = () => reject(new KeeperFailure(LOSS, path));
    });
    lost.catch(() => {});
    this.#waiting.add(giveUp);
    try {
      return await Promise.race([lost, this.#open().then(request)]);
    } catch (error) {
      throw new KeeperFailure(error instanceof KeeperFailure ? error.code : codeOf(error), path);
    } finally {
      this.#waiting.delete(giveUp);
    }
  }

  /** Sent when there is a connection; nobody waits for the answer but the next command. */
  addAuth(scheme: string, credential: Buffer | null): void {
    // A server refuses digest without a credential, as it does a scheme that it does not know; the others look at none.
    const asked = credential === null && scheme === 'digest' ? 'digest without a credential' : scheme;
    const auth = { scheme: asked, credential: credential ?? Buffer.alloc(0) };
    this.#credentials.push(auth);
    this.#authAnswer = this.#session?.addAuth(auth.scheme, auth.credential).catch(() => {}) ?? null;
  }

  /** For one-shot watches. */
  readonly watcher = (event: WatchEvent): void => this.#tell(event, this);

  /** For persistent watches: the same event may come by several of them, and is told once. */
  persistentWatcher(): (event: WatchEvent) => void {
    const source = {};
    return (event) => this.#tell(event, source);
  }

  tellRemoved(type: RemovedWatch, path: string): void {
    this.#events.later(removedBlock(type, path));
  }

  /** Ends the session, and says so. */
  async close(): Promise<void> {
    if (!this.isAlive) {
      return;
    }
    this.#end = 'CLOSED';
    await this.#session?.close();
    this.#events.atOnce(stateBlock('Closed'));
  }

  /** Ends the session without a word: not even that its own ephemeral znodes have gone. */
  async end(): Promise<void> {
    this.#isMute = true;
    this.#end ??= 'CLOSED';
    await this.#session?.close();
  }

  async #open(): Promise<Session> {
    if (this.#end !== null) {
      throw new KeeperFailure(this.#end === 'AUTH_FAILED' ? 'AUTHFAILED' : 'SESSIONEXPIRED', null);
    }
    if (this.#options.sessionTimeoutMs <= 0) {
      throw new KeeperFailure(LOSS, null);
    }
    if (this.#opening !== null) {
      await this.#opening;
    }
    if (this.#session === null) {
      this.#opening = this.#openNew();
      await this.#opening;
    }
    if (this.#session === null) {
      throw new KeeperFailure(LOSS, null);
    }
    return this.#session;
  }

  /** A session that could not be opened is forgotten: the next command tries again. */
  async #openNew(): Promise<void> {
    const { connect, sessionTimeoutMs } = this.#options;
    const session = createSession({ ...connect, sessionTimeoutMs, auth: [...this.#credentials] });
    this.#session = session;
    let isStanding = false;
    session.onEvent((event) => {
      isStanding ||= event.type === 'connected';
      this.#onEvent(event, isStanding);
    });
    try {
      await session.open();
    } catch (error) {
      this.#session = null;
      throw new KeeperFailure(codeOf(error), null);
    } finally {
      this.#opening = null;
    }
  }

  #onEvent(event: SessionEvent, hasStood: boolean): void {
    if (event.type === 'attemptFailed') {
      this.#hasFailedAgain = true;
      this.#loseWaiting(hasStood);
      return;
    }
    this.#hasFailedAgain &&= event.type !== 'connected';
    const state = this.#stateOf(event);
    if (state === null || this.#end !== null) {
      return;
    }
    if (state === 'Expired') {
      this.#end = 'CLOSED';
    } else if (state === 'AuthFailed') {
      this.#end = 'AUTH_FAILED';
    }
    // Of a server that demands credentials from the start Java knows only that it hung up.
    if (event.type !== 'authFailed' || event.scheme !== DEMANDED) {
      this.#events.atOnce(stateBlock(state));
    }
    this.#onState();
  }

  #stateOf(event: SessionEvent): KeeperState | null {
    switch (event.type) {
      case 'connected':
        return event.readOnly ? 'ConnectedReadOnly' : 'SyncConnected';
      case 'disconnected':
        return 'Disconnected';
      case 'expired':
        return 'Expired';
      case 'authFailed':
        return 'AuthFailed';
      default:
        return null;
    }
  }

  /** Of a session that stood once: how its first attempts end is told by open(). */
  #loseWaiting(hasStood: boolean): void {
    if (hasStood) {
      for (const giveUp of this.#waiting) {
        giveUp();
      }
    }
  }

  /** A znode's event comes once for each watch that it hits; zkCli.sh has one watcher, which is told once. */
  #tell(event: WatchEvent, source: object): void {
    if (this.#isMute) {
      return;
    }
    const last = this.#last;
    const isSame =
      last !== null &&
      last.event.type === event.type &&
      last.event.path === event.path &&
      last.event.zxid === event.zxid &&
      !last.sources.has(source);
    if (isSame) {
      last.sources.add(source);
      return;
    }
    this.#last = { event, sources: new Set([source]) };
    // All watches that one event hits are told before this.
    process.nextTick(() => {
      this.#last = null;
    });
    this.#events.later(znodeBlock(event.type, event.path, event.zxid));
  }
}
