/** A bare connection to a server: bytes out, frames in, in the order in which they arrive. Knows no sessions. */
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** How long a server may take for anything that it does at once. */
const PATIENCE_MS = 15_000;

export class Wire {
  readonly #socket: Socket;
  readonly #frames: Buffer[] = [];
  #bytes: Buffer[] = [];
  #length = 0;
  #isOver = false;
  #wake: (() => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isOver = true;
      this.#wake?.();
    });
  }

  static open(port: number, tls?: ConnectionOptions): Promise<Wire> {
    return new Promise((resolve, reject) => {
      const place = { host: '127.0.0.1', port };
      const socket = tls === undefined ? connect(place) : connectTls({ ...place, ...tls });
      socket.once('error', reject);
      socket.once(tls === undefined ? 'connect' : 'secureConnect', () => {
        socket.off('error', reject);
        resolve(new Wire(socket));
      });
      socket.setNoDelay(true);
    });
  }

  get localPort(): number {
    return this.#socket.localPort ?? 0;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  write(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Length in front. */
  writeFrame(body: Buffer): void {
    const length = Buffer.alloc(4);
    length.writeInt32BE(body.length);
    this.#socket.write(Buffer.concat([length, body]));
  }

  /** The next frame, without its length; null once the server has hung up. @throws Error when neither happens in time */
  async frame(patienceMs = PATIENCE_MS): Promise<Buffer | null> {
    const frame = this.#frames.shift();
    if (frame !== undefined) return frame;
    if (this.#isOver) return null;
    await this.#change(patienceMs);
    return this.frame(patienceMs);
  }

  /** Bytes that make no frame, once the server has hung up. */
  async rest(patienceMs = PATIENCE_MS): Promise<Buffer> {
    while (!this.#isOver) await this.#change(patienceMs);
    return Buffer.concat(this.#bytes);
  }

  cut(): void {
    this.#socket.destroy();
  }

  /** Ends our side only. */
  endWriting(): void {
    this.#socket.end();
  }

  async #change(patienceMs: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the server is silent for ${patienceMs} ms`)), patienceMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
  }

  #receive(chunk: Buffer): void {
    this.#bytes.push(chunk);
    this.#length += chunk.length;
    // Put together only when a frame is complete, for replies of many megabytes come in small pieces.
    while (this.#length >= 4) {
      if ((this.#bytes[0] as Buffer).length < 4) this.#bytes = [Buffer.concat(this.#bytes)];
      const frameLength = (this.#bytes[0] as Buffer).readInt32BE(0);
      if (frameLength < 0 || this.#length < 4 + frameLength) break;
      const all = Buffer.concat(this.#bytes);
      this.#frames.push(all.subarray(4, 4 + frameLength));
      this.#bytes = [all.subarray(4 + frameLength)];
      this.#length = all.length - 4 - frameLength;
    }
    this.#wake?.();
  }
}
