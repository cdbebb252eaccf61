/**
 * What a session can be, and the moves between: one table, one setter. Knows nothing of sockets or of the library's
 * numbers (engine.ts translates). Between two attempts to reconnect a session stays `disconnected`.
 */
import type { ConnectionCode } from '../errors.js';
import type { SessionState } from './api.js';

export type SessionMove =
  /** A server took the handshake. */
  | 'established'
  | 'establishedReadOnly'
  /** The connection that stood is gone; the session may live. */
  | 'lost'
  /** A server said that it knows no such session. */
  | 'expired'
  /** A server refused a credential. */
  | 'authRefused'
  /** We ended it, or gave up before the first connection stood. */
  | 'closed';

/** A move that is not listed is refused: it would be a fault of ours. */
export const SESSION_MOVES: Readonly<Record<SessionState, Readonly<Partial<Record<SessionMove, SessionState>>>>> = {
  connecting: { established: 'connected', establishedReadOnly: 'connectedReadOnly', closed: 'closed' },
  connected: { lost: 'disconnected', authRefused: 'authFailed', closed: 'closed' },
  connectedReadOnly: { lost: 'disconnected', authRefused: 'authFailed', closed: 'closed' },
  disconnected: {
    established: 'connected',
    establishedReadOnly: 'connectedReadOnly',
    expired: 'expired',
    closed: 'closed',
  },
  expired: {},
  authFailed: {},
  closed: {},
};

/** Nothing leads out of it. */
export function isOver(state: SessionState): boolean {
  return Object.keys(SESSION_MOVES[state]).length === 0;
}

/** How requests end in a session that is over; null in one that is not. */
export function endOf(state: SessionState): { readonly code: ConnectionCode; readonly why: string } | null {
  switch (state) {
    case 'expired':
      return { code: 'SESSIONEXPIRED', why: 'the session has expired' };
    case 'authFailed':
      return { code: 'AUTHFAILED', why: 'a credential was refused' };
    case 'closed':
      return { code: 'SESSIONCLOSED', why: 'the session was closed' };
    default:
      return null;
  }
}

export function isConnected(state: SessionState): boolean {
  return state === 'connected' || state === 'connectedReadOnly';
}

/** Where `move` leads from `state`. @throws Error where the table has no such move */
export function nextState(state: SessionState, move: SessionMove): SessionState {
  const next = SESSION_MOVES[state][move];
  if (next === undefined) {
    throw new Error(`a session that is ${state} cannot be ${move}`);
  }
  return next;
}
