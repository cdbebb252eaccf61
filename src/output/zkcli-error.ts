/** What zkCli.sh 3.9.5 prints for an error, on stderr. Texts: MalformedPathException, CliWrapperException, KeeperException. */
import { isZkshError } from '../errors.js';
import { errorEntry, javaMessage } from '../protocol/error-codes.js';

/** CliWrapperException: these stand before the path. */
export const BEFORE_PATH: Readonly<Record<string, string>> = {
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

/** What the Java client knows only as the loss of the connection. */
const AS_LOSS: ReadonlySet<string> = new Set(['CONNECTREFUSED', 'CONNECTTIMEOUT', 'UNKNOWNHOST', 'TIMEOUT']);

/** One line. What zkCli.sh has no text for (our own refusals) is our message. */
export function zkCliError(error: unknown): string {
  if (!isZkshError(error)) {
    return `${error instanceof Error ? error.message : String(error)}\n`;
  }
  const before = BEFORE_PATH[error.code];
  if (before !== undefined && (error.kind === 'keeper' || error.path !== undefined)) {
    // CreateCommand tells this one itself before it passes it on.
    const twice = error.code === 'INVALIDACL' && error.op?.startsWith('create') === true;
    return `${twice ? `${javaMessage(error.code, error.path)}\n` : ''}${before}${error.path ?? ''}\n`;
  }
  const code = AS_LOSS.has(error.code) ? 'CONNECTIONLOSS' : error.code;
  const isKnown = error.kind === 'keeper' || errorEntry(code).code !== null;
  return `${isKnown ? javaMessage(code, error.path) : error.message}\n`;
}
