/**
 * Which server is tried next, and how long to wait before. Servers are taken in turn; a whole round without a connection
 * that lived doubles the wait, with jitter, so that neither one server that accepts and closes nor many clients that lost
 * theirs at once make a storm of connections.
 */
import type { ServerAddress } from './api.js';

/** Before the first attempt after a loss, at most. */
const FIRST_DELAY_MS_MAX = 50;
const ROUND_DELAY_MS = 100;
const ROUND_DELAY_MS_MAX = 1000;
/** A connection that stood this long has lived: the server serves. */
export const LIVED_MS = 1000;

export interface RotationOptions {
  readonly shuffle: boolean;
  readonly random: () => number;
}

export class ServerRotation {
  readonly #servers: ServerAddress[];
  readonly #random: () => number;
  #next = 0;
  /** Since a connection lived. */
  #attempts = 0;
  #hasLived = false;

  constructor(servers: readonly ServerAddress[], options: RotationOptions) {
    this.#servers = [...servers];
    this.#random = options.random;
    if (options.shuffle) {
      this.#shuffle();
    }
  }

  get length(): number {
    return this.#servers.length;
  }

  /** Every server has been tried at least once since a connection lived. */
  get isRoundOver(): boolean {
    return this.#attempts > 0 && this.#attempts % this.#servers.length === 0;
  }

  /** ms to wait before `take`. */
  get delayMs(): number {
    if (this.#attempts === 0) {
      return this.#hasLived ? this.#random() * FIRST_DELAY_MS_MAX : 0;
    }
    if (!this.isRoundOver) {
      return 0;
    }
    const round = this.#attempts / this.#servers.length;
    const delayMs = Math.min(ROUND_DELAY_MS_MAX, ROUND_DELAY_MS * 2 ** Math.min(round - 1, 10));
    return delayMs * (0.5 + this.#random() / 2);
  }

  /** The server whose turn it is. */
  take(): ServerAddress {
    const server = this.#servers[this.#next % this.#servers.length];
    if (server === undefined) {
      throw new Error('a session needs at least one server');
    }
    this.#next = (this.#next + 1) % this.#servers.length;
    this.#attempts += 1;
    return server;
  }

  /** Makes `server` the next one. */
  prefer(server: ServerAddress): void {
    const index = this.#servers.indexOf(server);
    if (index >= 0) {
      this.#next = index;
      this.#attempts = 0;
    }
  }

  /** A connection ended that had stood for `ms`. */
  ended(ms: number): void {
    if (ms >= LIVED_MS) {
      this.#attempts = 0;
      this.#hasLived = true;
    }
  }

  #shuffle(): void {
    for (let last = this.#servers.length - 1; last > 0; last -= 1) {
      const other = Math.floor(this.#random() * (last + 1));
      const moved = this.#servers[last] as ServerAddress;
      this.#servers[last] = this.#servers[other] as ServerAddress;
      this.#servers[other] = moved;
    }
  }
}
