/**
 * Certificates and keys as the user gives them, checked before any connection: Node takes some mistakes silently (a CA
 * that is not PEM is no CA, a certificate without a key is not sent) and names others only in OpenSSL's words.
 */
import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { LocalError } from '../errors.js';
import type { TlsOptions } from './api.js';

export interface TlsMaterial {
  readonly context: SecureContext;
  /** Subjects of the CAs given; empty: the built-in ones. */
  readonly trusted: readonly string[];
  /** Ours; null where none is sent, and for PKCS12, which only a connection can open. */
  readonly certificate: { readonly subject: string; readonly validTo: string } | null;
}

type Kind = 'PEM' | 'JKS' | 'JCEKS' | 'DER' | 'empty' | 'unknown';

const JKS_TO_PKCS12 =
  'Convert it: keytool -importkeystore -srckeystore client.jks -destkeystore client.p12 -deststoretype PKCS12';
const JKS_TO_PEM = "Convert it: keytool -list -rfc -keystore trust.jks | sed -n '/BEGIN/,/END/p' > ca.pem";

/** @throws LocalError */
export function loadTlsMaterial(options: TlsOptions): TlsMaterial {
  const { ca, pkcs12, passphrase } = options;
  const trusted = ca === undefined ? [] : checkCa(ca);
  if (pkcs12 !== undefined) checkPkcs12(options, pkcs12);
  const pair = findPair(options);
  try {
    const context = createSecureContext({
      ...(ca === undefined ? {} : { ca }),
      ...(pair === null ? {} : pair),
      ...(pkcs12 === undefined ? {} : { pfx: pkcs12 }),
      ...(passphrase === undefined ? {} : { passphrase }),
    });
    const first = pair === null ? null : (certificatesOf(pair.cert)[0] ?? null);
    return {
      context,
      trusted,
      certificate: first === null ? null : { subject: oneLine(first.subject), validTo: first.validTo },
    };
  } catch (error) {
    throw pkcs12 === undefined ? explainPemError(error, options) : explainPkcs12Error(error, options);
  }
}

/** X509Certificate shows one attribute a line. */
export function oneLine(name: string): string {
  return name.trim().split('\n').reverse().join(',');
}

function checkCa(ca: Buffer): string[] {
  const kind = sniff(ca);
  if (kind === 'JKS' || kind === 'JCEKS') {
    throw new LocalError(`the CA file (--tls-ca) is a Java key store (${kind}), not PEM`, { hint: JKS_TO_PEM });
  }
  if (kind === 'DER') {
    throw new LocalError('the CA file (--tls-ca) is DER or PKCS12, not PEM', {
      why: 'Node takes CA certificates only as PEM text, which begins with -----BEGIN CERTIFICATE-----.',
      hint: 'Convert it: openssl x509 -inform der -in ca.der -out ca.pem; for a PKCS12 trust store: openssl pkcs12 -in trust.p12 -nokeys -out ca.pem',
    });
  }
  const certificates = kind === 'PEM' ? certificatesOf(ca, 'the CA file (--tls-ca)') : [];
  if (certificates.length > 0) return certificates.map(({ subject }) => oneLine(subject));
  throw new LocalError(`the CA file (--tls-ca) ${kind === 'empty' ? 'is empty' : 'holds no certificate'}`, {
    why: 'It must be PEM text with a part that begins with -----BEGIN CERTIFICATE-----.',
  });
}

function checkPkcs12({ cert, key }: TlsOptions, pkcs12: Buffer): void {
  if (cert !== undefined || key !== undefined) {
    throw new LocalError('a PKCS12 file (--tls-p12) and a certificate or key in PEM are both given', {
      why: 'Each of them is the client certificate; only one can be sent.',
      hint: 'Take either --tls-p12, or --tls-cert with --tls-key.',
    });
  }
  const kind = sniff(pkcs12);
  if (kind === 'JKS' || kind === 'JCEKS') {
    throw new LocalError(`the PKCS12 file (--tls-p12) is a Java key store (${kind})`, { hint: JKS_TO_PKCS12 });
  }
  if (kind === 'PEM') {
    throw new LocalError('the PKCS12 file (--tls-p12) is PEM', { hint: 'Give it as --tls-cert and --tls-key.' });
  }
  if (kind !== 'DER') {
    throw new LocalError(`the PKCS12 file (--tls-p12) ${kind === 'empty' ? 'is empty' : 'is not PKCS12'}`);
  }
}

/** Certificate and key, which may stand in one file; null where neither is given. */
function findPair({ cert, key }: TlsOptions): { cert: Buffer; key: Buffer } | null {
  const given = cert ?? key;
  if (given === undefined) return null;
  if (cert !== undefined && key !== undefined) {
    requirePem(cert, 'the certificate file (--tls-cert)');
    requirePem(key, 'the key file (--tls-key)');
    return { cert, key };
  }
  const [what, missing, option] =
    cert === undefined
      ? (['the key file (--tls-key)', 'certificate', '--tls-cert'] as const)
      : (['the certificate file (--tls-cert)', 'private key', '--tls-key'] as const);
  requirePem(given, what);
  const text = given.toString('latin1');
  if (/-----BEGIN [A-Z ]*CERTIFICATE-----/.test(text) && /-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) {
    return { cert: given, key: given };
  }
  throw new LocalError(`${what} is given without a ${missing}`, {
    why: `A client certificate is sent only together with its key, and ${what} does not hold both.`,
    hint: `Give the ${missing} too: ${option} FILE`,
  });
}

function requirePem(contents: Buffer, what: string): void {
  const kind = sniff(contents);
  if (kind === 'PEM') return;
  if (kind === 'JKS' || kind === 'JCEKS') {
    throw new LocalError(`${what} is a Java key store (${kind}), not PEM`, {
      hint: `${JKS_TO_PKCS12} and give client.p12 as --tls-p12`,
    });
  }
  throw new LocalError(
    `${what} ${kind === 'empty' ? 'is empty' : `is ${kind === 'DER' ? 'DER or PKCS12' : 'something else'}, not PEM`}`,
    {
      why: 'PEM is text that begins with -----BEGIN.',
      ...(kind === 'DER' ? { hint: 'If it is PKCS12, give it as --tls-p12.' } : {}),
    },
  );
}

function certificatesOf(pem: Buffer, what = 'the certificate file (--tls-cert)'): X509Certificate[] {
  const blocks = pem.toString('latin1').match(/-----BEGIN ([A-Z ]*CERTIFICATE)-----[\s\S]*?-----END \1-----/g) ?? [];
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw new LocalError(`${what}: certificate ${index + 1} of ${blocks.length} is damaged`, { cause: error });
    }
  });
}

/** By the first bytes, as `file` would. */
function sniff(contents: Buffer): Kind {
  if (contents.length === 0) return 'empty';
  const magic = contents.length >= 4 ? contents.readUInt32BE(0) : 0;
  if (magic === 0xfeedfeed) return 'JKS';
  if (magic === 0xcececece) return 'JCEKS';
  if (contents.includes('-----BEGIN ')) return 'PEM';
  return contents[0] === 0x30 && (contents[1] ?? 0) >= 0x80 ? 'DER' : 'unknown';
}

function explainPkcs12Error(error: unknown, { passphrase }: TlsOptions): LocalError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (/mac verify failure/.test(message)) {
    const why =
      passphrase === undefined ? 'needs a passphrase, and none was given' : 'does not open with the passphrase given';
    return new LocalError(`the PKCS12 file (--tls-p12) ${why}`, {
      hint: 'Put it into a file and name that: --tls-passphrase-file FILE',
      cause: error,
    });
  }
  if (code === 'ERR_CRYPTO_UNSUPPORTED_OPERATION' || /unsupported/i.test(message)) {
    return new LocalError('the PKCS12 file (--tls-p12) is encrypted in an old way (RC2 or 3DES)', {
      why: 'OpenSSL 3 has put RC2 and 3DES aside; old versions of keytool and openssl wrote them.',
      hint: 'Convert it: openssl pkcs12 -legacy -in old.p12 -nodes -out client.pem, then --tls-cert client.pem; or set NODE_OPTIONS=--openssl-legacy-provider',
      cause: error,
    });
  }
  if (/private key/i.test(message)) {
    return new LocalError('the PKCS12 file (--tls-p12) has no private key', {
      why: 'It is a trust store: it can tell which servers to trust, but not who we are.',
      hint: 'As a trust store: openssl pkcs12 -in trust.p12 -nokeys -out ca.pem, then --tls-ca ca.pem',
      cause: error,
    });
  }
  return new LocalError(`the PKCS12 file (--tls-p12) cannot be read: ${message}`, { cause: error });
}

function explainPemError(error: unknown, { passphrase }: TlsOptions): LocalError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (code === 'ERR_OSSL_X509_KEY_VALUES_MISMATCH' || /key values mismatch/.test(message)) {
    return new LocalError('the key (--tls-key) does not belong to the certificate (--tls-cert)', {
      why: 'The certificate was made for another key. Where a file holds a chain, our own certificate must stand first.',
      hint: 'Compare: openssl x509 -pubkey -noout -in cert.pem; openssl pkey -pubout -in key.pem',
      cause: error,
    });
  }
  if (
    /BAD_DECRYPT|BAD_PASSWORD_READ|MISSING_PASSPHRASE|INTERRUPTED_OR_CANCELLED/.test(code) ||
    /bad decrypt|passphrase/i.test(message)
  ) {
    const why =
      passphrase === undefined
        ? 'is encrypted, and no passphrase was given'
        : 'does not open with the passphrase given';
    return new LocalError(`the key (--tls-key) ${why}`, {
      hint: 'Put the passphrase into a file and name that: --tls-passphrase-file FILE',
      cause: error,
    });
  }
  return new LocalError(`the certificate (--tls-cert) or the key (--tls-key) cannot be read: ${message}`, {
    why: 'Both must be PEM: -----BEGIN CERTIFICATE----- and -----BEGIN PRIVATE KEY-----.',
    cause: error,
  });
}
