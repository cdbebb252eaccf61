/**
 * Whose requests are handled when. Who comes new gets a short turn at once; who used up a turn and has more to do waits for
 * further ones, which all of them together get for a while before the sockets are looked at again. So a flood, of one
 * client or of many, keeps a polite one waiting for a few milliseconds only.
 */
import type { Connection } from './connection.js';

/** One turn; a single request that takes longer is not cut. */
const TURN_MS = 1;
/** What further turns may take together, between two looks at the sockets. */
const FURTHER_TURNS_MS = 8;

export class Turns {
  readonly #now: () => number;
  /** Called when those that came new have had their turn, and again at the end. */
  readonly #flush: () => void;
  #fresh: Connection[] = [];
  #further: Connection[] = [];
  #next: NodeJS.Immediate | null = null;

  constructor(now: () => number, flush: () => void) {
    this.#now = now;
    this.#flush = flush;
  }

  /** @param isFurther it has had a turn, and it was not enough */
  add(connection: Connection, isFurther: boolean): void {
    (isFurther ? this.#further : this.#fresh).push(connection);
    this.#next ??= setImmediate(() => this.#run());
  }

  stop(): void {
    this.#fresh = [];
    this.#further = [];
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
    if (this.#further.length > 0) {
      this.#runFurther();
    }
  }

  /** Each at most once, in the order in which they came. */
  #runFurther(): void {
    const further = this.#further;
    const end = this.#now() + FURTHER_TURNS_MS;
    this.#further = [];
    let index = 0;
    for (; index < further.length && this.#now() < end; index++) {
      further[index]?.takeTurn(this.#now() + TURN_MS);
    }
    this.#further = [...further.slice(index), ...this.#further];
    this.#flush();
    if (this.#further.length > 0) {
      this.#next ??= setImmediate(() => this.#run());
    }
  }
}
