/** When the next snapshot is due: after so many transactions or bytes, half of it at random. Follows SyncRequestProcessor (3.9). */

export class SnapshotSchedule {
  readonly #countMax: number;
  readonly #bytesMax: number;
  readonly #random: () => number;
  #count = 0;
  #bytes = 0;
  #countDue = 0;
  #bytesDue = 0;

  /** `bytesMax` 0: not by size. */
  constructor(countMax: number, bytesMax: number, random: () => number) {
    this.#countMax = Math.max(countMax, 2);
    this.#bytesMax = bytesMax;
    this.#random = random;
    this.restart();
  }

  /** One more transaction. */
  isDue(bytes: number): boolean {
    this.#count++;
    this.#bytes += bytes;
    return this.#count > this.#countDue || (this.#bytesMax > 0 && this.#bytes > this.#bytesDue);
  }

  /** A snapshot begins. Drawn anew each time, so that the members of an ensemble do not all write at once. */
  restart(): void {
    this.#count = 0;
    this.#bytes = 0;
    this.#countDue = Math.floor(this.#countMax / 2) + Math.floor((this.#random() * this.#countMax) / 2);
    this.#bytesDue = (this.#bytesMax / 2) * (1 + this.#random());
  }
}
