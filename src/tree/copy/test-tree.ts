/**
 * Trees for tests, by a seed: the same options give the same znodes, in the same order, parents first. Each follows from its
 * number alone, so nothing is held and any number is a place to go on from.
 */
import { joinPath, type ZnodePath } from '../../protocol/path.js';
import type { PlannedCreate } from '../write/planned-write.js';

export interface TestTreeOptions {
  readonly root: ZnodePath;
  readonly znodesCount: number;
  readonly shape: TestTreeShape;
  /** Bytes of data in each. */
  readonly dataBytes: number;
  readonly dataKind: 'text' | 'random' | 'json';
  readonly seed: number;
}

export type TestTreeShape =
  /** All of them children of the root. */
  | { readonly kind: 'wide' }
  /** Chains of `depth`. */
  | { readonly kind: 'deep'; readonly depth: number }
  /** Some with many children, some with few, some far down, as the seed has it. */
  | { readonly kind: 'mixed' }
  /** `fanout` children each, level by level. */
  | { readonly kind: 'regular'; readonly fanout: number };

/** Znodes in one batch. */
const BATCH = 500;

/** The creates from number `from` (the first is 0) on, in batches. */
export function* testTree(options: TestTreeOptions, from = 0): Generator<PlannedCreate[]> {
  const pathOf = PATHS[options.shape.kind](options);
  const dataOf = createDataSource(options);
  for (let start = from; start < options.znodesCount; start += BATCH) {
    const end = Math.min(start + BATCH, options.znodesCount);
    yield Array.from({ length: end - start }, (_, index): PlannedCreate => {
      const number = start + index;
      return { op: 'create', path: pathOf(number), data: dataOf(number), ifExists: 'same' };
    });
  }
}

/** How many znodes a regular tree of so many levels has. */
export function regularCount(fanout: number, depth: number): number {
  let count = 0;
  for (let level = 1, width = fanout; level <= depth; level++, width *= fanout) {
    count += width;
  }
  return count;
}

type PathSource = (number: number) => ZnodePath;

const PATHS: Readonly<Record<TestTreeShape['kind'], (options: TestTreeOptions) => PathSource>> = {
  wide: ({ root, znodesCount }) => {
    const digits = String(znodesCount - 1).length;
    return (number) => joinPath(root, `n${String(number).padStart(digits, '0')}`);
  },
  deep({ root, shape, znodesCount }) {
    const depth = shape.kind === 'deep' ? shape.depth : 1;
    const digits = String(Math.floor((znodesCount - 1) / depth)).length;
    return (number) => {
      const chain = `c${String(Math.floor(number / depth)).padStart(digits, '0')}`;
      return joinPath(root, chain + '/d'.repeat(number % depth));
    };
  },
  mixed({ root, seed }) {
    // The parent of each is one of those before it, the earlier ones more often: these get wide, and some lines long.
    const parentOf = (number: number): number => {
      const chance = unit(hash(seed, number));
      return Math.floor((number + 1) * chance * chance) - 1;
    };
    return (number) => {
      const names: string[] = [];
      for (let at = number; at >= 0; at = parentOf(at)) {
        names.push(`n${at}`);
      }
      return joinPath(root, names.reverse().join('/'));
    };
  },
  regular({ root, shape }) {
    const fanout = shape.kind === 'regular' ? shape.fanout : 1;
    return (number) => {
      const names: string[] = [];
      for (let at = number + 1; at > 0; at = Math.floor((at - 1) / fanout)) {
        names.push(`n${(at - 1) % fanout}`);
      }
      return joinPath(root, names.reverse().join('/'));
    };
  },
};

type DataSource = (number: number) => Buffer;

function createDataSource({ dataBytes, dataKind, seed }: TestTreeOptions): DataSource {
  if (dataBytes === 0) {
    return () => Buffer.alloc(0);
  }
  if (dataKind === 'json') {
    return (number) => jsonData(number, seed, dataBytes);
  }
  // Windows into one pool: to make each anew would cost more than to send it.
  const pool = dataKind === 'text' ? textPool(seed, dataBytes) : randomPool(seed, dataBytes);
  const span = pool.length - dataBytes;
  return (number) => {
    const start = hash(seed, number) % (span + 1);
    return pool.subarray(start, start + dataBytes);
  };
}

/** More than the data of one znode by so much: so many different windows. */
const POOL_SPARE_BYTES = 64 * 1024;

function textPool(seed: number, dataBytes: number): Buffer {
  const words: string[] = [];
  const bytes = dataBytes + POOL_SPARE_BYTES;
  for (let length = 0, number = 0; length < bytes; number++) {
    const word = WORDS[hash(seed, number) % WORDS.length] as string;
    words.push(word);
    length += word.length + 1;
  }
  return Buffer.from(words.join(' ')).subarray(0, bytes);
}

const WORDS = (
  'leader follower observer quorum epoch zxid session watch znode ephemeral container lock queue barrier counter config ' +
  'member broker topic partition replica shard offset region table index owner lease token path data version acl snapshot'
).split(' ');

function randomPool(seed: number, dataBytes: number): Buffer {
  const pool = Buffer.alloc(dataBytes + POOL_SPARE_BYTES);
  for (let at = 0; at + 4 <= pool.length; at += 4) {
    pool.writeUInt32LE(hash(seed, at), at);
  }
  return pool;
}

/** A document of exactly `dataBytes`, where that is possible: the least is `{"id":…,"fill":""}`. */
function jsonData(number: number, seed: number, dataBytes: number): Buffer {
  const state = JSON_STATES[hash(seed, number) % JSON_STATES.length];
  const long = JSON.stringify({ id: number, state, weight: hash(seed + 1, number) % 1_000, fill: '' });
  const document = long.length <= dataBytes ? long : JSON.stringify({ id: number, fill: '' });
  const fill = 'x'.repeat(Math.max(0, dataBytes - document.length));
  return Buffer.from(`${document.slice(0, -'"}'.length)}${fill}"}`);
}

const JSON_STATES = ['ready', 'waiting', 'running', 'failed', 'done'];

/** 32 bits that look random (the finalizer of MurmurHash3). */
function hash(seed: number, number: number): number {
  let bits = (Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ number) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85eb_ca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2_ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** In [0, 1). */
function unit(bits: number): number {
  return bits / 0x1_0000_0000;
}
