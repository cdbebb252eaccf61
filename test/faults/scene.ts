/** What the tests of faults share: roots of their own, observers of the truth, sessions that are closed in the end. */
import { randomBytes } from 'node:crypto';
import type { TestContext } from 'vitest';
import type { ConnectOptions, Session, SessionEvent } from '../../src/client/api.js';
import { openSession } from '../../src/client/session.js';
import { eventually } from '../helpers/eventually.js';
import { type FaultProxy, startFaultProxy } from '../helpers/fault-proxy.js';

/** Servers here tick every 200 ms, so they grant sessions from 400 ms to 4 s. */
export const TICK_MS = 200;
export const SESSION_MS = 4_000;
/** A client that hears nothing gives the connection up after two thirds of the session; then a new one is made. */
export const NOTICE_MS = SESSION_MS;

export function newRoot(): string {
  return `/test-${randomBytes(6).toString('hex')}`;
}

export interface Joined {
  readonly session: Session;
  /** Since it was opened. */
  readonly events: SessionEvent[];
  /** Waits for an event of that type behind those there were when this was called. */
  next<T extends SessionEvent['type']>(type: T, deadlineMs?: number): Promise<Extract<SessionEvent, { type: T }>>;
}

export interface Scene {
  /** A session whose events are kept. */
  join(servers: string, options?: ConnectOptions): Promise<Joined>;
  proxy(target: string): Promise<FaultProxy>;
}

/** What belongs to one test, and ends with it; tests here run side by side. */
export function sceneOf({ onTestFinished }: Pick<TestContext, 'onTestFinished'>): Scene {
  return {
    async join(servers, options = {}) {
      const session = await openSession({ servers, sessionTimeoutMs: SESSION_MS, ...options });
      const events: SessionEvent[] = [];
      session.onEvent((event) => events.push(event));
      onTestFinished(() => session.close(500));
      return { session, events, next: (type, deadlineMs) => nextOf(events, type, deadlineMs) };
    },
    async proxy(target) {
      const proxy = await startFaultProxy(target);
      onTestFinished(() => proxy.stop());
      return proxy;
    },
  };
}

function nextOf<T extends SessionEvent['type']>(
  events: readonly SessionEvent[],
  type: T,
  deadlineMs = 30_000,
): Promise<Extract<SessionEvent, { type: T }>> {
  const from = events.length;
  return eventually(
    () => events.slice(from).find((event): event is Extract<SessionEvent, { type: T }> => event.type === type) ?? null,
    { what: `the event ${type}`, deadlineMs },
  ) as Promise<Extract<SessionEvent, { type: T }>>;
}
