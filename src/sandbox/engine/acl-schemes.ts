/** ACL schemes: which ids an entry may have, and whom it means. Follows the providers in server.auth (3.9.5). */
import type { EngineSettings } from './engine.js';
import { isIpExpression, matchesIp } from './ip-address.js';

export interface AclScheme {
  /** Whether `auth` in an ACL stands for identities of this scheme. */
  readonly isAuthenticated: boolean;
  isValid(id: string): boolean;
  /** Whether an identity of this scheme is meant by an entry of it. */
  matches(identity: string, entryId: string, settings: EngineSettings): boolean;
}

const SCHEMES: Readonly<Record<string, AclScheme>> = {
  /** IPAuthenticationProvider */
  ip: { isAuthenticated: false, isValid: isIpExpression, matches: matchesIp },
  /** DigestAuthenticationProvider */
  digest: {
    isAuthenticated: true,
    isValid: (id) => splitJava(id, ':').length === 2,
    matches: (identity, entryId) => identity === entryId,
  },
  /** SASLAuthenticationProvider */
  sasl: {
    isAuthenticated: true,
    isValid: isKerberosName,
    matches: (identity, entryId, settings) =>
      identity === 'super' || identity === entryId || entryId === settings.letAnySaslUserDoX,
  },
  /** X509AuthenticationProvider */
  x509: {
    isAuthenticated: true,
    isValid: isDistinguishedName,
    matches: (identity, entryId, settings) => identity === settings.x509SuperUser || identity === entryId,
  },
};

/** undefined: no provider of that name. world, auth and super have none: they are no schemes but special cases. */
export function findScheme(name: string, settings: EngineSettings): AclScheme | undefined {
  const isThere =
    name === 'ip' || (name === 'digest' ? settings.digestSchemeEnabled !== false : settings.aclSchemes.has(name));
  return isThere && Object.hasOwn(SCHEMES, name) ? SCHEMES[name] : undefined;
}

/** String.split with one character: empty pieces at the end are dropped, those before are not. */
function splitJava(text: string, separator: string): string[] {
  const pieces = text.split(separator);
  if (pieces.length === 1) {
    return pieces;
  }
  while (pieces.at(-1) === '') {
    pieces.pop();
  }
  return pieces;
}

/** KerberosName: `name`, `service@realm`, `service/host@realm`; pieces may be empty. */
function isKerberosName(id: string): boolean {
  return !id.includes('@') || /^[^/@]*(?:\/[^/@]*)?@[^/@]*$/.test(id);
}

/** As far as X500Principal looks at the form: `CN=a, O=b+OU=c`, or nothing at all. */
function isDistinguishedName(id: string): boolean {
  return /^\s*$/.test(id) || /^(?:\s*[a-z0-9.-]+\s*=(?:\\.|"(?:\\.|[^"\\])*"|[^\\",;+])*(?:[,;+](?=.)|$))+$/i.test(id);
}
