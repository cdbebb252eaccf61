/**
 * Who waits for which event of which znode, as far as this client knows. Knows no sockets: session.ts puts it on the wire.
 * Paths are ServerPaths: what lies outside the chroot (/zookeeper/config) can be watched too.
 *
 * Bookkeeping as in ZKWatchManager and PathParentIterator (ZooKeeper 3.9). Servers before 3.9 keep one mode only for each
 * path and connection, the last one set, and say so by leaving out the zxid of an event. Where that would lose events,
 * this registry makes up for it: see `covers` (a one-shot watch is not sent where a persistent one already delivers) and
 * `#childrenEventOf` (what a recursive watch hides from others at its path).
 */
import type { WatchEventType, WatchKind } from '../protocol/events.js';
import { parentOf, type ServerPath } from '../protocol/path.js';
import type { Watcher } from './api.js';

/** In the order of SetWatches2: on older servers the last one sent for a path counts. */
export const WATCH_KINDS = ['data', 'exists', 'children', 'persistent', 'persistentRecursive'] as const;

/** The one-shot watches that an event ends, and tells. */
const ENDED_BY: Readonly<Record<WatchEventType, readonly WatchKind[]>> = {
  created: ['data', 'exists'],
  changed: ['data', 'exists'],
  deleted: ['data', 'exists', 'children'],
  children: ['children'],
};

/** One watcher, and what it is to be told. */
export interface Delivery {
  readonly watcher: Watcher;
  readonly type: WatchEventType;
  readonly path: ServerPath;
}

export type WatchedPaths = Readonly<Record<WatchKind, readonly ServerPath[]>>;

type WatcherTable = Map<ServerPath, Set<Watcher>>;

export class WatchRegistry {
  readonly #tables: Readonly<Record<WatchKind, WatcherTable>> = {
    data: new Map(),
    exists: new Map(),
    children: new Map(),
    persistent: new Map(),
    persistentRecursive: new Map(),
  };

  get isEmpty(): boolean {
    return WATCH_KINDS.every((kind) => this.#tables[kind].size === 0);
  }

  /** The same watcher counts once for each kind and path. */
  add(kind: WatchKind, path: ServerPath, watcher: Watcher): void {
    const table = this.#tables[kind];
    const watchers = table.get(path);
    if (watchers === undefined) {
      table.set(path, new Set([watcher]));
    } else {
      watchers.add(watcher);
    }
  }

  /** Whether anybody is left there afterwards. */
  remove(kind: WatchKind, path: ServerPath, watcher: Watcher): boolean {
    const table = this.#tables[kind];
    const watchers = table.get(path);
    watchers?.delete(watcher);
    if (watchers?.size === 0) {
      table.delete(path);
    }
    return table.has(path);
  }

  /** Whether there were any. */
  removeAll(kinds: readonly WatchKind[], path: ServerPath): boolean {
    return kinds.map((kind) => this.#tables[kind].delete(path)).includes(true);
  }

  has(kind: WatchKind, path: ServerPath): boolean {
    return this.#tables[kind].has(path);
  }

  clear(): void {
    for (const kind of WATCH_KINDS) {
      this.#tables[kind].clear();
    }
  }

  /**
   * A persistent watch at `path` already brings every event that a one-shot of `kind` waits for. To send that one too
   * would, before 3.9, take the persistent one's place and end with its first event.
   */
  covers(kind: 'data' | 'exists' | 'children', path: ServerPath): boolean {
    return this.has('persistent', path) || (kind !== 'children' && this.has('persistentRecursive', path));
  }

  /** Every path with watchers, or only what is watched at `path` itself. */
  paths(path?: ServerPath): WatchedPaths {
    const of = (kind: WatchKind): readonly ServerPath[] =>
      path === undefined ? [...this.#tables[kind].keys()] : this.#tables[kind].has(path) ? [path] : [];
    return {
      data: of('data'),
      exists: of('exists'),
      children: of('children'),
      persistent: of('persistent'),
      persistentRecursive: of('persistentRecursive'),
    };
  }

  list(): { kind: WatchKind; path: ServerPath; watchersCount: number }[] {
    return WATCH_KINDS.flatMap((kind) =>
      [...this.#tables[kind]].map(([path, watchers]) => ({ kind, path, watchersCount: watchers.size })),
    );
  }

  /** Whom an event is for. Ends the one-shot watches among them; each watcher is named once. */
  take(type: WatchEventType, path: ServerPath, tellsZxid: boolean): Delivery[] {
    const deliveries = this.#takeAt(type, path);
    if (!tellsZxid && (type === 'created' || type === 'deleted')) {
      deliveries.push(...this.#childrenEventOf(path));
    }
    return deliveries;
  }

  #takeAt(type: WatchEventType, path: ServerPath): Delivery[] {
    const watchers = new Set<Watcher>();
    for (const kind of ENDED_BY[type]) {
      addAll(watchers, this.#tables[kind].get(path));
      this.#tables[kind].delete(path);
    }
    addAll(watchers, this.#tables.persistent.get(path));
    if (type !== 'children') {
      this.#addRecursive(watchers, path);
    }
    return [...watchers].map((watcher) => ({ watcher, type, path }));
  }

  /** Recursive watchers at `path` and at each ancestor. */
  #addRecursive(watchers: Set<Watcher>, path: ServerPath): void {
    const table = this.#tables.persistentRecursive;
    if (table.size === 0) {
      return;
    }
    for (let at: ServerPath = path; ; at = serverParent(at)) {
      addAll(watchers, table.get(at));
      if (at === '/') {
        return;
      }
    }
  }

  /**
   * Before 3.9 a recursive watch takes the place of the others at its path, and is never told `children`. So its
   * neighbours there are told when a child comes or goes.
   */
  #childrenEventOf(path: ServerPath): Delivery[] {
    const parent = serverParent(path);
    const isHidden = path !== '/' && this.has('persistentRecursive', parent);
    if (!isHidden || !(this.has('persistent', parent) || this.has('children', parent))) {
      return [];
    }
    return this.#takeAt('children', parent);
  }
}

function serverParent(path: ServerPath): ServerPath {
  return parentOf(path) as string as ServerPath;
}

function addAll(to: Set<Watcher>, from: ReadonlySet<Watcher> | undefined): void {
  if (from !== undefined) {
    for (const watcher of from) {
      to.add(watcher);
    }
  }
}
