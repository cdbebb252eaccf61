/**
 * Znodes of a walk in another order than the tree's. That takes all of them first: kept in columns, some hundred bytes each,
 * so that a million of them fits into memory. Asks nobody.
 */
import type { ZnodePath } from '../../protocol/path.js';
import type { Stat } from '../../protocol/stat.js';
import type { WalkEntry } from './walk.js';

export const SORTED_BY = ['name', 'time', 'size', 'children', 'version'] as const;
export type SortedBy = (typeof SORTED_BY)[number];

export type SortedEntry = Pick<WalkEntry, 'path' | 'stat'>;

export interface SortedEntries {
  add(entries: readonly SortedEntry[]): void;
  /** In order, some at a time. Equals stay as they came; those without a stat come last. */
  read(): Generator<SortedEntry[]>;
}

/** What is wanted most comes first: the youngest, the largest, names from A to Z. */
const KEYS: Readonly<Record<SortedBy, (stat: Stat) => number>> = {
  // By name they come already.
  name: () => 0,
  time: ({ mtime }) => mtime,
  size: ({ dataLength }) => dataLength,
  children: ({ numChildren }) => numChildren,
  version: ({ version }) => version,
};

/** Entries are added in tree order. @param keepsStats false: entries come back without */
export function createSortedEntries(by: SortedBy, isReversed: boolean, keepsStats = true): SortedEntries {
  const blocks: Block[] = [];
  const keyOf = KEYS[by];
  let count = 0;
  return {
    add(entries) {
      for (const { path, stat } of entries) {
        const at = count % BLOCK_SIZE;
        if (at === 0) {
          blocks.push(new Block(keepsStats));
        }
        (blocks.at(-1) as Block).put(at, path, stat, stat === null ? Number.NEGATIVE_INFINITY : keyOf(stat));
        count += 1;
      }
    },
    *read() {
      const order = new Uint32Array(count).map((_, index) => index);
      const keyAt = (index: number): number => blocks[index >> BLOCK_BITS]?.keys[index & (BLOCK_SIZE - 1)] ?? 0;
      if (by === 'name') {
        if (isReversed) {
          order.reverse();
        }
      } else {
        const direction = isReversed ? -1 : 1;
        order.sort((left, right) => compareKeys(keyAt(left), keyAt(right)) * direction || left - right);
      }
      for (let from = 0; from < count; from += ROWS_AT_ONCE) {
        const some = order.subarray(from, from + ROWS_AT_ONCE);
        yield Array.from(some, (index) => (blocks[index >> BLOCK_BITS] as Block).get(index & (BLOCK_SIZE - 1)));
      }
    },
  };
}

/** The larger one first. Not by subtraction: what has no stat is infinitely small. */
function compareKeys(left: number, right: number): number {
  return left === right ? 0 : left > right ? -1 : 1;
}

const BLOCK_BITS = 12;
const BLOCK_SIZE = 1 << BLOCK_BITS;
const ROWS_AT_ONCE = 1_000;
const LONGS = ['czxid', 'mzxid', 'pzxid', 'ephemeralOwner'] as const;
const TIMES = ['ctime', 'mtime'] as const;
const INTS = ['version', 'cversion', 'aversion', 'dataLength', 'numChildren'] as const;

/** Rows of a few thousand znodes; paths as bytes once the block is full. */
class Block {
  readonly keys = new Float64Array(BLOCK_SIZE);
  readonly #keepsStats: boolean;
  readonly #hasStat = new Uint8Array(BLOCK_SIZE);
  readonly #longs: BigInt64Array;
  readonly #times: Float64Array;
  readonly #ints: Int32Array;
  #paths: string[] = [];
  /** Of a full block: the paths behind one another, and where each ends. */
  #bytes: Buffer | null = null;
  #ends = new Uint32Array(0);

  constructor(keepsStats: boolean) {
    const size = keepsStats ? BLOCK_SIZE : 0;
    this.#keepsStats = keepsStats;
    this.#longs = new BigInt64Array(size * LONGS.length);
    this.#times = new Float64Array(size * TIMES.length);
    this.#ints = new Int32Array(size * INTS.length);
  }

  put(at: number, path: ZnodePath, stat: Stat | null, key: number): void {
    this.keys[at] = key;
    this.#paths.push(path);
    if (stat !== null && this.#keepsStats) {
      this.#hasStat[at] = 1;
      for (const [index, field] of LONGS.entries()) {
        this.#longs[at * LONGS.length + index] = stat[field];
      }
      for (const [index, field] of TIMES.entries()) {
        this.#times[at * TIMES.length + index] = stat[field];
      }
      for (const [index, field] of INTS.entries()) {
        this.#ints[at * INTS.length + index] = stat[field];
      }
    }
    if (at === BLOCK_SIZE - 1) {
      this.#pack();
    }
  }

  get(at: number): SortedEntry {
    return { path: this.#pathAt(at), stat: this.#hasStat[at] === 1 ? this.#statAt(at) : null };
  }

  #pack(): void {
    this.#ends = new Uint32Array(BLOCK_SIZE);
    let end = 0;
    for (const [index, path] of this.#paths.entries()) {
      end += Buffer.byteLength(path);
      this.#ends[index] = end;
    }
    this.#bytes = Buffer.from(this.#paths.join(''));
    this.#paths = [];
  }

  #pathAt(at: number): ZnodePath {
    const start = at === 0 ? 0 : this.#ends[at - 1];
    return (this.#bytes?.toString('utf8', start, this.#ends[at]) ?? this.#paths[at]) as ZnodePath;
  }

  #statAt(at: number): Stat {
    const long = at * LONGS.length;
    const time = at * TIMES.length;
    const int = at * INTS.length;
    return {
      czxid: this.#longs[long] as bigint,
      mzxid: this.#longs[long + 1] as bigint,
      pzxid: this.#longs[long + 2] as bigint,
      ctime: this.#times[time] as number,
      mtime: this.#times[time + 1] as number,
      version: this.#ints[int] as number,
      cversion: this.#ints[int + 1] as number,
      aversion: this.#ints[int + 2] as number,
      ephemeralOwner: this.#longs[long + 3] as bigint,
      dataLength: this.#ints[int + 3] as number,
      numChildren: this.#ints[int + 4] as number,
    };
  }
}
