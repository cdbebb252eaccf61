/**
 * Sessions that only this server knows: what a server in read-only mode gives to those who come new, because it can write
 * nothing down. Follows UpgradeableSessionTracker and ReadOnlyZooKeeperServer (3.9, localSessionsEnabled).
 */

/** Where these begin to count: no server has so many others before its time has moved on. */
const LOCAL_SESSIONS_FROM = 0x8000n;

export interface LocalSession {
  readonly sessionId: bigint;
  readonly sessionTimeoutMs: number;
}

/** Server id 1, and 40 bits of the time (SessionTrackerImpl.initializeNextSessionId). */
export function firstSessionId(startedMs: number): bigint {
  return 0x0100_0000_0000_0000n | (BigInt.asUintN(40, BigInt(Math.floor(startedMs))) << 16n);
}

export class LocalSessions {
  readonly #sessions = new Set<bigint>();
  #next: bigint;

  /** @param startedMs wall clock: a restarted server gives out other ids */
  constructor(startedMs: number) {
    this.#next = firstSessionId(startedMs) + LOCAL_SESSIONS_FROM;
  }

  get count(): number {
    return this.#sessions.size;
  }

  get ids(): bigint[] {
    return [...this.#sessions];
  }

  create(sessionTimeoutMs: number): LocalSession {
    const sessionId = this.#next++;
    this.#sessions.add(sessionId);
    return { sessionId, sessionTimeoutMs };
  }

  has(sessionId: bigint): boolean {
    return this.#sessions.has(sessionId);
  }

  delete(sessionId: bigint): void {
    this.#sessions.delete(sessionId);
  }
}
