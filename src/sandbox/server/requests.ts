/**
 * Requests of an established session, as they come off the wire: authentication is done here, everything else goes to the
 * engine, past the faults. Follows ZooKeeperServer.processPacket and FinalRequestProcessor (3.9).
 */
import { errorCode } from '../../protocol/error-codes.js';
import { JuteReader } from '../../protocol/jute.js';
import { FRAME_HEADER_BYTES } from '../../protocol/limits.js';
import { decodeRequest } from '../../protocol/messages.js';
import { OPS } from '../../protocol/ops.js';
import { reply } from '../engine/replies.js';
import type { Connection, Handled } from './connection.js';
import { answerSasl } from './sasl.js';
import type { Server } from './server.js';

/** Without a whole RequestHeader a connection is closed. */
const REQUEST_HEADER_BYTES = 8;

const PING = OPS.ping.code;
const AUTH = OPS.auth.code;
const SASL = OPS.sasl.code;
const MULTI = OPS.multi.code;
const CLOSE_SESSION = OPS.closeSession.code;

/** What cons and AdminServer call a connection's last operation (FinalRequestProcessor). */
const SHORT_NAMES: ReadonlyMap<number, string> = new Map<number, string>([
  [OPS.create.code, 'CREA'],
  [OPS.create2.code, 'CREA'],
  [OPS.createTTL.code, 'CREA'],
  [OPS.createContainer.code, 'CREA'],
  [OPS.delete.code, 'DELE'],
  [OPS.deleteContainer.code, 'DELE'],
  [OPS.exists.code, 'EXIS'],
  [OPS.getData.code, 'GETD'],
  [OPS.setData.code, 'SETD'],
  [OPS.getACL.code, 'GETA'],
  [OPS.setACL.code, 'SETA'],
  [OPS.getChildren.code, 'GETC'],
  [OPS.getChildren2.code, 'GETC'],
  [OPS.getAllChildrenNumber.code, 'GETACN'],
  [OPS.sync.code, 'SYNC'],
  [OPS.ping.code, 'PING'],
  [OPS.check.code, 'CHEC'],
  [OPS.multi.code, 'MULT'],
  [OPS.multiRead.code, 'MLTR'],
  [OPS.reconfig.code, 'RECO'],
  [OPS.checkWatches.code, 'CHKW'],
  [OPS.removeWatches.code, 'REMW'],
  [OPS.setWatches.code, 'SETW'],
  [OPS.setWatches2.code, 'STW2'],
  [OPS.addWatch.code, 'ADDW'],
  [OPS.getEphemerals.code, 'GETE'],
  [OPS.whoAmI.code, 'HOMI'],
  [OPS.closeSession.code, 'CLOS'],
]);

const codeOf = (name: string): number => errorCode(name) ?? 0;
const AUTH_FAILED = codeOf('AUTHFAILED');
const REQUIRES_AUTH = codeOf('SESSIONCLOSEDREQUIRESASLAUTH');
const THROTTLED = codeOf('THROTTLEDOP');
const NOT_READ_ONLY = codeOf('NOTREADONLY');
const MARSHALLING_ERROR = codeOf('MARSHALLINGERROR');

/** One frame. `wait`: a fault holds it, it will be asked for again. */
export function handleRequest(server: Server, connection: Connection, frame: Buffer): Handled {
  if (frame.length < REQUEST_HEADER_BYTES) {
    server.packetReceived(connection, frame.length);
    connection.end();
    return 'done';
  }
  if (server.faults.isActive) {
    return server.faults.handle(server, connection, frame);
  }
  execute(server, connection, frame);
  return 'done';
}

/** Does what is asked and appends the reply. */
export function execute(server: Server, connection: Connection, frame: Buffer): void {
  server.packetReceived(connection, frame.length);
  // Whoever keeps bytes of it copies them: the engine its data, the journal its records.
  const reader = new JuteReader(frame, 0, { copies: false, form: 'server' });
  const xid = reader.int();
  const opCode = reader.int();
  if (opCode === AUTH) {
    authenticate(server, connection, xid, reader);
    return;
  }
  if (opCode === SASL) {
    answerSasl(server, connection, xid, reader);
    return;
  }
  if (!server.authentication.isServed(connection.identities)) {
    reply(server, connection, { xid, zxid: 0, err: REQUIRES_AUTH });
    connection.end();
    return;
  }
  if (isTooLarge(server, frame)) {
    connection.end();
    return;
  }
  submit(server, connection, { xid, opCode, reader });
}

interface Request {
  readonly xid: number;
  readonly opCode: number;
  readonly reader: JuteReader;
}

/** To the engine, if the session is there: a request of one that is not is dropped, as in ZooKeeperServer.submitRequest. */
function submit(server: Server, connection: Connection, request: Request): void {
  const { xid, opCode } = request;
  const { engine } = server;
  if (!engine.sessions.has(connection.sessionId)) {
    return;
  }
  const isLocal = server.localSessions.has(connection.sessionId);
  server.touchSession(connection.sessionId, connection.sessionTimeoutMs);
  if (isThrottled(server, connection, opCode)) {
    server.figures.throttledOps++;
    reply(server, connection, { xid, zxid: engine.lastZxid, err: THROTTLED });
    return;
  }
  if (opCode === CLOSE_SESSION && (isLocal || server.isReadOnly)) {
    closeReadOnly(server, connection, xid, isLocal);
    return;
  }
  if (WRITES.has(opCode) && !server.isReadOnly && !server.mayWrite()) {
    return;
  }
  handleByEngine(server, connection, request);
}

const WRITES: ReadonlySet<number> = new Set(Object.values(OPS).flatMap(({ code, writes }) => (writes ? [code] : [])));

function handleByEngine(server: Server, connection: Connection, { xid, opCode, reader }: Request): void {
  const { engine } = server;
  const writer = connection.output;
  const before = writer.length;
  let outcome: 'stay' | 'hangUp' = 'stay';
  try {
    outcome = engine.handle(connection, xid, opCode, reader, writer);
  } catch (error) {
    if (isLocalError(error)) {
      server.fail(error);
      return;
    }
    // FinalRequestProcessor answers so too when something unforeseen happens.
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    server.log(`request ${xid} of type ${opCode} failed: ${what}`);
    reply(server, connection, { xid, zxid: engine.lastZxid, err: MARSHALLING_ERROR });
  }
  if (writer.length > before) {
    server.packetSent(connection);
    server.figures.replySent(writer.length - before);
  }
  const isRefused =
    writer.length > before && WRITES.has(opCode) && opCode !== MULTI && errorOf(writer.view(before)) !== 0;
  // The original has thrown before it comes to the name of a write that was refused.
  server.answered(connection, isRefused ? 'NA' : (SHORT_NAMES.get(opCode) ?? 'NA'), xid);
  if (opCode === CLOSE_SESSION) {
    server.sessionExpiry.remove(connection.sessionId);
  }
  if (outcome === 'hangUp') {
    connection.end();
  }
}

/** The log could not be written: nothing may be answered any more. */
function isLocalError(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'kind' in error && error.kind === 'local';
}

/** Of the last frame: what is before it are notifications. */
function errorOf(output: Buffer): number {
  let start = 0;
  for (let next = 0; next < output.length; next += FRAME_HEADER_BYTES + output.readInt32BE(next)) {
    start = next;
  }
  return output.readInt32BE(start + ERR_AT);
}

/** Behind a length, an xid and a zxid. */
const ERR_AT = 16;

/** A server in read-only mode closes the sessions that only it knows; the others it cannot (ReadOnlyRequestProcessor). */
function closeReadOnly(server: Server, connection: Connection, xid: number, isLocal: boolean): void {
  if (!isLocal) {
    reply(server, connection, { xid, zxid: server.engine.lastZxid, err: NOT_READ_ONLY });
    return;
  }
  server.endLocalSession(connection.sessionId);
  reply(server, connection, { xid, zxid: server.engine.lastZxid, err: 0 });
  connection.end();
}

/** RequestThrottler: of those that waited too long, all but what keeps sessions alive or ends them. */
function isThrottled(server: Server, connection: Connection, opCode: number): boolean {
  const limitMs = server.settings.throttled_op_wait_time;
  return (
    limitMs > 0 && opCode !== PING && opCode !== CLOSE_SESSION && server.clock.now() - connection.receivedMs > limitMs
  );
}

/** ZooKeeperServer.checkRequestSizeWhenMessageReceived; requests are done one at a time, so only their own size counts. */
function isTooLarge(server: Server, frame: Buffer): boolean {
  const { largeRequestThreshold, largeRequestMaxBytes } = server.settings;
  return largeRequestThreshold > 0 && frame.length > largeRequestThreshold && frame.length > largeRequestMaxBytes;
}

function authenticate(server: Server, connection: Connection, xid: number, reader: JuteReader): void {
  let packet: ReturnType<typeof decodeRequest<typeof OPS.auth>>;
  try {
    packet = decodeRequest(OPS.auth, reader);
  } catch {
    connection.end();
    return;
  }
  const result = server.authentication.authenticate(packet.scheme, packet.auth, connection);
  if (result.kind === 'closed') {
    connection.end();
    return;
  }
  if (result.kind === 'failed') {
    server.figures.authFailedCount++;
    reply(server, connection, { xid, zxid: 0, err: AUTH_FAILED });
    connection.end();
    return;
  }
  for (const identity of result.identities) {
    connection.addIdentity(identity);
  }
  reply(server, connection, { xid, zxid: 0, err: 0 });
}
