/**
 * Sends replies once what they tell is on disk. While the journal writes, further output gathers and leaves together
 * behind the next flush: group commit. Without a journal it leaves at once.
 */

import type { Journal } from '../engine/journal.js';
import type { Connection, Parcel } from './connection.js';

export class Delivery {
  #journal: Journal | null;
  readonly #failed: (error: unknown) => void;
  #waiting: Connection[] = [];
  #isFlushing = false;
  #isStopped = false;

  /** @param failed the journal could not write: the server is at its end */
  constructor(journal: Journal | null, failed: (error: unknown) => void) {
    this.#journal = journal;
    this.#failed = failed;
  }

  setJournal(journal: Journal | null): void {
    this.#journal = journal;
  }

  /** Whether replies wait for the disk. */
  get isFlushing(): boolean {
    return this.#isFlushing;
  }

  /** Its output will be taken at the next flush. */
  enqueue(connection: Connection): void {
    this.#waiting.push(connection);
  }

  flush(): void {
    while (!this.#isFlushing && !this.#isStopped && this.#waiting.length > 0) {
      const parcels = this.#takeAll();
      if (this.#journal?.isDirty) {
        this.#sendWhenFlushed(this.#journal, parcels);
      } else {
        sendAll(parcels);
      }
    }
  }

  /** Nothing leaves any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  #takeAll(): Parcel[] {
    const connections = this.#waiting;
    this.#waiting = [];
    const parcels: Parcel[] = [];
    for (const connection of connections) {
      const parcel = connection.takeOutput();
      if (parcel !== null) {
        parcels.push(parcel);
      }
    }
    return parcels;
  }

  #sendWhenFlushed(journal: Journal, parcels: readonly Parcel[]): void {
    this.#isFlushing = true;
    journal.flushed().then(
      () => {
        this.#isFlushing = false;
        if (!this.#isStopped) {
          sendAll(parcels);
          this.flush();
        }
      },
      (error: unknown) => {
        this.#isFlushing = false;
        this.#failed(error);
      },
    );
  }
}

function sendAll(parcels: readonly Parcel[]): void {
  for (const parcel of parcels) {
    parcel.connection.send(parcel);
  }
}
