/** Exit statuses: one table, and the only place that maps an error to one. Documented in the man page from here. */
import { isZkshError, type ZkshError } from './errors.js';

export const EXIT = {
  ok: { status: 0, meaning: 'done' },
  failed: { status: 1, meaning: 'failed: anything without a number of its own; also a partly failed bulk command' },
  usage: { status: 2, meaning: 'usage: the command line, a path, a value or a script is wrong; nothing was sent' },
  noNode: { status: 3, meaning: 'no such znode' },
  conflict: { status: 4, meaning: 'conflict: it exists, is not empty, has another version, or is ephemeral' },
  notAllowed: { status: 5, meaning: 'not allowed: authentication, ACL, or the read-only guard' },
  connection: { status: 6, meaning: 'cannot connect, or the connection was lost' },
  expired: { status: 7, meaning: 'the session expired' },
  timeout: { status: 8, meaning: 'time-out' },
  differences: { status: 9, meaning: 'differences found' },
  unknownCommand: { status: 127, meaning: 'unknown command' },
  hangup: { status: 129, meaning: 'the terminal is gone (SIGHUP)' },
  interrupted: { status: 130, meaning: 'interrupted (Ctrl-C)' },
  terminated: { status: 143, meaning: 'ended by SIGTERM' },
} as const satisfies Record<string, { status: number; meaning: string }>;

const BY_CODE: Readonly<Record<string, number>> = {
  NONODE: EXIT.noNode.status,
  NODEEXISTS: EXIT.conflict.status,
  NOTEMPTY: EXIT.conflict.status,
  BADVERSION: EXIT.conflict.status,
  NOCHILDRENFOREPHEMERALS: EXIT.conflict.status,
  QUOTACONFLICT: EXIT.conflict.status,
  NOAUTH: EXIT.notAllowed.status,
  AUTHFAILED: EXIT.notAllowed.status,
  NOTREADONLY: EXIT.notAllowed.status,
  SESSIONCLOSEDREQUIRESASLAUTH: EXIT.notAllowed.status,
  CONNECTREFUSED: EXIT.connection.status,
  CONNECTTIMEOUT: EXIT.connection.status,
  UNKNOWNHOST: EXIT.connection.status,
  CONNECTIONLOSS: EXIT.connection.status,
  SESSIONCLOSED: EXIT.connection.status,
  SESSIONMOVED: EXIT.connection.status,
  TLS: EXIT.connection.status,
  SESSIONEXPIRED: EXIT.expired.status,
  TIMEOUT: EXIT.timeout.status,
  OPERATIONTIMEOUT: EXIT.timeout.status,
  REQUESTTIMEOUT: EXIT.timeout.status,
  INTERRUPTED: EXIT.interrupted.status,
};

/** The status for `error`; anything that is not ours is a failure (1). */
export function exitStatus(error: unknown): number {
  if (!isZkshError(error)) {
    return EXIT.failed.status;
  }
  if (error.kind === 'usage') {
    return error.unknownCommand ? EXIT.unknownCommand.status : EXIT.usage.status;
  }
  return statusOfCode(error);
}

function statusOfCode(error: ZkshError): number {
  return BY_CODE[error.code] ?? EXIT.failed.status;
}
