/** What concerns the session itself: ping, sync, whoAmI, getEphemerals, closeSession. Follows FinalRequestProcessor (3.9.5). */
import { encodeConnectResponse, sessionPassword } from '../../../protocol/handshake.js';
import { XID } from '../../../protocol/ids.js';
import { beginFrame, beginReply, endReply, type Handler, reply } from '../call.js';
import { OK } from '../error-numbers.js';
import { closeSession } from '../sessions.js';

/** The reply's xid is -2 whatever the request said. */
export const ping: Handler = (core, call) => endReply(call, beginFrame({ ...call, xid: XID.ping }, core.lastZxid, OK));

/** The path comes back as it is, null included: nothing is to be waited for on a single server. */
export const sync: Handler = (core, call) => {
  const path = call.reader.string();
  const start = beginReply(core, call);
  call.output.string(path);
  return endReply(call, start);
};

/** One entry an identity; of a digest id the user's name (AuthUtil.getClientInfos). */
export const whoAmI: Handler = (core, call) => {
  const { output, peer } = call;
  const start = beginReply(core, call);
  output.int(peer.identities.length);
  for (const { scheme, id } of peer.identities) {
    output.string(scheme);
    output.string(scheme === 'digest' ? (id.split(':')[0] ?? id) : id);
  }
  return endReply(call, start);
};

/** The calling session's, by a prefix of characters; all where it is blank or the root. */
export const getEphemerals: Handler = (core, call) => {
  const { output, peer } = call;
  const prefix = call.reader.string();
  const trimmed = trimJava(prefix ?? '');
  const all = core.tree.owners.get(peer.sessionId)?.paths.copy().keys() ?? [];
  const wanted =
    prefix === null || trimmed === '' || trimmed === '/' ? all : all.filter((path) => path.startsWith(prefix));
  const start = beginReply(core, call);
  output.int(wanted.length);
  for (const path of wanted) {
    output.string(path);
  }
  return endReply(call, start);
};

/** String.trim: everything up to U+0020. */
function trimJava(text: string): string {
  return text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
}

/**
 * createSession inside a session, which no client should send: the set-up of the session is done again, and the answer to
 * a handshake comes in mid-stream.
 */
export const createAgain: Handler = (core, call) => {
  const { sessionId } = call.peer;
  const sessionTimeoutMs = call.reader.int();
  core.commit(core.begin(sessionId, call.xid), { type: 'createSession', sessionTimeoutMs });
  call.output.raw(
    encodeConnectResponse({
      kind: 'session',
      sessionTimeoutMs: core.sessions.all.get(sessionId)?.sessionTimeoutMs ?? sessionTimeoutMs,
      sessionId,
      password: sessionPassword(sessionId),
      readOnly: false,
    }),
  );
  return 'stay';
};

/** The connection ends behind the reply. */
export const close: Handler = (core, call) => {
  closeSession(core, call.peer.sessionId, call.xid);
  reply(core, call, OK);
  return 'hangUp';
};
