/** What zkCli.sh 3.9.5 prints for an error, on stderr. Texts: MalformedPathException, CliWrapperException, KeeperException. */
import { isZkshError } from '../errors.js';

/** CliWrapperException: these stand before a colon and the path. */
const BEFORE_PATH: Readonly<Record<string, string>> = {
  NONODE: 'Node does not exist: ',
  NOCHILDRENFOREPHEMERALS: 'Ephemerals cannot have children: ',
  NODEEXISTS: 'Node already exists: ',
  NOTEMPTY: 'Node not empty: ',
  NOTREADONLY: 'Not a read-only call: ',
  INVALIDACL: 'Acl is not valid : ',
  NOAUTH: 'Insufficient permission : ',
  BADARGUMENTS: 'Arguments are not valid : ',
  BADVERSION: 'version No is not valid : ',
  QUOTAEXCEEDED: 'Quota has exceeded : ',
};

/** KeeperException.Code's words. */
const KEEPER_WORDS: Readonly<Record<string, string>> = {
  SYSTEMERROR: 'SystemError',
  RUNTIMEINCONSISTENCY: 'RuntimeInconsistency',
  DATAINCONSISTENCY: 'DataInconsistency',
  CONNECTIONLOSS: 'ConnectionLoss',
  CONNECTREFUSED: 'ConnectionLoss',
  CONNECTTIMEOUT: 'ConnectionLoss',
  UNKNOWNHOST: 'ConnectionLoss',
  MARSHALLINGERROR: 'MarshallingError',
  UNIMPLEMENTED: 'Unimplemented',
  OPERATIONTIMEOUT: 'OperationTimeout',
  NEWCONFIGNOQUORUM: 'NewConfigNoQuorum',
  RECONFIGINPROGRESS: 'ReconfigInProgress',
  APIERROR: 'APIError',
  SESSIONEXPIRED: 'Session expired',
  INVALIDCALLBACK: 'Invalid callback',
  AUTHFAILED: 'AuthFailed',
  SESSIONMOVED: 'Session moved',
  EPHEMERALONLOCALSESSION: 'Ephemeral node on local session',
  NOWATCHER: 'No such watcher',
  RECONFIGDISABLED: 'Reconfig is disabled',
  SESSIONCLOSEDREQUIRESASLAUTH: 'Session closed because client failed to authenticate',
  THROTTLEDOP: 'Op throttled due to high load',
};

/** One line. What zkCli.sh has no text for (our own refusals) is our message. */
export function zkCliError(error: unknown): string {
  if (!isZkshError(error)) {
    return `${error instanceof Error ? error.message : String(error)}\n`;
  }
  const before = BEFORE_PATH[error.code];
  if (before !== undefined && (error.kind === 'keeper' || error.path !== undefined)) {
    return `${before}${error.path ?? ''}\n`;
  }
  const word = KEEPER_WORDS[error.code];
  return word === undefined
    ? `${error.message}\n`
    : `KeeperErrorCode = ${word}${error.path === undefined ? '' : ` for ${error.path}`}\n`;
}
