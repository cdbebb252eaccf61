/** One round of the scan that takes away empty containers and TTL znodes that are due. Follows ContainerManager (3.9.5). */

import { JavaHashTable } from '../tree/java-hash-table.js';
import type { Znode } from '../tree/znode.js';
import type { EngineCore } from './engine-core.js';
import { prepareDeleteContainer } from './handlers/delete.js';

const MINUTE_MS = 60_000;

export class ContainerScan {
  readonly #core: EngineCore;
  #minuteStart = Number.NEGATIVE_INFINITY;
  #deletedInMinute = 0;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  /** Each deletion has a zxid of its own, and looks again whether the znode is empty. */
  run(): void {
    const core = this.#core;
    if (core.settings.readOnly) {
      return;
    }
    const now = core.wallClock();
    if (now - this.#minuteStart >= MINUTE_MS || now < this.#minuteStart) {
      this.#minuteStart = now;
      this.#deletedInMinute = 0;
    }
    for (const path of this.#candidates(now)) {
      if (this.#deletedInMinute >= core.settings.containerDeletesPerMinuteMax) {
        return;
      }
      const txn = prepareDeleteContainer(core, path);
      const header = core.begin(0n, 0);
      if (typeof txn === 'number') {
        core.refuse(header, txn);
      } else {
        core.commit(header, txn);
        this.#deletedInMinute++;
      }
    }
  }

  #candidates(now: number): string[] {
    const { containers, ttls } = this.#core.tree;
    const candidates = new JavaHashTable<true>(16);
    for (const [path, znode] of inJavaOrder(containers)) {
      if (znode.childrenCount === 0 && this.#isUsedUp(znode, now)) {
        candidates.add(path, true);
      }
    }
    for (const [path, znode] of inJavaOrder(ttls)) {
      const ttlMs = znode.owner?.kind === 'ttl' ? znode.owner.ttlMs : 0;
      if (znode.childrenCount === 0 && ttlMs !== 0 && now - znode.mtime > ttlMs) {
        candidates.add(path, true);
      }
    }
    return candidates.keys();
  }

  /** One that never had a child stays, unless the settings say otherwise. */
  #isUsedUp(znode: Znode, now: number): boolean {
    const neverUsedMs = this.#core.settings.containerNeverUsedMs;
    return znode.createCounter > 0 || (neverUsedMs !== 0 && now - znode.mtime > neverUsedMs);
  }
}

function inJavaOrder(znodes: ReadonlyMap<string, Znode>): [string, Znode][] {
  const table = new JavaHashTable<Znode>(16);
  for (const [path, znode] of znodes) {
    table.add(path, znode);
  }
  const ordered: [string, Znode][] = [];
  table.each((path, znode) => ordered.push([path, znode]));
  return ordered;
}
