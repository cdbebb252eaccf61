/** What du -i shows, and where the figures come from. The shell draws it and knows no walks; du knows no screen. */
import type { UsageRow } from './results.js';

export interface UsageSource {
  readonly root: string;
  /**
   * Looks at `path` while it is measured; the last one is complete.
   * @throws KeeperError NONODE, NOAUTH; ConnectionError
   */
  measure(path: string, signal: AbortSignal): AsyncIterable<UsageLook>;
}

export type UsageLook =
  | { readonly kind: 'measuring'; readonly znodesCount: number }
  | ({ readonly kind: 'measured' } & MeasuredSubtree);

export interface MeasuredSubtree {
  readonly total: UsageRow;
  /** The children, each with what is below it: the largest, where there are very many. */
  readonly rows: readonly UsageRow[];
  /** Children that are not among them. */
  readonly omittedCount: number;
}
