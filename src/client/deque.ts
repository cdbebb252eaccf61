/** A queue in a ring: both ends in constant time, whatever its length. */

const LENGTH_FIRST = 64;

export class Deque<T> {
  #ring: (T | undefined)[] = new Array(LENGTH_FIRST);
  #head = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: T): void {
    this.#makeRoom();
    this.#ring[(this.#head + this.#length) & (this.#ring.length - 1)] = item;
    this.#length += 1;
  }

  /** Puts `item` in front of all others. */
  unshift(item: T): void {
    this.#makeRoom();
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = item;
    this.#length += 1;
  }

  peek(): T | undefined {
    return this.#ring[this.#head];
  }

  shift(): T | undefined {
    const item = this.#ring[this.#head];
    if (this.#length > 0) {
      this.#ring[this.#head] = undefined;
      this.#head = (this.#head + 1) & (this.#ring.length - 1);
      this.#length -= 1;
    }
    return item;
  }

  /** Takes everything out, first in first. */
  drain(): T[] {
    const items: T[] = [];
    for (let item = this.shift(); item !== undefined; item = this.shift()) {
      items.push(item);
    }
    this.#ring = new Array(LENGTH_FIRST);
    this.#head = 0;
    return items;
  }

  /** Keeps only the items that `isWanted`, in their order. */
  keep(isWanted: (item: T) => boolean): void {
    for (const item of this.drain()) {
      if (isWanted(item)) {
        this.push(item);
      }
    }
  }

  /** The ring's length stays a power of two, so that a mask can stand for the remainder. */
  #makeRoom(): void {
    if (this.#length < this.#ring.length) {
      return;
    }
    const grown: (T | undefined)[] = new Array(this.#ring.length * 2);
    for (let index = 0; index < this.#length; index += 1) {
      grown[index] = this.#ring[(this.#head + index) & (this.#ring.length - 1)];
    }
    this.#ring = grown;
    this.#head = 0;
  }
}
