/** SASL steps (op 102) of a connection. Follows ZooKeeperServer.processSasl (3.9); the mechanism is sasl-exchange.ts. */
import { errorCode } from '../../protocol/error-codes.js';
import type { JuteReader } from '../../protocol/jute.js';
import { decodeRequest } from '../../protocol/messages.js';
import { OPS } from '../../protocol/ops.js';
import { reply } from '../engine/replies.js';
import type { Connection } from './connection.js';
import { SaslExchange } from './sasl-exchange.js';
import type { Server } from './server.js';

const AUTH_FAILED = errorCode('AUTHFAILED') ?? 0;
const REQUIRES_AUTH = errorCode('SESSIONCLOSEDREQUIRESASLAUTH') ?? 0;

export function answerSasl(server: Server, connection: Connection, xid: number, reader: JuteReader): void {
  const token = readToken(reader);
  const { saslUsers } = server.authentication;
  connection.sasl ??= new SaslExchange((user) => saslUsers?.get(user), server.random);
  if (token === null || connection.sasl.isOver) {
    // The original throws here, and so ends the connection without a word.
    connection.end();
    return;
  }
  if (saslUsers === null) {
    sendToken(server, connection, xid, null, 0);
    return;
  }
  const step = connection.sasl.step(token);
  if (step.kind === 'failed') {
    refuse(server, connection, xid);
    return;
  }
  if (step.kind === 'done') {
    for (const identity of server.authentication.saslIdentities(step.user)) {
      connection.addIdentity(identity);
    }
  }
  sendToken(server, connection, xid, step.token, 0);
}

function refuse(server: Server, connection: Connection, xid: number): void {
  const { isSaslRequired } = server.authentication;
  if (server.settings.allowSaslFailedClients && !isSaslRequired) {
    sendToken(server, connection, xid, null, 0);
    return;
  }
  sendToken(server, connection, xid, null, isSaslRequired ? REQUIRES_AUTH : AUTH_FAILED);
  connection.end();
}

function sendToken(server: Server, connection: Connection, xid: number, token: Buffer | null, err: number): void {
  reply(server, connection, { xid, zxid: 0, err }, (writer) => writer.buffer(token));
}

/** null: there is none, or the request cannot be read. */
function readToken(reader: JuteReader): Buffer | null {
  try {
    return decodeRequest(OPS.sasl, reader).token;
  } catch {
    return null;
  }
}
