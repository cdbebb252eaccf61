/**
 * What the shell tells about its session, each thing once: connection lost, back again, expired. Pure: session events and
 * results go in, sentences come out. Keeps in mind what a session takes with it when it ends.
 */
import type { ArmedWatch, SessionEvent } from '../client/api.js';
import type { Result } from '../commands/results.js';
import { addressText } from './prompt.js';

export interface TranscriptState {
  /** ms since the epoch; null while connected, or before the first connection. */
  readonly lostAt: number | null;
  readonly sessionId: bigint | null;
  /** As they stood when the connection was lost. */
  readonly watches: readonly ArmedWatch[];
  /** Created by this session and not deleted by it. */
  readonly ephemerals: readonly string[];
}

export const EMPTY_TRANSCRIPT: TranscriptState = { lostAt: null, sessionId: null, watches: [], ephemerals: [] };

export interface Told {
  readonly state: TranscriptState;
  /** Lines for the user; none when there is nothing new. */
  readonly lines: readonly string[];
}

export interface EventSurroundings {
  /** ms since the epoch. */
  readonly time: number;
  /** Armed as the event is told. */
  readonly watches: readonly ArmedWatch[];
}

/** More is counted, not listed. */
const LISTED_MAX = 20;

export function tellEvent(state: TranscriptState, event: SessionEvent, { time, watches }: EventSurroundings): Told {
  switch (event.type) {
    case 'connected':
      return connected(state, event, time);
    case 'disconnected': {
      const from = event.server === null ? '' : ` from ${addressText(event.server)}`;
      const isNew = state.lostAt === null && state.sessionId !== null;
      const lines = [
        `disconnected${from}: ${event.reason}`,
        '  The session lives on until its time-out; trying to reconnect.',
      ];
      // Emptied lists of an ending session must not replace what was armed.
      const armed = watches.length > 0 ? watches : state.watches;
      return { state: { ...state, lostAt: state.lostAt ?? time, watches: armed }, lines: isNew ? lines : [] };
    }
    case 'expired':
      return over(state, watches, ['session expired: the server has given it up']);
    case 'authFailed':
      return over(state, watches, [`authentication failed (${event.scheme}): the server has closed the session`]);
    case 'closed':
      return { state: EMPTY_TRANSCRIPT, lines: [] };
    default:
      return { state, lines: [] };
  }
}

/** A verb's result: ephemerals that now hang on this session, or no more. */
export function noteResult(state: TranscriptState, result: Result, sessionId: bigint | null): TranscriptState {
  const isMade = result.kind === 'created' || (result.kind === 'operation' && result.op === 'create');
  if (isMade && sessionId !== null && result.stat?.ephemeralOwner === sessionId) {
    return { ...state, ephemerals: [...state.ephemerals, result.path] };
  }
  if (result.kind === 'operation' && result.op === 'delete' && result.result === 'ok') {
    return { ...state, ephemerals: state.ephemerals.filter((path) => path !== result.path) };
  }
  if (result.kind === 'deleted') {
    const gone = new Set(result.paths);
    return { ...state, ephemerals: state.ephemerals.filter((path) => !gone.has(path)) };
  }
  if (result.kind === 'done' && result.verb === 'delete') {
    return { ...state, ephemerals: state.ephemerals.filter((path) => path !== result.fields.path) };
  }
  return state;
}

function connected(state: TranscriptState, event: SessionEvent & { type: 'connected' }, time: number): Told {
  const { sessionId } = event;
  const lost = state.lostAt;
  if (!event.resumed) {
    return { state: { ...EMPTY_TRANSCRIPT, sessionId }, lines: [] };
  }
  const next = { ...state, lostAt: null, sessionId };
  if (lost === null) {
    return { state: next, lines: [] };
  }
  const readOnly = event.readOnly ? ', read-only' : '';
  const lines = [
    `connected to ${addressText(event.server)}${readOnly} after ${seconds(time - lost)}: the same session`,
  ];
  return { state: next, lines: [...lines, ...rearmed(state.watches)] };
}

/** A server tells a persistent watch nothing of what happened while its client was away (protocol: SetWatches2). */
function rearmed(watches: readonly ArmedWatch[]): string[] {
  const persistent = watches.filter(({ kind }) => kind.startsWith('persistent')).map(({ path }) => path);
  if (watches.length === 0) {
    return [];
  }
  const lines = [`  ${count(watches.length, 'watch', 'watches')} armed again.`];
  if (persistent.length > 0) {
    lines.push(`  What changed meanwhile was not reported for: ${list(persistent)}`);
  }
  return lines;
}

function over(state: TranscriptState, watches: readonly ArmedWatch[], lines: readonly string[]): Told {
  const gone = watches.length > 0 ? watches : state.watches;
  const lost = [
    ...(state.ephemerals.length > 0 ? [`  Gone with it, ephemeral: ${list(state.ephemerals)}`] : []),
    ...(gone.length > 0 ? [`  Gone with it, watches: ${list(gone.map(({ path, kind }) => `${path} (${kind})`))}`] : []),
  ];
  return { state: EMPTY_TRANSCRIPT, lines: [...lines, ...lost, '  For a new session: connect'] };
}

function list(words: readonly string[]): string {
  const more = words.length - LISTED_MAX;
  return words.slice(0, LISTED_MAX).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
