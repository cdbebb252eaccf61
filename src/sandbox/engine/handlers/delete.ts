/** delete, and deleteContainer, which a client can send as well. Follows PrepRequestProcessor.pRequest2Txn (3.9.5). */
import { PERMISSIONS } from '../../../protocol/acl.js';
import type { JuteReader } from '../../../protocol/jute.js';
import { ANY_VERSION } from '../../../protocol/stat.js';
import type { ChangeTxn, Txn } from '../../../protocol/txn.js';
import { isSystemPath, parentPathOf } from '../../tree/znode-tree.js';
import { type Handler, reply } from '../call.js';
import type { EngineCore } from '../engine-core.js';
import { BADARGUMENTS, BADVERSION, MARSHALLINGERROR, NOAUTH, NONODE, NOTEMPTY, OK } from '../error-numbers.js';
import type { TreeView } from '../overlay.js';
import type { Peer } from '../peer.js';

export interface DeleteRequest {
  readonly path: string | null;
  readonly version: number;
}

export function readDelete(reader: JuteReader): DeleteRequest {
  return { path: reader.string(), version: reader.int() };
}

/** What one needs is DELETE on the parent; the znode's own ACL does not matter. */
export function prepareDelete(
  core: EngineCore,
  view: TreeView,
  peer: Peer,
  { path, version }: DeleteRequest,
): Extract<ChangeTxn, { type: 'delete' }> | number {
  if (path === null || !isDeletable(path)) {
    return path === null ? MARSHALLINGERROR : BADARGUMENTS;
  }
  const parent = view.find(parentPathOf(path));
  if (parent === null) {
    return NONODE;
  }
  if (!core.isAllowed(parent.acl, PERMISSIONS.d, peer)) {
    return NOAUTH;
  }
  const znode = view.findChild(parent, path);
  if (znode === null) {
    return NONODE;
  }
  if (version !== ANY_VERSION && version !== znode.version) {
    return BADVERSION;
  }
  return znode.childrenCount > 0 ? NOTEMPTY : { type: 'delete', path };
}

/** Any empty znode that is not ephemeral, whatever its ACL. */
export function prepareDeleteContainer(
  core: EngineCore,
  path: string,
): Extract<Txn, { type: 'deleteContainer' }> | number {
  if (!isDeletable(path)) {
    return BADARGUMENTS;
  }
  const znode = core.tree.find(path);
  if (znode === null) {
    return NONODE;
  }
  if (znode.childrenCount > 0) {
    return NOTEMPTY;
  }
  return znode.isEphemeral ? BADVERSION : { type: 'deleteContainer', path };
}

/** getParentPathAndValidate: no more than this is asked of the path. */
function isDeletable(path: string): boolean {
  return path.includes('/') && !path.includes('\0') && !isSystemPath(path);
}

export const remove: Handler = (core, call) => {
  const request = readDelete(call.reader);
  const header = core.begin(call.peer.sessionId, call.xid);
  const txn = prepareDelete(core, core.tree, call.peer, request);
  if (typeof txn === 'number') {
    core.refuse(header, txn);
    return reply(core, call, txn);
  }
  core.commit(header, txn);
  return reply(core, call, OK);
};

export const deleteContainer: Handler = (core, call) => {
  const path = call.reader.string();
  if (path === null) {
    // This record is not made for nulls: it cannot be read, and no zxid is used up.
    return reply(core, call, MARSHALLINGERROR);
  }
  const header = core.begin(call.peer.sessionId, call.xid);
  const txn = prepareDeleteContainer(core, path);
  if (typeof txn === 'number') {
    core.refuse(header, txn);
    return reply(core, call, txn);
  }
  core.commit(header, txn);
  return reply(core, call, OK);
};
