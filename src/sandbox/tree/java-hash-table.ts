/**
 * A table from names to values that enumerates exactly as Java's HashSet of those names does: the order is visible in
 * getChildren, getEphemerals and the events of a closing session. Follows java.util.HashMap (8 to 21): buckets by the
 * spread hash, newest at the end of its bucket, doubling above three quarters; removal never shrinks it.
 */
import { TreeBin } from './tree-bin.js';

/** A bucket that gets more names than this becomes a tree, or the whole table doubles where it is small. */
const BUCKET_MAX = 8;
/** Smaller tables double instead. */
const TREE_CAPACITY_MIN = 64;
/** Up to here two plain arrays are cheaper than a table, in memory and time. */
const PLAIN_MAX = 8;
const NONE = -1;
/** Instead of a bucket's first slot: it is a tree. */
const TREE = -2;
/** A tree of which no more than this are left in one half of a doubled table is a list again. */
const TREE_MIN = 6;

/** The buckets of a larger table: heads and links are indexes into its arrays of keys and values. */
interface Buckets {
  heads: Int32Array;
  links: Int32Array;
  /** Spread hashes, by slot. */
  hashes: Int32Array;
  /** The first slot of those that are free again; they are linked as well. */
  free: number;
  /** Buckets that have become trees; null: none ever did. */
  trees: Map<number, TreeBin> | null;
}

export class JavaHashTable<T> {
  #size = 0;
  #capacity: number;
  /** By slot; plain (in the order of insertion, without holes) until there are buckets. */
  #keys: string[] = [];
  #values: T[] = [];
  #buckets: Buckets | null = null;

  /** @param capacity initial number of buckets, a power of two: 8 for children, 16 where Java's default holds */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#size;
  }

  get(key: string): T | undefined {
    return this.find(key, 0, key.length);
  }

  /** The value of the key that is `text` from `start` to `end`, without cutting it out. */
  find(text: string, start: number, end: number): T | undefined {
    const slot = this.#slotOf(text, start, end);
    return slot === NONE ? undefined : this.#values[slot];
  }

  /** `key` must not be in it. */
  add(key: string, value: T): void {
    this.#size++;
    if (this.#buckets === null) {
      if (this.#size <= PLAIN_MAX) {
        this.#keys.push(key);
        this.#values.push(value);
        if (this.#size > this.#threshold()) {
          this.#capacity *= 2;
        }
        return;
      }
      this.#buckets = this.#build();
    }
    this.#insert(this.#buckets, key, value);
    if (this.#size > this.#threshold()) {
      this.#double(this.#buckets);
    }
  }

  /** Returns what was there. */
  delete(key: string): T | undefined {
    const slot = this.#slotOf(key, 0, key.length);
    if (slot === NONE) {
      return undefined;
    }
    const value = this.#values[slot];
    this.#size--;
    if (this.#buckets === null) {
      this.#keys.splice(slot, 1);
      this.#values.splice(slot, 1);
    } else {
      this.#remove(this.#buckets, slot);
    }
    return value;
  }

  /** In Java's order. Nothing may be added or deleted meanwhile. */
  each(visit: (key: string, value: T) => void): void {
    if (this.#buckets === null) {
      this.#eachPlain(visit);
      return;
    }
    const { heads, links, trees } = this.#buckets;
    for (let bucket = 0; bucket < heads.length; bucket++) {
      let slot = heads[bucket] as number;
      if (slot === TREE) {
        for (const each of trees?.get(bucket)?.slots() ?? []) {
          visit(this.#keys[each] as string, this.#values[each] as T);
        }
        continue;
      }
      for (; slot !== NONE; slot = links[slot] as number) {
        visit(this.#keys[slot] as string, this.#values[slot] as T);
      }
    }
  }

  /** In Java's order. */
  keys(): string[] {
    const keys: string[] = [];
    this.each((key) => {
      keys.push(key);
    });
    return keys;
  }

  /** As HashSet.clone makes it: the copy has a capacity of its own, so its order may differ. */
  copy(): JavaHashTable<T> {
    const copy = new JavaHashTable<T>(capacityFor(Math.floor(this.#size / 0.75 + 1)));
    this.each((key, value) => copy.add(key, value));
    return copy;
  }

  #threshold(): number {
    return Math.floor(this.#capacity * 0.75);
  }

  #slotOf(text: string, start: number, end: number): number {
    const keys = this.#keys;
    const length = end - start;
    if (this.#buckets === null) {
      for (let slot = 0; slot < keys.length; slot++) {
        const key = keys[slot] as string;
        if (key.length === length && text.startsWith(key, start)) {
          return slot;
        }
      }
      return NONE;
    }
    const { heads, links, hashes, trees } = this.#buckets;
    const hash = spreadHash(text, start, end);
    const bucket = hash & (this.#capacity - 1);
    let slot = heads[bucket] as number;
    if (slot === TREE) {
      return trees?.get(bucket)?.find(hash, text.slice(start, end)) ?? NONE;
    }
    while (slot !== NONE) {
      if (hashes[slot] === hash) {
        const key = keys[slot] as string;
        if (key.length === length && text.startsWith(key, start)) {
          return slot;
        }
      }
      slot = links[slot] as number;
    }
    return NONE;
  }

  /** A handful of names: sorted by bucket as they are asked for. */
  #eachPlain(visit: (key: string, value: T) => void): void {
    const keys = this.#keys;
    if (keys.length < 2) {
      if (keys.length === 1) {
        visit(keys[0] as string, this.#values[0] as T);
      }
      return;
    }
    const order: number[] = [];
    const buckets: number[] = [];
    for (let slot = 0; slot < keys.length; slot++) {
      const key = keys[slot] as string;
      const bucket = spreadHash(key, 0, key.length) & (this.#capacity - 1);
      let at = slot;
      while (at > 0 && (buckets[at - 1] as number) > bucket) {
        buckets[at] = buckets[at - 1] as number;
        order[at] = order[at - 1] as number;
        at--;
      }
      buckets[at] = bucket;
      order[at] = slot;
    }
    for (const slot of order) {
      visit(keys[slot] as string, this.#values[slot] as T);
    }
  }

  /** Buckets for what is in the plain arrays. */
  #build(): Buckets {
    const [keys, values] = [this.#keys, this.#values];
    const buckets: Buckets = {
      heads: new Int32Array(this.#capacity).fill(NONE),
      links: new Int32Array(this.#capacity),
      hashes: new Int32Array(this.#capacity),
      free: NONE,
      trees: null,
    };
    this.#keys = [];
    this.#values = [];
    for (let slot = 0; slot < keys.length; slot++) {
      this.#insert(buckets, keys[slot] as string, values[slot] as T);
    }
    return buckets;
  }

  #insert(buckets: Buckets, key: string, value: T): void {
    const slot = this.#takeSlot(buckets);
    const hash = spreadHash(key, 0, key.length);
    this.#keys[slot] = key;
    this.#values[slot] = value;
    buckets.hashes[slot] = hash;
    const bucket = hash & (this.#capacity - 1);
    const { heads, links } = buckets;
    links[slot] = NONE;
    let last = heads[bucket] as number;
    if (last === TREE) {
      buckets.trees?.get(bucket)?.insert(slot, hash, key);
      return;
    }
    if (last === NONE) {
      heads[bucket] = slot;
      return;
    }
    let count = 1;
    for (let next = links[last] as number; next !== NONE; next = links[last] as number) {
      last = next;
      count++;
    }
    links[last] = slot;
    if (count >= BUCKET_MAX) {
      this.#treeify(buckets, bucket);
    }
  }

  /** HashMap.treeifyBin */
  #treeify(buckets: Buckets, bucket: number): void {
    if (this.#capacity < TREE_CAPACITY_MIN) {
      this.#double(buckets);
      return;
    }
    const slots: number[] = [];
    for (let slot = buckets.heads[bucket] as number; slot !== NONE; slot = buckets.links[slot] as number) {
      slots.push(slot);
    }
    this.#plant(buckets, bucket, slots);
  }

  #plant(buckets: Buckets, bucket: number, slots: readonly number[]): void {
    const { hashes } = buckets;
    const entries = slots.map((slot) => ({ slot, hash: hashes[slot] as number, key: this.#keys[slot] as string }));
    this.#setTree(buckets, bucket, new TreeBin(entries));
  }

  #setTree(buckets: Buckets, bucket: number, tree: TreeBin): void {
    buckets.trees ??= new Map();
    buckets.trees.set(bucket, tree);
    buckets.heads[bucket] = TREE;
  }

  #setList({ heads, links }: Buckets, bucket: number, slots: readonly number[]): void {
    heads[bucket] = slots[0] ?? NONE;
    for (let index = 0; index < slots.length; index++) {
      links[slots[index] as number] = slots[index + 1] ?? NONE;
    }
  }

  #remove(buckets: Buckets, slot: number): void {
    const { heads, links, hashes } = buckets;
    const hash = hashes[slot] as number;
    const bucket = hash & (this.#capacity - 1);
    const tree = heads[bucket] === TREE ? buckets.trees?.get(bucket) : undefined;
    if (tree !== undefined) {
      if (!tree.remove(hash, this.#keys[slot] as string)) {
        buckets.trees?.delete(bucket);
        this.#setList(buckets, bucket, tree.slots());
      }
    } else if (heads[bucket] === slot) {
      heads[bucket] = links[slot] as number;
    } else {
      let before = heads[bucket] as number;
      while (links[before] !== slot) {
        before = links[before] as number;
      }
      links[before] = links[slot] as number;
    }
    this.#keys[slot] = '';
    // What the value was is let go; the slot is typed like its neighbours.
    this.#values[slot] = undefined as T;
    links[slot] = buckets.free;
    buckets.free = slot;
  }

  #takeSlot(buckets: Buckets): number {
    const free = buckets.free;
    if (free !== NONE) {
      buckets.free = buckets.links[free] as number;
      return free;
    }
    const slot = this.#keys.length;
    if (slot === buckets.links.length) {
      buckets.links = enlarge(buckets.links);
      buckets.hashes = enlarge(buckets.hashes);
    }
    return slot;
  }

  /** HashMap.resize: each bucket falls into two, which keep its order. */
  #double(buckets: Buckets): void {
    const { heads: before, links, hashes, trees } = buckets;
    const old = this.#capacity;
    const heads = new Int32Array(old * 2).fill(NONE);
    this.#capacity = old * 2;
    buckets.heads = heads;
    buckets.trees = null;
    for (const [bucket, tree] of trees ?? []) {
      this.#splitTree(buckets, bucket, old, tree);
    }
    for (let bucket = 0; bucket < old; bucket++) {
      if (before[bucket] === TREE) {
        continue;
      }
      let lastLow = NONE;
      let lastHigh = NONE;
      for (let slot = before[bucket] as number; slot !== NONE; slot = links[slot] as number) {
        if (((hashes[slot] as number) & old) === 0) {
          if (lastLow === NONE) {
            heads[bucket] = slot;
          } else {
            links[lastLow] = slot;
          }
          lastLow = slot;
        } else {
          if (lastHigh === NONE) {
            heads[bucket + old] = slot;
          } else {
            links[lastHigh] = slot;
          }
          lastHigh = slot;
        }
      }
      if (lastLow !== NONE) {
        links[lastLow] = NONE;
      }
      if (lastHigh !== NONE) {
        links[lastHigh] = NONE;
      }
    }
  }

  /** TreeNode.split: a half that is small becomes a list, one that gets everything stays the tree it was. */
  #splitTree(buckets: Buckets, bucket: number, old: number, tree: TreeBin): void {
    const slots = tree.slots();
    const low = slots.filter((slot) => ((buckets.hashes[slot] as number) & old) === 0);
    const high = slots.filter((slot) => ((buckets.hashes[slot] as number) & old) !== 0);
    for (const [half, part] of [
      [bucket, low],
      [bucket + old, high],
    ] as const) {
      if (part.length <= TREE_MIN) {
        this.#setList(buckets, half, part);
      } else if (part.length === slots.length) {
        this.#setTree(buckets, half, tree);
      } else {
        this.#plant(buckets, half, part);
      }
    }
  }
}

/** HashMap.tableSizeFor */
function capacityFor(count: number): number {
  let capacity = 1;
  while (capacity < count) {
    capacity *= 2;
  }
  return capacity;
}

function enlarge(array: Int32Array): Int32Array {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** String.hashCode with HashMap.hash's spread, of `text` from `start` to `end`. */
function spreadHash(text: string, start: number, end: number): number {
  let hash = 0;
  for (let index = start; index < end; index++) {
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  }
  return hash ^ (hash >>> 16);
}
