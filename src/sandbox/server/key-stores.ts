/**
 * The files that ssl.* settings name: keys and certificates as Node's TLS takes them. PEM and PKCS12; Java's own JKS is
 * refused with the way out. Reads files once, at the start, so that what is wrong with them is said then.
 */
import { readFileSync } from 'node:fs';
import { LocalError } from '../../errors.js';
import type { SandboxTls } from '../sandbox.js';
import type { SettingValues } from '../settings/settings.js';

/** What secureClientPort needs. */
export interface KeyMaterial {
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly pfx?: Buffer;
  readonly passphrase?: string;
  /** null: those that the system trusts. */
  readonly clientCa: string | Buffer | null;
}

type StoreKind = 'PEM' | 'PKCS12';

/** @throws LocalError a file that is missing, of another kind, or not set */
export function readKeyMaterial(values: SettingValues, given: SandboxTls | undefined): KeyMaterial {
  if (given !== undefined) {
    return { cert: given.cert, key: given.key, clientCa: given.clientCa ?? null };
  }
  const location = values['ssl.keyStore.location'];
  if (location === null) {
    throw new LocalError('TLS needs a key and a certificate: ssl.keyStore.location is not set', {
      hint: 'For example: --set ssl.keyStore.location=server.pem --set ssl.trustStore.location=ca.pem',
    });
  }
  const bytes = readStore('ssl.keyStore.location', location);
  const kind = kindOf(location, values['ssl.keyStore.type'], bytes, 'key store');
  const password = readPassword(values['ssl.keyStore.password'], values['ssl.keyStore.passwordPath']);
  const passphrase = password === null ? {} : { passphrase: password };
  const clientCa = readTrustStore(values);
  return kind === 'PEM'
    ? { cert: bytes, key: bytes, ...passphrase, clientCa }
    : { pfx: bytes, ...passphrase, clientCa };
}

function readTrustStore(values: SettingValues): Buffer | null {
  const location = values['ssl.trustStore.location'];
  if (location === null) {
    return null;
  }
  const bytes = readStore('ssl.trustStore.location', location);
  if (kindOf(location, values['ssl.trustStore.type'], bytes, 'trust store') === 'PKCS12') {
    throw new LocalError(`${location}: a trust store must be PEM here`, {
      why: 'Node cannot read certificates out of a PKCS12 file that has no key.',
      hint: `keytool -list -rfc -keystore ${location} | sed -n '/BEGIN/,/END/p' > ca.pem`,
    });
  }
  return bytes;
}

function readStore(setting: string, location: string): Buffer {
  try {
    return readFileSync(location);
  } catch (error) {
    throw new LocalError(`${setting}: cannot read ${location}: ${(error as Error).message}`, { cause: error });
  }
}

/** A file with the password counts more than the password itself, as in ZooKeeper. */
function readPassword(password: string | null, path: string | null): string | null {
  return path === null
    ? password
    : readStore('passwordPath', path)
        .toString('utf8')
        .replace(/\r?\n$/, '');
}

/** By what it says it is, else by the ending of its name; then by how it begins. */
function kindOf(location: string, type: string | null, bytes: Buffer, what: string): StoreKind {
  const magic = bytes.subarray(0, 4).toString('hex');
  if (magic === 'feedfeed' || magic === 'cececece') {
    throw new LocalError(`${location}: a Java key store (JKS), which only Java reads`, {
      why: `A ${what} must be PEM or PKCS12 here.`,
      hint: `keytool -importkeystore -srckeystore ${location} -destkeystore ${location.replace(/\.\w+$/, '')}.p12 -deststoretype PKCS12`,
    });
  }
  const named = (type ?? /\.(\w+)$/.exec(location)?.[1] ?? '').toUpperCase();
  if (named === 'PEM' || bytes.includes('-----BEGIN ')) {
    return 'PEM';
  }
  if (['P12', 'PKCS12', 'PFX'].includes(named) || bytes[0] === 0x30) {
    return 'PKCS12';
  }
  throw new LocalError(`${location}: neither PEM nor PKCS12`, {
    hint: 'PEM files have lines such as -----BEGIN CERTIFICATE-----',
  });
}
