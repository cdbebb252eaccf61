/**
 * multi: all of its writes or none. Each is checked against the tree as those before it will leave it, and only then are
 * they applied, one after the other, with one zxid. Follows MultiOperationRecord, PrepRequestProcessor.pRequestHelper and
 * DataTree.processTxn (3.9.5).
 */
import { type JuteReader, JuteWriter, Malformed } from '../../../protocol/jute.js';
import { CREATE_FLAGS, modeOfFlags } from '../../../protocol/modes.js';
import { OPS } from '../../../protocol/ops.js';
import type { ChangeTxn, TxnHeader } from '../../../protocol/txn.js';
import { writeStat, type Znode } from '../../tree/znode.js';
import { beginReply, type Call, endReply, type Handler, reply } from '../call.js';
import type { EngineCore } from '../engine-core.js';
import { MARSHALLINGERROR, OK, RUNTIMEINCONSISTENCY } from '../error-numbers.js';
import { Overlay, type TreeView } from '../overlay.js';
import type { Peer } from '../peer.js';
import { type CheckRequest, prepareCheck, readCheck } from './check.js';
import {
  CREATE,
  CREATE_CONTAINER,
  CREATE_TTL,
  CREATE2,
  type CreateRequest,
  prepareCreate,
  readCreate,
} from './create.js';
import { type DeleteRequest, prepareDelete, readDelete } from './delete.js';
import { prepareSetData, readSetData, type SetDataRequest } from './set-data.js';

const DELETE = OPS.delete.code;
const SET_DATA = OPS.setData.code;
const CHECK = OPS.check.code;
/** The type of an error's result, and of the end. */
const ERROR = -1;

type Operation =
  | { readonly type: 'create'; readonly request: CreateRequest }
  | { readonly type: 'delete'; readonly request: DeleteRequest }
  | { readonly type: 'setData'; readonly request: SetDataRequest }
  | { readonly type: 'check'; readonly request: CheckRequest };

export const multi: Handler = (core, call) => {
  const operations = readOperations(call.reader);
  if (operations === 'null ACL') {
    return reply(core, call, MARSHALLINGERROR);
  }
  const header = core.begin(call.peer.sessionId, call.xid);
  // A null path anywhere spoils all of it, before anything is looked at.
  const isBroken = operations === 'unreadable' || operations.some(({ request }) => request.path === null);
  const { txns, failedAt } = isBroken ? BROKEN : prepareAll(core, call.peer, operations);
  if (txns === null) {
    core.refuse(header, MARSHALLINGERROR);
    return reply(core, call, MARSHALLINGERROR);
  }
  return failedAt < 0 ? applyAll(core, call, header, txns) : refuseAll(core, call, header, txns, failedAt);
};

/** All of them, or why not: what is unreadable uses up a zxid all the same, a create without an ACL (null) does not. */
export function readOperations(reader: JuteReader): Operation[] | 'unreadable' | 'null ACL' {
  const operations: Operation[] = [];
  try {
    for (;;) {
      const opCode = reader.int();
      const isDone = reader.boolean();
      reader.int();
      if (isDone) {
        return operations;
      }
      const operation = readOperation(reader, opCode);
      if (typeof operation === 'string') {
        return operation;
      }
      operations.push(operation);
    }
  } catch (error) {
    if (error instanceof Malformed) {
      return 'unreadable';
    }
    throw error;
  }
}

function readOperation(reader: JuteReader, opCode: number): Operation | 'unreadable' | 'null ACL' {
  switch (opCode) {
    case CREATE:
    case CREATE2:
    case CREATE_CONTAINER:
    case CREATE_TTL: {
      const request = asSingle(readCreate(reader, opCode));
      return typeof request === 'string' ? request : { type: 'create', request };
    }
    case DELETE:
      return { type: 'delete', request: readDelete(reader) };
    case SET_DATA:
      return { type: 'setData', request: readSetData(reader) };
    case CHECK:
      return { type: 'check', request: readCheck(reader) };
    default:
      return 'unreadable';
  }
}

/** What a create means inside a multi: its flags decide more than its number, and some spoil the whole multi. */
function asSingle(request: CreateRequest): CreateRequest | 'unreadable' | 'null ACL' {
  const { opCode, flags } = request;
  const mode = modeOfFlags(flags);
  const hasTtl = mode === 'ttl' || mode === 'ttlSequential';
  if (opCode !== CREATE_TTL) {
    if (mode === undefined) {
      return 'unreadable';
    }
    if (request.acl === null) {
      return 'null ACL';
    }
    if (hasTtl) {
      return 'unreadable';
    }
  }
  if (mode === 'container') {
    return { ...request, opCode: CREATE_CONTAINER, ttlMs: -1 };
  }
  return opCode === CREATE_TTL && !hasTtl ? { ...request, opCode: CREATE, ttlMs: -1 } : request;
}

/** What preparing comes to. `failedAt` -1: all passed; `txns` null: it cannot be done at all. */
interface Prepared {
  readonly txns: readonly ChangeTxn[] | null;
  readonly failedAt: number;
}

const BROKEN: Prepared = { txns: null, failedAt: -1 };

function prepareAll(core: EngineCore, peer: Peer, operations: readonly Operation[]): Prepared {
  const overlay = new Overlay(core.tree);
  const txns: ChangeTxn[] = [];
  let failedAt = -1;
  for (const [index, operation] of operations.entries()) {
    const txn = failedAt < 0 ? prepare(core, overlay, peer, operation) : RUNTIMEINCONSISTENCY;
    if (typeof txn !== 'number') {
      overlay.note(txn, asksForEphemeral(operation));
      txns.push(txn);
    } else if (txn === MARSHALLINGERROR) {
      return BROKEN;
    } else {
      failedAt = failedAt < 0 ? index : failedAt;
      txns.push({ type: 'error', err: txn });
    }
  }
  return { txns, failedAt };
}

function asksForEphemeral(operation: Operation): boolean {
  if (operation.type !== 'create') {
    return false;
  }
  const { flags } = operation.request;
  return flags === CREATE_FLAGS.ephemeral || flags === CREATE_FLAGS.ephemeralSequential;
}

function prepare(core: EngineCore, view: TreeView, peer: Peer, operation: Operation): ChangeTxn | number {
  switch (operation.type) {
    case 'create':
      return prepareCreate(core, view, peer, operation.request);
    case 'delete':
      return prepareDelete(core, view, peer, operation.request);
    case 'setData':
      return prepareSetData(core, view, peer, operation.request);
    case 'check':
      return prepareCheck(core, view, peer, operation.request);
  }
}

/** Results are written apart: notifications of the same connection come before the reply. */
function applyAll(core: EngineCore, call: Call, header: TxnHeader, txns: readonly ChangeTxn[]) {
  const results = new JuteWriter('server');
  for (const txn of txns) {
    writeResult(results, txn, core.applier.apply(header, txn));
  }
  core.log(header, { type: 'multi', txns });
  const start = beginReply(core, call);
  call.output.raw(results.take());
  writeEnd(call.output);
  return endReply(call, start);
}

/** Nothing happened: every result is an error, 0 for what would have been fine. */
function refuseAll(core: EngineCore, call: Call, header: TxnHeader, txns: readonly ChangeTxn[], failedAt: number) {
  core.log(header, { type: 'multi', txns });
  const start = beginReply(core, call);
  for (const [index, txn] of txns.entries()) {
    const err = index < failedAt || txn.type !== 'error' ? OK : txn.err;
    writeHeader(call.output, ERROR, err);
    call.output.int(err);
  }
  writeEnd(call.output);
  return endReply(call, start);
}

function writeResult(output: JuteWriter, txn: ChangeTxn, znode: Znode | null): void {
  switch (txn.type) {
    case 'create':
    case 'createContainer':
    case 'createTTL': {
      const isPlain = txn.type === 'create' && txn.withStat !== true;
      writeHeader(output, isPlain ? CREATE : CREATE2, OK);
      output.string(txn.path);
      if (!isPlain && znode !== null) {
        writeStat(output, znode);
      }
      break;
    }
    case 'delete':
      writeHeader(output, DELETE, OK);
      break;
    case 'setData':
      writeHeader(output, SET_DATA, OK);
      if (znode !== null) {
        writeStat(output, znode);
      }
      break;
    case 'check':
      writeHeader(output, CHECK, OK);
      break;
  }
}

/** MultiHeader {type, done, err} */
export function writeHeader(output: JuteWriter, type: number, err: number): void {
  output.int(type);
  output.boolean(false);
  output.int(err);
}

export function writeEnd(output: JuteWriter): void {
  output.int(ERROR);
  output.boolean(true);
  output.int(-1);
}
