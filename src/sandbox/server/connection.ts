/**
 * One client's connection: bytes in, frames out of them, replies and notifications back. What a frame means is the host's
 * business (server.ts). Bounded in memory whatever the client does: it is not read while too much waits to be sent to it,
 * and a client that never reads is cut once its notifications fill NOTIFICATION_BYTES_MAX.
 * Follows NIOServerCnxn (3.9), except for these two bounds, which the original does not have.
 */
import type { Socket } from 'node:net';
import { SYNC_CONNECTED, type WatchEventType, watchEventNumber } from '../../protocol/events.js';
import { FrameSplitter } from '../../protocol/frame.js';
import { XID } from '../../protocol/ids.js';
import type { JuteWriter } from '../../protocol/jute.js';
import { FRAME_HEADER_BYTES } from '../../protocol/limits.js';
import { inServerOrder } from '../engine/identity-order.js';
import type { Identity, Peer } from '../engine/peer.js';
import { ConnectionFigures } from './figures.js';
import { hostPort, javaAddress } from './java-address.js';
import type { PacedOutput } from './paced-output.js';
import type { SaslExchange } from './sasl-exchange.js';

/** With more than this waiting to be sent, no further request of the connection is handled. */
const UNSENT_BYTES_MAX = 1024 * 1024;

/** Output that is handed over before all requests at hand are done. */
const OUTPUT_BYTES_PER_TURN = 256 * 1024;

/** Notifications kept for a client that does not read; one more and it is cut. */
export const NOTIFICATION_BYTES_MAX = 16 * 1024 * 1024;

/** Who used up a turn waits behind those who did not, for so long. */
const BUSY_MS = 50;

const NOTHING = Buffer.alloc(0);

/** What becomes of a request: `wait` leaves it to be handled later. */
export type Handled = 'done' | 'wait';

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly frameBytesMax: number;
  now(): number;
  /** Asks for a turn: `takeTurn` will be called when the others have had theirs. */
  enqueue(connection: Connection, isBusy: boolean): void;
  /** Asks that the output of this connection be sent. */
  enqueueOutput(connection: Connection): void;
  /** Sends what can be sent now. */
  flushOutput(): void;
  /** The first four bytes are a word. False: they are not, and so are a frame's length. */
  isWord(first: Buffer): boolean;
  answerWord(connection: Connection, bytes: Buffer): void;
  handshake(connection: Connection, frame: Buffer): void;
  handle(connection: Connection, frame: Buffer): Handled;
  /** Bytes came in: the connection lives. */
  touch(connection: Connection): void;
  /** It takes part no longer: no requests, no notifications. Its last replies may still be under way. */
  left(connection: Connection): void;
  /** More requests wait for the disk than globalOutstandingLimit allows. */
  readonly isThrottling: boolean;
  outstandingChanged(by: number): void;
  /** Its socket is gone. */
  gone(connection: Connection): void;
  takeWriter(): JuteWriter;
  returnWriter(writer: JuteWriter): void;
}

type Phase = 'new' | 'word' | 'handshake' | 'session' | 'ending' | 'gone';

/** Output on its way to the socket. */
export interface Parcel {
  readonly connection: Connection;
  readonly bytes: Buffer;
  /** Nothing comes behind it: the connection ends. */
  readonly isLast: boolean;
  /** A fault holds it back for so long. */
  readonly delayMs: number;
  /** Requests that it answers, or leaves without an answer. */
  readonly requestsCount: number;
}

export class Connection implements Peer {
  readonly isSecure: boolean;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly figures = new ConnectionFigures();
  /** Wall clock, ms. */
  readonly establishedMs: number;
  identities: readonly Identity[];
  /** 0n before the handshake. */
  sessionId = 0n;
  sessionTimeoutMs: number;
  /** Of SASL, once it has begun. */
  sasl: SaslExchange | null = null;
  /** Subject of the verified client certificate, in Java's spelling; null: none. */
  certificateSubject: string | null = null;
  /** When the bytes that are being worked on came in: monotonic ms. */
  receivedMs = 0;
  /** Held by a fault: nothing is read, handled or sent. */
  #isFrozen = false;
  #endsWhenThawed = false;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #splitter: FrameSplitter;
  #phase: Phase = 'new';
  #first: Buffer | null = null;
  /** Taken off the stream and left by `wait`. */
  #waitingFrame: Buffer | null = null;
  #output: JuteWriter | null = null;
  #isLeaving = false;
  /** Taken by the delivery and not given to the socket yet. */
  #heldBytes = 0;
  #notificationBytes = 0;
  #outstandingCount = 0;
  /** Those of them that the delivery has not taken yet. */
  #untakenCount = 0;
  /** When it last used up a turn: monotonic ms. */
  #fullTurnMs = Number.NEGATIVE_INFINITY;
  #isPaused = false;
  #isInputOver = false;
  #isEnqueued = false;
  #pacedOutput: PacedOutput | null = null;
  #delayMs = 0;

  constructor(
    host: ConnectionHost,
    socket: Socket,
    facts: { readonly isSecure: boolean; readonly sessionlessTimeoutMs: number; readonly establishedMs: number },
  ) {
    this.#host = host;
    this.#socket = socket;
    this.isSecure = facts.isSecure;
    this.sessionTimeoutMs = facts.sessionlessTimeoutMs;
    this.establishedMs = facts.establishedMs;
    this.remoteAddress = javaAddress(socket.remoteAddress ?? '');
    this.remotePort = socket.remotePort ?? 0;
    this.identities = [{ scheme: 'ip', id: this.remoteAddress }];
    this.#splitter = new FrameSplitter(host.frameBytesMax);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('drain', () => this.#drained());
    socket.on('error', () => this.destroy());
    socket.on('end', () => this.#inputEnds());
    socket.on('close', () => this.destroy());
  }

  get phase(): Phase {
    return this.#phase;
  }

  get socket(): Socket {
    return this.#socket;
  }

  /** `address:port` as Java prints a socket address. */
  get remote(): string {
    return hostPort(this.remoteAddress, this.remotePort);
  }

  get isOpen(): boolean {
    return this.#phase !== 'ending' && this.#phase !== 'gone';
  }

  get isFrozen(): boolean {
    return this.#isFrozen;
  }

  /** Requests that are done, and whose replies wait for the disk. */
  get outstandingCount(): number {
    return this.#outstandingCount;
  }

  /** SelectionKey's bits: 1 reads, 4 has something to write; 0 for one that asked a word. */
  get interestOps(): number {
    if (this.#phase === 'word' || this.#phase === 'ending') {
      return 0;
    }
    return (this.#isPaused ? 0 : 1) | (this.#socket.writableLength > 0 ? 4 : 0);
  }

  /** Where replies are written; asking for it asks for its delivery too. */
  get output(): JuteWriter {
    if (this.#output === null) {
      this.#output = this.#host.takeWriter();
      this.#host.enqueueOutput(this);
    }
    return this.#output;
  }

  /** The handshake is done. */
  join(sessionId: bigint, sessionTimeoutMs: number): void {
    this.sessionId = sessionId;
    this.sessionTimeoutMs = sessionTimeoutMs;
    this.#phase = 'session';
  }

  /** Once more is the same as once. */
  addIdentity(identity: Identity): void {
    if (!this.identities.some(({ scheme, id }) => scheme === identity.scheme && id === identity.id)) {
      this.identities = inServerOrder([...this.identities, identity]);
    }
  }

  removeIdentities(scheme: string): void {
    this.identities = this.identities.filter((identity) => identity.scheme !== scheme);
  }

  notify(type: WatchEventType, path: string, zxid: number): void {
    if (!this.isOpen) {
      return;
    }
    const writer = this.output;
    const start = writer.length;
    writer.int(0);
    writer.int(XID.notification);
    writer.longNumber(zxid);
    writer.int(0);
    writer.int(watchEventNumber(type));
    writer.int(SYNC_CONNECTED);
    writer.string(path);
    const length = writer.length - start;
    writer.patchInt(start, length - FRAME_HEADER_BYTES);
    this.figures.packetsSent++;
    this.#notificationBytes += length;
    if (this.#notificationBytes > NOTIFICATION_BYTES_MAX) {
      this.destroy();
    }
  }

  /** No more than these requests; then the connection ends, behind what was written for it. */
  end(): void {
    if (!this.isOpen) {
      return;
    }
    if (this.#isFrozen) {
      this.#endsWhenThawed = true;
      this.#host.left(this);
      return;
    }
    if (this.#output === null) {
      this.#host.enqueueOutput(this);
    }
    this.#isLeaving = true;
    this.#phase = 'ending';
    this.#socket.pause();
    this.#host.left(this);
  }

  /** At once; what was not sent is lost. */
  destroy(): void {
    if (this.#phase === 'gone') {
      return;
    }
    const wasOpen = this.isOpen;
    this.#phase = 'gone';
    if (wasOpen) {
      this.#host.left(this);
    }
    this.#host.outstandingChanged(-this.#outstandingCount);
    this.#outstandingCount = 0;
    this.#untakenCount = 0;
    this.#host.gone(this);
    this.#pacedOutput?.stop();
    if (this.#output !== null) {
      this.#output.truncate(0);
    }
    this.#socket.destroy();
  }

  /** Cuts the connection as a failing network does: with a reset. */
  reset(): void {
    if (this.#phase !== 'gone') {
      this.#socket.resetAndDestroy();
      this.destroy();
    }
  }

  freeze(): void {
    this.#isFrozen = true;
    this.#socket.pause();
    this.#isPaused = true;
  }

  thaw(): void {
    if (!this.#isFrozen) {
      return;
    }
    this.#isFrozen = false;
    if (this.#endsWhenThawed) {
      this.destroy();
      return;
    }
    if (this.#output !== null) {
      this.#host.enqueueOutput(this);
    }
    this.#continue();
  }

  /** Sends bytes behind everything else, which has left: a word's answer. */
  sendText(bytes: Buffer): void {
    this.#heldBytes += bytes.length;
    this.#phase = 'ending';
    this.#host.left(this);
    this.send({ connection: this, bytes, isLast: true, delayMs: 0, requestsCount: 0 });
  }

  /** From now on output passes through here first: a fault that slows or delays it. null: no longer. */
  set pacedOutput(pace: PacedOutput | null) {
    this.#pacedOutput = pace;
  }

  get pacedOutput(): PacedOutput | null {
    return this.#pacedOutput;
  }

  /** What is written from here to the next flush leaves that much later. Needs a paced output. */
  delayOutput(ms: number): void {
    this.#delayMs = Math.max(this.#delayMs, ms);
  }

  /** What has been written for the client since the last time; null: nothing. */
  takeOutput(): Parcel | null {
    if (this.#isFrozen) {
      return null;
    }
    const writer = this.#output;
    let bytes: Buffer = NOTHING;
    if (writer !== null) {
      this.#output = null;
      bytes = writer.take();
      this.#host.returnWriter(writer);
    }
    const isLast = this.#isLeaving;
    this.#isLeaving = false;
    if (this.#phase === 'gone' || (bytes.length === 0 && !isLast && this.#untakenCount === 0)) {
      return null;
    }
    this.#heldBytes += bytes.length;
    const parcel = { connection: this, bytes, isLast, delayMs: this.#delayMs, requestsCount: this.#untakenCount };
    this.#delayMs = 0;
    this.#untakenCount = 0;
    return parcel;
  }

  /** Gives a parcel to the socket, in the order in which they were taken. */
  send({ bytes, isLast, delayMs, requestsCount }: Parcel): void {
    if (this.#phase === 'gone') {
      return;
    }
    this.#heldBytes -= bytes.length;
    this.#outstandingCount -= requestsCount;
    this.#host.outstandingChanged(-requestsCount);
    if (this.#pacedOutput === null) {
      this.transmit(bytes, isLast);
    } else {
      this.#pacedOutput.push(bytes, isLast, delayMs);
    }
  }

  /** Behind any pacing. */
  transmit(bytes: Buffer, isLast: boolean): void {
    if (this.#phase === 'gone') {
      return;
    }
    if (bytes.length > 0) {
      this.#socket.write(bytes);
    }
    if (isLast) {
      this.#socket.destroySoon();
      return;
    }
    if (this.#socket.writableLength === 0) {
      this.#drained();
    }
  }

  /**
   * Handles the requests at hand until they are used up, the deadline passes (then it asks for another turn), or too much
   * waits to be sent (then it goes on when that has left).
   */
  takeTurn(deadlineMs: number): void {
    this.#isEnqueued = false;
    for (;;) {
      if (this.#isFrozen || this.#phase === 'gone' || this.#phase === 'ending' || this.#phase === 'word') {
        return;
      }
      if (this.#isOverfull()) {
        this.#pause();
        return;
      }
      const frame = this.#nextFrame();
      if (frame === null) {
        this.#resume();
        if (this.#isInputOver) {
          this.end();
        }
        return;
      }
      if (this.#phase !== 'session') {
        this.#host.handshake(this, frame);
        continue;
      }
      this.#countUntaken(1);
      const handled = this.#host.handle(this, frame);
      if (this.#output === null) {
        // Nothing will come of it: it was left, or dropped.
        this.#countUntaken(-this.#untakenCount);
      }
      if (handled === 'wait') {
        this.#waitingFrame = frame;
        this.#pause();
        return;
      }
      const nowMs = this.#host.now();
      if (nowMs >= deadlineMs) {
        this.#fullTurnMs = nowMs;
        this.#pause();
        this.#continue();
        return;
      }
    }
  }

  /** Goes on with what waits, if it can. */
  #continue(): void {
    if (!this.#isEnqueued && !this.#isFrozen && this.#phase !== 'gone' && this.#phase !== 'ending') {
      this.#isEnqueued = true;
      this.#host.enqueue(this, this.#host.now() - this.#fullTurnMs < BUSY_MS);
    }
  }

  #receive(chunk: Buffer): void {
    if (!this.isOpen) {
      return;
    }
    this.#host.touch(this);
    this.receivedMs = this.#host.now();
    if (this.#phase === 'new') {
      this.#receiveFirst(chunk);
      return;
    }
    if (this.#phase === 'word') {
      return;
    }
    this.#splitter.push(chunk);
    this.#continue();
  }

  /** The first four bytes decide what this connection is. */
  #receiveFirst(chunk: Buffer): void {
    const first = this.#first === null ? chunk : Buffer.concat([this.#first, chunk]);
    this.#first = first;
    if (first.length < FRAME_HEADER_BYTES) {
      return;
    }
    if (this.#host.isWord(first)) {
      this.#phase = 'word';
      this.#host.answerWord(this, first);
      return;
    }
    this.#phase = 'handshake';
    this.#first = null;
    this.#splitter.push(first);
    this.#continue();
  }

  #countUntaken(by: number): void {
    this.#untakenCount += by;
    this.#outstandingCount += by;
    this.#host.outstandingChanged(by);
  }

  #nextFrame(): Buffer | null {
    const waiting = this.#waitingFrame;
    if (waiting !== null) {
      this.#waitingFrame = null;
      return waiting;
    }
    try {
      return this.#splitter.next();
    } catch {
      // A length that is negative or too large: the original closes without a word.
      this.end();
      return null;
    }
  }

  #isOverfull(): boolean {
    const written = this.#output?.length ?? 0;
    if (written > OUTPUT_BYTES_PER_TURN) {
      this.#host.flushOutput();
    }
    if (this.#outstandingCount > 0 && this.#host.isThrottling) {
      this.#host.flushOutput();
    }
    return this.#unsentBytes() > UNSENT_BYTES_MAX || (this.#outstandingCount > 0 && this.#host.isThrottling);
  }

  #unsentBytes(): number {
    const paced = this.#pacedOutput?.pendingBytes ?? 0;
    return (this.#output?.length ?? 0) + this.#heldBytes + paced + this.#socket.writableLength;
  }

  #drained(): void {
    this.#notificationBytes = 0;
    if (this.#isPaused && this.#unsentBytes() <= UNSENT_BYTES_MAX && !this.#isEnqueued) {
      this.#continue();
    }
  }

  #pause(): void {
    if (!this.#isPaused) {
      this.#isPaused = true;
      this.#socket.pause();
    }
  }

  #resume(): void {
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#socket.resume();
    }
  }

  /** The client has closed its side. What it asked before is done, and answered if it still listens. */
  #inputEnds(): void {
    this.#isInputOver = true;
    if (this.#phase === 'new') {
      // Nothing was asked, so nothing is to be sent, and nobody else's turn would come by to end it.
      this.destroy();
    } else {
      this.#continue();
    }
  }
}
