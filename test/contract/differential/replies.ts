/**
 * Replies and notifications as text, one line each, in which two servers that behave alike are alike: session ids and zxids count
 * from where the run began, times are left out once they have been seen to agree with each other.
 */
import type { ByteReader } from '../../helpers/byte-reader.js';
import { OP } from '../requests.js';

export interface Origin {
  readonly zxid: number;
  readonly sessionId: bigint;
  /** Of the same server: transaction to its time. */
  readonly times: Map<bigint, bigint>;
}

const LETTERS = ['?', 'C', 'D', 'S', 'K'];

export function notificationText(reader: ByteReader, zxid: bigint, origin: Origin): string {
  const [type, state, path] = [reader.int(), reader.int(), reader.string()];
  return `event ${LETTERS[type]} ${JSON.stringify(path)} state ${state} ${zxidText(zxid, origin)}${restText(reader)}`;
}

/** @param frame behind its xid */
export function replyText(op: number, xid: number, frame: ByteReader, origin: Origin): string {
  const zxid = frame.long();
  const err = frame.int();
  const header = `xid ${xid} ${zxidText(zxid, origin)} err ${err}`;
  try {
    return `${header} ${err === 0 ? bodyText(op, frame, origin) : errorBodyText(op, frame, origin)}${restText(frame)}`;
  } catch (error) {
    return `${header} cannot be read: ${(error as Error).message}`;
  }
}

function zxidText(zxid: bigint, origin: Origin): string {
  return zxid <= 0n ? `zxid ${zxid}` : `zxid +${Number(zxid) - origin.zxid}`;
}

function restText(reader: ByteReader): string {
  return reader.remaining > 0 ? ` and ${reader.rest().toString('hex')}` : '';
}

function bodyText(op: number, reader: ByteReader, origin: Origin): string {
  switch (op) {
    case OP.create:
    case OP.sync:
      return JSON.stringify(reader.string());
    case OP.create2:
    case OP.createContainer:
    case OP.createTTL:
      return `${JSON.stringify(reader.string())} ${statText(reader, origin)}`;
    case OP.exists:
    case OP.setData:
    case OP.setACL:
      return statText(reader, origin);
    case OP.getData:
      return `${dataText(reader)} ${statText(reader, origin)}`;
    case OP.getChildren:
    case OP.getEphemerals:
      return JSON.stringify(reader.strings());
    case OP.getChildren2:
      return `${JSON.stringify(reader.strings())} ${statText(reader, origin)}`;
    case OP.getACL:
      return `${aclText(reader)} ${statText(reader, origin)}`;
    case OP.whoAmI:
      return JSON.stringify(reader.list(() => `${reader.string()}:${reader.string()}`));
    case OP.multi:
    case OP.multiRead:
      return resultsText(reader, origin);
    default:
      return '';
  }
}

function errorBodyText(op: number, reader: ByteReader, origin: Origin): string {
  return op === OP.multiRead && reader.remaining > 0 ? resultsText(reader, origin) : '';
}

function resultsText(reader: ByteReader, origin: Origin): string {
  const results: string[] = [];
  for (;;) {
    const [type, isDone, err] = [reader.int(), reader.byte(), reader.int()];
    results.push(`{${type} ${isDone} ${err}}`);
    if (isDone !== 0) return results.join(' ');
    if (type === -1) results.push(String(reader.int()));
    else if (type !== OP.check && type !== OP.delete) results.push(bodyText(type, reader, origin));
  }
}

function dataText(reader: ByteReader): string {
  return JSON.stringify(reader.buffer()?.toString('latin1') ?? null);
}

function aclText(reader: ByteReader): string {
  return JSON.stringify(reader.list(() => `${reader.int()} ${reader.string()}:${reader.string()}`));
}

function statText(reader: ByteReader, origin: Origin): string {
  const stat = reader.stat();
  const { czxid, mzxid, pzxid, ephemeralOwner } = stat;
  // What was there before the run: its past is not the run's.
  if (Number(czxid) <= origin.zxid) return `older length ${stat.dataLength} children ${stat.numChildren}`;
  const owner = ephemeralOwner === 0n ? '0' : `#${ephemeralOwner - origin.sessionId}`;
  return (
    `c${zxidText(czxid, origin)} m${zxidText(mzxid, origin)} p${zxidText(pzxid, origin)} ` +
    `versions ${stat.version} ${stat.cversion} ${stat.aversion} owner ${owner} ` +
    `length ${stat.dataLength} children ${stat.numChildren}${timeText(stat, origin)}`
  );
}

function timeText(stat: { czxid: bigint; mzxid: bigint; ctime: bigint; mtime: bigint }, { times }: Origin): string {
  for (const [zxid, time] of [
    [stat.czxid, stat.ctime],
    [stat.mzxid, stat.mtime],
  ] as const) {
    const known = times.get(zxid);
    if (known !== undefined && known !== time) return ` but transaction ${zxid} has two times: ${known} and ${time}`;
    times.set(zxid, time);
  }
  return stat.mtime < stat.ctime ? ' but it changed before it was made' : '';
}
