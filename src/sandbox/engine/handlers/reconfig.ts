/** reconfig, which a standalone server always refuses. Follows PrepRequestProcessor.pRequest2Txn (3.9.5). */
import { ReconfigRequest } from '../../../protocol/records.js';
import { type Handler, reply } from '../call.js';
import { RECONFIGDISABLED, UNIMPLEMENTED } from '../error-numbers.js';

export const reconfig: Handler = (core, call) => {
  ReconfigRequest.read(call.reader);
  const err = core.settings.reconfigEnabled ? UNIMPLEMENTED : RECONFIGDISABLED;
  core.refuse(core.begin(call.peer.sessionId, call.xid), err);
  return reply(core, call, err);
};
