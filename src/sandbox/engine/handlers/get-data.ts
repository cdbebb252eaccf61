/** getData. Follows FinalRequestProcessor.handleGetDataRequest and DataTree.getData (3.9.5). */
import { PERMISSIONS } from '../../../protocol/acl.js';
import { writeStat } from '../../tree/znode.js';
import { beginReply, endReply, type Handler, reply } from '../call.js';
import { MARSHALLINGERROR, NOAUTH, NONODE } from '../error-numbers.js';

export const getData: Handler = (core, call) => {
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
    core.watches.addData(path, peer);
  }
  const start = beginReply(core, call);
  output.latin1(znode.data);
  writeStat(output, znode);
  return endReply(call, start);
};
