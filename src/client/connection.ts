/**
 * The session of one run of a program: opened at first need, replaced when it is over or when another server is asked
 * for, with the credentials that were added meanwhile. Knows no protocol.
 */
import { isZkshError } from '../errors.js';
import type { AuthInfo, Connection, ConnectOptions, Session, SessionEvent } from './api.js';
import { DEFAULT_SERVERS, parseConnectString } from './connect-string.js';
import { Listeners } from './listeners.js';
import { createSession, type UnopenedSession } from './session.js';
import { isOver } from './session-state.js';

export function createConnection(options: ConnectOptions = {}): Connection {
  return new LazyConnection(options);
}

class LazyConnection implements Connection {
  servers: string;
  readonly #options: ConnectOptions;
  readonly #listeners = new Listeners();
  /** Added while it runs; those of the options come before them. */
  #added: AuthInfo[] = [];
  #session: UnopenedSession | null = null;
  #opening: Promise<Session> | null = null;

  constructor(options: ConnectOptions) {
    this.#options = options;
    this.servers = options.servers ?? DEFAULT_SERVERS;
  }

  get current(): Session | null {
    return this.#opening === null ? this.#session : null;
  }

  open(): Promise<Session> {
    const session = this.#session;
    if (this.#opening !== null) {
      return this.#opening;
    }
    if (session !== null && !isOver(session.state)) {
      return Promise.resolve(session);
    }
    this.#opening = this.#openNew();
    return this.#opening;
  }

  async connect(servers = this.servers): Promise<Session> {
    // A connect string that is none must not cost the session that stands.
    parseConnectString(servers);
    await this.close();
    this.servers = servers;
    return this.open();
  }

  async openAnother(servers = this.servers, signal?: AbortSignal): Promise<Session> {
    const session = createSession({
      ...this.#options,
      servers,
      auth: this.#auth(),
      eager: false,
      ...(signal === undefined ? {} : { signal }),
    });
    await session.open();
    return session;
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    this.#opening = null;
    await session?.close();
  }

  async addAuth(scheme: string, credential: Buffer): Promise<void> {
    const session = this.current;
    if (session !== null && !isOver(session.state)) {
      await session.addAuth(scheme, credential);
    }
    this.#added.push({ scheme, credential });
  }

  onEvent(listener: (event: SessionEvent) => void): () => void {
    return this.#listeners.add(listener);
  }

  async #openNew(): Promise<Session> {
    let session: UnopenedSession | null = null;
    try {
      session = this.#make();
      this.#session = session;
      await session.open();
      return session;
    } catch (error) {
      this.#forgetRefused(error);
      if (this.#session === session) {
        this.#session = null;
      }
      throw error;
    } finally {
      if (this.#session === session || this.#session === null) {
        this.#opening = null;
      }
    }
  }

  /** @throws LocalError TLS files */
  #make(): UnopenedSession {
    const session = createSession({
      ...this.#options,
      servers: this.servers,
      auth: this.#auth(),
    });
    session.onEvent((event) => this.#tell(session, event));
    return session;
  }

  #auth(): AuthInfo[] {
    return [...(this.#options.auth ?? []), ...this.#added];
  }

  /** A session that has been replaced has nothing more to say, but for its end. */
  #tell(session: Session, event: SessionEvent): void {
    if (session === this.#session || event.type === 'closed') {
      this.#listeners.tell(event);
    }
  }

  /** Otherwise a credential that was refused once would spoil every session to come. */
  #forgetRefused(error: unknown): void {
    if (isZkshError(error) && error.code === 'AUTHFAILED') {
      this.#added = [];
    }
  }
}
