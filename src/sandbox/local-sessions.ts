/**
 * Sessions that only this server knows: what a server in read-only mode gives to those who come new, because it can write
 * nothing down. Follows UpgradeableSessionTracker and ReadOnlyZooKeeperServer (3.9, localSessionsEnabled).
 */

/** Where the others count in the lower bits, these begin: they never meet. */
const LOCAL_SESSIONS_FROM = 0x0180_0000_0000_0000n;

export interface LocalSession {
  readonly sessionId: bigint;
  readonly sessionTimeoutMs: number;
}

export class LocalSessions {
  readonly #sessions = new Set<bigint>();
  #next: bigint;

  /** @param startedMs wall clock: a restarted server gives out other ids */
  constructor(startedMs: number) {
    this.#next = LOCAL_SESSIONS_FROM | ((BigInt(Math.floor(startedMs)) & 0x7f_ffff_ffffn) << 16n);
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
