/** What the package gives to a Node program: one session with an ensemble, typed. */
import type { ConnectOptions, Session } from './client/api.js';
import { openSession } from './client/session.js';

export type {
  ArmedWatch,
  AuthInfo,
  Clock,
  Connection,
  ConnectOptions,
  CreateOptions,
  MultiOp,
  MultiReadOp,
  MultiReadResult,
  MultiResult,
  ReadOptions,
  RequestOptions,
  ServerAddress,
  Session,
  SessionEvent,
  SessionState,
  TlsOptions,
  Watcher,
  WatchHandle,
} from './client/api.js';
export { formatConnectString, parseConnectString } from './client/connect-string.js';
export { createConnection } from './client/connection.js';
export { Transaction } from './client/transaction.js';
export {
  type Applied,
  ConnectionError,
  type ErrorFacts,
  type ErrorKind,
  isKeeperError,
  isZkshError,
  KeeperError,
  LocalError,
  ProtocolError,
  UsageError,
  type ZkshError,
} from './errors.js';
export { type AclEntry, digestId, formatAclEntry, OPEN_ACL, PERMISSIONS, parseAcl } from './protocol/acl.js';
export type { WatchEvent, WatchEventType, WatcherType } from './protocol/events.js';
export { formatSessionId, formatZxid } from './protocol/ids.js';
export type { CreateMode } from './protocol/modes.js';
export { joinPath, nameOf, parentOf, validatePath } from './protocol/path.js';
export { ANY_VERSION, type Stat } from './protocol/stat.js';

/**
 * Opens a session. A string is the same as `{ servers }`.
 * @throws ConnectionError with all `attempts`; UsageError where the connect string is none
 */
export function connect(servers: string | ConnectOptions = {}): Promise<Session> {
  return openSession(typeof servers === 'string' ? { servers } : servers);
}
