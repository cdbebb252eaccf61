/**
 * Who a connection is: auth packets (op 100), client certificates, and what must be shown before anything is served. SASL,
 * an exchange of its own, is sasl-exchange.ts. Follows ProviderRegistry, the providers of server.auth and
 * AuthenticationHelper (3.9).
 */
import { createHash, getHashes } from 'node:crypto';
import { UsageError } from '../../errors.js';
import type { Identity } from '../engine/peer.js';
import type { Settings, SettingValues } from '../settings/settings.js';

/** `closed`: the connection ends without a reply. */
export type AuthResult =
  | { readonly kind: 'ok'; readonly identities: readonly Identity[] }
  | { readonly kind: 'failed' }
  | { readonly kind: 'closed' };

/** What is known of whoever authenticates. */
export interface Applicant {
  readonly remoteAddress: string;
  /** Subject of a verified client certificate, in Java's spelling; null: none was shown. */
  readonly certificateSubject: string | null;
}

const FAILED: AuthResult = { kind: 'failed' };
export const SUPER: Identity = { scheme: 'super', id: '' };

export class Authentication {
  /** Accounts of SASL: user to password; null: no SASL is configured. */
  readonly saslUsers: ReadonlyMap<string, string> | null;
  /** Schemes that ACLs may name, besides world, auth, digest and ip. */
  readonly aclSchemes: ReadonlySet<string>;
  readonly #values: SettingValues;
  readonly #hash: string;
  readonly #ensembleNames: readonly string[] | null;
  readonly #superUsers: ReadonlySet<string>;
  /** Null: nothing is enforced. */
  readonly #enforcedSchemes: ReadonlySet<string> | null;

  /**
   * @param hasTls a port that takes TLS is open: then scheme x509 exists
   * @throws UsageError where what must be shown cannot be shown here, or a hash is unknown
   */
  constructor(settings: Settings, saslUsers: Readonly<Record<string, string>>, hasTls: boolean) {
    const { values, given } = settings;
    this.#values = values;
    const superPassword = values['SASLAuthenticationProvider.superPassword'];
    const accounts = new Map(Object.entries(saslUsers));
    if (superPassword !== null && accounts.size > 0) {
      accounts.set('super', superPassword);
    }
    this.saslUsers = accounts.size > 0 ? accounts : null;
    this.#hash = hashName(values['DigestAuthenticationProvider.digestAlg']);
    const providers = [...given].flatMap(([name, value]) => (name.startsWith('authProvider.') ? [value] : []));
    this.aclSchemes = new Set([
      ...(this.saslUsers !== null || providers.some((name) => name.includes('SASLAuthenticationProvider'))
        ? ['sasl']
        : []),
      ...(hasTls || providers.some((name) => name.includes('X509AuthenticationProvider')) ? ['x509'] : []),
      ...(providers.some((name) => name.includes('EnsembleAuthenticationProvider')) ? ['ensemble'] : []),
    ]);
    const names = values.ensembleAuthName;
    this.#ensembleNames = names === null ? null : names.split(',').map((name) => name.trim());
    this.#superUsers = new Set([...given].flatMap(([name, value]) => (/^superUser(\.|$)/.test(name) ? [value] : [])));
    this.#enforcedSchemes = this.#readEnforcedSchemes();
  }

  /** Scheme digest can be switched off. */
  #isScheme(scheme: string): boolean {
    return (
      scheme === 'ip' ||
      (scheme === 'digest' ? this.#values['DigestAuthenticationProvider.enabled'] : this.aclSchemes.has(scheme))
    );
  }

  #readEnforcedSchemes(): ReadonlySet<string> | null {
    const isEnforced = this.#values['enforce.auth.enabled'];
    const list = this.#values['enforce.auth.schemes'];
    if (this.#values.sessionRequireClientSASLAuth) {
      // The original registers the scheme with its login module.
      return new Set(['sasl']);
    }
    if (!isEnforced) {
      return null;
    }
    const schemes = (list ?? '').split(',').map((scheme) => scheme.trim());
    const missing = schemes.find((scheme) => !this.#isScheme(scheme));
    if (list === null || missing !== undefined) {
      throw new UsageError(
        list === null
          ? 'enforce.auth.enabled is true: enforce.auth.schemes must be set too'
          : `enforce.auth.schemes: the scheme ${missing} is not available`,
        {
          why: 'A real server does not start with that either.',
          hint: 'Schemes: digest, ip, sasl (with an account), x509 (with secureClientPort). For example: enforce.auth.schemes=digest',
        },
      );
    }
    return new Set(schemes);
  }

  get isSaslRequired(): boolean {
    return this.#enforcedSchemes?.has('sasl') ?? false;
  }

  /** Whether requests are served to who has these identities. */
  isServed(identities: readonly Identity[]): boolean {
    const schemes = this.#enforcedSchemes;
    return schemes === null || identities.some(({ scheme }) => schemes.has(scheme));
  }

  /** An auth packet. `failed` is answered with -115 and the end of the connection. */
  authenticate(scheme: string | null, credentials: Buffer | null, applicant: Applicant): AuthResult {
    if (scheme === null || !this.#isScheme(scheme)) {
      return FAILED;
    }
    switch (scheme) {
      case 'ip':
        return { kind: 'ok', identities: [{ scheme: 'ip', id: applicant.remoteAddress }] };
      case 'digest':
        return credentials === null ? FAILED : { kind: 'ok', identities: this.digestIdentities(credentials) };
      case 'x509':
        return applicant.certificateSubject === null
          ? FAILED
          : { kind: 'ok', identities: this.certificateIdentities(applicant.certificateSubject) };
      case 'ensemble':
        return this.#checkEnsembleName(credentials);
      default:
        return FAILED;
    }
  }

  /** DigestAuthenticationProvider.handleAuthentication. */
  digestIdentities(credentials: Buffer): Identity[] {
    const text = credentials.toString('utf8');
    const colon = text.indexOf(':');
    const user = colon < 0 ? text : text.slice(0, colon);
    const id = `${user}:${createHash(this.#hash).update(text, 'utf8').digest('base64')}`;
    const isSuper = id === this.#values['DigestAuthenticationProvider.superDigest'];
    return isSuper ? [SUPER, { scheme: 'digest', id }] : [{ scheme: 'digest', id }];
  }

  /** X509AuthenticationProvider.handleAuthentication, the certificate being verified. */
  certificateIdentities(subject: string): Identity[] {
    const isSuper = subject === this.#values['X509AuthenticationProvider.superUser'];
    return isSuper ? [SUPER, { scheme: 'x509', id: subject }] : [{ scheme: 'x509', id: subject }];
  }

  /** ZooKeeperServer.processSasl, once the exchange is complete. */
  saslIdentities(user: string): Identity[] {
    return this.#superUsers.has(user) ? [{ scheme: 'sasl', id: user }, SUPER] : [{ scheme: 'sasl', id: user }];
  }

  /** A wrong name closes the connection, so that the client looks for another ensemble. */
  #checkEnsembleName(credentials: Buffer | null): AuthResult {
    const isRight =
      this.#ensembleNames === null ||
      credentials === null ||
      credentials.length === 0 ||
      this.#ensembleNames.includes(credentials.toString('utf8'));
    return isRight ? { kind: 'ok', identities: [] } : { kind: 'closed' };
  }
}

/** Java's name of a hash as Node's: SHA1, SHA-256, SHA3-256. @throws UsageError */
function hashName(algorithm: string): string {
  const wanted = algorithm.toLowerCase().replace(/^sha-/, 'sha');
  if (!getHashes().some((name) => name.toLowerCase() === wanted)) {
    throw new UsageError(`DigestAuthenticationProvider.digestAlg=${algorithm}: unknown hash`, {
      hint: 'For example: SHA1, SHA-256, SHA-512, SHA3-256',
    });
  }
  return wanted;
}
