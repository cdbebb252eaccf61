/**
 * setWatches, setWatches2: watches of a connection that was lost, and at once what happened meanwhile. Follows
 * DataTree.setWatches (3.9.5).
 */
import { OPS } from '../../../protocol/ops.js';
import { nullableString, nullableVector } from '../../../protocol/record.js';
import type { Znode } from '../../tree/znode.js';
import { type Handler, reply } from '../call.js';
import type { EngineCore } from '../engine-core.js';
import { MARSHALLINGERROR, OK } from '../error-numbers.js';
import type { Peer } from '../peer.js';

/** The zxid in the header of these events, which no transaction fired. */
const NO_ZXID = -1;

const Paths = nullableVector(nullableString);
type PathList = ReturnType<typeof Paths.read>;

/** Everything is read before anything is done; a null among it stops what comes after. */
export const setWatches: Handler = (core, call) => {
  const { reader, peer } = call;
  const relativeZxid = reader.longNumber();
  const oneShot = [Paths.read(reader), Paths.read(reader), Paths.read(reader)];
  const lasting = call.opCode === OPS.setWatches2.code ? [Paths.read(reader), Paths.read(reader)] : [[], []];
  const isDone =
    oneShot.every((paths, index) => restoreAll(core, peer, paths, ONE_SHOT[index] as Restore, relativeZxid)) &&
    lasting.every((paths, index) => addAll(core, peer, paths, index === 1));
  return reply(core, call, isDone ? OK : MARSHALLINGERROR);
};

/** What becomes of one entry: an event at once, or the watch again. */
type Restore = (core: EngineCore, peer: Peer, path: string, znode: Znode | null, relativeZxid: number) => void;

const ONE_SHOT: readonly Restore[] = [restoreData, restoreExists, restoreChildren];

function restoreAll(core: EngineCore, peer: Peer, paths: PathList, restore: Restore, relativeZxid: number): boolean {
  for (const path of paths ?? []) {
    if (path === null) {
      return false;
    }
    restore(core, peer, path, core.tree.find(path), relativeZxid);
  }
  return paths !== null;
}

function restoreData(core: EngineCore, peer: Peer, path: string, znode: Znode | null, relativeZxid: number): void {
  if (znode === null) {
    peer.notify('deleted', path, NO_ZXID);
  } else if (znode.mzxid > relativeZxid) {
    peer.notify('changed', path, NO_ZXID);
  } else {
    core.watches.addData(path, peer);
  }
}

function restoreExists(core: EngineCore, peer: Peer, path: string, znode: Znode | null): void {
  if (znode !== null) {
    peer.notify('created', path, NO_ZXID);
  } else {
    core.watches.addData(path, peer);
  }
}

function restoreChildren(core: EngineCore, peer: Peer, path: string, znode: Znode | null, relativeZxid: number): void {
  if (znode === null) {
    peer.notify('deleted', path, NO_ZXID);
  } else if (znode.pzxid > relativeZxid) {
    peer.notify('children', path, NO_ZXID);
  } else {
    core.watches.addChildren(path, peer);
  }
}

function addAll(core: EngineCore, peer: Peer, paths: PathList, isRecursive: boolean): boolean {
  for (const path of paths ?? []) {
    if (isRecursive) {
      core.watches.addRecursive(path, peer);
    } else {
      core.watches.addPersistent(path, peer);
    }
  }
  return paths !== null;
}
