/**
 * How far a long run over many znodes is: counts, a smoothed rate, the time to go where the total is known, and the
 * figures at its end. Pure: the clock comes in, and nobody is written to.
 */
import type { Clock } from '../client/api.js';

/** One look at a run that goes on. */
export interface ProgressFigures {
  /** `reading`, `deleting`. */
  readonly doing: string;
  readonly znodesCount: number;
  /** null: not known. */
  readonly totalCount: number | null;
  /** Of data. */
  readonly bytes: number;
  readonly elapsedMs: number;
  /** Znodes a second, of late; null before there is anything to say. */
  readonly rate: number | null;
  /** null where the total or the rate is not known. */
  readonly remainingMs: number | null;
}

/** What a run came to. */
export interface SummaryFigures {
  readonly znodesCount: number;
  readonly bytes: number;
  readonly elapsedMs: number;
  /** Znodes a second, over the whole run. */
  readonly rate: number;
  /** Left out without being a failure: `vanished meanwhile`. */
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly failuresCount: number;
}

export interface Progress {
  /** As soon as somebody knows it; null again where it turned out wrong. */
  totalCount: number | null;
  /** What is being done from now on. */
  doing: string;
  add(znodes: number, bytes?: number): void;
  skip(reason: string, count?: number): void;
  fail(count?: number): void;
  /** A look, where the last one is long enough ago to be worth drawing; null otherwise. Cheap, call it for every batch. */
  due(): ProgressFigures | null;
  summary(): SummaryFigures;
}

/** Between two looks. */
const DUE_MS = 100;
/** How long ago a moment counts for little in the rate. */
const SMOOTHING_MS = 3_000;

export function createProgress(
  clock: Pick<Clock, 'now'>,
  { doing, totalCount = null }: { readonly doing: string; readonly totalCount?: number | null },
): Progress {
  const startMs = clock.now();
  const skipped = new Map<string, number>();
  let znodesCount = 0;
  let bytes = 0;
  let failuresCount = 0;
  let rate: number | null = null;
  let lookedMs = startMs;
  let lookedCount = 0;

  function takeRate(nowMs: number): void {
    const sinceMs = nowMs - lookedMs;
    const now = ((znodesCount - lookedCount) * 1000) / sinceMs;
    // Early on an average over all is better than a smoothed beginning.
    const weight = Math.max(1 - Math.exp(-sinceMs / SMOOTHING_MS), sinceMs / (nowMs - startMs));
    rate = rate === null ? now : rate + (now - rate) * weight;
    lookedMs = nowMs;
    lookedCount = znodesCount;
  }

  const progress: Progress = {
    totalCount,
    doing,
    add(znodes, more = 0) {
      znodesCount += znodes;
      bytes += more;
    },
    skip(reason, count = 1) {
      skipped.set(reason, (skipped.get(reason) ?? 0) + count);
    },
    fail(count = 1) {
      failuresCount += count;
    },
    due() {
      const nowMs = clock.now();
      if (nowMs - lookedMs < DUE_MS) {
        return null;
      }
      takeRate(nowMs);
      const total = progress.totalCount;
      // More than was thought: then nobody knows how many there are.
      const known = total === null || total < znodesCount ? null : total;
      const remainingMs = known === null || rate === null || rate <= 0 ? null : ((known - znodesCount) * 1000) / rate;
      return {
        doing: progress.doing,
        znodesCount,
        totalCount: known,
        bytes,
        elapsedMs: nowMs - startMs,
        rate,
        remainingMs,
      };
    },
    summary() {
      const elapsedMs = clock.now() - startMs;
      return {
        znodesCount,
        bytes,
        elapsedMs,
        rate: elapsedMs <= 0 ? 0 : (znodesCount * 1000) / elapsedMs,
        skipped: [...skipped].map(([reason, count]) => ({ reason, count })),
        failuresCount,
      };
    },
  };
  return progress;
}
