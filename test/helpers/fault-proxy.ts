/**
 * A TCP proxy with faults on demand, between a client under test and a server. It makes only streams that TCP can make:
 * behind a lost byte nothing follows (a proxy that lets something follow yields wrong data in any client).
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of a new connection. `mute`: accepted, and then nothing for ever. */
export type Welcome = 'forward' | 'mute' | 'close' | 'reset';

export interface FaultProxy {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Ever accepted. */
  readonly connectionsCount: number;
  /** Those that clients have not ended. */
  readonly openCount: number;
  /** Bytes passed to clients so far. */
  readonly bytesToClients: number;
  /** `host:port`, for connections to come. */
  target: string;
  welcome: Welcome;
  /** Every chunk is held back for so long, in both directions. */
  delayMs: number;
  /** Towards clients. */
  bytesPerSecond: number;
  /** Nothing passes and nothing closes any more; `toClients`: requests still reach the server. */
  blackHole(direction?: 'both' | 'toClients'): void;
  /** What was held back passes, as after a partition of the network; new connections are forwarded. */
  heal(): void;
  /** Ends the open connections, in order (FIN) or not (RST). */
  cut(how: 'close' | 'reset'): void;
  /** After so many bytes to clients from now on: drops the rest and ends that connection. Resolves when it has. */
  cutAfter(bytes: number, how?: 'close' | 'reset'): Promise<void>;
  stop(): Promise<void>;
}

/** Between 127.0.0.1 and `target`, `host:port`. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const proxy = new RunningProxy(target);
  await proxy.listen();
  return proxy;
}

class RunningProxy implements FaultProxy {
  target: string;
  welcome: Welcome = 'forward';
  delayMs = 0;
  bytesPerSecond = Number.POSITIVE_INFINITY;
  connectionsCount = 0;
  bytesToClients = 0;
  hole: 'none' | 'both' | 'toClients' = 'none';
  #cut: { bytesLeft: number; readonly how: 'close' | 'reset'; readonly done: () => void } | null = null;
  readonly #server: Server;
  readonly #links = new Set<Link>();

  constructor(target: string) {
    this.target = target;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#accept(client));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get openCount(): number {
    return [...this.#links].filter(({ client }) => !client.destroyed && !client.readableEnded).length;
  }

  blackHole(direction: 'both' | 'toClients' = 'both'): void {
    this.hole = direction;
  }

  heal(): void {
    this.hole = 'none';
    this.welcome = 'forward';
    for (const link of this.#links) link.pump();
  }

  cut(how: 'close' | 'reset'): void {
    for (const link of this.#links) link.end(how);
  }

  cutAfter(bytes: number, how: 'close' | 'reset' = 'close'): Promise<void> {
    return new Promise((done) => {
      this.#cut = { bytesLeft: bytes, how, done };
    });
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cut('reset');
    await closed;
  }

  /** How much of `chunk` may go to the client of `link`; less than all of it is the last. */
  allow(chunk: Buffer, link: Link): Buffer {
    const cut = this.#cut;
    const allowed = cut === null ? chunk : chunk.subarray(0, cut.bytesLeft);
    this.bytesToClients += allowed.length;
    if (cut === null) return allowed;
    cut.bytesLeft -= allowed.length;
    if (cut.bytesLeft === 0) {
      this.#cut = null;
      link.stop();
      // Behind the write of these last bytes, and late enough that a reset does not overtake them.
      setTimeout(() => {
        link.end(cut.how);
        cut.done();
      }, SLICE_MS);
    }
    return allowed;
  }

  #accept(client: Socket): void {
    this.connectionsCount += 1;
    client.on('error', () => {});
    const link = new Link(this, client, this.welcome === 'forward' ? this.#reach() : null);
    this.#links.add(link);
    link.onEnd(() => this.#links.delete(link));
    if (this.welcome === 'close' || this.welcome === 'reset') link.end(this.welcome);
  }

  #reach(): Socket {
    const [host = '', port = ''] = this.target.split(':');
    const server = connect({ host, port: Number(port), noDelay: true, allowHalfOpen: true });
    server.on('error', () => {});
    return server;
  }
}

/** One connection of a client, and the proxy's own to the server (null: there is none, it is mute). */
class Link {
  readonly client: Socket;
  readonly #server: Socket | null;
  readonly #streams: readonly Stream[];
  #isEnded = false;

  constructor(proxy: RunningProxy, client: Socket, server: Socket | null) {
    this.client = client;
    this.#server = server;
    if (server === null) {
      this.#streams = [];
      client.resume();
      client.once('end', () => client.end());
      return;
    }
    const toServer = new Stream(client, server, {
      isHeld: () => proxy.hole === 'both',
      delayMs: () => proxy.delayMs,
      bytesPerSecond: () => Number.POSITIVE_INFINITY,
      allow: (chunk) => chunk,
    });
    const toClient = new Stream(server, client, {
      isHeld: () => proxy.hole !== 'none',
      delayMs: () => proxy.delayMs,
      bytesPerSecond: () => proxy.bytesPerSecond,
      allow: (chunk) => proxy.allow(chunk, this),
    });
    this.#streams = [toServer, toClient];
    // A server that refuses or resets does the same to the client; a hole hides also that.
    server.once('close', () => proxy.hole === 'none' && toClient.isEmpty && this.end('reset'));
    client.once('close', () => proxy.hole !== 'both' && server.destroy());
  }

  pump(): void {
    for (const stream of this.#streams) stream.pump();
    if (this.client.destroyed) this.end('reset');
  }

  end(how: 'close' | 'reset'): void {
    this.#isEnded = true;
    this.stop();
    for (const socket of [this.client, this.#server]) {
      if (how === 'reset') socket?.resetAndDestroy();
      else socket?.destroySoon();
    }
  }

  /** Nothing passes any more, in either direction. */
  stop(): void {
    for (const stream of this.#streams) stream.stop();
  }

  onEnd(call: () => void): void {
    this.client.once('close', () => (this.#server?.destroyed ?? true) && call());
    this.#server?.once('close', () => (this.#isEnded || this.client.destroyed) && call());
  }
}

interface Rules {
  readonly isHeld: () => boolean;
  readonly delayMs: () => number;
  readonly bytesPerSecond: () => number;
  readonly allow: (chunk: Buffer) => Buffer;
}

/** Bytes of a throttled stream pass in slices of so long. */
const SLICE_MS = 20;

/** One direction: what came in waits here, in order, until it may pass. null is the end of the stream. */
class Stream {
  readonly #waiting: { readonly bytes: Buffer | null; readonly notBefore: number }[] = [];
  readonly #source: Socket;
  readonly #sink: Socket;
  readonly #rules: Rules;
  #isStopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Socket, sink: Socket, rules: Rules) {
    this.#source = source;
    this.#sink = sink;
    this.#rules = rules;
    source.on('data', (bytes: Buffer) => this.#take(bytes));
    source.once('end', () => this.#take(null));
    sink.on('drain', () => this.pump());
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #take(bytes: Buffer | null): void {
    if (this.#isStopped) return;
    this.#waiting.push({ bytes, notBefore: performance.now() + this.#rules.delayMs() });
    // What waits here is bounded; the rest waits at the sender, as it would in a network.
    if (this.#waiting.length > 1_000) this.#source.pause();
    this.pump();
  }

  pump(): void {
    for (;;) {
      const [first] = this.#waiting;
      if (this.#isStopped || first === undefined || this.#rules.isHeld() || this.#sink.writableNeedDrain) return;
      const early = first.notBefore - performance.now();
      if (early > 0) {
        this.#pumpIn(early);
        return;
      }
      this.#waiting.shift();
      this.#source.resume();
      if (first.bytes === null) {
        this.#sink.end();
        return;
      }
      if (this.#pass(first.bytes)) {
        this.#pumpIn(SLICE_MS);
        return;
      }
    }
  }

  /** Whether the rest of these bytes has to wait. */
  #pass(bytes: Buffer): boolean {
    const slice = Math.max(1, (this.#rules.bytesPerSecond() * SLICE_MS) / 1000);
    const isThrottled = bytes.length > slice;
    if (isThrottled) this.#waiting.unshift({ bytes: bytes.subarray(slice), notBefore: 0 });
    const now = this.#rules.allow(isThrottled ? bytes.subarray(0, slice) : bytes);
    this.#sink.write(now);
    return isThrottled;
  }

  #pumpIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.pump(), ms);
  }
}
