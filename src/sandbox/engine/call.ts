/** One request on its way through the engine, and how it is answered. */

import type { JuteReader, JuteWriter } from '../../protocol/jute.js';
import { FRAME_HEADER_BYTES } from '../../protocol/limits.js';
import type { Outcome } from './engine.js';
import type { EngineCore } from './engine-core.js';
import type { Peer } from './peer.js';

export interface Call {
  readonly peer: Peer;
  readonly xid: number;
  readonly opCode: number;
  /** Stands behind the header. */
  readonly reader: JuteReader;
  readonly output: JuteWriter;
}

/** Reads its request, does it and appends its reply. @throws Malformed where the request cannot be read: -5, no zxid */
export type Handler = (core: EngineCore, call: Call) => Outcome;

/** The header of a reply that is fine; the body is written behind it, and then `endReply`. Returns where the frame begins. */
export function beginReply(core: EngineCore, call: Call): number {
  return beginFrame(call, core.lastZxid, 0);
}

export function endReply({ output }: Call, start: number): Outcome {
  output.patchInt(start, output.length - start - FRAME_HEADER_BYTES);
  return 'stay';
}

/** A bare header. */
export function reply(core: EngineCore, call: Call, err: number): Outcome {
  return endReply(call, beginFrame(call, core.lastZxid, err));
}

/** @param zxid of the header: -1 for operations that do not exist */
export function beginFrame({ output, xid }: Call, zxid: number, err: number): number {
  const start = output.length;
  output.int(0);
  output.int(xid);
  output.longNumber(zxid);
  output.int(err);
  return start;
}
