/** Digests of the tree at some transactions, for the word hash: what servers of an ensemble are compared by (DataTree, 3.9). */
import type { Engine } from './engine.js';

/** Every so many transactions one is kept. */
const INTERVAL = 128;
/** So many are kept. */
const ENTRIES_MAX = 1024;

export interface DigestEntry {
  readonly zxid: number;
  readonly version: number;
  readonly digest: bigint;
}

export class DigestLog {
  readonly #engine: Engine;
  #entries: DigestEntry[] = [];
  #lastZxid: number;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#lastZxid = engine.lastZxid;
  }

  get entries(): readonly DigestEntry[] {
    return this.#entries;
  }

  /** To be called behind each transaction. */
  look(): void {
    const zxid = this.#engine.lastZxid;
    if (zxid === this.#lastZxid) {
      return;
    }
    this.#lastZxid = zxid;
    if (zxid % INTERVAL === 0 && this.#engine.settings.digestEnabled) {
      const { version, treeDigest } = this.#engine.digest;
      this.#entries.push({ zxid, version, digest: treeDigest });
      if (this.#entries.length > ENTRIES_MAX) {
        this.#entries = this.#entries.slice(-ENTRIES_MAX);
      }
    }
  }
}
