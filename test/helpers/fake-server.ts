/**
 * A server that does what a test says, over real TCP, with bytes put together by hand (byte-builder.ts): it can be mute,
 * hang up, answer nonsense, cut a reply in the middle, send an event and a reply in one write. Keeps what it received.
 * It knows no tree; what it is not told to answer it answers with an empty body.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { build } from './byte-builder.js';
import { eventually } from './eventually.js';

/** What becomes of a connection once the handshake is there. */
export type Welcome =
  /** As a server does: a known session goes on, another id is expired. */
  | 'serve'
  /** Takes the connection and never says a word. */
  | 'mute'
  /** Closes at once, before the handshake. */
  | 'close'
  /** Answers the handshake, then closes. */
  | 'closeAfterHandshake'
  /** "No such session", and leaves closing to the client. */
  | 'expire';

export interface FakeRequest {
  readonly xid: number;
  readonly type: number;
  /** Behind the header. */
  readonly body: Buffer;
}

export interface FakeOptions {
  readonly welcome?: Welcome;
  /** Bytes for a request; null: nothing for now; undefined: as it would without. */
  readonly answer?: (request: FakeRequest, connection: FakeConnection) => Buffer | null | undefined;
  /** The first frame, instead of a ConnectResponse. */
  readonly firstFrame?: Buffer;
  readonly readOnly?: boolean;
  /** Granted, whatever is asked for. */
  readonly sessionTimeoutMs?: number;
}

export const OP = {
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  ping: 11,
  getChildren2: 12,
  multi: 14,
  create2: 15,
  removeWatches: 18,
  createContainer: 19,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  setWatches2: 105,
  addWatch: 106,
  closeSession: -11,
} as const;

export async function startFakeServer(options: FakeOptions = {}): Promise<FakeServer> {
  const server = new FakeServer(options);
  await server.listen();
  return server;
}

export class FakeServer {
  options: FakeOptions;
  readonly connections: FakeConnection[] = [];
  readonly sessions = new Set<bigint>();
  /** Of the last change; goes into replies. */
  zxid = 100n;
  port = 0;
  readonly #server: Server;
  #nextSession = 0x1000n;

  constructor(options: FakeOptions) {
    this.options = options;
    this.#server = createServer((socket) => this.connections.push(new FakeConnection(this, socket)));
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get last(): FakeConnection {
    const connection = this.connections.at(-1);
    if (connection === undefined) throw new Error('nobody has connected');
    return connection;
  }

  /** On the port it had, where it had one. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.#server.address() as { port: number }).port;
  }

  newSession(): bigint {
    const id = this.#nextSession++;
    this.sessions.add(id);
    return id;
  }

  /** All requests of all connections with that op, in their order. */
  requests(type: number): FakeRequest[] {
    return this.connections.flatMap((connection) => connection.requests.filter((request) => request.type === type));
  }

  /** The connection number `index` (from 0), once it has sent its handshake. */
  async connection(index: number): Promise<FakeConnection> {
    return eventually(() => (this.connections[index]?.handshake === undefined ? undefined : this.connections[index]), {
      what: `connection ${index} with a handshake (there are ${this.connections.length})`,
      deadlineMs: 15_000,
      everyMs: 2,
    });
  }

  async request(type: number, index = 0): Promise<FakeRequest> {
    return eventually(() => this.requests(type)[index], {
      what: `request ${index} of type ${type}`,
      deadlineMs: 15_000,
      everyMs: 2,
    });
  }

  cutAll(): void {
    for (const connection of this.connections) connection.cut();
  }

  /** Refuses connections from now on; those that stand stay. */
  async stopListening(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.cutAll();
    });
  }

  async stop(): Promise<void> {
    await this.stopListening().catch(() => {});
  }
}

export class FakeConnection {
  readonly socket: Socket;
  handshake:
    | {
        readonly lastZxid: bigint;
        readonly timeOut: number;
        readonly sessionId: bigint;
        readonly readOnly: boolean;
        readonly password: Buffer;
      }
    | undefined;
  readonly requests: FakeRequest[] = [];
  /** Granted. */
  sessionId = 0n;
  chunksCount = 0;
  isClosed = false;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #server: FakeServer;

  constructor(server: FakeServer, socket: Socket) {
    this.#server = server;
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.isClosed = true;
    });
    socket.on('data', (chunk: Buffer) => {
      this.chunksCount += 1;
      this.#take(chunk);
    });
    if (server.options.welcome === 'close') socket.end();
  }

  /** In one write. */
  send(...parts: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(parts));
  }

  cut(): void {
    this.socket.destroy();
  }

  async closed(): Promise<void> {
    await eventually(() => this.isClosed, { what: 'the end of a connection', deadlineMs: 15_000, everyMs: 2 });
  }

  #take(chunk: Buffer): void {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    let at = 0;
    while (this.#bytes.length - at >= 4 && this.#bytes.length - at >= 4 + this.#bytes.readInt32BE(at)) {
      const length = this.#bytes.readInt32BE(at);
      const frame = this.#bytes.subarray(at + 4, at + 4 + length);
      at += 4 + length;
      if (this.handshake === undefined) this.#shakeHands(frame);
      else this.#answer(frame);
    }
    this.#bytes = this.#bytes.subarray(at);
  }

  #shakeHands(frame: Buffer): void {
    const sessionId = frame.readBigInt64BE(16);
    this.handshake = {
      lastZxid: frame.readBigInt64BE(4),
      timeOut: frame.readInt32BE(12),
      sessionId,
      password: frame.subarray(28, 44),
      readOnly: frame[44] === 1,
    };
    const { welcome = 'serve', firstFrame, readOnly = false, sessionTimeoutMs } = this.#server.options;
    if (welcome === 'mute' || welcome === 'close') return;
    if (firstFrame !== undefined) {
      this.send(firstFrame);
      return;
    }
    const isGone = welcome === 'expire' || (sessionId !== 0n && !this.#server.sessions.has(sessionId));
    const id = isGone ? 0n : sessionId === 0n ? this.#server.newSession() : sessionId;
    this.sessionId = id;
    this.send(connectResponse(isGone ? 0 : (sessionTimeoutMs ?? this.handshake.timeOut), id, readOnly));
    if (isGone && welcome !== 'expire') this.socket.end();
    if (welcome === 'closeAfterHandshake') this.socket.end();
  }

  #answer(frame: Buffer): void {
    const request = { xid: frame.readInt32BE(0), type: frame.readInt32BE(4), body: frame.subarray(8) };
    this.requests.push(request);
    const { welcome, answer } = this.#server.options;
    if (welcome === 'mute' || welcome === 'close' || welcome === 'expire') return;
    const bytes = answer?.(request, this);
    if (bytes === undefined) this.#answerPlainly(request);
    else if (bytes !== null) this.send(bytes);
  }

  #answerPlainly({ xid, type }: FakeRequest): void {
    const zxid = this.#server.zxid;
    if (type === OP.ping) this.send(reply(-2, zxid));
    else if (type === OP.getData) this.send(reply(xid, zxid, DATA_BODY));
    else if (type === OP.exists || type === OP.setData) this.send(reply(xid, zxid, STAT_BODY));
    else if (type === OP.getChildren2) this.send(reply(xid, zxid, build().strings([]).stat().done()));
    else if (type === OP.create2) this.send(reply(xid, zxid, build().string('/created').stat().done()));
    else if (type === OP.create) this.send(reply(xid, zxid, build().string('/created').done()));
    else if (type === OP.addWatch) this.send(reply(xid, zxid, build().int(0).done()));
    else if (type === OP.auth) this.send(reply(xid, 0n));
    else this.send(reply(xid, zxid));
    if (type === OP.closeSession) {
      this.#server.sessions.delete(this.sessionId);
      this.socket.end();
    }
  }
}

/** `data`, with a stat of zeros. */
export const DATA_BODY: Buffer = build().buffer(Buffer.from('data')).stat({ dataLength: 4 }).done();
export const STAT_BODY: Buffer = build().stat().done();

export function connectResponse(timeOut: number, sessionId: bigint, readOnly = false): Buffer {
  return build().int(0).int(timeOut).long(sessionId).buffer(Buffer.alloc(16, 7)).boolean(readOnly).frame();
}

export function reply(xid: number, zxid: bigint, body: Buffer = Buffer.alloc(0)): Buffer {
  return header(xid, zxid, 0, body);
}

export function refusal(xid: number, code: number, zxid = 100n): Buffer {
  return header(xid, zxid, code, Buffer.alloc(0));
}

/** `type` 1 created, 2 deleted, 3 changed, 4 children. */
export function notification(type: number, path: string, zxid = -1n): Buffer {
  return header(-1, zxid, 0, build().int(type).int(3).string(path).done());
}

/** Not by the builder's slow way: replies of tests may be large. */
function header(xid: number, zxid: bigint, code: number, body: Buffer): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeInt32BE(16 + body.length, 0);
  bytes.writeInt32BE(xid, 4);
  bytes.writeBigInt64BE(zxid, 8);
  bytes.writeInt32BE(code, 16);
  return Buffer.concat([bytes, body]);
}
