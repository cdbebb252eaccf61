import { describe, expect, test } from 'vitest';
import type { SessionState } from '../../src/client/api.js';
import { isConnected, isOver, nextState, type SessionMove } from '../../src/client/session-state.js';

const MOVES: readonly SessionMove[] = [
  'established',
  'establishedReadOnly',
  'lost',
  'expired',
  'authRefused',
  'closed',
];

/** Every state, every move; `-` is refused. */
const TABLE: Readonly<Record<SessionState, string>> = {
  connecting: 'connected connectedReadOnly - - - closed',
  connected: '- - disconnected - authFailed closed',
  connectedReadOnly: '- - disconnected - authFailed closed',
  disconnected: 'connected connectedReadOnly - expired - closed',
  expired: '- - - - - -',
  authFailed: '- - - - - -',
  closed: '- - - - - -',
};

describe('a session moves only as the table says', () => {
  for (const [state, row] of Object.entries(TABLE) as [SessionState, string][]) {
    for (const [index, expected] of row.split(' ').entries()) {
      const move = MOVES[index] as SessionMove;
      test(`${state}, ${move}: ${expected === '-' ? 'refused' : expected}`, () => {
        if (expected === '-') {
          expect(() => nextState(state, move)).toThrow(`a session that is ${state} cannot be ${move}`);
        } else {
          expect(nextState(state, move)).toBe(expected);
        }
      });
    }
  }
});

test('expired, authFailed and closed are the end', () => {
  const over = (Object.keys(TABLE) as SessionState[]).filter(isOver);
  expect(over).toEqual(['expired', 'authFailed', 'closed']);
});

test('a read-only connection is a connection', () => {
  expect((Object.keys(TABLE) as SessionState[]).filter(isConnected)).toEqual(['connected', 'connectedReadOnly']);
});
