/** Digests of the tree at some of the last transactions, for the word hash. Follows DataTree.logZxidDigest (3.9). */
import type { TxnDigest } from '../../protocol/txn.js';
import type { LoggedDigest } from '../engine/engine.js';
import { DIGEST_VERSION, type TreeDigest } from './tree-digest.js';

/** DataTree.DIGEST_LOG_INTERVAL and DIGEST_LOG_LIMIT */
const INTERVAL = 128;
const ENTRIES_MAX = 1024;

const NOT_KEPT: TxnDigest = { version: DIGEST_VERSION, treeDigest: 0n };

export class DigestLog {
  readonly #digest: TreeDigest;
  readonly #entries: LoggedDigest[] = [];

  constructor(digest: TreeDigest) {
    this.#digest = digest;
  }

  get entries(): readonly LoggedDigest[] {
    return this.#entries;
  }

  /** After each transaction, refused ones included. @param isKept whether digests are kept at all: else they are 0 */
  note(zxid: number, isKept: boolean): void {
    if (zxid % INTERVAL !== 0) {
      return;
    }
    this.#entries.push({ zxid, digest: isKept ? this.#digest.value : NOT_KEPT });
    if (this.#entries.length > ENTRIES_MAX) {
      this.#entries.shift();
    }
  }
}
