/**
 * One connection to one server: opened, written to, and ended once, with the reason. Until the server has answered the
 * handshake it is an attempt with a deadline: a server that accepts and is mute must not hold us. Knows no protocol.
 * After its end, and after `drop` or `leave`, it tells nothing more.
 */
import type { Socket } from 'node:net';
import type { Clock, ServerAddress } from './api.js';
import { type AttemptFailure, CLOSED, CLOSED_SILENTLY, explainSocketError } from './attempts.js';
import { startDeadline } from './deadline.js';
import type { SocketOpener } from './socket-opener.js';

export interface LinkPlan {
  readonly server: ServerAddress;
  readonly opener: SocketOpener;
  readonly clock: Clock;
  /** From the beginning to the server's answer. */
  readonly attemptMs: number;
  /** Where the attempt fails, the server may be asked a question to find out why. */
  readonly explains: boolean;
}

export interface LinkEvents {
  /** Bytes can be sent. */
  ready(): void;
  data(chunk: Buffer): void;
  /** The socket takes bytes again. */
  drained(): void;
  ended(failure: AttemptFailure): void;
}

export class Link {
  readonly server: ServerAddress;
  readonly socket: Socket;
  readonly #plan: LinkPlan;
  readonly #events: LinkEvents;
  #isReady = false;
  #isWritable = false;
  #isAnswered = false;
  #isOver = false;
  readonly #endDeadline: () => void;

  constructor(plan: LinkPlan, events: LinkEvents) {
    const { server, opener, clock, attemptMs } = plan;
    this.#plan = plan;
    this.#events = events;
    this.server = server;
    this.socket = opener.open(server, attemptMs);
    this.#endDeadline = startDeadline(clock, attemptMs, () =>
      this.#end({ kind: 'silent', reason: `no answer within ${attemptMs} ms` }),
    );
    this.#listen();
  }

  /** Bytes can be sent. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** The socket takes more bytes for now. */
  get isWritable(): boolean {
    return this.#isWritable && !this.#isOver;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** The server has answered the handshake: no attempt any more. */
  answered(): void {
    this.#isAnswered = true;
    this.#endDeadline();
  }

  write(bytes: Buffer): void {
    // False: the kernel takes no more for now. `drained` goes on, so memory holds one write and not the whole queue.
    this.#isWritable = this.socket.write(bytes);
  }

  drop(): void {
    this.#isOver = true;
    this.#endDeadline();
    this.socket.destroy();
  }

  /** Sends `bytes` and lets the connection end by itself, within `deadlineMs`. */
  leave(bytes: Buffer, deadlineMs: number): void {
    this.#isOver = true;
    this.#endDeadline();
    this.socket.end(bytes);
    this.socket.resume();
    this.socket.on(
      'close',
      startDeadline(this.#plan.clock, deadlineMs, () => this.socket.destroy()),
    );
  }

  #listen(): void {
    let error: Error | null = null;
    const unlessOver = (act: () => void): void => {
      if (!this.#isOver) {
        act();
      }
    };
    this.socket.on(this.#plan.opener.readyEvent, () => unlessOver(() => this.#ready()));
    this.socket.on('data', (chunk: Buffer) => unlessOver(() => this.#events.data(chunk)));
    this.socket.on('drain', () =>
      unlessOver(() => {
        this.#isWritable = true;
        this.#events.drained();
      }),
    );
    this.socket.on('error', (reason: Error) => {
      error = reason;
    });
    this.socket.on('close', () => unlessOver(() => this.#closed(error)));
  }

  #ready(): void {
    const { localPort, remotePort, localAddress, remoteAddress } = this.socket;
    if (localPort === remotePort && localAddress === remoteAddress) {
      // Nobody listens, and TCP has joined the socket to itself: our own handshake would be read as "expired".
      this.#end({ kind: 'refused', reason: 'connection refused' });
      return;
    }
    this.#isReady = true;
    this.#isWritable = true;
    this.#events.ready();
  }

  #closed(error: Error | null): void {
    this.#isWritable = false;
    if (this.#isAnswered) {
      this.#end(error === null ? CLOSED : explainSocketError(error));
      return;
    }
    this.#endDeadline();
    const failure = error === null ? CLOSED_SILENTLY : explainSocketError(error);
    if (!this.#plan.explains) {
      this.#end(failure);
      return;
    }
    this.#plan.opener
      .explain(error, this.server, this.socket)
      .catch(() => failure)
      .then((explained) => this.#end(explained));
  }

  #end(failure: AttemptFailure): void {
    if (!this.#isOver) {
      this.drop();
      this.#events.ended(failure);
    }
  }
}
