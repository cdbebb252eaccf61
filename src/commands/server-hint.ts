/** What the refusal of a connection should tell those who named no server: that there is one to name. */
import { DEFAULT_SERVERS } from '../client/connect-string.js';
import { ConnectionError, isZkshError } from '../errors.js';

/** The error itself, unless nothing listens at the default address `servers`. */
export function withServerHint(error: unknown, servers: string): unknown {
  if (
    !isZkshError(error) ||
    error.kind !== 'connection' ||
    error.code !== 'CONNECTREFUSED' ||
    servers !== DEFAULT_SERVERS ||
    error.hint !== undefined
  ) {
    return error;
  }
  return new ConnectionError('CONNECTREFUSED', error.message, {
    attempts: error.attempts,
    ...(error.server === undefined ? {} : { server: error.server }),
    why: `Nothing listens at ${DEFAULT_SERVERS}, and no other server was named.`,
    hint: 'To name one: zksh -s HOST:PORT (or set ZKSH_SERVER); to try things without a server: zksh --sandbox',
    sessionOver: error.sessionOver,
    cause: error,
  });
}
