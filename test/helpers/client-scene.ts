/** Fake servers and sessions of one test, all ended when it is over. */
import { afterEach } from 'vitest';
import type { ConnectOptions, SessionEvent } from '../../src/client/api.js';
import { createSession, type UnopenedSession } from '../../src/client/session.js';
import { eventually } from './eventually.js';
import { type FakeOptions, type FakeServer, startFakeServer } from './fake-server.js';

const ends: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(ends.splice(0).map((end) => end()));
});

export async function fakeServer(options: FakeOptions = {}): Promise<FakeServer> {
  const server = await startFakeServer(options);
  ends.push(() => server.stop());
  return server;
}

export interface Scene {
  readonly session: UnopenedSession;
  readonly events: SessionEvent[];
  /** Waits for the event number `index` (from 0) of that type. */
  event<T extends SessionEvent['type']>(type: T, index?: number): Promise<Extract<SessionEvent, { type: T }>>;
}

/** Not opened yet. One server after the other as given, and short times, unless told otherwise. */
export function prepare(servers: string | FakeServer | readonly FakeServer[], options: ConnectOptions = {}): Scene {
  const list =
    typeof servers === 'string'
      ? servers
      : [servers]
          .flat()
          .map(({ address }) => address)
          .join(',');
  const session = createSession({ servers: list, shuffle: false, sessionTimeoutMs: 6000, ...options });
  const events: SessionEvent[] = [];
  session.onEvent((event) => events.push(event));
  ends.push(() => session.close(0));
  return {
    session,
    events,
    event: (type, index = 0) =>
      eventually(() => events.filter((event) => event.type === type)[index], {
        what: `event ${type} number ${index}`,
        deadlineMs: 20_000,
        everyMs: 2,
      }).catch((error: Error) => {
        throw new Error(`${error.message}; there were ${events.map(inWords).join(', ')}`);
      }) as never,
  };
}

export async function open(
  servers: string | FakeServer | readonly FakeServer[],
  options: ConnectOptions = {},
): Promise<Scene> {
  const scene = prepare(servers, options);
  await scene.session.open();
  return scene;
}

function inWords(event: SessionEvent): string {
  return 'reason' in event ? `${event.type} (${event.reason})` : event.type;
}

/** The error of a promise that must fail. */
export async function failure(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error('it did not fail');
}
