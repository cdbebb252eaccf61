/** Which sessions there are, and the ids of new ones. When they expire is not known here. Follows SessionTrackerImpl (3.9). */
import type { EngineSession } from './engine.js';

/** EphemeralType.CONTAINER_EPHEMERAL_OWNER, which no session may have. */
const CONTAINER_OWNER = BigInt.asIntN(64, 0x8000_0000_0000_0000n);

export class SessionTable {
  readonly #sessions = new Map<bigint, EngineSession>();
  #nextId: bigint;

  constructor(firstSessionId: bigint) {
    this.#nextId = firstSessionId;
  }

  get all(): ReadonlyMap<bigint, EngineSession> {
    return this.#sessions;
  }

  has(sessionId: bigint): boolean {
    return this.#sessions.has(sessionId);
  }

  /** The id of a session that is about to be made. */
  takeId(): bigint {
    const id = BigInt.asIntN(64, this.#nextId);
    this.#nextId = id + 1n === CONTAINER_OWNER ? id + 2n : id + 1n;
    return id;
  }

  set(sessionId: bigint, sessionTimeoutMs: number): EngineSession {
    const session = { sessionId, sessionTimeoutMs };
    this.#sessions.set(sessionId, session);
    return session;
  }

  delete(sessionId: bigint): void {
    this.#sessions.delete(sessionId);
  }
}
