/** Faults on demand: what can go wrong between a client and a server, as plain calls. The interface. */

/** Which connections or replies are meant; everything given must match. Nothing given: all. */
export interface FaultTarget {
  readonly sessionId?: bigint;
  /** Names of operations as in protocol/ops.ts: only these requests. */
  readonly ops?: readonly string[];
  /** Requests whose path is this or below it. */
  readonly path?: string;
  /** Requests that match before it begins; default 0. */
  readonly after?: number;
  /** How often; default: until cleared. */
  readonly times?: number;
  /** In [0, 1]: how likely, by the sandbox's seeded randomness; default 1. */
  readonly probability?: number;
}

/** A fault that lasts. `clear` ends it; so does the sandbox's `faults.clear()`. */
export interface ActiveFault {
  readonly id: number;
  /** One line, for lists. */
  readonly text: string;
  /** How often it struck. */
  readonly count: number;
  clear(): void;
}

export interface Faults {
  readonly active: readonly ActiveFault[];
  /** As if its time-out had passed. Returns how many. */
  expireSessions(target?: { readonly sessionId?: bigint }): number;
  /** Cuts connections; sessions live on. Returns how many. */
  dropConnections(target?: { readonly sessionId?: bigint }): number;
  /** Accepts and reads nothing, answers nothing, and time-outs of sessions do run: a server that hangs. */
  freeze(target?: FaultTarget): ActiveFault;
  /** Bytes a second towards clients. */
  slow(bytesPerSecond: number, target?: FaultTarget): ActiveFault;
  delayReplies(ms: number, target?: FaultTarget): ActiveFault;
  /** The request is done, its reply never comes. */
  loseReplies(target?: FaultTarget): ActiveFault;
  /** The reply is cut after that many bytes of its frame, and the connection with it. */
  cutReplies(bytes: number, target?: FaultTarget): ActiveFault;
  /** The request is not done; it is answered with this code (a name or a number). */
  answer(error: string | number, target?: FaultTarget): ActiveFault;
  /** The connection ends before the request is done. */
  dropRequests(target?: FaultTarget): ActiveFault;
  /**
   * As a member that lost its quorum: connections end, read-only clients only may come, -119 for writes. Who comes new gets
   * a session that only this server knows (localSessionsEnabled), and loses it when the fault is cleared.
   */
  readOnly(): ActiveFault;
  /** New connections are closed at once. */
  refuseConnections(): ActiveFault;
  /** -127 for requests. */
  throttle(target?: FaultTarget): ActiveFault;
  /**
   * The disk is full: reads go on, and the first thing that would have to be logged is the server's end, as with ZooKeeper.
   * It is down then until `restart`, also when the fault is cleared.
   */
  outOfSpace(): ActiveFault;
  /** The wall clock and the time-outs jump by that many ms. */
  moveClock(ms: number): void;
  /** Ends all that last. */
  clear(): void;
}
