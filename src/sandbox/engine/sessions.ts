/** The beginning and the end of sessions: one transaction each. Follows PrepRequestProcessor (createSession, closeSession, 3.9.5). */

import type { EngineSession } from './engine.js';
import type { EngineCore } from './engine-core.js';

export function createSession(core: EngineCore, sessionTimeoutMs: number): EngineSession {
  const sessionId = core.sessions.takeId();
  const session = core.sessions.set(sessionId, sessionTimeoutMs);
  core.commit(core.begin(sessionId, 0), { type: 'createSession', sessionTimeoutMs });
  return session;
}

/** Its ephemerals go, in the order of a copy of Java's set. @param cxid 0: it expired */
export function closeSession(core: EngineCore, sessionId: bigint, cxid: number): void {
  if (!core.sessions.has(sessionId)) {
    return;
  }
  const paths = core.tree.owners.get(sessionId)?.paths.copy().keys() ?? [];
  core.commit(core.begin(sessionId, cxid), { type: 'closeSession', paths });
  core.sessions.delete(sessionId);
}
