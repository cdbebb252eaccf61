/** addWatch, removeWatches, checkWatches. Follows FinalRequestProcessor and DataTree (3.9.5). */
import { ADD_WATCH_MODES, WATCHER_TYPES } from '../../../protocol/events.js';
import { OPS } from '../../../protocol/ops.js';
import { beginReply, endReply, type Handler, reply } from '../call.js';
import { MARSHALLINGERROR, NOWATCHER, OK } from '../error-numbers.js';
import type { Peer } from '../peer.js';
import { ANY_MODE, PERSISTENT, RECURSIVE, STANDARD, type WatchPath } from '../watch-table.js';
import type { Watches } from '../watches.js';

/** Neither the path nor the ACL is looked at. */
export const addWatch: Handler = (core, call) => {
  const path = call.reader.string();
  const mode = call.reader.int();
  switch (mode) {
    case ADD_WATCH_MODES.persistent:
      core.watches.addPersistent(path, call.peer);
      break;
    case ADD_WATCH_MODES.persistentRecursive:
      core.watches.addRecursive(path, call.peer);
      break;
    default:
      return reply(core, call, MARSHALLINGERROR);
  }
  const start = beginReply(core, call);
  call.output.int(OK);
  return endReply(call, start);
};

/** removeWatches takes them away, checkWatches only looks. No notification tells of it. */
export const removeOrCheckWatches: Handler = (core, call) => {
  const path = call.reader.string();
  const type = call.reader.int();
  const modes = MODES.get(type);
  if (modes === undefined) {
    return reply(core, call, MARSHALLINGERROR);
  }
  const isThere =
    call.opCode === OPS.checkWatches.code
      ? hasWatch(core.watches, path, call.peer, modes)
      : removeWatch(core.watches, path, call.peer, modes);
  return reply(core, call, isThere ? OK : NOWATCHER);
};

/** The modes that a type means in each table. */
interface Modes {
  readonly data: number;
  readonly children: number;
}

const MODES: ReadonlyMap<number, Modes> = new Map([
  [WATCHER_TYPES.children, { data: 0, children: STANDARD }],
  [WATCHER_TYPES.data, { data: STANDARD, children: 0 }],
  [WATCHER_TYPES.any, { data: ANY_MODE, children: ANY_MODE }],
  [WATCHER_TYPES.persistent, { data: PERSISTENT, children: PERSISTENT }],
  [WATCHER_TYPES.persistentRecursive, { data: RECURSIVE, children: 0 }],
]);

function hasWatch(watches: Watches, path: WatchPath, peer: Peer, { data, children }: Modes): boolean {
  return watches.children.has(path, peer, children) || watches.data.has(path, peer, data);
}

function removeWatch(watches: Watches, path: WatchPath, peer: Peer, { data, children }: Modes): boolean {
  const wasInChildren = watches.children.remove(path, peer, children);
  return watches.data.remove(path, peer, data) || wasInChildren;
}
