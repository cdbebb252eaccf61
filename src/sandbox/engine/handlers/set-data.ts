/** setData. Follows PrepRequestProcessor.pRequest2Txn (setData) and DataTree.setData (3.9.5). */
import { PERMISSIONS } from '../../../protocol/acl.js';
import type { JuteReader } from '../../../protocol/jute.js';
import { validatePath } from '../../../protocol/path.js';
import { ANY_VERSION } from '../../../protocol/stat.js';
import type { ChangeTxn } from '../../../protocol/txn.js';
import { writeStat } from '../../tree/znode.js';
import { beginReply, endReply, type Handler, reply } from '../call.js';
import type { EngineCore } from '../engine-core.js';
import { BADARGUMENTS, BADVERSION, NOAUTH, NONODE, OK } from '../error-numbers.js';
import type { TreeView } from '../overlay.js';
import type { Peer } from '../peer.js';

export interface SetDataRequest {
  readonly path: string | null;
  readonly data: Buffer | null;
  readonly version: number;
}

export function readSetData(reader: JuteReader): SetDataRequest {
  return { path: reader.string(), data: reader.buffer(), version: reader.int() };
}

export function prepareSetData(
  core: EngineCore,
  view: TreeView,
  peer: Peer,
  { path, data, version }: SetDataRequest,
): Extract<ChangeTxn, { type: 'setData' }> | number {
  if (path === null || validatePath(path) !== null) {
    return BADARGUMENTS;
  }
  const znode = view.find(path);
  if (znode === null) {
    return NONODE;
  }
  if (!core.isAllowed(znode.acl, PERMISSIONS.w, peer)) {
    return NOAUTH;
  }
  const difference = (data?.length ?? 0) - znode.dataLength;
  const overQuota = core.settings.enforceQuota ? core.quotas.check(path, false, difference) : OK;
  if (overQuota !== OK) {
    return overQuota;
  }
  if (version !== ANY_VERSION && version !== znode.version) {
    return BADVERSION;
  }
  return { type: 'setData', path, data, version: nextVersion(znode.version) };
}

/** An int that wraps: PrepRequestProcessor.checkAndIncVersion. */
export function nextVersion(version: number): number {
  return (version + 1) | 0;
}

export const setData: Handler = (core, call) => {
  const request = readSetData(call.reader);
  const header = core.begin(call.peer.sessionId, call.xid);
  const txn = prepareSetData(core, core.tree, call.peer, request);
  if (typeof txn === 'number') {
    core.refuse(header, txn);
    return reply(core, call, txn);
  }
  const znode = core.commit(header, txn);
  const start = beginReply(core, call);
  if (znode !== null) {
    writeStat(call.output, znode);
  }
  return endReply(call, start);
};
