/**
 * How much there is in subtrees: bytes of data and znodes, added up while a walk in tree order goes by. Pure. Keeps one
 * entry a level, and the rows that are wanted.
 */
import type { ZnodePath } from '../../protocol/path.js';

export interface Usage {
  readonly path: ZnodePath;
  /** Levels below the root of the walk. */
  readonly depth: number;
  /** Of data, with everything below. */
  readonly bytes: number;
  /** Itself and everything below. */
  readonly znodesCount: number;
  /** Of its own data. */
  readonly ownBytes: number;
  readonly childrenCount: number;
  /** Below it, or itself: could not be read, so the figures are too small. */
  readonly unreadCount: number;
}

/** What a walk says of a znode. */
export interface Measured {
  readonly path: ZnodePath;
  /** null: it could not be read. */
  readonly bytes: number | null;
}

interface Open {
  readonly path: ZnodePath;
  readonly depth: number;
  readonly ownBytes: number;
  bytes: number;
  znodesCount: number;
  childrenCount: number;
  unreadCount: number;
}

export interface UsageSum {
  /** In tree order: parents before children. */
  add(znode: Measured): void;
  /** Nothing more comes. */
  end(): void;
}

/** @param told of each subtree as soon as it is complete: children before their parent */
export function createUsageSum(told: (usage: Usage) => void): UsageSum {
  const open: Open[] = [];

  function close(): void {
    const done = open.pop();
    if (done === undefined) {
      return;
    }
    const parent = open.at(-1);
    if (parent !== undefined) {
      parent.bytes += done.bytes;
      parent.znodesCount += done.znodesCount;
      parent.unreadCount += done.unreadCount;
      parent.childrenCount += 1;
    }
    told(done);
  }

  return {
    add({ path, bytes }) {
      for (let at = open.at(-1); at !== undefined && at.path !== path && !isBelow(path, at.path); at = open.at(-1)) {
        close();
      }
      const own = bytes ?? 0;
      const top = open.at(-1);
      if (top?.path === path) {
        // Once more: what is below it could not be read.
        top.unreadCount += 1;
        return;
      }
      open.push({
        path,
        depth: open.length,
        ownBytes: own,
        bytes: own,
        znodesCount: 1,
        childrenCount: 0,
        unreadCount: bytes === null ? 1 : 0,
      });
    },
    end() {
      while (open.length > 0) {
        close();
      }
    },
  };
}

function isBelow(path: string, ancestor: string): boolean {
  return ancestor === '/'
    ? path !== '/'
    : path.length > ancestor.length && path.charCodeAt(ancestor.length) === SLASH && path.startsWith(ancestor);
}

const SLASH = 0x2f;

export const USAGE_MEASURES = ['bytes', 'znodes', 'children'] as const;
export type UsageMeasure = (typeof USAGE_MEASURES)[number];

type Figures = Pick<Usage, 'depth' | 'bytes' | 'znodesCount' | 'childrenCount'>;

const MEASURES: Readonly<Record<UsageMeasure, (usage: Figures) => number>> = {
  bytes: ({ bytes }) => bytes,
  znodes: ({ znodesCount }) => znodesCount,
  children: ({ childrenCount }) => childrenCount,
};

/** The largest first; of equal ones what lies above. */
export function compareUsage(by: UsageMeasure): (left: Figures, right: Figures) => number {
  const measure = MEASURES[by];
  return (left, right) => measure(right) - measure(left) || left.depth - right.depth;
}

/** Keeps the first of all that it is shown, sorted. */
export interface Top<T> {
  add(item: T): void;
  /** In order. */
  take(): T[];
  /** How many were shown and not kept. */
  readonly droppedCount: number;
}

/** A bounded list: sorted and cut when it is twice as long as it may be. @param compare negative: `left` first */
export function createTop<T>(countMax: number, compare: (left: T, right: T) => number): Top<T> {
  let kept: T[] = [];
  let shown = 0;
  let last: T | null = null;

  function cut(): void {
    kept.sort(compare);
    kept = kept.slice(0, countMax);
    last = kept.length === countMax ? (kept.at(-1) ?? null) : null;
  }

  return {
    add(item) {
      shown += 1;
      if (last !== null && compare(last, item) <= 0) {
        return;
      }
      kept.push(item);
      if (kept.length >= 2 * countMax) {
        cut();
      }
    },
    take() {
      cut();
      return kept;
    },
    get droppedCount() {
      return shown - Math.min(shown, countMax);
    },
  };
}
