/**
 * Every record of the client protocol, as zookeeper.jute (3.9) has it: names, fields and their order.
 * Requests take null wherever a client may send it, since a server must answer that; in replies null is an error
 * where no server sends it.
 */
import {
  boolean,
  int,
  long,
  milliseconds,
  nullableBuffer,
  nullableString,
  nullableVector,
  record,
  string,
  time,
  vector,
} from './record.js';

export const RequestHeader = record('RequestHeader', { xid: int, type: int });
export const ReplyHeader = record('ReplyHeader', { xid: int, zxid: long, err: int });

export const ConnectRequest = record('ConnectRequest', {
  protocolVersion: int,
  lastZxidSeen: long,
  timeOut: int,
  sessionId: long,
  passwd: nullableBuffer,
});
export const ConnectResponse = record('ConnectResponse', {
  protocolVersion: int,
  timeOut: int,
  sessionId: long,
  passwd: nullableBuffer,
});

export const Stat = record('Stat', {
  czxid: long,
  mzxid: long,
  ctime: time,
  mtime: time,
  version: int,
  cversion: int,
  aversion: int,
  ephemeralOwner: long,
  dataLength: int,
  numChildren: int,
  pzxid: long,
});

/** In replies. A server stores no null here. */
export const Acl = record('ACL', { perms: int, scheme: string, id: string });
/** In requests, before a server has looked at it. */
export const UncheckedAcl = record('ACL', { perms: int, scheme: nullableString, id: nullableString });
/** whoAmI calls the id of an identity its user. */
export const ClientInfo = record('ClientInfo', { authScheme: string, user: string });

export const WatcherEvent = record('WatcherEvent', { type: int, state: int, path: string });

const create = { path: nullableString, data: nullableBuffer, acl: nullableVector(UncheckedAcl), flags: int };
export const CreateRequest = record('CreateRequest', create);
export const CreateTtlRequest = record('CreateTTLRequest', { ...create, ttl: milliseconds });
export const CreateResponse = record('CreateResponse', { path: string });
export const Create2Response = record('Create2Response', { path: string, stat: Stat });

export const DeleteRequest = record('DeleteRequest', { path: nullableString, version: int });
export const DeleteContainerRequest = record('DeleteContainerRequest', { path: nullableString });
export const CheckVersionRequest = record('CheckVersionRequest', { path: nullableString, version: int });

export const ExistsRequest = record('ExistsRequest', { path: nullableString, watch: boolean });
export const ExistsResponse = record('ExistsResponse', { stat: Stat });
export const GetDataRequest = record('GetDataRequest', { path: nullableString, watch: boolean });
export const GetDataResponse = record('GetDataResponse', { data: nullableBuffer, stat: Stat });
export const SetDataRequest = record('SetDataRequest', { path: nullableString, data: nullableBuffer, version: int });
export const SetDataResponse = record('SetDataResponse', { stat: Stat });

export const GetAclRequest = record('GetACLRequest', { path: nullableString });
export const GetAclResponse = record('GetACLResponse', { acl: vector(Acl), stat: Stat });
export const SetAclRequest = record('SetACLRequest', {
  path: nullableString,
  acl: nullableVector(UncheckedAcl),
  version: int,
});
export const SetAclResponse = record('SetACLResponse', { stat: Stat });

export const GetChildrenRequest = record('GetChildrenRequest', { path: nullableString, watch: boolean });
export const GetChildrenResponse = record('GetChildrenResponse', { children: vector(string) });
export const GetChildren2Request = record('GetChildren2Request', { path: nullableString, watch: boolean });
export const GetChildren2Response = record('GetChildren2Response', { children: vector(string), stat: Stat });
export const GetEphemeralsRequest = record('GetEphemeralsRequest', { prefixPath: nullableString });
export const GetEphemeralsResponse = record('GetEphemeralsResponse', { ephemerals: vector(string) });
export const GetAllChildrenNumberRequest = record('GetAllChildrenNumberRequest', { path: nullableString });
export const GetAllChildrenNumberResponse = record('GetAllChildrenNumberResponse', { totalNumber: int });

/** The path comes back as it was sent, null included. */
export const SyncRequest = record('SyncRequest', { path: nullableString });
export const SyncResponse = record('SyncResponse', { path: nullableString });

export const ReconfigRequest = record('ReconfigRequest', {
  joiningServers: nullableString,
  leavingServers: nullableString,
  newMembers: nullableString,
  curConfigId: long,
});

export const CheckWatchesRequest = record('CheckWatchesRequest', { path: nullableString, type: int });
export const RemoveWatchesRequest = record('RemoveWatchesRequest', { path: nullableString, type: int });
export const AddWatchRequest = record('AddWatchRequest', { path: nullableString, mode: int });
/** Always 0 where it stands for success, as in the reply to addWatch. */
export const ErrorResponse = record('ErrorResponse', { err: int });

const setWatches = {
  relativeZxid: long,
  dataWatches: nullableVector(nullableString),
  existWatches: nullableVector(nullableString),
  childWatches: nullableVector(nullableString),
};
export const SetWatches = record('SetWatches', setWatches);
export const SetWatches2 = record('SetWatches2', {
  ...setWatches,
  persistentWatches: nullableVector(nullableString),
  persistentRecursiveWatches: nullableVector(nullableString),
});

export const AuthPacket = record('AuthPacket', { type: int, scheme: nullableString, auth: nullableBuffer });
export const GetSaslRequest = record('GetSASLRequest', { token: nullableBuffer });
export const SetSaslResponse = record('SetSASLResponse', { token: nullableBuffer });
export const WhoAmIResponse = record('WhoAmIResponse', { clientInfo: vector(ClientInfo) });

/** No fields: the header says it all. */
export const Nothing = record('Nothing', {});
