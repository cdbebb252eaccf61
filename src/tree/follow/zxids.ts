/** What is known of znodes by the zxids of their last changes, and what differs between two moments. Asks nobody. */
import type { WatchEventType } from '../../protocol/events.js';
import { isWithin, type ZnodePath } from '../../protocol/path.js';
import type { Stat } from '../../protocol/stat.js';

/** null: not known, and so never a difference. */
export interface Zxids {
  readonly czxid: bigint | null;
  readonly mzxid: bigint | null;
  readonly pzxid: bigint | null;
}

/** What there is at one moment. */
export interface Snapshot {
  readonly found: ReadonlyMap<ZnodePath, Zxids>;
  /** May not be read: nothing is known of these and of what is below them. */
  readonly unreadable: ReadonlySet<ZnodePath>;
}

export interface Change {
  readonly event: WatchEventType;
  readonly path: ZnodePath;
  readonly zxid: bigint | null;
  /** `created` at a path where there was another znode before: it was deleted meanwhile. */
  readonly isRecreated: boolean;
}

export function zxidsOf({ czxid, mzxid, pzxid }: Stat): Zxids {
  return { czxid, mzxid, pzxid };
}

/**
 * What must have happened between `known` and `now`: deletions first, what is below before what is above; then the rest in
 * the order of `now`.
 * @param withChildren a change of the list of children counts
 */
export function differences(
  known: ReadonlyMap<ZnodePath, Zxids>,
  { found, unreadable }: Snapshot,
  withChildren: boolean,
): Change[] {
  const hidden = [...unreadable];
  const deleted = [...known.keys()]
    .filter((path) => !found.has(path) && !hidden.some((secret) => isWithin(path, secret)))
    .reverse()
    .map((path): Change => ({ event: 'deleted', path, zxid: null, isRecreated: false }));
  const others = [...found].flatMap(([path, now]) => changesOf(path, known.get(path), now, withChildren));
  return [...deleted, ...others];
}

function changesOf(path: ZnodePath, before: Zxids | undefined, now: Zxids, withChildren: boolean): Change[] {
  if (before === undefined || differ(before.czxid, now.czxid)) {
    return [{ event: 'created', path, zxid: now.czxid, isRecreated: before !== undefined }];
  }
  const changes: Change[] = [];
  if (differ(before.mzxid, now.mzxid)) {
    changes.push({ event: 'changed', path, zxid: now.mzxid, isRecreated: false });
  }
  if (withChildren && differ(before.pzxid, now.pzxid)) {
    changes.push({ event: 'children', path, zxid: now.pzxid, isRecreated: false });
  }
  return changes;
}

function differ(before: bigint | null, now: bigint | null): boolean {
  return before !== null && now !== null && before !== now;
}

/** What is known after `event` with `zxid` was told; undefined: the znode is gone. */
export function zxidsAfter(before: Zxids | undefined, event: WatchEventType, zxid: bigint | null): Zxids | undefined {
  const known = before ?? { czxid: null, mzxid: null, pzxid: null };
  switch (event) {
    case 'created':
      return { czxid: zxid, mzxid: zxid, pzxid: zxid };
    case 'changed':
      return { ...known, mzxid: zxid };
    case 'children':
      return { ...known, pzxid: zxid };
    case 'deleted':
      return undefined;
  }
}

/** Whether an event with `zxid` tells nothing that is not in `known`. Without a zxid nobody can say. */
export function isOld(known: Zxids | undefined, event: WatchEventType, zxid: bigint | null): boolean {
  switch (event) {
    case 'created':
      return known !== undefined && isUpTo(zxid, known.czxid);
    case 'changed':
      return known !== undefined && isUpTo(zxid, known.mzxid);
    case 'children':
      return known !== undefined && isUpTo(zxid, known.pzxid);
    case 'deleted':
      return known === undefined || isUpTo(zxid, known.czxid);
  }
}

function isUpTo(zxid: bigint | null, known: bigint | null): boolean {
  return zxid !== null && known !== null && zxid <= known;
}
