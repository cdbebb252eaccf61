/**
 * The requests of a session: those that wait to be sent, and those that wait for a reply, both in order. Gives numbers,
 * matches replies, remembers the highest zxid. Knows no sockets, no states and no clock: engine.ts tells it what happened.
 */
import { type ConnectionCode, isZkshError, ProtocolError } from '../errors.js';
import { JuteReader } from '../protocol/jute.js';
import { XID_MAX } from '../protocol/limits.js';
import { Deque } from './deque.js';
import type { Answer, InFlight } from './in-flight.js';

/** xid, zxid, err. */
export const REPLY_HEADER_BYTES = 16;

/** How requests end that get no answer. */
export interface Ending {
  readonly code: ConnectionCode;
  readonly why: string;
  readonly server?: string;
}

export class Exchange {
  readonly #queued = new Deque<InFlight>();
  readonly #pending = new Deque<InFlight>();
  #xid: number;
  #zxidHigh = 0;
  #zxidLow = 0;
  /** A reply that made no sense has been told to its request. */
  #isBlamed = false;

  /** @param lastXid the number before the first one */
  constructor(lastXid = 0) {
    this.#xid = lastXid;
  }

  get queuedCount(): number {
    return this.#queued.length;
  }

  get pendingCount(): number {
    return this.#pending.length;
  }

  get lastZxid(): bigint {
    return (BigInt(this.#zxidHigh) << 32n) | BigInt(this.#zxidLow);
  }

  enqueue(request: InFlight): void {
    this.#queued.push(request);
  }

  /** Bytes of the next requests, about `bytesMax` of them; null where there are none, or the next one may not go. */
  take(bytesMax: number, mayGo: (request: InFlight) => boolean): Buffer | null {
    const parts: Buffer[] = [];
    let bytes = 0;
    for (let next = this.#queued.peek(); next !== undefined && bytes < bytesMax; next = this.#queued.peek()) {
      if (next.isSettled) {
        this.#queued.shift();
      } else if (mayGo(next)) {
        const part = this.#send(next);
        parts.push(part);
        bytes += part.length;
      } else {
        break;
      }
    }
    const [first] = parts;
    return first === undefined ? null : parts.length === 1 ? first : Buffer.concat(parts, bytes);
  }

  #send(request: InFlight): Buffer {
    this.#queued.shift();
    // Negative numbers are reserved (events arrive as -1), so ours wrap before 2^31.
    this.#xid = this.#xid >= XID_MAX ? 1 : this.#xid + 1;
    request.header.xid = this.#xid;
    request.wasSent = true;
    this.#pending.push(request);
    return request.toBuffer();
  }

  /**
   * Takes the reply number `xid` to the request whose turn it is, and returns that.
   * @throws ProtocolError where it is not that one's, or makes no sense
   */
  answer(frame: Buffer, xid: number, code: number): InFlight {
    const request = this.#pending.peek();
    if (request === undefined || request.header.xid !== xid) {
      const expected = request === undefined ? 'nothing was asked' : `the next is ${request.header.xid}`;
      throw new ProtocolError(`a reply to number ${xid}, but ${expected}`, { record: 'ReplyHeader', field: 'xid' });
    }
    this.#noteZxid(frame);
    if (request.isSettled) {
      this.#pending.shift();
    } else if (code === 0) {
      this.#accept(request, frame);
    } else {
      this.#pending.shift();
      request.answer(request.operation.refuse(code));
    }
    return request;
  }

  /** Only once its reply is read does a request leave the list: what cannot be read must not be lost. */
  #accept(request: InFlight, frame: Buffer): void {
    let answer: Answer<unknown>;
    try {
      answer = request.operation.accept(new JuteReader(frame, REPLY_HEADER_BYTES));
    } catch (error) {
      this.#pending.shift();
      if (!isZkshError(error) || error.kind !== 'protocol') {
        request.fail(error as Error);
        return;
      }
      request.garble(error, true);
      this.#isBlamed = true;
      throw error;
    }
    this.#pending.shift();
    request.answer(answer);
  }

  /** Only zxids above 0 count: replies to auth, and refusals, carry 0 or -1. By halves: this is the path of every reply. */
  #noteZxid(frame: Buffer): void {
    const high = frame.readInt32BE(4);
    const low = frame.readUInt32BE(8);
    if (high > this.#zxidHigh || (high === this.#zxidHigh && low > this.#zxidLow)) {
      this.#zxidHigh = high;
      this.#zxidLow = low;
    }
  }

  /** What came in made no sense: told to its request where that is known, else to the one whose turn it was. */
  blame(error: ProtocolError): void {
    if (!this.#isBlamed) {
      this.#pending.peek()?.garble(error, false);
    }
    this.#isBlamed = false;
  }

  /** The connection is gone: what was sent gets no reply any more. */
  lose(ending: Ending): void {
    for (const request of this.#pending.drain()) {
      request.end(ending.code, ending.why, ending.server);
    }
  }

  /** It is gone before the handshake was answered: reads wait for the next server, writes may have happened. */
  takeBack(ending: Ending): void {
    for (const request of this.#pending.drain().reverse()) {
      if (request.operation.writes) {
        request.end(ending.code, ending.why, ending.server);
      } else if (!request.isSettled) {
        request.wasSent = false;
        this.#queued.unshift(request);
      }
    }
  }

  /** Ends what waits to be sent and `isOverdue`; what nobody waits for any more is forgotten. */
  sweep(isOverdue: (request: InFlight) => boolean, { code, why }: Ending): void {
    this.#queued.keep((request) => {
      if (!request.isSettled && isOverdue(request)) {
        request.end(code, why);
      }
      return !request.isSettled;
    });
  }

  endAll({ code, why }: Ending): void {
    for (const request of [...this.#pending.drain(), ...this.#queued.drain()]) {
      request.end(code, why);
    }
  }
}
