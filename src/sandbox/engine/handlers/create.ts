/** create, create2, createContainer, createTTL. Follows PrepRequestProcessor.pRequest2TxnCreate and FinalRequestProcessor (3.9.5). */

import { PERMISSIONS } from '../../../protocol/acl.js';
import type { JuteReader } from '../../../protocol/jute.js';
import { CREATE_FLAGS, isSequential, modeOfFlags, TTL_MS_MAX } from '../../../protocol/modes.js';
import { OPS } from '../../../protocol/ops.js';
import { validatePath } from '../../../protocol/path.js';
import type { ChangeTxn } from '../../../protocol/txn.js';
import { writeStat, type ZnodeFacts } from '../../tree/znode.js';
import { fixUpAcl, readAcl, type UncheckedEntry } from '../acl-fix-up.js';
import { beginReply, endReply, type Handler, reply } from '../call.js';
import type { EngineCore } from '../engine-core.js';
import {
  BADARGUMENTS,
  MARSHALLINGERROR,
  NOAUTH,
  NOCHILDRENFOREPHEMERALS,
  NODEEXISTS,
  NONODE,
  OK,
  UNIMPLEMENTED,
} from '../error-numbers.js';
import type { TreeView } from '../overlay.js';
import type { Peer } from '../peer.js';
import { ROOT_LIMITS_PATH } from '../quotas.js';

export const CREATE = OPS.create.code;
export const CREATE2 = OPS.create2.code;
export const CREATE_CONTAINER = OPS.createContainer.code;
export const CREATE_TTL = OPS.createTTL.code;

/** What the four become. */
export type CreateTxn = Extract<ChangeTxn, { type: 'create' | 'createContainer' | 'createTTL' }>;

export interface CreateRequest {
  readonly opCode: number;
  readonly path: string | null;
  readonly data: Buffer | null;
  readonly acl: readonly UncheckedEntry[] | null;
  readonly flags: number;
  /** -1 where the operation has none. */
  readonly ttlMs: number;
}

/** path, data, acl, flags, and for createTTL ttl */
export function readCreate(reader: JuteReader, opCode: number): CreateRequest {
  const path = reader.string();
  const data = reader.buffer();
  const acl = readAcl(reader);
  const flags = reader.int();
  return { opCode, path, data, acl, flags, ttlMs: opCode === CREATE_TTL ? reader.longNumber() : -1 };
}

/** The transaction, or why not. The order of the checks is the server's. */
export function prepareCreate(
  core: EngineCore,
  view: TreeView,
  peer: Peer,
  request: CreateRequest,
): CreateTxn | number {
  const { path } = request;
  const fault = checkKind(core, request);
  if (fault !== OK) {
    return fault;
  }
  if (path === null) {
    return MARSHALLINGERROR;
  }
  const slash = path.lastIndexOf('/');
  if (slash < 0 || path.includes('\0')) {
    return BADARGUMENTS;
  }
  const acl = fixUpAcl(request.acl, peer, core.settings);
  if (typeof acl === 'number') {
    return acl;
  }
  const parent = view.find(path.slice(0, slash));
  if (parent === null) {
    return NONODE;
  }
  if (!core.isAllowed(parent.acl, PERMISSIONS.c, peer)) {
    return NOAUTH;
  }
  const finalPath = isNumbered(request.flags) ? path + sequenceNumber(parent.createCounter) : path;
  const refusal = checkPlace(core, view, parent, finalPath, request);
  return refusal === OK ? txnOf(request, finalPath, acl, (parent.createCounter + 1) | 0) : refusal;
}

/** Flags and TTL: CreateMode.fromFlag, validateCreateRequest. */
function checkKind(core: EngineCore, { opCode, flags, ttlMs }: CreateRequest): number {
  const mode = modeOfFlags(flags);
  if (mode === undefined) {
    return BADARGUMENTS;
  }
  const hasTtl = mode === 'ttl' || mode === 'ttlSequential';
  if (hasTtl) {
    if (!core.settings.extendedTypesEnabled) {
      return UNIMPLEMENTED;
    }
    return ttlMs > 0 && ttlMs <= TTL_MS_MAX ? OK : BADARGUMENTS;
  }
  // A real server does not survive createTTL of a kind that has none.
  return ttlMs >= 0 || opCode === CREATE_TTL ? BADARGUMENTS : OK;
}

function checkPlace(
  core: EngineCore,
  view: TreeView,
  parent: ZnodeFacts,
  path: string,
  request: CreateRequest,
): number {
  if (validatePath(path) !== null || path === ROOT_LIMITS_PATH) {
    return BADARGUMENTS;
  }
  if (view.findChild(parent, path) !== null) {
    return NODEEXISTS;
  }
  if (parent.isEphemeral) {
    return NOCHILDRENFOREPHEMERALS;
  }
  return core.settings.enforceQuota ? core.quotas.check(path, true, request.data?.length ?? 0) : OK;
}

function txnOf(
  { opCode, data, flags, ttlMs }: CreateRequest,
  path: string,
  acl: Exclude<ReturnType<typeof fixUpAcl>, number>,
  parentCVersion: number,
): CreateTxn {
  switch (opCode) {
    case CREATE_CONTAINER:
      return { type: 'createContainer', path, data, acl, parentCVersion };
    case CREATE_TTL:
      return { type: 'createTTL', path, data, acl, parentCVersion, ttlMs };
    default:
      return {
        type: 'create',
        path,
        data,
        acl,
        ephemeral: flags === CREATE_FLAGS.ephemeral || flags === CREATE_FLAGS.ephemeralSequential,
        parentCVersion,
        withStat: opCode === CREATE2,
      };
  }
}

function isNumbered(flags: number): boolean {
  const mode = modeOfFlags(flags);
  return mode !== undefined && isSequential(mode);
}

/** Java's %010d. */
function sequenceNumber(counter: number): string {
  return counter < 0 ? `-${String(-counter).padStart(9, '0')}` : String(counter).padStart(10, '0');
}

export const create: Handler = (core, call) => {
  const { peer, opCode } = call;
  const request = readCreate(call.reader, opCode);
  const header = core.begin(peer.sessionId, call.xid);
  const txn = prepareCreate(core, core.tree, peer, request);
  if (typeof txn === 'number') {
    core.refuse(header, txn);
    return reply(core, call, txn);
  }
  const znode = core.commit(header, txn);
  const start = beginReply(core, call);
  call.output.string(txn.path);
  if (opCode !== CREATE && znode !== null) {
    writeStat(call.output, znode);
  }
  return endReply(call, start);
};
