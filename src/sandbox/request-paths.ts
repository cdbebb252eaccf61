/** Which znodes a request is about, for faults that look at paths: read from its bytes, without doing it. */
import { JuteReader } from '../protocol/jute.js';
import { decodeRequest } from '../protocol/messages.js';
import { findOp } from '../protocol/ops.js';

const REQUEST_HEADER_BYTES = 8;

/** Paths in the order of the request; none where it cannot be read. Of a multi, those of its operations. */
export function pathsOf(opCode: number, frame: Buffer): string[] {
  const op = findOp(opCode);
  if (op === undefined) {
    return [];
  }
  const reader = new JuteReader(frame, REQUEST_HEADER_BYTES, { copies: false, form: 'server' });
  try {
    const request = decodeRequest(op, reader) as Readonly<Record<string, unknown>>;
    const own = op.requestPaths.flatMap((field) => request[field] ?? []);
    const inner = Object.values(request).flatMap((value) => (Array.isArray(value) ? value.map(pathOf) : []));
    return [...own, ...inner].filter((path) => typeof path === 'string');
  } catch {
    return [];
  }
}

function pathOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'path' in value ? value.path : null;
}
