/** Texts of errors on stderr: CliWrapperException and KeeperException (3.9). Knows no command. */
import { isZkshError } from '../errors.js';
import { BEFORE_PATH } from '../output/zkcli-error.js';
import { errorCode, javaMessage } from '../protocol/error-codes.js';
import { Refusal } from './crash.js';

/** A KeeperException, as far as zkCli.sh shows it. */
export interface KeeperException {
  /** KeeperException.Code by zksh's name: NONODE … */
  readonly code: string;
  /** null: it has none. */
  readonly path: string | null;
}

const WHOLE: Readonly<Record<string, string>> = {
  RECONFIGINPROGRESS: 'Another reconfiguration is in progress -- concurrent reconfigs not supported (yet)',
  NEWCONFIGNOQUORUM:
    'No quorum of new config is connected and up-to-date with the leader of last commmitted config - try invoking reconfiguration after new servers are connected and synced',
};

/** CliWrapperException. */
export function refusalOf(exception: KeeperException): Refusal {
  const { code, path } = exception;
  const before = BEFORE_PATH[code];
  return new Refusal(before === undefined ? (WHOLE[code] ?? messageOf(exception)) : `${before}${path}`);
}

/** KeeperException.getMessage. */
export function messageOf({ code, path }: KeeperException): string {
  return javaMessage(code, path ?? undefined);
}

/** KeeperException.Code as a number. */
export function numberOf(code: string): number {
  return errorCode(code) ?? errorCode('SYSTEMERROR') ?? -1;
}

const AS_THEMSELVES: Readonly<Record<string, string>> = {
  SESSIONEXPIRED: 'SESSIONEXPIRED',
  AUTHFAILED: 'AUTHFAILED',
  TIMEOUT: 'REQUESTTIMEOUT',
};

/** The server's no, or no server. Everything that the Java client knows as the loss of a connection is one here. */
export function codeOf(error: unknown): string {
  if (!isZkshError(error)) {
    throw error;
  }
  if (error.kind === 'keeper') {
    return error.code;
  }
  if (error.kind === 'usage' || error.kind === 'local') {
    throw error;
  }
  return AS_THEMSELVES[error.code] ?? 'CONNECTIONLOSS';
}
