/**
 * Whose requests are handled when: each connection that has some gets a short turn, in the order in which they asked, so
 * that a flood of one keeps the others waiting for no longer than one turn of each. Runs between two looks at the sockets.
 */
import type { Connection } from './connection.js';

/** One turn; a single request that takes longer is not cut. */
const TURN_MS = 2;

export class Turns {
  readonly #now: () => number;
  /** Called when all that asked have had a turn. */
  readonly #finished: () => void;
  #waiting: Connection[] = [];
  #next: NodeJS.Immediate | null = null;

  constructor(now: () => number, finished: () => void) {
    this.#now = now;
    this.#finished = finished;
  }

  add(connection: Connection): void {
    this.#waiting.push(connection);
    this.#next ??= setImmediate(() => this.#run());
  }

  stop(): void {
    this.#waiting = [];
    if (this.#next !== null) {
      clearImmediate(this.#next);
      this.#next = null;
    }
  }

  #run(): void {
    this.#next = null;
    const connections = this.#waiting;
    this.#waiting = [];
    for (const connection of connections) {
      connection.takeTurn(this.#now() + TURN_MS);
    }
    this.#finished();
  }
}
