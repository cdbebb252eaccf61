/**
 * What became of the attempts to reach a server: reasons in words, and the one error for a whole list of servers that
 * gave no session. No sockets.
 */
import { type ConnectionCode, ConnectionError } from '../errors.js';
import type { ServerAddress } from './api.js';
import { formatServer } from './connect-string.js';

export type FailureKind =
  | 'refused'
  | 'unknownHost'
  | 'unreachable'
  | 'tls'
  /** It is no ZooKeeper. */
  | 'nonsense'
  /** It serves only those who take a read-only server. */
  | 'notReadOnly'
  | 'closed'
  | 'silent';

export interface AttemptFailure {
  readonly kind: FailureKind;
  readonly reason: string;
  /** Says more than we could: shown when this server is the only trouble. */
  readonly error?: ConnectionError;
}

/** To try again changes nothing about these: a list of servers that all fail so fails at once. */
const FINAL: ReadonlySet<FailureKind> = new Set(['refused', 'unknownHost', 'unreachable', 'tls', 'nonsense']);

/** What Node calls it, and what it is. */
const BY_SOCKET_CODE: Readonly<Record<string, AttemptFailure>> = {
  ECONNREFUSED: { kind: 'refused', reason: 'connection refused' },
  ENOTFOUND: { kind: 'unknownHost', reason: 'no such host' },
  EAI_AGAIN: { kind: 'unknownHost', reason: 'the name cannot be resolved now' },
  EHOSTUNREACH: { kind: 'unreachable', reason: 'no route to the host' },
  ENETUNREACH: { kind: 'unreachable', reason: 'the network is unreachable' },
  EADDRNOTAVAIL: { kind: 'unreachable', reason: 'the address cannot be reached from here' },
  ETIMEDOUT: { kind: 'silent', reason: 'no answer' },
  ECONNRESET: { kind: 'closed', reason: 'the server cut the connection' },
  EPIPE: { kind: 'closed', reason: 'the server cut the connection' },
};

export const CLOSED: AttemptFailure = { kind: 'closed', reason: 'the server closed the connection' };

export const CLOSED_SILENTLY: AttemptFailure = {
  kind: 'closed',
  reason: 'the server closed the connection without an answer',
};

/** With several addresses of one host Node throws one error for all; the first of them says it. */
export function explainSocketError(error: Error): AttemptFailure {
  const { code } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : BY_SOCKET_CODE[code];
  if (known !== undefined) {
    return known;
  }
  const [first] = error instanceof AggregateError ? (error.errors as Error[]) : [];
  return first === undefined ? { kind: 'closed', reason: error.message } : explainSocketError(first);
}

/** The last failure of each server. */
export class AttemptLog {
  readonly #failures = new Map<string, AttemptFailure>();
  readonly #serversCount: number;

  constructor(serversCount: number) {
    this.#serversCount = serversCount;
  }

  add(server: ServerAddress, failure: AttemptFailure): void {
    this.#failures.set(formatServer(server), failure);
  }

  /** For an attempt that was broken off: what an earlier one has shown says more. */
  addUnlessKnown(server: ServerAddress, failure: AttemptFailure): void {
    if (!this.#failures.has(formatServer(server))) {
      this.add(server, failure);
    }
  }

  clear(): void {
    this.#failures.clear();
  }

  /** Every server has failed in a way that stays. */
  get isHopeless(): boolean {
    return this.#failures.size >= this.#serversCount && this.#kinds.every((kind) => FINAL.has(kind));
  }

  /** Why there is no session. `waitedMs`: set when time ran out. */
  toError(waitedMs: number | null): ConnectionError {
    const entries = [...this.#failures];
    const attempts = entries.map(([server, { reason }]) => `${server}: ${reason}`);
    const [only] = entries;
    if (only !== undefined && entries.length === 1 && only[1].error !== undefined) {
      return only[1].error;
    }
    const said = attempts.length === 0 ? 'no server answered' : attempts.join('; ');
    const within = waitedMs === null ? '' : ` within ${waitedMs} ms`;
    return new ConnectionError(this.#code(), `cannot connect${within}: ${said}`, {
      attempts,
      ...(entries.length === 1 && only !== undefined ? { server: only[0] } : {}),
      ...this.#advice(),
      sessionOver: true,
    });
  }

  /** The code's own words speak of servers that refuse. */
  #advice(): { why?: string; hint?: string } {
    const kinds = this.#kinds;
    if (kinds.includes('nonsense')) {
      return {
        why: 'Perhaps something other than ZooKeeper listens there, or a TLS port was called without TLS.',
        hint: 'Check the address and the port; for TLS: --tls',
      };
    }
    return this.#code() === 'CONNECTREFUSED' && !kinds.every((kind) => kind === 'refused') ? { why: '' } : {};
  }

  #code(): ConnectionCode {
    const kinds = new Set(this.#kinds);
    const areAll = (kind: FailureKind): boolean => kinds.size === 1 && kinds.has(kind);
    if (kinds.has('tls')) return 'TLS';
    if (areAll('unknownHost')) return 'UNKNOWNHOST';
    if (areAll('notReadOnly')) return 'NOTREADONLY';
    return kinds.size > 0 && this.#kinds.every((kind) => FINAL.has(kind)) ? 'CONNECTREFUSED' : 'CONNECTTIMEOUT';
  }

  get #kinds(): FailureKind[] {
    return [...this.#failures.values()].map(({ kind }) => kind);
  }
}
