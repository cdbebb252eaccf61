/** exists. Follows FinalRequestProcessor (exists) and DataTree.statNode (3.9.5). */
import { PERMISSIONS } from '../../../protocol/acl.js';
import { writeStat } from '../../tree/znode.js';
import { beginReply, endReply, type Handler, reply } from '../call.js';
import { BADARGUMENTS, MARSHALLINGERROR, NOAUTH, NONODE } from '../error-numbers.js';

export const exists: Handler = (core, call) => {
  const path = call.reader.string();
  const isWatched = call.reader.boolean();
  if (path === null) {
    return reply(core, call, MARSHALLINGERROR);
  }
  if (path.includes('\0')) {
    return reply(core, call, BADARGUMENTS);
  }
  const znode = core.tree.find(path);
  if (znode !== null && !core.isAllowed(znode.acl, PERMISSIONS.r, call.peer)) {
    return reply(core, call, NOAUTH);
  }
  if (isWatched) {
    core.watches.addData(path, call.peer);
  }
  if (znode === null) {
    return reply(core, call, NONODE);
  }
  const start = beginReply(core, call);
  writeStat(call.output, znode);
  return endReply(call, start);
};
