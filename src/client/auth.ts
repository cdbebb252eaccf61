/**
 * The credentials of a session: sent on each connection before all else, and again on the next, since a server forgets
 * them with the connection. Replies carry no number of their own (xid -4) and come in the order of sending.
 */
import { ProtocolError } from '../errors.js';
import { Deque } from './deque.js';
import type { Ending } from './exchange.js';
import type { InFlight } from './in-flight.js';
import { authFrame } from './priming.js';

/** As the library keeps it, and who waits until a server has taken it. */
export interface Credential {
  readonly scheme: string;
  readonly auth: Buffer;
  readonly waiting: InFlight<void>[];
}

export class Credentials {
  readonly kept: Credential[];
  readonly #sent = new Deque<Credential>();

  constructor(kept: Credential[]) {
    this.kept = kept;
  }

  /** Nothing that was sent on this connection waits for its reply. */
  get areAnswered(): boolean {
    return this.#sent.length === 0;
  }

  /** For a new connection: all of them. */
  frames(): Buffer[] {
    this.#sent.drain();
    return this.kept.map((credential) => this.send(credential));
  }

  send(credential: Credential): Buffer {
    this.#sent.push(credential);
    return authFrame({ scheme: credential.scheme, credential: credential.auth });
  }

  /** The next one sent has been answered with `code`. The scheme that was refused; null where it was taken. */
  answer(code: number): string | null {
    const credential = this.#sent.shift();
    if (credential === undefined) {
      throw new ProtocolError('a reply to a credential that was not sent', { record: 'ReplyHeader', field: 'xid' });
    }
    if (code !== 0) {
      return credential.scheme;
    }
    for (const request of credential.waiting.splice(0)) {
      request.succeed(undefined);
    }
    return null;
  }

  endAll({ code, why }: Ending): void {
    for (const credential of this.kept) {
      for (const request of credential.waiting.splice(0)) {
        request.end(code, why);
      }
    }
  }
}
