/**
 * Where a case takes place: a clean tree with an empty /t, a ledger that knows it, and the sessions A and B. At the end every
 * event must have been accounted for, and no session is left behind whose end would take a zxid in the next case.
 */
import { request } from 'node:http';
import { ByteReader } from '../helpers/byte-reader.js';
import { askWord } from '../helpers/four-letter-word.js';
import { Ledger } from './ledger.js';
import { type AclTuple, OPEN } from './requests.js';
import { type Handshake, Session } from './session.js';
import type { Target } from './target.js';
import { Wire } from './wire.js';

const SYSTEM = ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config'];

export class Scene {
  readonly target: Target;
  ledger: Ledger = new Ledger(0);
  readonly #sessions: Session[] = [];
  readonly #wires: Wire[] = [];
  readonly #adopted: { sessionId: bigint; password: Buffer }[] = [];

  constructor(target: Target) {
    this.target = target;
  }

  /** Sweeps the tree, and opens A and B. */
  async prepare(): Promise<{ a: Session; b: Session }> {
    const janitor = await Session.open('janitor', this.target, null);
    await janitor.auth('digest', 'super:secret');
    await sweep(janitor);
    await janitor.create('/t');
    this.ledger = new Ledger(0);
    for (const path of [...SYSTEM, '/t']) await load(janitor, path, this.ledger);
    await janitor.send(-11, Buffer.alloc(0), undefined, (reply) => {
      this.ledger.zxid = reply.zxid;
    });
    await janitor.ends();
    return { a: await this.open('A'), b: await this.open('B') };
  }

  async open(name: string, handshake: Handshake = {}): Promise<Session> {
    return this.track(await Session.open(name, this.target, this.ledger, handshake));
  }

  /** The same session on a new connection; the old one is cut by us before, unless `keep`. */
  async reattach(session: Session, more: Handshake & { readonly keep?: boolean } = {}): Promise<Session> {
    return this.track(await session.reattach(more));
  }

  track(session: Session): Session {
    this.#sessions.push(session);
    return session;
  }

  /** A connection that says what the case wants it to say. */
  async wire(port = this.target.port): Promise<Wire> {
    const wire = await Wire.open(port);
    this.#wires.push(wire);
    return wire;
  }

  /** The answer to a handshake; a new session takes a zxid, and is closed at the end. null: the server hung up. */
  async answer(wire: Wire): Promise<Greeting | null> {
    const frame = await wire.frame();
    if (frame === null) return null;
    const reader = new ByteReader(frame);
    const greeting: Greeting = {
      protocolVersion: reader.int(),
      sessionTimeoutMs: reader.int(),
      sessionId: reader.long(),
      password: reader.buffer() as Buffer,
      readOnly: reader.remaining > 0 ? reader.byte() : null,
      frameLength: frame.length,
    };
    if (greeting.sessionId === 0n) return greeting;
    if (![...this.#sessions, ...this.#adopted].some(({ sessionId }) => sessionId === greeting.sessionId)) {
      this.ledger.zxid++;
    }
    this.#adopted.push(greeting);
    return greeting;
  }

  /** What the two lines do differently. */
  differs<T>(lines: { readonly '3.8': T; readonly '3.9': T }): T {
    return this.target.is38 ? lines['3.8'] : lines['3.9'];
  }

  word(word: string): Promise<string> {
    return askWord(this.target.port, word);
  }

  http(
    path: string,
    options: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: Buffer } = {},
  ): Promise<HttpAnswer> {
    const { method = 'GET', headers = {} } = options;
    return new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.1', port: this.target.adminPort, path, method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'] ?? '',
            headers: response.headers,
            body: Buffer.concat(chunks),
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      asked.on('error', reject);
      asked.end(options.body);
    });
  }

  /** Nothing came that the case did not speak of. */
  async verify(): Promise<void> {
    for (const session of this.#sessions) {
      await session.saw();
      session.verifyNotifications();
    }
  }

  /** Closes all sessions, also those whose connections are gone. */
  async end(): Promise<void> {
    for (const wire of this.#wires) wire.cut();
    const open = new Map<bigint, Handshake>();
    for (const { sessionId, password } of [...this.#sessions, ...this.#adopted]) {
      open.set(sessionId, { sessionId, password });
    }
    for (const session of this.#sessions) {
      session.ledger = null;
      if (session.isClosed) open.delete(session.sessionId);
    }
    for (const handshake of open.values()) {
      const last = await Session.open('last', this.target, null, handshake).catch(() => null);
      await last?.close().catch(() => {});
      last?.cut();
    }
    for (const session of this.#sessions) session.cut();
  }
}

export interface Greeting {
  readonly protocolVersion: number;
  readonly sessionTimeoutMs: number;
  readonly sessionId: bigint;
  readonly password: Buffer;
  /** null: the byte was left out. */
  readonly readOnly: number | null;
  readonly frameLength: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly type: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly text: string;
}

/** Everything but the znodes of the system; the root as it was. */
export async function sweep(janitor: Session): Promise<void> {
  // Quotas first: what goes after them is not counted any more.
  for (const parent of ['/zookeeper/quota', '/zookeeper', '/zookeeper/config', '/']) {
    for (const name of await janitor.getChildren(parent)) {
      const path = parent === '/' ? `/${name}` : `${parent}/${name}`;
      if (!SYSTEM.includes(path)) await remove(janitor, path);
    }
  }
  const acl = await janitor.getACL('/');
  if (JSON.stringify(acl) !== JSON.stringify(OPEN)) await janitor.setACL('/', OPEN);
}

async function remove(janitor: Session, path: string): Promise<void> {
  const names = await janitor.getChildren(path);
  for (const name of names.sort()) await remove(janitor, `${path}/${name}`);
  await janitor.delete(path);
}

async function load(janitor: Session, path: string, ledger: Ledger): Promise<void> {
  const { data, stat } = await janitor.getData(path);
  const acl: readonly AclTuple[] = await janitor.getACL(path);
  ledger.load(path, stat, data, acl, await janitor.getChildren(path));
}
