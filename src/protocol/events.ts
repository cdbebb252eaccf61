/** What a server tells about watched znodes, and the kinds of watch. Numbers from WatcherEvent and Watcher.WatcherType (3.9). */

export type WatchEventType = 'created' | 'deleted' | 'changed' | 'children';

/** One notification. `path` is as the user knows it (chroot taken off). */
export interface WatchEvent {
  readonly type: WatchEventType;
  readonly path: string;
  /** The zxid that fired it; null from servers before 3.9 and from SetWatches, which do not say. */
  readonly zxid: bigint | null;
}

export const WATCH_EVENT_TYPES: ReadonlyMap<number, WatchEventType> = new Map([
  [1, 'created'],
  [2, 'deleted'],
  [3, 'changed'],
  [4, 'children'],
]);

/** What a server puts into WatcherEvent.state; nothing else is ever sent. */
export const SYNC_CONNECTED = 3;

/** The number of a type on the wire. */
export function watchEventNumber(type: WatchEventType): number {
  return WATCH_EVENT_NUMBERS[type];
}

const WATCH_EVENT_NUMBERS: Readonly<Record<WatchEventType, number>> = {
  created: 1,
  deleted: 2,
  changed: 3,
  children: 4,
};

/** One-shot watches are left by a read (`data`, `exists`, `children`); the other two by addWatch. */
export type WatchKind = 'data' | 'exists' | 'children' | 'persistent' | 'persistentRecursive';

/** Modes of addWatch (op 106). */
export const ADD_WATCH_MODES = { persistent: 0, persistentRecursive: 1 } as const;

/** Types of removeWatches and checkWatches (ops 18, 17). 4 and 5 only from 3.9 on. */
export const WATCHER_TYPES = { children: 1, data: 2, any: 3, persistent: 4, persistentRecursive: 5 } as const;
export type WatcherType = keyof typeof WATCHER_TYPES;
