/**
 * A session as the cases see it: one method for each operation, which sends it and holds every field of the reply against
 * what the case says and what the ledger knows. A reply must be right in its xid, its zxid, its err, its body and in having
 * nothing behind it; notifications must have been fired by a transaction that did what they tell, and arrive before the
 * reply to anything that could see it.
 */
import type { ConnectionOptions } from 'node:tls';
import { expect } from 'vitest';
import { type ByteBuilder, build } from '../helpers/byte-builder.js';
import { ByteReader } from '../helpers/byte-reader.js';
import type { FullStat, Ledger } from './ledger.js';
import { type AclTuple, body, type Creation, MULTI_END, multiBody, OP, type OpName, type Part } from './requests.js';
import { Wire } from './wire.js';

export interface Server {
  readonly port: number;
  /** Whether it behaves like the line 3.8 where that differs from 3.9. */
  readonly is38: boolean;
}

export interface Reply {
  readonly xid: number;
  readonly zxid: number;
  readonly err: number;
  readonly body: ByteReader;
}

/** What a case says of a reply beyond what goes without saying. */
export interface Expected {
  /** Default 0. */
  readonly err?: number;
  /** How many zxids it takes; default: what its kind takes. */
  readonly zxids?: number;
  /** Of the header, where it is not that of the last transaction. */
  readonly zxid?: number;
  /** What stands behind a header with an error, in hex; default nothing. */
  readonly body?: string;
  readonly xid?: number;
}

export interface Handshake {
  readonly sessionTimeoutMs?: number;
  readonly sessionId?: bigint;
  readonly password?: Buffer;
  readonly lastZxidSeen?: number;
  readonly readOnly?: boolean;
  readonly tls?: ConnectionOptions;
  readonly port?: number;
}

interface Pending {
  readonly xid: number;
  readonly op: number;
  settle(reply: Reply | null): void;
}

const LETTERS = ['?', 'C', 'D', 'S', 'K'] as const;
const WRITES: ReadonlySet<number> = new Set([
  OP.create,
  OP.delete,
  OP.setData,
  OP.setACL,
  OP.multi,
  OP.create2,
  OP.reconfig,
  OP.createContainer,
  OP.deleteContainer,
  OP.createTTL,
]);

export class Session {
  readonly name: string;
  readonly server: Server;
  readonly wire: Wire;
  readonly sessionId: bigint;
  readonly password: Buffer;
  readonly sessionTimeoutMs: number;
  /** null: nothing is held against anything. */
  ledger: Ledger | null;
  /** Everything that came, in order: `S /t/x` or the name of the operation answered. */
  readonly arrivals: string[] = [];
  isClosed = false;
  #events: string[] = [];
  #pending: Pending[] = [];
  #nextXid = 1;
  /** Highest zxid of a reply so far. */
  #seenZxid = 0;
  #failure: unknown = null;
  #isOver = false;
  #over: Promise<void>;

  private constructor(
    name: string,
    server: Server,
    ledger: Ledger | null,
    wire: Wire,
    given: { sessionTimeoutMs: number; sessionId: bigint; password: Buffer },
  ) {
    this.name = name;
    this.server = server;
    this.ledger = ledger;
    this.wire = wire;
    this.sessionId = given.sessionId;
    this.password = given.password;
    this.sessionTimeoutMs = given.sessionTimeoutMs;
    this.#over = this.#pump();
  }

  /** A new session, or with id and password an old one on a connection of its own. */
  static async open(name: string, server: Server, ledger: Ledger | null, handshake: Handshake = {}): Promise<Session> {
    const wire = await Wire.open(handshake.port ?? server.port, handshake.tls);
    wire.writeFrame(connectRequest(handshake));
    const frame = await wire.frame();
    if (frame === null) throw new Error(`${name}: the server hung up on the handshake`);
    const reader = new ByteReader(frame);
    reader.int();
    const given = { sessionTimeoutMs: reader.int(), sessionId: reader.long(), password: reader.buffer() as Buffer };
    if (given.sessionId === 0n) throw new Error(`${name}: the session is gone`);
    if (ledger !== null && handshake.sessionId === undefined) ledger.zxid++;
    return new Session(name, server, ledger, wire, given);
  }

  /** The same session on a new connection; the old one is cut by us before, unless `keep`. */
  async reattach(more: Handshake & { readonly keep?: boolean } = {}): Promise<Session> {
    if (more.keep !== true) this.wire.cut();
    const { sessionId, password, sessionTimeoutMs } = this;
    return Session.open(`${this.name}'`, this.server, this.ledger, { sessionId, password, sessionTimeoutMs, ...more });
  }

  // ---- operations

  /** @returns the final path */
  async create(
    path: string | null,
    more: Omit<Creation, 'path'> &
      Expected & {
        readonly as?: 'create' | 'create2' | 'createContainer' | 'createTTL';
        /** The list that the server makes of `acl`; null: the case does not say. */
        readonly stored?: readonly AclTuple[] | null;
      } = {},
  ): Promise<string> {
    const { as = 'create' } = more;
    const creation = { path, ...more };
    const final = this.ledger !== null && (more.err ?? 0) === 0 ? this.ledger.finalPath(creation) : null;
    return this.#ask(as, body.create(creation), more, (reply) => {
      const created = reply.body.string() ?? '';
      if (this.ledger !== null) {
        expect(created, 'the final path').toBe(final);
        this.ledger.created(created, creation, reply.zxid, this.#ownerOf(as, more.flags), more.stored);
      }
      if (as !== 'create') this.#stat(reply.body, created);
      return created;
    });
  }

  async delete(path: string | null, more: Expected & { readonly version?: number } = {}): Promise<void> {
    return this.#ask('delete', body.pathVersion(path, more.version ?? -1), more, (reply) => {
      this.ledger?.deleted(path ?? '', reply.zxid);
    });
  }

  /** @returns the Stat; null when it is refused */
  async setData(
    path: string | null,
    data: string | Uint8Array | null = 'x',
    more: Expected & { readonly version?: number } = {},
  ): Promise<FullStat> {
    return this.#ask('setData', body.setData(path, data, more.version ?? -1), more, (reply) => {
      this.ledger?.dataSet(path ?? '', data, reply.zxid);
      return this.#stat(reply.body, path ?? '');
    });
  }

  async setACL(
    path: string | null,
    acl: readonly AclTuple[] | null,
    more: Expected & { readonly version?: number; readonly stored?: readonly AclTuple[] | null } = {},
  ): Promise<FullStat> {
    return this.#ask('setACL', body.setACL(path, acl, more.version ?? -1), more, (reply) => {
      this.ledger?.aclSet(path ?? '', more.stored === undefined ? acl : more.stored);
      return this.#stat(reply.body, path ?? '');
    });
  }

  async exists(path: string | null, more: Expected & { readonly watch?: boolean } = {}): Promise<FullStat> {
    return this.#ask('exists', body.pathWatch(path, more.watch ?? false), more, (reply) =>
      this.#stat(reply.body, path ?? ''),
    );
  }

  async getData(
    path: string | null,
    more: Expected & { readonly watch?: boolean } = {},
  ): Promise<{ data: Buffer | null; stat: FullStat }> {
    return this.#ask('getData', body.pathWatch(path, more.watch ?? false), more, (reply) =>
      this.#dataAndStat(reply.body, path ?? ''),
    );
  }

  async getChildren(path: string | null, more: Expected & { readonly watch?: boolean } = {}): Promise<string[]> {
    return this.#ask('getChildren', body.pathWatch(path, more.watch ?? false), more, (reply) =>
      this.#children(reply.body, path ?? ''),
    );
  }

  async getChildren2(path: string | null, more: Expected & { readonly watch?: boolean } = {}): Promise<string[]> {
    return this.#ask('getChildren2', body.pathWatch(path, more.watch ?? false), more, (reply) => {
      const names = this.#children(reply.body, path ?? '');
      this.#stat(reply.body, path ?? '');
      return names;
    });
  }

  /** @param more.shown what this caller is shown, where it is not what is stored */
  async getACL(
    path: string | null,
    more: Expected & { readonly shown?: readonly AclTuple[] } = {},
  ): Promise<readonly AclTuple[]> {
    return this.#ask('getACL', body.path(path), more, (reply) => {
      const acl = reply.body.list((): AclTuple => [reply.body.int(), reply.body.string(), reply.body.string()]);
      const wanted = more.shown ?? this.ledger?.entry(path ?? '').acl ?? null;
      if (wanted !== null) expect(acl, `the ACL of ${path}`).toEqual(wanted);
      this.#stat(reply.body, path ?? '');
      return acl;
    });
  }

  /** @param more.echo what comes back, where it is not what was sent */
  async sync(path: string | null = '/', more: Expected & { readonly echo?: Buffer } = {}): Promise<number> {
    return this.#ask('sync', body.path(path), more, (reply) => {
      const echo = reply.body.buffer();
      expect(echo?.toString('hex')).toBe(
        (more.echo ?? (path === null ? undefined : Buffer.from(path)))?.toString('hex'),
      );
      return reply.zxid;
    });
  }

  async ping(more: Expected = {}): Promise<void> {
    return this.#ask('ping', body.nothing(), { xid: -2, ...more }, () => {});
  }

  /**
   * @param more.fails the first operation that is refused, and its error
   * @param more.answers types of the results where they are not what the kind of operation is answered with
   */
  async multi(
    parts: readonly Part[],
    more: Expected & {
      readonly fails?: { readonly at: number; readonly err: number };
      readonly answers?: readonly number[];
    } = {},
  ): Promise<string[]> {
    return this.#ask(
      'multi',
      multiBody(parts),
      more,
      (reply) => {
        if (more.fails !== undefined) {
          this.#refusedResults(reply.body, parts.length, more.fails);
          return [];
        }
        return parts.map((operation, index) => this.#result(reply, operation, more.answers?.[index]));
      },
      true,
    );
  }

  /** @param errors by index: operations that are refused */
  async multiRead(
    parts: readonly Part[],
    more: Expected & { readonly errors?: Readonly<Record<number, number>> } = {},
  ): Promise<void> {
    return this.#ask(
      'multiRead',
      multiBody(parts),
      more,
      (reply) => {
        for (const [index, { type, path }] of parts.entries()) {
          const err = more.errors?.[index] ?? 0;
          const header = [reply.body.int(), reply.body.byte(), reply.body.int()];
          expect(header, `header of result ${index}`).toEqual([err === 0 ? type : -1, 0, err]);
          if (err !== 0) expect(reply.body.int()).toBe(err);
          else if (type === OP.getData) this.#dataAndStat(reply.body, path ?? '');
          else this.#children(reply.body, path ?? '');
        }
      },
      true,
    );
  }

  async addWatch(path: string | null, mode: 0 | 1 | number, more: Expected = {}): Promise<void> {
    return this.#ask('addWatch', body.pathInt(path, mode), more, (reply) => void expect(reply.body.int()).toBe(0));
  }

  async removeWatches(path: string | null, type: number, more: Expected = {}): Promise<void> {
    return this.#ask('removeWatches', body.pathInt(path, type), more, () => {});
  }

  async checkWatches(path: string | null, type: number, more: Expected = {}): Promise<void> {
    return this.#ask('checkWatches', body.pathInt(path, type), more, () => {});
  }

  /** With five lists it is setWatches2. */
  async setWatches(
    relativeZxid: number,
    lists: readonly (readonly string[] | null)[],
    more: Expected = {},
  ): Promise<void> {
    const op = lists.length > 3 ? 'setWatches2' : 'setWatches';
    return this.#ask(op, body.setWatches(relativeZxid, lists), { xid: -8, ...more }, () => {});
  }

  async auth(scheme: string | null, credentials: string | Uint8Array | null, more: Expected = {}): Promise<void> {
    return this.#ask('auth', body.auth(scheme, credentials), { xid: -4, zxid: 0, ...more }, () => {});
  }

  /** @returns the server's token */
  async sasl(token: Uint8Array | null, more: Expected = {}): Promise<Buffer | null> {
    return this.#ask('sasl', body.token(token), { zxid: 0, ...more }, (reply) => reply.body.buffer());
  }

  /** `scheme:id`, in the server's order. */
  async whoAmI(more: Expected = {}): Promise<string[]> {
    return this.#ask('whoAmI', body.nothing(), more, (reply) =>
      reply.body.list(() => `${reply.body.string()}:${reply.body.string()}`),
    );
  }

  async getEphemerals(prefix: string | null, more: Expected = {}): Promise<string[]> {
    return this.#ask('getEphemerals', body.path(prefix), more, (reply) => {
      const paths = reply.body.strings() as string[];
      if (this.ledger !== null) expect(paths).toEqual(this.ledger.ephemerals(this.sessionId, prefix));
      return paths;
    });
  }

  async getAllChildrenNumber(path: string | null, more: Expected = {}): Promise<number> {
    return this.#ask('getAllChildrenNumber', body.path(path), more, (reply) => {
      const count = reply.body.int();
      if (this.ledger !== null) expect(count).toBe(this.ledger.descendants(path ?? ''));
      return count;
    });
  }

  async reconfig(more: Expected): Promise<void> {
    return this.#ask('reconfig', body.reconfig(null, null, 'server.1=127.0.0.1:1:2;3', -1n), more, () => {});
  }

  /** Any op with any body. @returns what stands behind the header */
  async raw(op: OpName | number, bytes: ByteBuilder = build(), more: Expected = {}): Promise<Buffer> {
    return this.#ask(op, bytes, more, (reply) => reply.body.rest());
  }

  /** Its ephemerals go, and the server hangs up. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.#ask(
      'closeSession',
      body.nothing(),
      { zxids: 1 },
      () => {},
      false,
      () => this.ledger?.sessionClosed(this.sessionId),
    );
    await this.ends();
  }

  // ---- what comes by itself

  /** Exactly these events have come since the last look, in this order: `C /t/x`, `D`, `S`, `K`. */
  async saw(...events: string[]): Promise<void> {
    if (!this.#isOver) await this.ping();
    this.#throwFailure();
    const seen = this.#events;
    this.#events = [];
    expect(seen, `events of ${this.name}`).toEqual(events);
  }

  /** As `saw`, for what takes the server some time. */
  async sees(patienceMs: number, ...events: string[]): Promise<void> {
    const deadline = performance.now() + patienceMs;
    while (this.#events.length < events.length && performance.now() < deadline) {
      await this.ping();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await this.saw(...events);
  }

  /** The server hangs up, and nothing is left unanswered. */
  async ends(): Promise<void> {
    await this.#over;
    this.#throwFailure();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get unseenEvents(): readonly string[] {
    return this.#events;
  }

  /** Lets events go unlooked at. */
  forget(): void {
    this.#events = [];
  }

  cut(): void {
    this.wire.cut();
  }

  // ---- replies

  #ownerOf(as: string, flags = 0): bigint {
    const isEphemeral = (as === 'create' || as === 'create2') && (flags === 1 || flags === 3);
    return isEphemeral ? this.sessionId : 0n;
  }

  #stat(reader: ByteReader, path: string): FullStat {
    const stat = reader.stat();
    if (this.ledger === null) return stat;
    const { ctime, mtime, ...timeless } = stat;
    const wanted = this.ledger.stat(path);
    // The server counts in place there: what it writes the cases say.
    if (path.endsWith('/zookeeper_stats')) wanted.dataLength = timeless.dataLength;
    expect(timeless, `the Stat of ${path === '' ? '""' : path}`).toEqual(wanted);
    expect(mtime).toBeGreaterThanOrEqual(ctime);
    this.ledger.noteTimes(stat);
    return stat;
  }

  #dataAndStat(reader: ByteReader, path: string): { data: Buffer | null; stat: FullStat } {
    const data = reader.buffer();
    if (this.ledger !== null && !path.endsWith('/zookeeper_stats')) {
      const wanted = this.ledger.entry(path).data;
      // As bytes, for a comparison of objects takes seconds where they are many.
      const areEqual = data === null || wanted === null ? data === wanted : data.equals(wanted);
      if (!areEqual) throw new Error(`the data of ${path} are ${shown(data)} instead of ${shown(wanted)}`);
    }
    return { data, stat: this.#stat(reader, path) };
  }

  #children(reader: ByteReader, path: string): string[] {
    const names = reader.strings() as string[];
    if (this.ledger !== null) {
      const { children, isOrdered } = this.ledger.entry(path);
      if (isOrdered) expect(names, `the children of ${path}`).toEqual(children.names());
      else expect([...names].sort(), `the children of ${path}`).toEqual(children.names().sort());
    }
    return names;
  }

  #result(reply: Reply, operation: Part, answer: number | undefined): string {
    const { ledger } = this;
    const { type, path, creation } = operation;
    const wanted = answer ?? resultType(type, creation?.flags ?? 0);
    const header = [reply.body.int(), reply.body.byte(), reply.body.int()];
    expect(header, `header of the result for ${path}`).toEqual([wanted, 0, 0]);
    if (creation !== undefined) {
      const final = ledger?.finalPath(creation);
      const created = reply.body.string() ?? '';
      if (ledger !== null) {
        expect(created).toBe(final);
        const isEphemeral = [1, 3].includes(creation.flags ?? 0) && type !== OP.createContainer;
        ledger.created(created, creation, reply.zxid, isEphemeral ? this.sessionId : 0n);
      }
      if (wanted !== OP.create) this.#stat(reply.body, created);
      return created;
    }
    if (type === OP.delete) ledger?.deleted(path ?? '', reply.zxid);
    if (type === OP.setData) {
      ledger?.dataSet(path ?? '', operation.data, reply.zxid);
      this.#stat(reply.body, path ?? '');
    }
    return path ?? '';
  }

  #refusedResults(reader: ByteReader, count: number, { at, err }: { at: number; err: number }): void {
    const results = Array.from({ length: count }, () => [reader.int(), reader.byte(), reader.int(), reader.int()]);
    const codes = Array.from({ length: count }, (_, index) => (index < at ? 0 : index === at ? err : -2));
    expect(results, 'results of a refused multi').toEqual(codes.map((code) => [-1, 0, code, code]));
  }

  // ---- the wire

  async #ask<T>(
    op: OpName | number,
    bytes: ByteBuilder,
    expected: Expected,
    read: (reply: Reply) => T,
    isList = false,
    before?: () => unknown,
  ): Promise<T> {
    const code = typeof op === 'number' ? op : OP[op];
    const reply = await this.send(code, bytes.done(), expected.xid, (answer) => {
      before?.();
      return this.#check(code, answer, expected, read, isList);
    });
    return reply as T;
  }

  /** Sends a request and gives its reply to `check` the moment it arrives, in the order of arrival. */
  send<T>(op: number, bytes: Buffer, xid: number | undefined, check: (reply: Reply) => T): Promise<T> {
    this.#throwFailure();
    const number = xid ?? this.#nextXid++;
    const header = Buffer.alloc(8);
    header.writeInt32BE(number, 0);
    header.writeInt32BE(op, 4);
    return new Promise<T>((resolve, reject) => {
      this.#pending.push({
        xid: number,
        op,
        settle: (reply) => {
          try {
            if (reply === null) throw new Error(`${this.name}: the server hung up instead of answering op ${op}`);
            resolve(check(reply));
          } catch (error) {
            reject(error);
          }
        },
      });
      this.wire.writeFrame(Buffer.concat([header, bytes]));
    });
  }

  #check<T>(op: number, reply: Reply, expected: Expected, read: (reply: Reply) => T, isList: boolean): T {
    const err = expected.err ?? 0;
    expect(reply.err, `err of op ${op}`).toBe(err);
    if (this.ledger !== null) {
      if (op !== OP.closeSession) this.ledger.zxid += expected.zxids ?? zxidsTaken(op, err, this.server.is38);
      expect(reply.zxid, `zxid of op ${op}`).toBe(expected.zxid ?? this.ledger.zxid);
    } else if (expected.zxid !== undefined) {
      expect(reply.zxid, `zxid of op ${op}`).toBe(expected.zxid);
    }
    if (err !== 0) {
      expect(reply.body.rest().toString('hex'), `what stands behind err ${err}`).toBe(expected.body ?? '');
      return undefined as T;
    }
    const result = read(reply);
    if (isList) expect(reply.body.rest().toString('hex'), 'the end of the list').toBe(MULTI_END);
    expect(reply.body.remaining, `bytes behind the reply to op ${op}`).toBe(0);
    return result;
  }

  async #pump(): Promise<void> {
    for (;;) {
      const frame = await this.wire.frame(2 ** 31 - 1);
      if (frame === null) break;
      try {
        this.#receive(new ByteReader(frame));
      } catch (error) {
        this.#failure ??= error;
      }
    }
    this.#isOver = true;
    for (const { settle } of this.#pending.splice(0)) settle(null);
  }

  #receive(reader: ByteReader): void {
    const xid = reader.int();
    const zxid = Number(reader.long());
    const err = reader.int();
    if (xid === -1 && this.#pending[0]?.xid !== -1) {
      this.#notified(zxid, err, reader);
      return;
    }
    const pending = this.#pending.shift();
    if (pending === undefined) throw new Error(`${this.name}: a reply with xid ${xid} that nobody waits for`);
    if (zxid > this.#seenZxid) this.#seenZxid = zxid;
    this.arrivals.push(nameOfOp(pending.op));
    const wanted = pending.op === OP.ping ? -2 : pending.xid;
    if (xid !== wanted) this.#failure ??= new Error(`${this.name}: xid ${xid} where ${wanted} was due`);
    pending.settle({ xid, zxid, err, body: reader });
  }

  #notified(zxid: number, err: number, reader: ByteReader): void {
    const letter = LETTERS[reader.int()] ?? '?';
    const state = reader.int();
    const path = reader.string();
    const event = `${letter} ${path}`;
    this.#events.push(event);
    this.arrivals.push(event);
    expect({ state, err, left: reader.remaining }, `the notification ${event}`).toEqual({ state: 3, err: 0, left: 0 });
    if (this.ledger === null) return;
    const isCatchingUp = this.#pending.some(({ op }) => op === OP.setWatches || op === OP.setWatches2);
    if (this.server.is38 || (zxid === -1 && isCatchingUp)) {
      expect(zxid, `zxid of the notification ${event}`).toBe(-1);
      return;
    }
    expect(zxid, `the notification ${event} comes after a reply that could see it`).toBeGreaterThan(this.#seenZxid);
    this.#tolds.push({ zxid, letter, path: path ?? '' });
  }

  /** Whether the transactions did what the notifications said; asked at the end, for they come before their reply. */
  #tolds: { zxid: number; letter: string; path: string }[] = [];

  /** @throws Error for a notification that no transaction explains */
  verifyNotifications(): void {
    for (const { zxid, letter, path } of this.#tolds) {
      if (this.ledger?.knowsChange(zxid, letter, path) === false) {
        throw new Error(
          `${this.name} was told ${letter} ${path} of transaction ${zxid}, which did nothing of the kind`,
        );
      }
    }
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

export function connectRequest({
  sessionTimeoutMs = 20_000,
  sessionId = 0n,
  password = Buffer.alloc(16),
  lastZxidSeen = 0,
  readOnly = false,
}: Handshake): Buffer {
  return build()
    .int(0)
    .long(BigInt(lastZxidSeen))
    .int(sessionTimeoutMs)
    .long(sessionId)
    .buffer(password)
    .boolean(readOnly)
    .done();
}

/** What a request takes when it is answered with `err`. */
function zxidsTaken(op: number, err: number, is38: boolean): number {
  if (!WRITES.has(op)) return 0;
  if (err !== -5 || op === OP.multi) return 1;
  return op === OP.reconfig ? 0 : is38 ? 1 : 0;
}

/** What an operation of a multi is answered with. */
function resultType(type: number, flags: number): number {
  if (type === OP.createTTL && flags < 4) return OP.create;
  if (type === OP.createTTL || type === OP.createContainer) return OP.create2;
  if (type === OP.create && flags === 4) return OP.create2;
  return type;
}

function shown(data: Buffer | null): string {
  return data === null ? 'null' : `${data.length} bytes "${data.toString('latin1', 0, 100)}"`;
}

function nameOfOp(code: number): string {
  return Object.entries(OP).find(([, other]) => other === code)?.[0] ?? String(code);
}
