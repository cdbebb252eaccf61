/**
 * What TLS errors of a socket mean in words. Two tables: verdicts on the server's certificate (Node's codes, during the
 * handshake) and alerts (the server's verdict on us; in TLS 1.3 they come after `secureConnect`). Alert codes are told
 * by their end, because OpenSSL 3.2 changed what stands before it.
 */
import type { PeerCertificate } from 'node:tls';
import { ConnectionError, type ConnectionFacts } from '../errors.js';
import type { TlsOptions } from './api.js';

export interface OurCertificate {
  readonly subject: unknown;
  readonly validTo?: string;
  readonly valid_to?: string;
}

export interface TlsErrorScene {
  /** `host:port`. */
  readonly server: string;
  readonly host: string;
  readonly options: TlsOptions;
  /** Whether the handshake had ended on our side. */
  readonly isSecured: boolean;
  readonly ours: OurCertificate | null;
  /** Subjects of the CAs that were given. */
  readonly trusted: readonly string[];
  readonly serverCertificate: () => Promise<PeerCertificate | null>;
  readonly speaksPlain: () => Promise<boolean>;
}

interface Explanation {
  readonly what: string;
  readonly why?: string;
  readonly hint?: string;
}

/** null where the error is not about TLS. */
export async function explainTlsError(error: Error, scene: TlsErrorScene): Promise<ConnectionError | null> {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const explanation =
    (await explainVerdict(code, error, scene)) ??
    explainAlert(/ALERT_([A-Z_0-9]+)$/.exec(code)?.[1] ?? '', scene) ??
    (await explainWrongPort(code, message, scene)) ??
    (/^ERR_(SSL|TLS|OSSL)_/.test(code) ? { what: `TLS failed: ${message}` } : null);
  if (explanation === null) return null;
  const { what, why, hint } = explanation;
  const facts: ConnectionFacts = {
    server: scene.server,
    cause: error,
    // Said of a first connection only: there is no session, and will be none.
    sessionOver: true,
    ...(why === undefined ? {} : { why }),
    ...(hint === undefined ? {} : { hint }),
  };
  return new ConnectionError('TLS', `${scene.server}: ${what}`, facts);
}

/** The server's certificate, in Node's eyes. */
async function explainVerdict(code: string, error: Error, scene: TlsErrorScene): Promise<Explanation | null> {
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return explainName(error as Error & { cert?: PeerCertificate }, scene);
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return explainCa(await scene.serverCertificate(), scene);
    case 'CERT_SIGNATURE_FAILURE':
      return {
        ...explainCa(await scene.serverCertificate(), scene),
        what: "the server's certificate is signed with another key than the CA's of that name",
      };
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return {
        what: `the server's certificate is self-signed (${nameOf((await scene.serverCertificate())?.subject)})`,
        why: 'Nobody but the server itself vouches for it.',
        hint: `If you trust it, give it as CA: openssl s_client -connect ${scene.server} </dev/null | openssl x509 > server.pem, then --tls-ca server.pem`,
      };
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return explainDates(code, await scene.serverCertificate());
    default:
      return null;
  }
}

function explainName({ cert }: { cert?: PeerCertificate }, { host, options }: TlsErrorScene): Explanation {
  const names = (cert?.subjectaltname ?? '').split(', ').filter((name) => name !== '');
  const common = cert?.subject?.CN;
  const listed = names.length > 0 ? names.join(', ') : common === undefined ? 'none' : `CN ${common}`;
  const dns = names.find((name) => name.startsWith('DNS:') && !name.includes('*'))?.slice(4);
  return {
    what: `the server's certificate is not for ${options.serverName ?? host}`,
    why: `The names in the certificate: ${listed}.`,
    hint:
      dns === undefined
        ? 'Connect by a name of the certificate, or have it issued for this one.'
        : `If it is the right server, say which name to expect: --tls-server-name ${dns}`,
  };
}

function explainCa(certificate: PeerCertificate | null, { trusted }: TlsErrorScene): Explanation {
  const issuer = nameOf(certificate?.issuer);
  return {
    what: `the server's certificate (${nameOf(certificate?.subject)}) is issued by a CA that is not trusted here: ${issuer}`,
    why:
      trusted.length === 0
        ? 'No CA was given, so only public ones are trusted.'
        : `The CA given is another one: ${trusted.slice(0, 3).join('; ')}${trusted.length > 3 ? ' …' : ''}.`,
    hint: `Give the certificate of ${issuer}: --tls-ca ca.pem`,
  };
}

function explainDates(code: string, certificate: PeerCertificate | null): Explanation {
  const isOver = code === 'CERT_HAS_EXPIRED';
  const dates =
    certificate === null
      ? {}
      : { why: `The server's is valid from ${certificate.valid_from} to ${certificate.valid_to}.` };
  return {
    what: `the server's certificate, or one of its CA's, ${isOver ? 'has expired' : 'is not valid yet'}`,
    ...dates,
    hint: isOver
      ? 'It has to be renewed on the server; compare also the clock of this machine: date -u'
      : 'Compare the clock of this machine: date -u',
  };
}

/** The server's verdict on us. */
function explainAlert(alert: string, scene: TlsErrorScene): Explanation | null {
  switch (alert) {
    case 'BAD_CERTIFICATE':
    case 'CERTIFICATE_REQUIRED':
    case 'CERTIFICATE_UNKNOWN':
    case 'CERTIFICATE_EXPIRED':
    case 'CERTIFICATE_REVOKED':
    case 'UNSUPPORTED_CERTIFICATE':
    case 'UNKNOWN_CA':
    case 'ACCESS_DENIED':
    case 'DECRYPT_ERROR':
      return explainRefusal(alert, scene);
    case 'PROTOCOL_VERSION':
      return {
        what: 'the server speaks no version of TLS that we speak (1.2 and 1.3)',
        hint: 'On the server: ssl.enabledProtocols=TLSv1.3,TLSv1.2',
      };
    case 'HANDSHAKE_FAILURE':
    case 'INSUFFICIENT_SECURITY':
      // Before TLS 1.3 some servers say this, too, when they miss a client certificate.
      return {
        what: 'the server found no cipher, or no certificate, that both sides accept',
        why:
          scene.ours === null && scene.options.pkcs12 === undefined
            ? 'No client certificate was sent.'
            : 'ZooKeeper offers ECDHE with AES only, in TLS 1.2.',
        hint: 'Look for "handshake" in the log of the server; there: ssl.ciphersuites, ssl.enabledProtocols',
      };
    case 'UNRECOGNIZED_NAME':
      return { what: `the server does not know the name ${scene.options.serverName ?? scene.host}` };
    case 'INTERNAL_ERROR':
      return { what: 'the server failed in the TLS handshake; its log says why' };
    default:
      return null;
  }
}

function explainRefusal(alert: string, { ours, options }: TlsErrorScene): Explanation {
  if (ours === null && options.pkcs12 === undefined) {
    return {
      what: 'the server wants a client certificate, and none was sent',
      why: 'It is set to ssl.clientAuth=need (the default).',
      hint: 'Give one that it trusts: --tls-cert cert.pem --tls-key key.pem, or --tls-p12 client.p12',
    };
  }
  const until = ours?.validTo ?? ours?.valid_to;
  return {
    what: `the server refused our client certificate (${nameOf(ours?.subject)})`,
    why:
      alert === 'CERTIFICATE_EXPIRED'
        ? 'It says that the certificate has expired.'
        : `Most often its trust store does not hold the CA that issued it${until === undefined ? '' : `, or the certificate is over (valid to ${until})`}.`,
    hint: 'The log of the server names the reason; look there for "SSLHandshakeException" or "PKIX".',
  };
}

async function explainWrongPort(code: string, message: string, scene: TlsErrorScene): Promise<Explanation | null> {
  if (
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
    code === 'ERR_SSL_HTTP_REQUEST'
  ) {
    return {
      what: 'this port does not speak TLS',
      why: 'It answered the handshake with something else, as the AdminServer and other HTTP servers do.',
      hint: "ZooKeeper's TLS port is secureClientPort in its zoo.cfg.",
    };
  }
  const isCutOff = code === 'ECONNRESET' || /disconnected before secure TLS connection/.test(message);
  if (!isCutOff || scene.isSecured) return null;
  if (await scene.speaksPlain()) {
    return {
      what: 'this port does not speak TLS: a plain ZooKeeper answers there',
      why: 'TLS has a port of its own, secureClientPort in zoo.cfg. Nothing was sent in plain text but the word srvr.',
      hint: 'Name the TLS port, or connect without --tls.',
    };
  }
  return {
    what: 'the server cut the connection in the TLS handshake',
    why: 'A ZooKeeper whose key store or trust store cannot be read opens its port and resets every connection.',
    hint: 'Look into its log for "Failed to initialize a channel".',
  };
}

/** Most specific first, as in RFC 2253 and as whoAmI shows it. */
function nameOf(name: unknown): string {
  if (typeof name === 'string') return name;
  if (typeof name !== 'object' || name === null) return 'unknown';
  const parts = Object.entries(name).flatMap(([key, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => `${key}=${String(one)}`),
  );
  return parts.length === 0 ? 'unknown' : parts.reverse().join(',');
}
