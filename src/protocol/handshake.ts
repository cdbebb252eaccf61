/**
 * The first frame in each direction, the only ones without a header: ConnectRequest and ConnectResponse, both with a
 * readOnly byte at the end that very old sides leave out. Follows ConnectBean and ZooKeeperServer of ZooKeeper 3.9.
 */
import { ProtocolError } from '../errors.js';
import { JuteReader, JuteWriter } from './jute.js';
import { FRAME_HEADER_BYTES, PASSWORD_BYTES } from './limits.js';
import { decodeRecord, expectEnd, writeRecord } from './record.js';
import { ConnectRequest, ConnectResponse, ReplyHeader } from './records.js';

export interface ConnectRequestValue {
  /** Highest zxid of a reply seen so far; a server that is behind it hangs up. */
  readonly lastZxidSeen: bigint;
  readonly sessionTimeoutMs: number;
  /** 0n asks for a new session. */
  readonly sessionId: bigint;
  readonly password: Buffer | null;
  /** Whether a server in read-only mode will do; null: the byte is left out (clients before 3.4). */
  readonly readOnly: boolean | null;
}

/** What a server's first frame says. */
export type ConnectResponseValue =
  | {
      readonly kind: 'session';
      readonly sessionTimeoutMs: number;
      readonly sessionId: bigint;
      readonly password: Buffer;
      /** null: the byte was left out. */
      readonly readOnly: boolean | null;
    }
  /** The session asked for is gone. */
  | { readonly kind: 'expired'; readonly readOnly: boolean | null }
  /** A bare reply header: a 3.8 server in read-only mode without local sessions sends -119. */
  | { readonly kind: 'refused'; readonly err: number };

export const NO_PASSWORD: Buffer = Buffer.alloc(PASSWORD_BYTES);

/** A bare ReplyHeader; a ConnectResponse is longer. */
const REFUSAL_BYTES = 16;

/** The whole frame. */
export function encodeConnectRequest(request: ConnectRequestValue): Buffer {
  return framed((writer) => {
    writeRecord(ConnectRequest, writer, {
      protocolVersion: 0,
      lastZxidSeen: request.lastZxidSeen,
      timeOut: request.sessionTimeoutMs,
      sessionId: request.sessionId,
      passwd: request.password,
    });
    writeReadOnly(writer, request.readOnly);
  });
}

/** @param frame without its length; bytes behind the last field are ignored, as by a server */
export function decodeConnectRequest(frame: Buffer): ConnectRequestValue {
  const reader = new JuteReader(frame, 0, { form: 'server' });
  const { lastZxidSeen, timeOut, sessionId, passwd } = decodeRecord(ConnectRequest, reader);
  return { lastZxidSeen, sessionTimeoutMs: timeOut, sessionId, password: passwd, readOnly: readReadOnly(reader) };
}

/** The whole frame. */
export function encodeConnectResponse(response: ConnectResponseValue): Buffer {
  if (response.kind === 'refused') {
    return framed((writer) => writeRecord(ReplyHeader, writer, { xid: 0, zxid: 0n, err: response.err }));
  }
  const { sessionTimeoutMs, sessionId, password } =
    response.kind === 'session' ? response : { sessionTimeoutMs: 0, sessionId: 0n, password: NO_PASSWORD };
  return framed((writer) => {
    writeRecord(ConnectResponse, writer, {
      protocolVersion: 0,
      timeOut: sessionTimeoutMs,
      sessionId,
      passwd: password,
    });
    writeReadOnly(writer, response.readOnly);
  });
}

/**
 * @param frame without its length
 * @throws ProtocolError where it is neither of the three
 */
export function decodeConnectResponse(frame: Buffer): ConnectResponseValue {
  const reader = new JuteReader(frame);
  if (frame.length === REFUSAL_BYTES) {
    return { kind: 'refused', err: decodeRecord(ReplyHeader, reader).err };
  }
  const { timeOut, sessionId, passwd } = decodeRecord(ConnectResponse, reader);
  const readOnly = readReadOnly(reader);
  expectEnd(ConnectResponse.name, reader);
  if (timeOut <= 0) {
    return { kind: 'expired', readOnly };
  }
  if (passwd?.length !== PASSWORD_BYTES) {
    throw new ProtocolError(`ConnectResponse.passwd at offset 16: not ${PASSWORD_BYTES} bytes`, {
      record: 'ConnectResponse',
      field: 'passwd',
      offset: 16,
    });
  }
  return { kind: 'session', sessionTimeoutMs: timeOut, sessionId, password: passwd, readOnly };
}

/** The password that every server gives the session: no secret, a checksum (SessionTrackerImpl, java.util.Random). */
export function sessionPassword(sessionId: bigint): Buffer {
  const password = Buffer.alloc(PASSWORD_BYTES);
  let seed = BigInt.asUintN(48, sessionId ^ 0xb341_5c00n ^ 0x5_deec_e66dn);
  for (let at = 0; at < PASSWORD_BYTES; at += 4) {
    seed = BigInt.asUintN(48, seed * 0x5_deec_e66dn + 0xbn);
    password.writeUInt32LE(Number(seed >> 16n), at);
  }
  return password;
}

function framed(write: (writer: JuteWriter) => void): Buffer {
  const writer = new JuteWriter();
  writer.int(0);
  write(writer);
  writer.patchInt(0, writer.length - FRAME_HEADER_BYTES);
  return writer.take();
}

function writeReadOnly(writer: JuteWriter, readOnly: boolean | null): void {
  if (readOnly !== null) {
    writer.boolean(readOnly);
  }
}

function readReadOnly(reader: JuteReader): boolean | null {
  return reader.remaining > 0 ? reader.boolean() : null;
}
