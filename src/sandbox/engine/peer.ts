/** The engine's side of a connection: who it is, and where its notifications go. connection.ts implements it. */
import type { WatchEventType } from '../../protocol/events.js';

/** Who a connection is, one of several: `ip`, `digest`, `sasl`, `x509`, `super`. */
export interface Identity {
  readonly scheme: string;
  readonly id: string;
}

export interface Peer {
  readonly sessionId: bigint;
  /** As they are now; `ip` always, `super` for whom every door is open. Grows with auth, and is a new list then. */
  readonly identities: readonly Identity[];
  /** The address that scheme ip compares, without a zone. */
  readonly remoteAddress: string;
  /** Appends a notification to what this connection will be sent, behind everything appended before. -1: see SetWatches. */
  notify(type: WatchEventType, path: string, zxid: number): void;
}
