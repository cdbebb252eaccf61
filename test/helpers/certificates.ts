/**
 * Certificates for tests, made anew in each run: nothing in the repository can expire or be taken for a secret. By
 * node-forge, so that no machine needs openssl.
 */
import { generateKeyPairSync } from 'node:crypto';
import { isIP } from 'node:net';
import forge from 'node-forge';

export interface CertificateOptions {
  /** Attributes, most general first: `[['C', 'CN'], ['CN', 'alice']]`. */
  readonly subject: readonly (readonly [name: string, value: string])[];
  /** null: self-signed. */
  readonly issuer?: Issued | null;
  readonly isCa?: boolean;
  /** Names and addresses it is for. */
  readonly names?: readonly string[];
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

export interface Issued {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  readonly forged: { readonly certificate: ReturnType<typeof forge.pki.createCertificate>; readonly key: unknown };
}

const DAY_MS = 86_400_000;

let serial = 0;

export function issue(options: CertificateOptions): Issued {
  const { subject, issuer = null, isCa = false, names = [] } = options;
  const pair = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  const key = forge.pki.privateKeyFromPem(pair.privateKey);
  const certificate = forge.pki.createCertificate();
  serial += 1;
  certificate.serialNumber = `01${serial.toString(16).padStart(4, '0')}`;
  certificate.publicKey = forge.pki.publicKeyFromPem(pair.publicKey);
  certificate.validity.notBefore = options.validFrom ?? new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = options.validTo ?? new Date(Date.now() + 30 * DAY_MS);
  certificate.setSubject(subject.map(attribute));
  certificate.setIssuer(issuer === null ? subject.map(attribute) : issuer.forged.certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: isCa, critical: true },
    ...(isCa ? [{ name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true }] : []),
    ...(names.length === 0 ? [] : [{ name: 'subjectAltName', altNames: names.map(altName) }]),
  ]);
  certificate.sign(issuer === null ? key : issuer.forged.key, forge.md.sha256.create());
  return {
    cert: forge.pki.certificateToPem(certificate).replaceAll('\r\n', '\n'),
    key: pair.privateKey,
    forged: { certificate, key },
  };
}

/** A key store: our key, our certificate, and those of `chain`. */
export function pkcs12(own: Issued, chain: readonly Issued[], password: string): Buffer {
  const certificates = [own, ...chain].map(({ forged }) => forged.certificate);
  const asn1 = forge.pkcs12.toPkcs12Asn1(own.forged.key, certificates, password, {
    algorithm: 'aes256',
    friendlyName: 'own',
  });
  return Buffer.from(forge.asn1.toDer(asn1).getBytes(), 'latin1');
}

function attribute([name, value]: readonly [string, string]): object {
  const isEmail = name === 'emailAddress';
  return {
    ...(isEmail ? { type: forge.pki.oids.emailAddress } : { shortName: name }),
    value,
    // IA5String for the address, as every CA does; UTF8String for the rest.
    valueTagClass: isEmail ? 22 : 12,
  };
}

function altName(name: string): object {
  return isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name };
}
