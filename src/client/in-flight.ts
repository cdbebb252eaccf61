/**
 * One request from the moment it is submitted until nobody waits for it any more, and the two facts from which it is told
 * whether a write may have been applied: had it left, and does its op write. Knows no sockets: engine.ts moves it from the
 * queue to the list of those that wait for a reply.
 */
import { type ConnectionCode, ConnectionError, ProtocolError, type ZkshError } from '../errors.js';
import type { JuteReader } from '../protocol/jute.js';

/** What is asked, and how its reply is read. Made by operations.ts. */
export interface Operation<T> {
  /** ZooKeeper's name: `getData`. */
  readonly op: string;
  readonly code: number;
  readonly writes: boolean;
  /** As the user knows it. */
  readonly path: string | undefined;
  /** The whole frame; its xid is filled in when it is sent. */
  readonly frame: Buffer;
  /**
   * What a reply without error in its header means. What it registers (watches) stands before the next frame is looked at.
   * @throws ProtocolError
   */
  accept(reader: JuteReader): Answer<T>;
  /** What a reply with error number `code` means. */
  refuse(code: number): Answer<T>;
}

export type Answer<T> = ZkshError | { readonly value: T };

/** Where the xid stands in a frame: behind its length. */
const XID_OFFSET = 4;

/** The header and payload are there for the library's queue(), which looks at them. */
export class InFlight<T = unknown> {
  readonly header: { xid: number; readonly type: number };
  readonly payload = null;
  readonly operation: Operation<T>;
  /** Its bytes have been given to a socket. */
  wasSent = false;
  /** By the session's clock; only kept while it waits for a connection. */
  queuedAt = 0;
  /** It gave a deadline of its own. */
  hasDeadline = false;
  #isSettled = false;
  #release: (() => void) | null = null;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: Error) => void;

  constructor(operation: Operation<T>, resolve: (value: T) => void, reject: (error: Error) => void) {
    this.header = { xid: 0, type: operation.code };
    this.operation = operation;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /** Nobody waits any more; the reply, if one comes, is read and dropped. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Whether a write may have happened although no answer came. */
  get applied(): 'no' | 'unknown' {
    return this.wasSent && this.operation.writes ? 'unknown' : 'no';
  }

  toBuffer(): Buffer {
    const frame = this.operation.frame;
    frame.writeInt32BE(this.header.xid, XID_OFFSET);
    return frame;
  }

  /** `release` is called once, when the request is settled: it takes timers and listeners away. */
  whenSettled(release: () => void): void {
    this.#release = release;
  }

  answer(answer: Answer<T>): void {
    if (answer instanceof Error) {
      this.fail(answer);
    } else {
      this.succeed(answer.value);
    }
  }

  succeed(value: T): void {
    if (this.#settle()) {
      this.#resolve(value);
    }
  }

  fail(error: Error): void {
    if (this.#settle()) {
      this.#reject(error);
    }
  }

  /** It ends without an answer. */
  end(code: ConnectionCode, why: string, server?: string): void {
    if (!this.#isSettled) {
      this.fail(endError(this.operation, { code, why, server, applied: this.applied }));
    }
  }

  /** It ends because its reply made no sense; `wasAccepted`: the reply's header had said that all was well. */
  garble(error: ProtocolError, wasAccepted: boolean): void {
    if (this.#isSettled) {
      return;
    }
    const { op, path, writes } = this.operation;
    // The header of a multi's reply says so also where the whole of it was refused.
    const wasApplied = writes && wasAccepted && op !== 'multi';
    this.fail(
      new ProtocolError(error.message, {
        record: error.record,
        ...(error.field === undefined ? {} : { field: error.field }),
        ...(error.offset === undefined ? {} : { offset: error.offset }),
        ...(path === undefined ? {} : { path }),
        op,
        applied: wasApplied ? 'yes' : this.applied,
        cause: error,
      }),
    );
  }

  #settle(): boolean {
    if (this.#isSettled) {
      return false;
    }
    this.#isSettled = true;
    this.#release?.();
    this.#release = null;
    return true;
  }
}

/** The others end one connection or one wait; these end the session, or say that there never was one. */
const IS_OVER: ReadonlySet<ConnectionCode> = new Set<ConnectionCode>([
  'SESSIONEXPIRED',
  'AUTHFAILED',
  'SESSIONCLOSED',
  'CONNECTREFUSED',
  'CONNECTTIMEOUT',
  'UNKNOWNHOST',
  'NOTREADONLY',
  'TLS',
]);

interface End {
  readonly code: ConnectionCode;
  readonly why: string;
  readonly server: string | undefined;
  readonly applied: 'no' | 'unknown';
}

function endError({ op, path }: { op: string; path: string | undefined }, end: End): ConnectionError {
  return new ConnectionError(end.code, `${path === undefined ? op : `${op} ${path}`}: ${end.why}`, {
    op,
    ...(path === undefined ? {} : { path }),
    ...(end.server === undefined ? {} : { server: end.server }),
    applied: end.applied,
    sessionOver: IS_OVER.has(end.code),
  });
}
