/**
 * Sorts names where they lie in a reply, by their bytes, which for UTF-8 is by code point (order.ts says the same of strings).
 * Radix from the front, so that a million names cost as much each as a thousand; small groups by insertion.
 */
import { intAt, type Places } from '../../protocol/read-frame.js';

/** `places` from `from` to `to` say where names begin: a length of four bytes, then the name. */
export function sortNames(bytes: Uint8Array, places: Places, from: number, to: number): void {
  sortGroup(bytes, places.values, { from, to, depth: 0, level: 0 });
}

/** Names that agree in their first `depth` bytes. `level` counts the groups around it. */
interface Group {
  readonly from: number;
  readonly to: number;
  readonly depth: number;
  readonly level: number;
}

const LENGTH_BYTES = 4;
/** Groups up to this size are sorted by insertion. */
const INSERTION_MAX = 24;
/** A name that ends here comes first, so bytes count from 1. */
const BUCKETS_COUNT = 257;

/** Where each bucket ends; one a level, because the levels are in use at once. */
const ENDS: Uint32Array[] = [];
let scratch = new Uint32Array(0);

function sortGroup(bytes: Uint8Array, places: Uint32Array, { from, to, depth, level }: Group): void {
  if (to - from <= INSERTION_MAX) {
    insert(bytes, places, from, to, depth);
    return;
  }
  ENDS[level] ??= new Uint32Array(BUCKETS_COUNT);
  const ends = ENDS[level];
  const common = countBuckets(bytes, places, from, to, depth, ends);
  if (common === null) {
    // All the same to their ends: a server has no two such children, but nonsense must end, too.
    return;
  }
  spread(bytes, places, from, to, common, ends);
  // Behind the spreading each bucket's entry is where it ends; those that end here are sorted.
  for (let bucket = 1, start = ends[0] as number; bucket < BUCKETS_COUNT; bucket++) {
    const end = ends[bucket] as number;
    if (end - start > 1) {
      sortGroup(bytes, places, { from: start, to: end, depth: common + 1, level: level + 1 });
    }
    start = end;
  }
}

/** Counts into `ends` by the first byte in which they differ, from `depth` on, and returns its position; null: none does. */
function countBuckets(
  bytes: Uint8Array,
  places: Uint32Array,
  from: number,
  to: number,
  depth: number,
  ends: Uint32Array,
): number | null {
  for (let at = depth; ; at++) {
    ends.fill(0);
    for (let index = from; index < to; index++) {
      const bucket = bucketOf(bytes, places[index] as number, at);
      ends[bucket] = (ends[bucket] as number) + 1;
    }
    const first = bucketOf(bytes, places[from] as number, at);
    if (ends[first] !== to - from) {
      return at;
    }
    if (first === 0) {
      return null;
    }
  }
}

function spread(
  bytes: Uint8Array,
  places: Uint32Array,
  from: number,
  to: number,
  depth: number,
  ends: Uint32Array,
): void {
  for (let bucket = 0, next = from; bucket < BUCKETS_COUNT; bucket++) {
    const count = ends[bucket] as number;
    ends[bucket] = next;
    next += count;
  }
  if (scratch.length < to - from) {
    scratch = new Uint32Array(to - from);
  }
  scratch.set(places.subarray(from, to));
  for (let index = 0; index < to - from; index++) {
    const place = scratch[index] as number;
    const bucket = bucketOf(bytes, place, depth);
    const into = ends[bucket] as number;
    places[into] = place;
    ends[bucket] = into + 1;
  }
}

function bucketOf(bytes: Uint8Array, place: number, depth: number): number {
  return depth < intAt(bytes, place) ? (bytes[place + LENGTH_BYTES + depth] as number) + 1 : 0;
}

function insert(bytes: Uint8Array, places: Uint32Array, from: number, to: number, depth: number): void {
  for (let index = from + 1; index < to; index++) {
    const place = places[index] as number;
    let at = index;
    while (at > from && isBehind(bytes, places[at - 1] as number, place, depth)) {
      places[at] = places[at - 1] as number;
      at--;
    }
    places[at] = place;
  }
}

/** Whether the name at `left` comes behind that at `right`. */
function isBehind(bytes: Uint8Array, left: number, right: number, depth: number): boolean {
  const leftLength = intAt(bytes, left);
  const rightLength = intAt(bytes, right);
  const length = leftLength < rightLength ? leftLength : rightLength;
  const leftAt = left + LENGTH_BYTES;
  const rightAt = right + LENGTH_BYTES;
  for (let index = depth; index < length; index++) {
    const difference = (bytes[leftAt + index] as number) - (bytes[rightAt + index] as number);
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return leftLength > rightLength;
}
