/** Opens the sockets of a session, plain or TLS, and says why one failed before the session stood. */
import { connect as connectPlain, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Clock, ServerAddress, TlsOptions } from './api.js';
import { type AttemptFailure, CLOSED_SILENTLY, explainSocketError } from './attempts.js';
import { formatServer } from './connect-string.js';
import { createTlsConnector, explainPlainToTlsPort } from './tls.js';

export interface SocketOpener {
  /** `attemptMs`: how long the whole attempt may take; a host with several addresses gets a part of it for each. */
  open(server: ServerAddress, attemptMs: number): Socket;
  /** Says that bytes can be written. */
  readonly readyEvent: 'connect' | 'secureConnect';
  /** `error` null: the server closed without a word. May ask the server a question, for 2 s at most. */
  explain(error: Error | null, server: ServerAddress, socket: Socket): Promise<AttemptFailure>;
}

/** Node gives each address but the last 250 ms, which is too short for a far one. */
const ADDRESS_MS_MIN = 250;

/** @throws LocalError what is wrong with a certificate or key */
export function createSocketOpener(tls: TlsOptions | undefined, clock: Clock): SocketOpener {
  return tls === undefined ? plainOpener(clock) : tlsOpener(tls, clock);
}

function plainOpener(clock: Clock): SocketOpener {
  return {
    readyEvent: 'connect',
    open: ({ host, port }, attemptMs) =>
      connectPlain({ host, port, noDelay: true, autoSelectFamilyAttemptTimeout: addressMs(attemptMs) }),
    async explain(error, server) {
      const failure = error === null ? CLOSED_SILENTLY : explainSocketError(error);
      if (failure.kind !== 'closed') {
        return failure;
      }
      const tls = await explainPlainToTlsPort(server, clock);
      return tls === null
        ? failure
        : { kind: 'tls', reason: 'this port speaks TLS, and the connection was plain', error: tls };
    },
  };
}

function tlsOpener(tls: TlsOptions, clock: Clock): SocketOpener {
  const connector = createTlsConnector(tls, clock);
  return {
    readyEvent: 'secureConnect',
    open(server, attemptMs) {
      const socket = connector.connect(server, { autoSelectFamilyAttemptTimeout: addressMs(attemptMs) } as object);
      socket.setNoDelay(true);
      return socket;
    },
    async explain(error, server, socket) {
      if (error === null) {
        return CLOSED_SILENTLY;
      }
      const explained = await connector.explain(error, server, socket as TLSSocket);
      return explained === null
        ? explainSocketError(error)
        : { kind: 'tls', reason: explained.message.slice(formatServer(server).length + 2), error: explained };
    },
  };
}

function addressMs(attemptMs: number): number {
  return Math.max(ADDRESS_MS_MIN, Math.floor(attemptMs / 3));
}
