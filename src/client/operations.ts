/**
 * Every operation of the interface as what goes over the wire: request bytes, how the reply is read, what an error
 * number means. One function an op, all of the same anatomy. Knows no session: where a reply leaves a watch, `received`
 * is called while the reply is read, before the next frame is looked at.
 */
import { isKeeperError, KeeperError, type KeeperFacts, ProtocolError, UsageError } from '../errors.js';
import { type AclEntry, OPEN_ACL } from '../protocol/acl.js';
import { errorEntry, errorName, explainError } from '../protocol/error-codes.js';
import { ADD_WATCH_MODES, WATCHER_TYPES, type WatcherType } from '../protocol/events.js';
import { type JuteReader, JuteWriter } from '../protocol/jute.js';
import { FRAME_HEADER_BYTES } from '../protocol/limits.js';
import { decodeReply, writeRequest } from '../protocol/messages.js';
import { CREATE_FLAGS, type CreateMode } from '../protocol/modes.js';
import { findMultiFailure, type MultiOperationInput, type MultiResultRecord } from '../protocol/multi.js';
import { OPS, type Op, type ReplyOf, type RequestOf } from '../protocol/ops.js';
import type { ServerPath } from '../protocol/path.js';
import { READ_CODES, type ReadFrameOp } from '../protocol/read-frame.js';
import { decodeRecord, expectEnd } from '../protocol/record.js';
import { ANY_VERSION, type Stat } from '../protocol/stat.js';
import type { MultiOp, MultiReadOp, MultiReadResult, MultiResult } from './api.js';
import type { Chroot } from './chroot.js';
import type { Operation } from './in-flight.js';

/** What all operations of one session share. */
export interface OperationScope {
  readonly chroot: Chroot;
  readonly requestBytesMax: number;
}

/** A path in both forms. */
export interface PathPair {
  readonly user: string | undefined;
  readonly server: ServerPath;
}

interface Reading<O extends Op, T> {
  /** Makes the result of a reply without error. */
  readonly read: (reply: ReplyOf<O>) => T | KeeperError;
  /** A result where there would be an error; undefined: it is an error. */
  readonly absorb?: (code: string) => { readonly value: T } | undefined;
}

export function exists(
  scope: OperationScope,
  path: PathPair,
  watch: boolean,
  received: (kind: 'data' | 'exists') => void,
) {
  return operation<typeof OPS.exists, Stat | null>(
    scope,
    OPS.exists,
    path.user,
    { path: path.server, watch },
    {
      read({ stat }) {
        received('data');
        return stat;
      },
      absorb(code) {
        if (code !== 'NONODE') {
          return undefined;
        }
        received('exists');
        return { value: null };
      },
    },
  );
}

export function getData(scope: OperationScope, path: PathPair, watch: boolean, received: () => void) {
  return operation(
    scope,
    OPS.getData,
    path.user,
    { path: path.server, watch },
    {
      read(reply) {
        received();
        return reply;
      },
    },
  );
}

export function getChildren(scope: OperationScope, path: PathPair, watch: boolean, received: () => void) {
  return operation(
    scope,
    OPS.getChildren2,
    path.user,
    { path: path.server, watch },
    {
      read(reply) {
        received();
        return reply;
      },
    },
  );
}

export interface CreateRequestFields {
  readonly data: Buffer | null;
  readonly acl: readonly AclEntry[] | undefined;
  readonly mode: CreateMode;
  readonly ttlMs: number | undefined;
}

export function create(scope: OperationScope, path: PathPair, fields: CreateRequestFields, hasCreate2: boolean) {
  const { op, request } = createRequest(path, fields, hasCreate2);
  return operation(scope, op as typeof OPS.create2, path.user, request as RequestOf<typeof OPS.create2>, {
    read: (reply: { path: string; stat?: Stat }) => ({
      path: scope.chroot.fromServer(reply.path) as string,
      stat: reply.stat ?? null,
    }),
  });
}

/** create2 answers with a stat and is known since 3.5; containers and TTL have ops of their own. */
function createRequest(
  path: PathPair,
  { data, acl = OPEN_ACL, mode, ttlMs }: CreateRequestFields,
  hasCreate2: boolean,
) {
  const request = { path: path.server, data, acl, flags: CREATE_FLAGS[mode] };
  if (mode === 'ttl' || mode === 'ttlSequential') {
    if (ttlMs === undefined) {
      throw new UsageError(`a znode of mode ${mode} needs a time to live`, { op: 'create' });
    }
    return { op: OPS.createTTL, request: { ...request, ttl: ttlMs } };
  }
  if (ttlMs !== undefined) {
    throw new UsageError(`a znode of mode ${mode} has no time to live`, { op: 'create' });
  }
  if (mode === 'container') {
    return { op: OPS.createContainer, request };
  }
  return { op: hasCreate2 ? OPS.create2 : OPS.create, request };
}

export function setData(scope: OperationScope, path: PathPair, data: Buffer | null, version: number) {
  return operation(
    scope,
    OPS.setData,
    path.user,
    { path: path.server, data, version },
    { read: ({ stat }) => stat as Stat },
  );
}

export function remove(scope: OperationScope, path: PathPair, version: number) {
  return operation(scope, OPS.delete, path.user, { path: path.server, version }, { read: () => undefined });
}

export function getAcl(scope: OperationScope, path: PathPair) {
  return operation(scope, OPS.getACL, path.user, { path: path.server }, { read: (reply) => reply });
}

export function setAcl(scope: OperationScope, path: PathPair, acl: readonly AclEntry[], version: number) {
  return operation(
    scope,
    OPS.setACL,
    path.user,
    { path: path.server, acl, version },
    { read: ({ stat }) => stat as Stat },
  );
}

export function sync(scope: OperationScope, path: PathPair) {
  return operation(
    scope,
    OPS.sync,
    path.user,
    { path: path.server },
    {
      read: (reply) => scope.chroot.fromServer(reply.path ?? path.server) as string,
    },
  );
}

export function addWatch(
  scope: OperationScope,
  path: PathPair,
  mode: keyof typeof ADD_WATCH_MODES,
  received: () => void,
) {
  return operation(
    scope,
    OPS.addWatch,
    path.user,
    { path: path.server, mode: ADD_WATCH_MODES[mode] },
    { read: received },
  );
}

export function checkWatches(scope: OperationScope, path: PathPair, type: WatcherType) {
  const request = { path: path.server, type: WATCHER_TYPES[type] };
  return operation(scope, OPS.checkWatches, path.user, request, { read: () => undefined });
}

export function removeWatches(scope: OperationScope, path: PathPair, type: WatcherType) {
  const request = { path: path.server, type: WATCHER_TYPES[type] };
  return operation(scope, OPS.removeWatches, path.user, request, { read: () => undefined });
}

/** Java puts no chroot in front; here the prefix is the user's, and only what lies in the chroot is told. */
export function getEphemerals(scope: OperationScope, prefix: string) {
  const { chroot } = scope;
  const prefixPath = `${chroot.prefix}${chroot.prefix !== '' && prefix === '' ? '/' : prefix}`;
  return operation(
    scope,
    OPS.getEphemerals,
    prefix === '' ? undefined : prefix,
    { prefixPath },
    {
      read: ({ ephemerals }) =>
        ephemerals.filter((path) => chroot.covers(path)).map((path) => chroot.fromServer(path) as string),
    },
  );
}

export function getAllChildrenNumber(scope: OperationScope, path: PathPair) {
  return operation(
    scope,
    OPS.getAllChildrenNumber,
    path.user,
    { path: path.server },
    {
      read: ({ totalNumber }) => totalNumber,
    },
  );
}

export function whoAmI(scope: OperationScope) {
  return operation(
    scope,
    OPS.whoAmI,
    undefined,
    {},
    {
      read: ({ clientInfo }) => clientInfo.map(({ authScheme, user }) => ({ scheme: authScheme, id: user })),
    },
  );
}

export function reconfig(
  scope: OperationScope,
  change: { joining?: string; leaving?: string; newMembers?: string; fromConfig?: bigint },
) {
  const request = {
    joiningServers: change.joining ?? null,
    leavingServers: change.leaving ?? null,
    newMembers: change.newMembers ?? null,
    curConfigId: change.fromConfig ?? -1n,
  };
  return operation(scope, OPS.reconfig, undefined, request, { read: (reply) => reply });
}

/** `request` as it is written: with hundreds of reads in one, a list of its own for each step would be felt. */
export function multiRead(
  scope: OperationScope,
  request: readonly { readonly op: MultiReadOp['op']; readonly path: ServerPath; readonly watch: boolean }[],
) {
  return operation<typeof OPS.multiRead, MultiReadResult[]>(scope, OPS.multiRead, undefined, request, {
    read(results) {
      expectCount('MultiReadResponse', results, request);
      return results.map((result) => (result.op === 'error' ? { op: 'error', code: errorName(result.err) } : result));
    },
  });
}

/** `read` takes the reply as bytes. */
export function readFrame<T>(
  scope: OperationScope,
  op: ReadFrameOp,
  frame: Buffer,
  read: (reply: JuteReader) => T,
): Operation<T> {
  const bytes = frame.length - FRAME_HEADER_BYTES;
  if (bytes > scope.requestBytesMax) {
    throw tooLarge(op, undefined, bytes, scope.requestBytesMax);
  }
  const type = { name: op, fields: [], bytesMin: 0, read, write: () => {} };
  return {
    op,
    code: READ_CODES[op],
    writes: false,
    path: undefined,
    frame,
    accept(reader) {
      const value = decodeRecord(type, reader);
      expectEnd(op, reader);
      return { value };
    },
    refuse: (number) => keeperError(errorName(number), { op, path: undefined }, false),
  };
}

export function multi(
  scope: OperationScope,
  ops: readonly (MultiOp & { readonly server: ServerPath })[],
  hasCreate2: boolean,
): Operation<MultiResult[]> {
  const request = ops.map((op) => multiOperation(op, hasCreate2));
  return operation<typeof OPS.multi, MultiResult[]>(scope, OPS.multi, undefined, request, {
    read(records) {
      const failure = findMultiFailure(records);
      if (failure !== null) {
        return multiError(ops, records, failure);
      }
      expectCount('MultiResponse', records, ops);
      return records.map((record) => multiResult(scope.chroot, record));
    },
  });
}

/** createContainer and createTTL are answered like create2. */
function multiOperation(op: MultiOp & { readonly server: ServerPath }, hasCreate2: boolean): MultiOperationInput {
  switch (op.op) {
    case 'create': {
      const fields = { data: op.data, acl: op.acl, mode: op.mode ?? 'persistent', ttlMs: op.ttlMs };
      const created = createRequest({ user: op.path, server: op.server }, fields, hasCreate2 && op.withStat !== false);
      return { op: created.op.name, ...created.request } as MultiOperationInput;
    }
    case 'setData':
      return { op: 'setData', path: op.server, data: op.data, version: op.version ?? ANY_VERSION };
    case 'delete':
    case 'check':
      return { op: op.op, path: op.server, version: op.version ?? ANY_VERSION };
  }
}

function multiResult(chroot: Chroot, record: MultiResultRecord): MultiResult {
  switch (record.op) {
    case 'create':
      return { op: 'create', path: chroot.fromServer(record.path), stat: null };
    case 'create2':
      return { op: 'create', path: chroot.fromServer(record.path), stat: record.stat };
    case 'error':
      return { op: 'error', code: errorName(record.err) };
    default:
      return record;
  }
}

function multiError(
  ops: readonly MultiOp[],
  records: readonly MultiResultRecord[],
  { index, err }: { readonly index: number; readonly err: number },
): KeeperError {
  const results = records.map((record) => ({
    op: 'error' as const,
    code: record.op === 'error' ? errorName(record.err) : 'OK',
  }));
  const failed = ops[index];
  return keeperError(errorName(err), { op: failed?.op ?? 'multi', path: failed?.path }, true, { index, results });
}

function expectCount(record: string, results: readonly unknown[], asked: readonly unknown[]): void {
  if (results.length !== asked.length) {
    throw new ProtocolError(`${record}: ${results.length} results for ${asked.length} operations`, { record });
  }
}

/** One for all, since a writer begins with a buffer larger than most requests. */
const WRITER = new JuteWriter();

/** @throws UsageError where the request is larger than the server takes, or a value does not fit its field */
function operation<O extends Op, T>(
  scope: OperationScope,
  op: O,
  path: string | undefined,
  request: RequestOf<O>,
  { read, absorb }: Reading<O, T>,
): Operation<T> {
  const bytes = writeRequest(WRITER, op, 0, request);
  const frame = WRITER.take();
  if (bytes > scope.requestBytesMax) {
    throw tooLarge(op.name, path, bytes, scope.requestBytesMax);
  }
  return {
    op: op.name,
    code: op.code,
    writes: op.writes,
    path,
    frame,
    accept(reader: JuteReader) {
      const result = read(decodeReply(op, reader));
      return isKeeperError(result) ? result : { value: result };
    },
    refuse(number: number) {
      const code = errorName(number);
      return absorb?.(code) ?? keeperError(code, { op: op.name, path }, op.writes);
    },
  };
}

/** A server would hang up on it, and every request in flight would be lost. */
function tooLarge(op: string, path: string | undefined, bytes: number, bytesMax: number): UsageError {
  return new UsageError(
    `${place(op, path)}: the request has ${bytes} bytes, more than the ${bytesMax} a server takes`,
    {
      op,
      ...(path === undefined ? {} : { path }),
      why: 'A server closes the connection on a larger one (jute.maxbuffer, 1,048,575 bytes unless configured).',
    },
  );
}

function keeperError(
  code: string,
  { op, path }: { readonly op: string; readonly path: string | undefined },
  writes: boolean,
  more: Partial<KeeperFacts> = {},
): KeeperError {
  const { applied, sessionOver } = errorEntry(code);
  const message = `${place(op, path)}: ${explainError(code, { op, path }).what}`;
  return new KeeperError(code, message, {
    op,
    ...(path === undefined ? {} : { path }),
    applied: writes ? applied : 'no',
    sessionOver,
    ...more,
  });
}

function place(op: string, path: string | undefined): string {
  return path === undefined ? op : `${op} ${path}`;
}
