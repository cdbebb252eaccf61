/** getACL, setACL. Follows FinalRequestProcessor (getACL) and PrepRequestProcessor.pRequest2Txn (setACL, 3.9.5). */
import { type AclEntry, PERMISSIONS } from '../../../protocol/acl.js';
import { validatePath } from '../../../protocol/path.js';
import { ANY_VERSION } from '../../../protocol/stat.js';
import type { Txn } from '../../../protocol/txn.js';
import { writeStat } from '../../tree/znode.js';
import { fixUpAcl, readAcl, type UncheckedEntry } from '../acl-fix-up.js';
import { beginReply, endReply, type Handler, reply } from '../call.js';
import type { EngineCore } from '../engine-core.js';
import { BADARGUMENTS, BADVERSION, MARSHALLINGERROR, NOAUTH, NONODE } from '../error-numbers.js';
import type { Peer } from '../peer.js';
import { nextVersion } from './set-data.js';

export const getAcl: Handler = (core, call) => {
  const { output, peer } = call;
  const path = call.reader.string();
  if (path === null) {
    return reply(core, call, MARSHALLINGERROR);
  }
  const znode = core.tree.find(path);
  if (znode === null) {
    return reply(core, call, NONODE);
  }
  if (!core.isAllowed(znode.acl, PERMISSIONS.r | PERMISSIONS.a, peer)) {
    return reply(core, call, NOAUTH);
  }
  const isMasked = !core.isAllowed(znode.acl, PERMISSIONS.a, peer);
  const start = beginReply(core, call);
  output.int(znode.acl.entries.length);
  for (const { perms, scheme, id } of znode.acl.entries) {
    output.int(perms);
    output.string(scheme);
    output.string(isMasked && scheme === 'digest' ? maskDigest(id) : id);
  }
  writeStat(output, znode);
  return endReply(call, start);
};

/** Java's replaceAll(":.*", ":x"): up to the end of each line. */
function maskDigest(id: string): string {
  return id.replace(/:[^\n\r\u0085\u2028\u2029]*/g, ':x');
}

interface SetAclRequest {
  readonly path: string | null;
  readonly acl: readonly UncheckedEntry[] | null;
  readonly version: number;
}

type SetAclTxn = Extract<Txn, { type: 'setACL' }>;

export const setAcl: Handler = (core, call) => {
  const { reader, peer } = call;
  const request = { path: reader.string(), acl: readAcl(reader), version: reader.int() };
  const header = core.begin(peer.sessionId, call.xid);
  const txn = prepareSetAcl(core, peer, request);
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

/** The ACL is looked at before the znode: a bad one is refused even where there is none. */
function prepareSetAcl(core: EngineCore, peer: Peer, request: SetAclRequest): SetAclTxn | number {
  const { path, version } = request;
  if (path === null || validatePath(path) !== null) {
    return BADARGUMENTS;
  }
  const acl: readonly AclEntry[] | number = fixUpAcl(request.acl, peer, core.settings);
  if (typeof acl === 'number') {
    return acl;
  }
  const znode = core.tree.find(path);
  if (znode === null) {
    return NONODE;
  }
  if (!core.isAllowed(znode.acl, PERMISSIONS.a, peer)) {
    return NOAUTH;
  }
  if (version !== ANY_VERSION && version !== znode.aversion) {
    return BADVERSION;
  }
  return { type: 'setACL', path, acl, version: nextVersion(znode.aversion) };
}
