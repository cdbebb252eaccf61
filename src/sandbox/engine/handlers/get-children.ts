/** getChildren, getChildren2, getAllChildrenNumber. Follows FinalRequestProcessor and DataTree.getChildren (3.9.5). */
import { PERMISSIONS } from '../../../protocol/acl.js';
import type { JuteWriter } from '../../../protocol/jute.js';
import { OPS } from '../../../protocol/ops.js';
import { writeStat, type Znode } from '../../tree/znode.js';
import { beginReply, endReply, type Handler, reply } from '../call.js';
import { MARSHALLINGERROR, NOAUTH, NONODE } from '../error-numbers.js';

export const getChildren: Handler = (core, call) => {
  const { reader, output, peer } = call;
  const path = reader.string();
  const isWatched = reader.boolean();
  if (path === null) {
    return reply(core, call, MARSHALLINGERROR);
  }
  const znode = core.tree.find(path);
  if (znode === null) {
    return reply(core, call, NONODE);
  }
  if (!core.isAllowed(znode.acl, PERMISSIONS.r, peer)) {
    return reply(core, call, NOAUTH);
  }
  if (isWatched) {
    core.watches.addChildren(path, peer);
  }
  const start = beginReply(core, call);
  writeNames(output, znode);
  if (call.opCode === OPS.getChildren2.code) {
    writeStat(output, znode);
  }
  return endReply(call, start);
};

/** As a vector of strings, in the server's order. */
export function writeNames(output: JuteWriter, znode: Znode): void {
  output.int(znode.childrenCount);
  znode.children?.each((name) => output.string(name));
}

export const getAllChildrenNumber: Handler = (core, call) => {
  const path = call.reader.string();
  if (path === null) {
    return reply(core, call, MARSHALLINGERROR);
  }
  const znode = core.tree.find(path);
  if (znode === null) {
    return reply(core, call, NONODE);
  }
  if (!core.isAllowed(znode.acl, PERMISSIONS.r, call.peer)) {
    return reply(core, call, NOAUTH);
  }
  const start = beginReply(core, call);
  // The root has two keys in Java's table, and one of them begins with the other and a slash.
  call.output.int(path === '' ? core.tree.nodeCount - 1 : core.tree.countBelow(znode));
  return endReply(call, start);
};
