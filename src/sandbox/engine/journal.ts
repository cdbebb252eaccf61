/** Where transactions go before anybody hears of them. storage/ writes files; without a data directory there is none. */
import type { Txn, TxnDigest, TxnHeader } from '../../protocol/txn.js';

export interface Journal {
  /**
   * Called once for each transaction, in the order of zxids, right after it was applied and before any reply leaves:
   * connection.ts holds replies back until `flushed`. Copies what it needs; buffers may be used again.
   * `digest` null: behind errors, and where digests are off.
   * @throws LocalError out of space: the sandbox stops as a server does
   */
  append(header: TxnHeader, txn: Txn, digest: TxnDigest | null): void;
  /** Whether something was appended that is not on disk yet. */
  readonly isDirty: boolean;
  /** Resolves once everything appended so far is on disk (forceSync: with fsync). */
  flushed(): Promise<void>;
}
