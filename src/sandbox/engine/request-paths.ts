/** Which znodes a request is about, for faults that look at paths: read from its bytes, without doing it. */
import { JuteReader } from '../../protocol/jute.js';
import { decodeRequest } from '../../protocol/messages.js';
import { findOp } from '../../protocol/ops.js';

const REQUEST_HEADER_BYTES = 8;

/** Paths in the order of the request; none where it cannot be read. Of a multi, those of its operations. */
export function pathsOf(opCode: number, frame: Buffer): string[] {
  const op = findOp(opCode);
  if (op === undefined) {
    return [];
  }
  const reader = new JuteReader(frame, REQUEST_HEADER_BYTES, { copies: false, form: 'server' });
  try {
    const request: unknown = decodeRequest(op, reader);
    const found = Array.isArray(request)
      ? request.map(pathOf)
      : op.requestPaths.map((field) => fieldOf(request, field));
    return found.flat().filter((path) => typeof path === 'string');
  } catch {
    return [];
  }
}

function pathOf(operation: unknown): unknown {
  return fieldOf(operation, 'path');
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[field] : null;
}
