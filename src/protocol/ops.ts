/**
 * The operations of the protocol, one table: number, records of request and reply, and what a client must know of each.
 * Numbers are those of ZooDefs.OpCode (3.9). Internal operations (createSession, error) are not here: no client sends them.
 */
import { XID } from './ids.js';
import { MultiReadRequest, MultiReadResponse, MultiRequest, MultiResponse } from './multi.js';
import type { InputOf, RecordType, ValueOf } from './record.js';
import {
  AddWatchRequest,
  AuthPacket,
  CheckVersionRequest,
  CheckWatchesRequest,
  Create2Response,
  CreateRequest,
  CreateResponse,
  CreateTtlRequest,
  DeleteContainerRequest,
  DeleteRequest,
  ErrorResponse,
  ExistsRequest,
  ExistsResponse,
  GetAclRequest,
  GetAclResponse,
  GetAllChildrenNumberRequest,
  GetAllChildrenNumberResponse,
  GetChildren2Request,
  GetChildren2Response,
  GetChildrenRequest,
  GetChildrenResponse,
  GetDataRequest,
  GetDataResponse,
  GetEphemeralsRequest,
  GetEphemeralsResponse,
  GetSaslRequest,
  Nothing,
  ReconfigRequest,
  RemoveWatchesRequest,
  SetAclRequest,
  SetAclResponse,
  SetDataRequest,
  SetDataResponse,
  SetSaslResponse,
  SetWatches,
  SetWatches2,
  SyncRequest,
  SyncResponse,
  WhoAmIResponse,
} from './records.js';

export type AnyRecord = RecordType<unknown, never>;

export interface Op<Q extends AnyRecord = AnyRecord, P extends AnyRecord = AnyRecord> {
  /** ZooKeeper's name, as in errors. */
  readonly name: string;
  readonly code: number;
  readonly request: Q;
  readonly reply: P;
  /** It may change the tree: without a reply it may have been applied all the same. */
  readonly writes: boolean;
  /** Fields of the request that hold paths, or lists of them: a chroot goes in front. In a multi: `path` of each operation. */
  readonly requestPaths: readonly string[];
  /** Fields of the reply that hold paths: the chroot comes off. In a multi: `path` of each result. */
  readonly replyPaths: readonly string[];
  /** The watch that a request leaves where its `watch` field is set; of addWatch by its `mode`. */
  readonly watch: 'data' | 'exists' | 'children' | 'byMode' | null;
  /** First release line whose servers know it; older ones answer -6 and hang up. null: all since 3.3. */
  readonly since: string | null;
  /** The xid that clients always give it; null: the next number. */
  readonly xid: number | null;
}

/** What a client encodes, and what it decodes. */
export type RequestOf<O> = O extends { readonly request: infer Q } ? InputOf<Q> : never;
export type ReplyOf<O> = O extends { readonly reply: infer P } ? ValueOf<P> : never;
/** What a server decodes, and what it encodes. */
export type RequestValueOf<O> = O extends { readonly request: infer Q } ? ValueOf<Q> : never;
export type ReplyInputOf<O> = O extends { readonly reply: infer P } ? InputOf<P> : never;

const path = { requestPaths: ['path'] } as const;
const write = { writes: true, ...path } as const;
const createdPath = { ...write, replyPaths: ['path'] } as const;

export const OPS = {
  create: op('create', 1, CreateRequest, CreateResponse, createdPath),
  delete: op('delete', 2, DeleteRequest, Nothing, write),
  exists: op('exists', 3, ExistsRequest, ExistsResponse, { ...path, watch: 'exists' }),
  getData: op('getData', 4, GetDataRequest, GetDataResponse, { ...path, watch: 'data' }),
  setData: op('setData', 5, SetDataRequest, SetDataResponse, write),
  getACL: op('getACL', 6, GetAclRequest, GetAclResponse, path),
  setACL: op('setACL', 7, SetAclRequest, SetAclResponse, write),
  getChildren: op('getChildren', 8, GetChildrenRequest, GetChildrenResponse, { ...path, watch: 'children' }),
  sync: op('sync', 9, SyncRequest, SyncResponse, { ...path, replyPaths: ['path'] }),
  ping: op('ping', 11, Nothing, Nothing, { xid: XID.ping }),
  getChildren2: op('getChildren2', 12, GetChildren2Request, GetChildren2Response, { ...path, watch: 'children' }),
  /** Only inside a multi: alone, old servers never answer and cannot restart after it. */
  check: op('check', 13, CheckVersionRequest, Nothing, path),
  multi: op('multi', 14, MultiRequest, MultiResponse, { writes: true, since: '3.4' }),
  create2: op('create2', 15, CreateRequest, Create2Response, { ...createdPath, since: '3.5' }),
  reconfig: op('reconfig', 16, ReconfigRequest, GetDataResponse, { writes: true, since: '3.5' }),
  checkWatches: op('checkWatches', 17, CheckWatchesRequest, Nothing, { ...path, since: '3.5' }),
  removeWatches: op('removeWatches', 18, RemoveWatchesRequest, Nothing, { ...path, since: '3.5' }),
  createContainer: op('createContainer', 19, CreateRequest, Create2Response, { ...createdPath, since: '3.5' }),
  /** Not meant for clients: it deletes any empty znode, whatever its ACL. */
  deleteContainer: op('deleteContainer', 20, DeleteContainerRequest, Nothing, { ...write, since: '3.5' }),
  createTTL: op('createTTL', 21, CreateTtlRequest, Create2Response, { ...createdPath, since: '3.5.3' }),
  multiRead: op('multiRead', 22, MultiReadRequest, MultiReadResponse, { since: '3.6' }),
  auth: op('auth', 100, AuthPacket, Nothing, { xid: XID.auth }),
  setWatches: op('setWatches', 101, SetWatches, Nothing, {
    requestPaths: ['dataWatches', 'existWatches', 'childWatches'],
    xid: XID.setWatches,
  }),
  sasl: op('sasl', 102, GetSaslRequest, SetSaslResponse, { since: '3.4' }),
  /** `prefixPath` is a prefix of characters, not of components. The Java client applies no chroot to it. */
  getEphemerals: op('getEphemerals', 103, GetEphemeralsRequest, GetEphemeralsResponse, {
    requestPaths: ['prefixPath'],
    replyPaths: ['ephemerals'],
    since: '3.6',
  }),
  getAllChildrenNumber: op('getAllChildrenNumber', 104, GetAllChildrenNumberRequest, GetAllChildrenNumberResponse, {
    ...path,
    since: '3.6',
  }),
  setWatches2: op('setWatches2', 105, SetWatches2, Nothing, {
    requestPaths: ['dataWatches', 'existWatches', 'childWatches', 'persistentWatches', 'persistentRecursiveWatches'],
    since: '3.6',
    xid: XID.setWatches,
  }),
  addWatch: op('addWatch', 106, AddWatchRequest, ErrorResponse, { ...path, watch: 'byMode', since: '3.6' }),
  whoAmI: op('whoAmI', 107, Nothing, WhoAmIResponse, { since: '3.7' }),
  closeSession: op('closeSession', -11, Nothing, Nothing, { writes: true }),
} as const;

export type OpName = keyof typeof OPS;

const BY_CODE: ReadonlyMap<number, Op> = new Map(Object.values(OPS).map((entry) => [entry.code, entry]));

/** undefined: a server answers such a number with -6 and hangs up. */
export function findOp(code: number): Op | undefined {
  return BY_CODE.get(code);
}

interface Traits<Q extends AnyRecord, P extends AnyRecord> {
  readonly writes?: boolean;
  readonly requestPaths?: readonly (keyof InputOf<Q> & string)[];
  readonly replyPaths?: readonly (keyof ValueOf<P> & string)[];
  readonly watch?: Op['watch'];
  readonly since?: string;
  readonly xid?: number;
}

function op<Q extends AnyRecord, P extends AnyRecord>(
  name: string,
  code: number,
  request: Q,
  reply: P,
  traits: Traits<Q, P>,
): Op<Q, P> {
  return {
    name,
    code,
    request,
    reply,
    writes: traits.writes ?? false,
    requestPaths: traits.requestPaths ?? [],
    replyPaths: traits.replyPaths ?? [],
    watch: traits.watch ?? null,
    since: traits.since ?? null,
    xid: traits.xid ?? null,
  };
}
