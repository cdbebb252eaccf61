/** What a server makes of a ConnectRequest. Follows ZooKeeperServer.processConnectRequest and finishSessionInit (3.9). */
import type { ConnectRequestValue } from '../../protocol/handshake.js';
import { decodeConnectRequest, NO_PASSWORD, sessionPassword } from '../../protocol/handshake.js';
import { FRAME_HEADER_BYTES } from '../../protocol/limits.js';
import type { Connection } from './connection.js';
import type { Server } from './server.js';

const PROTOCOL_VERSION = 0;

/** Answers the first frame: with a session, with its end, or by closing the connection without a word. */
export function shakeHands(server: Server, connection: Connection, frame: Buffer): void {
  const request = read(frame);
  if (request === null || isRefused(server, request)) {
    connection.destroy();
    return;
  }
  const { sessionId } = request;
  const sessionTimeoutMs = Math.min(
    Math.max(request.sessionTimeoutMs, server.minSessionTimeoutMs),
    server.maxSessionTimeoutMs,
  );
  if (sessionId === 0n) {
    createSession(server, connection, request, sessionTimeoutMs);
    return;
  }
  // Before the password is looked at: who only knows the id can cut the owner's connection.
  server.bySession.get(sessionId)?.end();
  const isKnown = server.engine.sessions.has(sessionId);
  if (!isKnown || !request.password?.equals(sessionPassword(sessionId))) {
    answer(server, connection, request, null);
    connection.end();
    return;
  }
  server.engine.renewSession(sessionId, sessionTimeoutMs);
  join(server, connection, request, { sessionId, sessionTimeoutMs });
}

interface Joined {
  readonly sessionId: bigint;
  readonly sessionTimeoutMs: number;
}

function createSession(server: Server, connection: Connection, request: ConnectRequestValue, timeoutMs: number): void {
  if (server.isReadOnly) {
    join(server, connection, request, server.createLocalSession(timeoutMs));
  } else if (server.mayWrite()) {
    const { sessionId } = server.engine.createSession(timeoutMs);
    join(server, connection, request, { sessionId, sessionTimeoutMs: timeoutMs });
  }
}

function join(server: Server, connection: Connection, request: ConnectRequestValue, joined: Joined): void {
  const { sessionId, sessionTimeoutMs } = joined;
  server.touchSession(sessionId, sessionTimeoutMs);
  connection.join(sessionId, sessionTimeoutMs);
  server.bySession.set(sessionId, connection);
  server.touch(connection);
  server.faults.joined(connection);
  server.answered(connection, 'SESS', 0);
  answer(server, connection, request, joined);
}

/** @param joined null: there is no such session */
function answer(server: Server, connection: Connection, request: ConnectRequestValue, joined: Joined | null): void {
  const writer = connection.output;
  const start = writer.length;
  writer.int(0);
  writer.int(PROTOCOL_VERSION);
  writer.int(joined?.sessionTimeoutMs ?? 0);
  writer.long(joined?.sessionId ?? 0n);
  writer.buffer(joined === null ? NO_PASSWORD : sessionPassword(joined.sessionId));
  // Whoever left the byte out does not expect one.
  if (request.readOnly !== null) {
    writer.boolean(server.isReadOnly);
  }
  writer.patchInt(start, writer.length - start - FRAME_HEADER_BYTES);
  server.packetSent(connection);
}

/** null: the frame makes no sense. */
function read(frame: Buffer): ConnectRequestValue | null {
  try {
    return decodeConnectRequest(frame);
  } catch {
    return null;
  }
}

function isRefused(server: Server, request: ConnectRequestValue): boolean {
  return (server.isReadOnly && request.readOnly !== true) || request.lastZxidSeen > BigInt(server.engine.lastZxid);
}
