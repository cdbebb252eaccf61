/** Every mistake in certificate files is named before a connection is made. */
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TlsOptions } from '../../src/client/api.js';
import { loadTlsMaterial } from '../../src/client/tls-material.js';
import type { LocalError } from '../../src/errors.js';
import { issue, pkcs12 } from '../helpers/certificates.js';

const ca = issue({
  subject: [
    ['O', 'Acme'],
    ['CN', 'Test CA'],
  ],
  isCa: true,
});
const alice = issue({ subject: [['CN', 'alice']], issuer: ca });
const bob = issue({ subject: [['CN', 'bob']], issuer: ca });

const pem = (...parts: string[]): Buffer => Buffer.from(parts.join('\n'));
const der = (text: string): Buffer => Buffer.from(text.replace(/-----.*-----|\s/g, ''), 'base64');
const fixture = (name: string): Buffer => readFileSync(new URL(`fixtures/${name}`, import.meta.url));
const encrypted = (type: 'pkcs1' | 'pkcs8'): Buffer =>
  Buffer.from(
    createPrivateKey(alice.key).export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }) as string,
  );

/** Java's magic number, version 2, no entries. */
const JKS = Buffer.from('feedfeed0000000200000000', 'hex');
const JCEKS = Buffer.from('cececece0000000200000000', 'hex');

describe('what is right is loaded', () => {
  test.each<[string, TlsOptions]>([
    ['nothing at all', {}],
    ['a CA', { ca: pem(ca.cert) }],
    ['several CAs with text between them', { ca: pem('# ours', ca.cert, 'other words', alice.cert) }],
    ['certificate and key', { cert: pem(alice.cert), key: pem(alice.key) }],
    ['certificate with chain, and key', { cert: pem(alice.cert, ca.cert), key: pem(alice.key) }],
    ['certificate and key in one file', { cert: pem(alice.key, alice.cert) }],
    ['certificate and key in one file, given as key', { key: pem(alice.cert, alice.key) }],
    ['an encrypted PKCS#8 key', { cert: pem(alice.cert), key: encrypted('pkcs8'), passphrase: 'secret' }],
    ['an encrypted traditional key', { cert: pem(alice.cert), key: encrypted('pkcs1'), passphrase: 'secret' }],
    ['PKCS12', { pkcs12: pkcs12(alice, [ca], 'secret'), passphrase: 'secret' }],
    ['PKCS12 and a CA', { pkcs12: pkcs12(alice, [], 'secret'), passphrase: 'secret', ca: pem(ca.cert) }],
  ])('%s', (_, options) => {
    expect(() => loadTlsMaterial(options)).not.toThrow();
  });

  test('with the names that explanations need', () => {
    const material = loadTlsMaterial({ ca: pem(ca.cert), cert: pem(alice.cert), key: pem(alice.key) });
    expect(material.trusted).toEqual(['CN=Test CA,O=Acme']);
    expect(material.certificate?.subject).toBe('CN=alice');
  });
});

describe('what is wrong is explained', () => {
  test.each<[string, TlsOptions, RegExp]>([
    ['a CA in DER', { ca: der(ca.cert) }, /--tls-ca\) is DER or PKCS12, not PEM.*openssl x509 -inform der/s],
    ['a CA in JKS', { ca: JKS }, /--tls-ca\) is a Java key store \(JKS\).*keytool -list -rfc/s],
    ['a CA in PKCS12', { ca: fixture('no-key.p12') }, /openssl pkcs12 -in trust.p12 -nokeys/],
    ['a CA that is garbage', { ca: Buffer.from('hello') }, /--tls-ca\) holds no certificate/],
    ['a CA that is a key', { ca: pem(alice.key) }, /--tls-ca\) holds no certificate/],
    ['an empty CA', { ca: Buffer.alloc(0) }, /--tls-ca\) is empty/],
    [
      'a damaged CA behind a sound one',
      { ca: pem(ca.cert, alice.cert.replace(/\n.{20}/, '\n')) },
      /certificate 2 of 2 is damaged/,
    ],
    ['a certificate without key', { cert: pem(alice.cert) }, /--tls-cert\) is given without a private key.*--tls-key/s],
    ['a key without certificate', { key: pem(alice.key) }, /--tls-key\) is given without a certificate.*--tls-cert/s],
    ['another key', { cert: pem(alice.cert), key: pem(bob.key) }, /does not belong to the certificate.*-pubkey/s],
    ['a chain in the wrong order', { cert: pem(ca.cert, alice.cert), key: pem(alice.key) }, /must stand first/],
    ['certificate and key swapped', { cert: pem(alice.key), key: pem(alice.cert) }, /cannot be read/],
    [
      'a certificate in DER',
      { cert: der(alice.cert), key: pem(alice.key) },
      /--tls-cert\) is DER or PKCS12.*--tls-p12/s,
    ],
    ['a key in JKS', { cert: pem(alice.cert), key: JKS }, /--tls-key\) is a Java key store.*client\.p12/s],
    ['an encrypted key without passphrase', { cert: pem(alice.cert), key: encrypted('pkcs8') }, /is encrypted, and no/],
    ['the same, traditional', { cert: pem(alice.cert), key: encrypted('pkcs1') }, /is encrypted, and no passphrase/],
    [
      'a wrong passphrase of a key',
      { cert: pem(alice.cert), key: encrypted('pkcs8'), passphrase: 'wrong' },
      /does not open with the passphrase.*--tls-passphrase-file/s,
    ],
    [
      'PKCS12 without passphrase',
      { pkcs12: pkcs12(alice, [], 'secret') },
      /needs a passphrase.*--tls-passphrase-file/s,
    ],
    [
      'PKCS12 with a wrong passphrase',
      { pkcs12: pkcs12(alice, [], 'secret'), passphrase: 'wrong' },
      /does not open with the passphrase/,
    ],
    ['PKCS12 in RC2', { pkcs12: fixture('rc2.p12'), passphrase: 'old' }, /RC2 or 3DES.*openssl pkcs12 -legacy/s],
    ['PKCS12 without key', { pkcs12: fixture('no-key.p12'), passphrase: 'old' }, /no private key.*-nokeys.*--tls-ca/s],
    ['JKS as PKCS12', { pkcs12: JKS, passphrase: 'x' }, /Java key store \(JKS\).*keytool -importkeystore/s],
    ['JCEKS as PKCS12', { pkcs12: JCEKS }, /Java key store \(JCEKS\)/],
    ['PEM as PKCS12', { pkcs12: pem(alice.cert, alice.key) }, /--tls-p12\) is PEM.*--tls-cert/s],
    ['garbage as PKCS12', { pkcs12: Buffer.from('hello') }, /is not PKCS12/],
    ['DER that is no PKCS12', { pkcs12: der(alice.cert), passphrase: '' }, /--tls-p12\) cannot be read/],
    ['nothing as PKCS12', { pkcs12: Buffer.alloc(0) }, /is empty/],
    ['two client certificates', { pkcs12: JKS, cert: pem(alice.cert) }, /are both given.*either --tls-p12/s],
  ])('%s', (_, options, message) => {
    const error = complaint(options);
    expect(error.kind).toBe('local');
    expect(`${error.message}\n${error.why}\n${error.hint}`).toMatch(message);
  });

  test('without telling a passphrase', () => {
    const error = complaint({ pkcs12: pkcs12(alice, [], 'secret'), passphrase: 'my-passphrase' });
    expect(`${error.message}${error.why}${error.hint}${error.stack}`).not.toContain('my-passphrase');
  });
});

function complaint(options: TlsOptions): LocalError {
  try {
    loadTlsMaterial(options);
  } catch (error) {
    return error as LocalError;
  }
  throw new Error('it was loaded');
}
