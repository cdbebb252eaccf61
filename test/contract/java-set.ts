/**
 * The order in which servers enumerate names: that of java.util.HashSet (HashMap.hash, putVal, resize). Written for the
 * tests alone, as a second opinion. Buckets that Java turns into trees are not told apart here.
 */

/** What a child set of a znode begins with, and the set of a session's ephemerals. */
export const CHILDREN_SIZE = 8;
export const EPHEMERALS_SIZE = 16;

export class JavaSet {
  #buckets: string[][];
  #size = 0;

  constructor(tableSize: number) {
    this.#buckets = emptyTable(tableSize);
  }

  get size(): number {
    return this.#size;
  }

  has(name: string): boolean {
    return this.#bucket(name).includes(name);
  }

  add(name: string): void {
    if (this.has(name)) return;
    this.#bucket(name).push(name);
    this.#size++;
    if (this.#size > 0.75 * this.#buckets.length) {
      const names = this.names();
      this.#buckets = emptyTable(this.#buckets.length * 2);
      for (const moved of names) this.#bucket(moved).push(moved);
    }
  }

  delete(name: string): void {
    const bucket = this.#bucket(name);
    const index = bucket.indexOf(name);
    if (index === -1) return;
    bucket.splice(index, 1);
    this.#size--;
  }

  names(): string[] {
    return this.#buckets.flat();
  }

  /** In the order of `this.clone()`, whose table is only as large as it must be. */
  copied(): string[] {
    const copy = new JavaSet(2 ** Math.ceil(Math.log2(Math.floor(this.#size / 0.75 + 1))));
    for (const name of this.names()) copy.add(name);
    return copy.names();
  }

  #bucket(name: string): string[] {
    return this.#buckets[spreadHash(name) & (this.#buckets.length - 1)] as string[];
  }
}

function emptyTable(size: number): string[][] {
  return Array.from({ length: size }, () => []);
}

function spreadHash(name: string): number {
  let hash = 0;
  for (let index = 0; index < name.length; index++) hash = (Math.imul(31, hash) + name.charCodeAt(index)) | 0;
  return hash ^ (hash >>> 16);
}
