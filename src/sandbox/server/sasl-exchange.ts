/**
 * DIGEST-MD5, the server's side: a challenge, and the check of the answer to it (RFC 2831, qop auth). Follows the JDK's
 * DigestMD5Server as ZooKeeperSaslServer uses it: realm and host are always `zk-sasl-md5`, authzid is taken and ignored.
 */
import { createHash } from 'node:crypto';

const REALM = 'zk-sasl-md5';
const DIGEST_URI = `zookeeper/${REALM}`;
/** Bytes of a nonce, before they are written in base64. */
const NONCE_BYTES = 30;

export type SaslStep =
  | { readonly kind: 'continue'; readonly token: Buffer }
  | { readonly kind: 'done'; readonly token: Buffer; readonly user: string }
  | { readonly kind: 'failed' };

/** One exchange, of one connection. */
export class SaslExchange {
  readonly #passwordOf: (user: string) => string | undefined;
  readonly #random: () => number;
  #nonce: string | null = null;
  #isOver = false;

  /** @param random in [0, 1), for the nonce */
  constructor(passwordOf: (user: string) => string | undefined, random: () => number) {
    this.#passwordOf = passwordOf;
    this.#random = random;
  }

  /** Nothing may follow a success: the original throws, and closes the connection. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The first token starts it, whatever it holds; the second is the answer. */
  step(token: Buffer): SaslStep {
    if (this.#nonce === null) {
      const bytes = Buffer.from(Array.from({ length: NONCE_BYTES }, () => Math.floor(this.#random() * 256)));
      this.#nonce = bytes.toString('base64');
      const challenge = `realm="${REALM}",nonce="${this.#nonce}",charset=utf-8,algorithm=md5-sess`;
      return { kind: 'continue', token: Buffer.from(challenge, 'utf8') };
    }
    const answer = readDirectives(token);
    const nonce = this.#nonce;
    this.#nonce = null;
    return answer === null ? { kind: 'failed' } : this.#check(answer, nonce);
  }

  #check(answer: ReadonlyMap<string, string>, nonce: string): SaslStep {
    const user = answer.get('username');
    const cnonce = answer.get('cnonce');
    const isRight =
      user !== undefined &&
      cnonce !== undefined &&
      answer.get('realm') === REALM &&
      answer.get('nonce') === nonce &&
      answer.get('digest-uri') === DIGEST_URI &&
      (answer.get('nc') ?? '00000001') === '00000001' &&
      (answer.get('qop') ?? 'auth') === 'auth';
    const password = isRight ? this.#passwordOf(user) : undefined;
    if (!isRight || password === undefined) {
      return { kind: 'failed' };
    }
    const session = { user, password, nonce, cnonce, authzid: answer.get('authzid') };
    if (answer.get('response') !== digestResponse(session, `AUTHENTICATE:${DIGEST_URI}`)) {
      return { kind: 'failed' };
    }
    this.#isOver = true;
    const rspauth = `rspauth=${digestResponse(session, `:${DIGEST_URI}`)}`;
    return { kind: 'done', token: Buffer.from(rspauth, 'utf8'), user };
  }
}

interface DigestFacts {
  readonly user: string;
  readonly password: string;
  readonly nonce: string;
  readonly cnonce: string;
  readonly authzid: string | undefined;
}

function digestResponse({ user, password, nonce, cnonce, authzid }: DigestFacts, a2: string): string {
  const secret = md5(hashable(`${user}:${REALM}:${password}`, [user, password]));
  const rest = `:${nonce}:${cnonce}${authzid === undefined ? '' : `:${authzid}`}`;
  const a1 = Buffer.concat([secret, Buffer.from(rest, 'utf8')]);
  return hex(`${hex(a1)}:${nonce}:00000001:${cnonce}:auth:${hex(a2)}`);
}

/** ISO 8859-1 where all characters fit, else UTF-8. */
function hashable(text: string, parts: readonly string[]): Buffer {
  return Buffer.from(text, parts.every((part) => /^[\u0000-\u00ff]*$/.test(part)) ? 'latin1' : 'utf8');
}

function md5(bytes: Buffer | string): Buffer {
  return createHash('md5').update(bytes).digest();
}

function hex(bytes: Buffer | string): string {
  return md5(bytes).toString('hex');
}

/** `name=value,name="quoted \" value"`; null: it is none, or a name comes twice. */
function readDirectives(token: Buffer): Map<string, string> | null {
  const text = token.includes('charset=utf-8') ? token.toString('utf8') : token.toString('latin1');
  const directives = new Map<string, string>();
  const pattern = /\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^",\s]*))\s*(?:,|$)/suy;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    const [, name, quoted, plain = ''] = match ?? [];
    if (name === undefined || directives.has(name)) {
      return null;
    }
    directives.set(name, quoted === undefined ? plain : quoted.replace(/\\(.)/gsu, '$1'));
  }
  return directives;
}
