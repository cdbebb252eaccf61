/**
 * When to ping, and when a silent server counts as gone. Pure: it is told the time and what happened. Fractions as in
 * ClientCnxn.SendThread (ZooKeeper 3.9): a ping when a third of the session time-out has passed, the connection is given
 * up after two thirds of silence, so that the last third is left for finding another server.
 *
 * Two things Java does not need: a ping is due by the time since the last send *or* the last receive (a client that only
 * receives events would otherwise never ping, and the server expires it); and time in which our own event loop stood
 * still is not held against the server, for its bytes wait unread in the kernel.
 */

/** So many bytes of a reply that is still coming in are a sign of life; a dozen answers to pings are fewer. */
const PART_BYTES_MIN = 512;

/** Ticks in one session time-out. */
const TICKS_PER_TIMEOUT = 12;

export class Heartbeat {
  readonly tickMs: number;
  readonly #pingMs: number;
  readonly #silenceMs: number;
  #lastSent: number;
  #lastReceived: number;
  #nextTick: number;
  #partBytes = 0;

  constructor(sessionTimeoutMs: number, now: number) {
    this.tickMs = Math.max(1, Math.floor(sessionTimeoutMs / TICKS_PER_TIMEOUT));
    this.#pingMs = sessionTimeoutMs / 3;
    this.#silenceMs = (sessionTimeoutMs * 2) / 3;
    this.#lastSent = now;
    this.#lastReceived = now;
    this.#nextTick = now + this.tickMs;
  }

  sent(now: number): void {
    this.#lastSent = now;
  }

  /** A whole frame came. */
  received(now: number): void {
    this.#lastReceived = now;
    this.#partBytes = 0;
  }

  /**
   * A part of a frame came. Behind a wrong length the answers to our pings are taken for its contents: such a trickle
   * must not keep a connection on which no reply will ever come.
   */
  receivedPart(bytes: number, now: number): void {
    this.#partBytes += bytes;
    if (this.#partBytes >= PART_BYTES_MIN) {
      this.received(now);
    }
  }

  /** To be called every `tickMs`; `ping` means that one is sent now. */
  tick(now: number): 'quiet' | 'ping' | 'silent' {
    const lateMs = now - this.#nextTick;
    this.#nextTick = now + this.tickMs;
    if (lateMs > 0) {
      this.#lastReceived = Math.min(now, this.#lastReceived + lateMs);
    }
    if (now - this.#lastReceived > this.#silenceMs) {
      return 'silent';
    }
    // A ping that is due one tick from now is sent now: the next tick might be late.
    const dueMs = this.#pingMs - this.tickMs / 2;
    const sinceSent = now - this.#lastSent;
    if (sinceSent >= dueMs || (now - this.#lastReceived >= dueMs && sinceSent >= dueMs / 2)) {
      this.#lastSent = now;
      return 'ping';
    }
    return 'quiet';
  }
}
