/**
 * Whole messages: a length, a header, a body; requests and replies, for both sides of the wire.
 * The handshake, which has no header, is handshake.ts; taking frames off a stream is frame.ts.
 */
import { XID } from './ids.js';
import { type JuteReader, JuteWriter } from './jute.js';
import { FRAME_HEADER_BYTES } from './limits.js';
import type { Op, ReplyInputOf, ReplyOf, RequestOf, RequestValueOf } from './ops.js';
import { decodeRecord, expectEnd, type RecordType, type ValueOf, writeRecord } from './record.js';
import { ReplyHeader, RequestHeader, WatcherEvent } from './records.js';

export type RequestHeaderValue = ValueOf<typeof RequestHeader>;
export type ReplyHeaderValue = ValueOf<typeof ReplyHeader>;
export type WatcherEventValue = ValueOf<typeof WatcherEvent>;

/**
 * Appends a request as a frame. Returns the frame's length without the four bytes that say it: what a server compares
 * with its jute.maxbuffer.
 * @throws UsageError where a value does not fit its field; then nothing has been written
 */
export function writeRequest<O extends Op>(writer: JuteWriter, op: O, xid: number, request: RequestOf<O>): number {
  const start = beginFrame(writer);
  try {
    RequestHeader.write(writer, { xid, type: op.code });
    writeRecord(op.request as RecordType<unknown, RequestOf<O>>, writer, request);
  } catch (error) {
    writer.truncate(start);
    throw error;
  }
  return endFrame(writer, start);
}

/** One request as a frame of its own. */
export function encodeRequest<O extends Op>(op: O, xid: number, request: RequestOf<O>): Buffer {
  const writer = new JuteWriter();
  writeRequest(writer, op, xid, request);
  return writer.take();
}

/** @throws ProtocolError fewer than 8 bytes: a server hangs up */
export function decodeRequestHeader(reader: JuteReader): RequestHeaderValue {
  return decodeRecord(RequestHeader, reader);
}

/** Bytes behind the last field are ignored, as by a server. */
export function decodeRequest<O extends Op>(op: O, reader: JuteReader): RequestValueOf<O> {
  return decodeRecord(op.request as RecordType<RequestValueOf<O>, never>, reader);
}

/**
 * Appends a reply as a frame. `reply` null is a bare header, as errors have it; two errors carry a body all the same:
 * a refused SASL step its null token, a multi that could not be read sometimes an empty list.
 */
export function writeReply<O extends Op>(
  writer: JuteWriter,
  header: ReplyHeaderValue,
  op: O,
  reply: ReplyInputOf<O> | null,
): number {
  const start = beginFrame(writer);
  try {
    ReplyHeader.write(writer, header);
    if (reply !== null) {
      writeRecord(op.reply as RecordType<unknown, ReplyInputOf<O>>, writer, reply);
    }
  } catch (error) {
    writer.truncate(start);
    throw error;
  }
  return endFrame(writer, start);
}

/** Appends the notification of a watch. `zxid` is that of the change (3.9), or -1. */
export function writeNotification(writer: JuteWriter, zxid: bigint, event: WatcherEventValue): number {
  const start = beginFrame(writer);
  ReplyHeader.write(writer, { xid: XID.notification, zxid, err: 0 });
  writeRecord(WatcherEvent, writer, event);
  return endFrame(writer, start);
}

export function decodeReplyHeader(reader: JuteReader): ReplyHeaderValue {
  return decodeRecord(ReplyHeader, reader);
}

/**
 * The body of a reply whose header says err 0.
 * @throws ProtocolError also for bytes behind its end: then this is not the reply to that request
 */
export function decodeReply<O extends Op>(op: O, reader: JuteReader): ReplyOf<O> {
  const reply = decodeRecord(op.reply as RecordType<ReplyOf<O>, never>, reader);
  expectEnd(op.reply.name, reader);
  return reply;
}

/** Passes over what may follow a header with an error: nothing, but for multi and sasl. @throws ProtocolError for more */
export function skipErrorBody(op: Op, reader: JuteReader): void {
  if (reader.remaining > 0 && (op.name === 'multi' || op.name === 'multiRead' || op.name === 'sasl')) {
    decodeRecord(op.reply, reader);
  }
  expectEnd(op.reply.name, reader);
}

/** The body of a notification. */
export function decodeNotification(reader: JuteReader): WatcherEventValue {
  const event = decodeRecord(WatcherEvent, reader);
  expectEnd(WatcherEvent.name, reader);
  return event;
}

function beginFrame(writer: JuteWriter): number {
  const start = writer.length;
  writer.int(0);
  return start;
}

function endFrame(writer: JuteWriter, start: number): number {
  const length = writer.length - start - FRAME_HEADER_BYTES;
  writer.patchInt(start, length);
  return length;
}
