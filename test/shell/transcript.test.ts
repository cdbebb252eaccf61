import { describe, expect, test } from 'vitest';
import type { ArmedWatch, SessionEvent } from '../../src/client/api.js';
import type { Result } from '../../src/commands/results.js';
import type { Stat } from '../../src/protocol/stat.js';
import { EMPTY_TRANSCRIPT, noteResult, type TranscriptState, tellEvent } from '../../src/shell/transcript.js';

const SERVER = { host: 'zk1', port: 2181 };
const CONNECTED: SessionEvent = {
  type: 'connected',
  server: SERVER,
  resumed: false,
  readOnly: false,
  sessionId: 7n,
  sessionTimeoutMs: 30_000,
};
const RESUMED: SessionEvent = { ...CONNECTED, server: { host: 'zk2', port: 2181 }, resumed: true };
const LOST: SessionEvent = { type: 'disconnected', server: SERVER, reason: 'the server closed the connection' };
const WATCHES: ArmedWatch[] = [
  { path: '/a', kind: 'data', watchersCount: 1 },
  { path: '/b', kind: 'persistentRecursive', watchersCount: 1 },
];

/** The lines of each event in turn, a second apart. */
function tell(
  events: readonly SessionEvent[],
  watches: readonly ArmedWatch[] = [],
  start: TranscriptState = EMPTY_TRANSCRIPT,
) {
  let state = start;
  const lines = events.map((event, index) => {
    const told = tellEvent(state, event, { time: index * 1000, watches });
    state = told.state;
    return told.lines;
  });
  return { state, lines };
}

function created(path: string, ephemeralOwner: bigint) {
  return { kind: 'created', path, stat: { ephemeralOwner } as Stat } as const;
}

describe('connection', () => {
  test('the first one is not news: the prompt shows it', () => {
    expect(tell([CONNECTED]).lines).toEqual([[]]);
  });

  test('its loss is told once, however many attempts follow', () => {
    const failed: SessionEvent = { type: 'attemptFailed', server: SERVER, reason: 'refused' };

    const { lines } = tell([CONNECTED, LOST, failed, LOST, failed]);

    expect(lines).toEqual([
      [],
      [
        'disconnected from zk1:2181: the server closed the connection',
        '  The session lives on until its time-out; trying to reconnect.',
      ],
      [],
      [],
      [],
    ]);
  });

  test('nothing is lost that never stood', () => {
    expect(tell([LOST]).lines).toEqual([[]]);
  });

  test('its return is told with how long it was away', () => {
    expect(tell([CONNECTED, LOST, LOST, LOST, RESUMED]).lines.at(-1)).toEqual([
      'connected to zk2:2181 after 3.0 s: the same session',
    ]);
    expect(tell([CONNECTED, LOST, { ...RESUMED, readOnly: true }]).lines.at(-1)).toEqual([
      'connected to zk2:2181, read-only after 1.0 s: the same session',
    ]);
  });

  test('watches are armed again, and the gap of the persistent ones is named', () => {
    expect(tell([CONNECTED, LOST, RESUMED], WATCHES).lines.at(-1)).toEqual([
      'connected to zk2:2181 after 1.0 s: the same session',
      '  2 watches armed again.',
      '  What changed meanwhile was not reported for: /b',
    ]);
    expect(tell([CONNECTED, LOST, RESUMED], WATCHES.slice(0, 1)).lines.at(-1)).toEqual([
      'connected to zk2:2181 after 1.0 s: the same session',
      '  1 watch armed again.',
    ]);
  });
});

describe('the end of a session', () => {
  test('expiry lists what is gone with it, and what to do', () => {
    const { state } = tell([CONNECTED]);
    const own = noteResult(noteResult(state, created('/e1', 7n), 7n), created('/e2', 7n), 7n);
    const lost = tellEvent(own, LOST, { time: 0, watches: WATCHES }).state;

    const { lines } = tellEvent(lost, { type: 'expired' }, { time: 1, watches: [] });

    expect(lines).toEqual([
      'session expired: the server has given it up',
      '  Gone with it, ephemeral: /e1, /e2',
      '  Gone with it, watches: /a (data), /b (persistentRecursive)',
      '  For a new session: connect',
    ]);
  });

  test('only what is ephemeral, of this session and still there counts', () => {
    const results: readonly Result[] = [
      created('/persistent', 0n),
      created('/container', -(2n ** 63n)),
      created('/deleted', 7n),
      { kind: 'done', verb: 'delete', fields: { path: '/deleted' } },
      { kind: 'created', path: '/unknown', stat: null },
      created('/kept', 7n),
      { kind: 'done', verb: 'sync', fields: { path: '/kept' } },
    ];
    const state = results.reduce((before, result) => noteResult(before, result, 7n), tell([CONNECTED]).state);

    expect(state.ephemerals).toEqual(['/kept']);
  });

  test('a multi makes and deletes ephemerals too', () => {
    const { stat } = created('/x', 7n) as { stat: Stat };
    const operation = { kind: 'operation', index: 1, result: 'ok' } as const;
    const results: readonly Result[] = [
      { ...operation, op: 'create', path: '/m1', stat },
      { ...operation, op: 'create', path: '/m2', stat },
      { ...operation, op: 'create', path: '/m3', stat },
      { ...operation, op: 'delete', path: '/m1', stat: null },
      { ...operation, op: 'delete', path: '/m2', result: 'NONODE', stat: null },
      { kind: 'deleted', paths: ['/m3', '/other'] },
    ];
    const state = results.reduce((before, result) => noteResult(before, result, 7n), tell([CONNECTED]).state);

    expect(state.ephemerals).toEqual(['/m2']);
  });

  test('a new session begins with nothing', () => {
    const { state } = tell([CONNECTED]);
    const own = noteResult(state, created('/e1', 7n), 7n);

    expect(
      tell([{ type: 'expired' }, { ...CONNECTED, sessionId: 8n }, { type: 'expired' }], [], own).lines.at(-1),
    ).toEqual(['session expired: the server has given it up', '  For a new session: connect']);
  });

  test('a long list is cut and counted', () => {
    const { state } = tell([CONNECTED]);
    const many = { ...state, ephemerals: Array.from({ length: 25 }, (_, index) => `/e${index}`) };

    expect(tellEvent(many, { type: 'expired' }, { time: 0, watches: [] }).lines[1]).toMatch(/\/e19 and 5 more$/);
  });

  test('a refused credential names its scheme', () => {
    expect(tell([CONNECTED, { type: 'authFailed', scheme: 'sasl' }]).lines.at(-1)).toEqual([
      'authentication failed (sasl): the server has closed the session',
      '  For a new session: connect',
    ]);
  });

  test('closing it oneself is not news', () => {
    expect(tell([CONNECTED, { type: 'closed' }]).lines).toEqual([[], []]);
  });
});
