/**
 * What is different between subtrees: goes through all sides at once, in tree order, so memory is bounded whatever their
 * size. The first side is what the others are compared with.
 */
import { isWithin, type ZnodePath } from '../../protocol/path.js';
import type { STAT_FIELDS } from '../../protocol/stat.js';
import type { ZnodeRecord } from '../../protocol/znode-line.js';
import { comparePaths } from '../order.js';
import { sameAcl } from '../read/read-znodes.js';
import type { Side, SideEntry } from './diff-sides.js';

/** `removed`: only the first side has it; `added`: only the other one. */
export type DifferenceKind = 'added' | 'removed' | 'data' | 'acl' | 'kind' | 'stat';
export type StatField = (typeof STAT_FIELDS)[number];

export interface Difference {
  readonly what: DifferenceKind;
  /** Below the roots. */
  readonly path: ZnodePath;
  /** Which side is different from the first, from 1. */
  readonly side: number;
  readonly left: ZnodeRecord | null;
  readonly right: ZnodeRecord | null;
  /** For `stat`. */
  readonly fields: readonly StatField[];
}

export interface DiffOptions {
  readonly withAcl: boolean;
  readonly statFields: readonly StatField[];
}

export interface DiffBatch {
  readonly differences: readonly Difference[];
  /** Places looked at, on whatever side. */
  readonly comparedCount: number;
  readonly comparedBytes: number;
  /** What could not be read, and so not compared. */
  readonly unreadable: readonly { readonly side: number; readonly entry: SideEntry }[];
  readonly ignoredCount: number;
}

/** Places in a batch. */
const BATCH_COUNT = 1_000;

export async function* diffSides(sides: readonly Side[], options: DiffOptions): AsyncGenerator<DiffBatch> {
  const streams = sides.map(({ entries }) => createStream(entries()));
  /** Of each side: below this nothing is known. */
  const shut: (ZnodePath | null)[] = sides.map(() => null);
  let batch = newBatch();
  try {
    await Promise.all(streams.map((stream) => stream.fill()));
    for (;;) {
      const path = firstPath(streams);
      if (path === null) {
        break;
      }
      const found = streams.map((stream) => (stream.head?.path === path ? stream.head : null));
      compareAt(path, found, batch, { sides, shut, options });
      for (const [index, stream] of streams.entries()) {
        if (found[index] !== null && !stream.advance()) {
          await stream.fill();
        }
      }
      if (batch.comparedCount === BATCH_COUNT) {
        yield batch;
        batch = newBatch();
      }
    }
    yield batch;
  } finally {
    await Promise.all(streams.map((stream) => stream.close()));
  }
}

interface OpenBatch extends DiffBatch {
  readonly differences: Difference[];
  comparedCount: number;
  comparedBytes: number;
  readonly unreadable: { readonly side: number; readonly entry: SideEntry }[];
  ignoredCount: number;
}

function newBatch(): OpenBatch {
  return { differences: [], comparedCount: 0, comparedBytes: 0, unreadable: [], ignoredCount: 0 };
}

interface Comparison {
  readonly sides: readonly Side[];
  readonly shut: (ZnodePath | null)[];
  readonly options: DiffOptions;
}

function compareAt(
  path: ZnodePath,
  found: readonly (SideEntry | null)[],
  batch: OpenBatch,
  { sides, shut, options }: Comparison,
): void {
  batch.comparedCount += 1;
  for (const [side, entry] of found.entries()) {
    if (entry?.state === 'unreadable') {
      shut[side] = path;
      batch.unreadable.push({ side, entry });
    }
  }
  batch.comparedBytes += found[0]?.record?.data?.length ?? 0;
  if (found.some((entry) => entry?.state === 'ignored')) {
    batch.ignoredCount += 1;
  }
  const isUnknown = (side: number) =>
    (shut[side] != null && isWithin(path, shut[side])) || found[side]?.state === 'ignored';
  for (let side = 1; side < found.length; side++) {
    if (!isUnknown(0) && !isUnknown(side)) {
      const seesKinds = sides[0]?.seesKinds === true && sides[side]?.seesKinds === true;
      const [left, right] = [found[0]?.record ?? null, found[side]?.record ?? null];
      for (const { what, fields } of compareRecords(left, right, { ...options, seesKinds })) {
        batch.differences.push({ what, path, side, left, right, fields });
      }
    }
  }
}

/** What is different between two readings of one znode. */
export function compareRecords(
  left: ZnodeRecord | null,
  right: ZnodeRecord | null,
  { withAcl, statFields, seesKinds }: DiffOptions & { readonly seesKinds: boolean },
): { readonly what: DifferenceKind; readonly fields: readonly StatField[] }[] {
  if (left === null || right === null) {
    return left === right ? [] : [{ what: left === null ? 'added' : 'removed', fields: [] }];
  }
  const found: DifferenceKind[] = [];
  if (left.kind !== right.kind ? isOtherKind(left, right, seesKinds) : seesKinds && left.ttlMs !== right.ttlMs) {
    found.push('kind');
  }
  if (!sameData(left.data, right.data)) {
    found.push('data');
  }
  if (withAcl && left.acl !== null && right.acl !== null && !sameAcl(left.acl, right.acl)) {
    found.push('acl');
  }
  const differences = found.map((what) => ({ what, fields: [] as StatField[] }));
  const fields = statFields.filter(
    (field) => left.stat !== null && right.stat !== null && left.stat[field] !== right.stat[field],
  );
  return fields.length === 0 ? differences : [...differences, { what: 'stat', fields }];
}

/** Containers and TTL znodes look persistent from outside. */
function isOtherKind(left: ZnodeRecord, right: ZnodeRecord, seesKinds: boolean): boolean {
  return seesKinds || (left.kind === 'ephemeral') !== (right.kind === 'ephemeral');
}

/** null and empty differ. */
function sameData(left: Buffer | null, right: Buffer | null): boolean {
  return left === null || right === null ? left === right : left.equals(right);
}

interface Stream {
  /** null: there is no more. */
  readonly head: SideEntry | null;
  /** False: more must be read first. */
  advance(): boolean;
  /** Until there is a head, or no more. */
  fill(): Promise<void>;
  close(): Promise<void>;
}

/** Asks for the next batch while the last one is gone through: the sides are read at the same time. */
function createStream(batches: AsyncGenerator<readonly SideEntry[]>): Stream {
  let batch: readonly SideEntry[] = [];
  let at = 0;
  let coming: Promise<IteratorResult<readonly SideEntry[]>> | null = ask();

  function ask(): Promise<IteratorResult<readonly SideEntry[]>> {
    const next = batches.next();
    // Thrown where it is awaited; until then nobody may be waiting.
    next.catch(() => undefined);
    return next;
  }

  return {
    get head() {
      return batch[at] ?? null;
    },
    advance() {
      at += 1;
      return at < batch.length || coming === null;
    },
    async fill() {
      while (at >= batch.length && coming !== null) {
        const { value, done } = await coming;
        batch = done === true ? [] : value;
        at = 0;
        coming = done === true ? null : ask();
      }
    },
    async close() {
      // What is being read is not waited for: the signal, or the end of the session, ends it.
      coming?.catch(() => undefined);
      void batches.return(undefined).catch(() => undefined);
    },
  };
}

function firstPath(streams: readonly Stream[]): ZnodePath | null {
  let first: ZnodePath | null = null;
  for (const { head } of streams) {
    if (head !== null && (first === null || comparePaths(head.path, first) < 0)) {
      first = head.path;
    }
  }
  return first;
}
