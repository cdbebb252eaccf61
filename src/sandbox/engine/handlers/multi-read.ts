/** multiRead: many reads, each with a result of its own; watch flags are ignored. Follows FinalRequestProcessor (multiRead, 3.9.5). */
import { PERMISSIONS } from '../../../protocol/acl.js';
import { OPS } from '../../../protocol/ops.js';
import { writeStat } from '../../tree/znode.js';
import { beginFrame, beginReply, type Call, endReply, type Handler } from '../call.js';
import type { Outcome } from '../engine.js';
import type { EngineCore } from '../engine-core.js';
import { MARSHALLINGERROR, NOAUTH, NONODE, OK } from '../error-numbers.js';
import { writeNames } from './get-children.js';
import { readOperations, writeEnd, writeHeader } from './multi.js';

const GET_DATA = OPS.getData.code;
const GET_CHILDREN = OPS.getChildren.code;
const ERROR = -1;
/** Offset of err in a reply frame: behind the length, xid and zxid. */
const ERR_AT = 16;

export const multiRead: Handler = (core, call) => {
  const { reader } = call;
  const from = reader.offset;
  if (!areReads(call)) {
    reader.offset = from;
    return refuseWrites(core, call);
  }
  reader.offset = from;
  const start = beginReply(core, call);
  if (!writeAll(core, call)) {
    // The results so far are sent all the same.
    call.output.patchInt(start + ERR_AT, MARSHALLINGERROR);
  }
  writeEnd(call.output);
  return endReply(call, start);
};

/** A list of writes can be read, and falls over its first one: the end of an empty list follows the error. */
function refuseWrites(core: EngineCore, call: Call): Outcome {
  const start = beginFrame(call, core.lastZxid, MARSHALLINGERROR);
  if (Array.isArray(readOperations(call.reader))) {
    writeEnd(call.output);
  }
  return endReply(call, start);
}

/** One pass over all of it, since nothing is answered unless the whole list can be read. */
function areReads({ reader }: Call): boolean {
  for (;;) {
    const opCode = reader.int();
    const isDone = reader.boolean();
    reader.int();
    if (isDone) {
      return true;
    }
    if (opCode !== GET_DATA && opCode !== GET_CHILDREN) {
      return false;
    }
    reader.skipString();
    reader.boolean();
  }
}

function writeAll(core: EngineCore, { reader, output, peer }: Call): boolean {
  for (;;) {
    const opCode = reader.int();
    const isDone = reader.boolean();
    reader.int();
    if (isDone) {
      return true;
    }
    const path = reader.string();
    reader.boolean();
    if (path === null) {
      return false;
    }
    const znode = core.tree.find(path);
    const err = znode === null ? NONODE : core.isAllowed(znode.acl, PERMISSIONS.r, peer) ? OK : NOAUTH;
    if (znode === null || err !== OK) {
      writeHeader(output, ERROR, err);
      output.int(err);
    } else if (opCode === GET_DATA) {
      writeHeader(output, GET_DATA, OK);
      output.latin1(znode.data);
      writeStat(output, znode);
    } else {
      writeHeader(output, GET_CHILDREN, OK);
      writeNames(output, znode);
    }
  }
}
