/**
 * Whose requests are handled when. Each gets a short turn at once; but who used up a turn a moment ago is busy, and all the
 * busy ones share a while before the sockets are looked at again. So a flood, of one client or of many, keeps a polite one
 * waiting for a few milliseconds only.
 */
import type { Connection } from './connection.js';

/** One turn; a single request that takes longer is not cut. */
const TURN_MS = 1;
/** What the busy ones may take together, between two looks at the sockets. */
const BUSY_TURNS_MS = 8;

export class Turns {
  readonly #now: () => number;
  /** Called when the others have had their turn, and again behind the busy ones. */
  readonly #flush: () => void;
  #fresh: Connection[] = [];
  #busy: Connection[] = [];
  #next: NodeJS.Immediate | null = null;

  constructor(now: () => number, flush: () => void) {
    this.#now = now;
    this.#flush = flush;
  }

  add(connection: Connection, isBusy: boolean): void {
    (isBusy ? this.#busy : this.#fresh).push(connection);
    this.#next ??= setImmediate(() => this.#run());
  }

  stop(): void {
    this.#fresh = [];
    this.#busy = [];
    if (this.#next !== null) {
      clearImmediate(this.#next);
      this.#next = null;
    }
  }

  #run(): void {
    this.#next = null;
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const connection of fresh) {
      connection.takeTurn(this.#now() + TURN_MS);
    }
    this.#flush();
    if (this.#busy.length > 0) {
      this.#runBusy();
    }
  }

  /** Each at most once, in the order in which they came. */
  #runBusy(): void {
    const busy = this.#busy;
    const end = this.#now() + BUSY_TURNS_MS;
    this.#busy = [];
    let index = 0;
    for (; index < busy.length && this.#now() < end; index++) {
      busy[index]?.takeTurn(this.#now() + TURN_MS);
    }
    this.#busy = [...busy.slice(index), ...this.#busy];
    this.#flush();
    if (this.#busy.length > 0) {
      this.#next ??= setImmediate(() => this.#run());
    }
  }
}
