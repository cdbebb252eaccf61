/** Sessions that a verb opens beside the one of the run; all of them end with the command. */
import { setMaxListeners } from 'node:events';
import type { Connection, Session } from '../client/api.js';
import { ConnectionError, isZkshError } from '../errors.js';

export interface OtherSessions {
  /** @throws ConnectionError that says which servers; UsageError for a connect string that is none */
  open(servers?: string): Promise<Session>;
  /** Never rejects. */
  close(): Promise<void>;
}

/** Each of them listens to the signal; Node takes more than ten listeners for a leak. */
const LISTENERS_MAX = 100;
/** Whoever interrupts does not wait for a silent server. */
const HURRIED_CLOSE_MS = 200;

export function createOtherSessions(connection: Connection, signal: AbortSignal): OtherSessions {
  const opened: Promise<Session>[] = [];
  setMaxListeners(LISTENERS_MAX, signal);
  return {
    open(servers) {
      const opening = connection.openAnother(servers, signal);
      opened.push(opening);
      return servers === undefined ? opening : opening.catch((error: unknown) => refuse(error, servers));
    },
    async close() {
      const deadlineMs = signal.aborted ? HURRIED_CLOSE_MS : undefined;
      await Promise.all(opened.map((opening) => opening.then((session) => session.close(deadlineMs)).catch(() => {})));
    },
  };
}

/** The usual advice is about --server, which is not what was wrong here. */
function refuse(error: unknown, servers: string): never {
  if (!isZkshError(error) || error.kind !== 'connection' || error.code === 'INTERRUPTED') {
    throw error;
  }
  throw new ConnectionError(error.code, `the other ensemble: ${error.message}`, {
    attempts: error.attempts,
    ...(error.server === undefined ? {} : { server: error.server }),
    ...(error.why === undefined ? {} : { why: error.why }),
    hint: `Asked was ${servers}, with the credentials and TLS options of this run.`,
    sessionOver: error.sessionOver,
    cause: error,
  });
}
