/**
 * The secure port: TLS around the same protocol. Loaded only where there is one. Follows ClientX509Util and
 * NettyServerCnxnFactory (3.9) as far as Node's TLS goes: a certificate that is not trusted ends in a closed connection,
 * not in an alert.
 */
import type { Socket } from 'node:net';
import { createSecureContext, createServer, type Server, type TLSSocket, type TlsOptions } from 'node:tls';
import { LocalError } from '../../errors.js';
import type { SandboxClock, SandboxTls } from '../sandbox.js';
import type { SettingValues } from '../settings/settings.js';
import { subjectOf } from './distinguished-name.js';
import { readKeyMaterial } from './key-stores.js';

/** Netty's own. */
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** The first byte of a TLS handshake record; a frame of that length would be too large, and no word begins so. */
const TLS_HANDSHAKE = 0x16;

/** A client that has done its handshake, with the subject of its certificate, if it showed one. */
export type SecureClient = { readonly socket: TLSSocket; readonly subject: string | null };

export interface TlsEndpoint {
  /** For the secure port. */
  createServer(accept: (client: SecureClient) => void, mayConnect: (socket: Socket) => boolean): Server;
  /** For a port that takes both: looks at the first byte. Sockets that say nothing are closed after a while. */
  createDetector(accept: {
    readonly plain: (socket: Socket) => void;
    readonly secure: (client: SecureClient) => void;
  }): (socket: Socket) => void;
}

/** @throws LocalError what is wrong with keys and certificates, before any port is opened */
export function createTlsEndpoint(
  values: SettingValues,
  given: SandboxTls | undefined,
  clock: SandboxClock,
): TlsEndpoint {
  const options = {
    ...tlsOptions(values, given),
    allowHalfOpen: true,
    noDelay: true,
    keepAlive: values.clientTcpKeepAlive,
  };
  const clientAuth = clientAuthOf(values, given);
  const takeIn = (socket: TLSSocket, accept: (client: SecureClient) => void): void => {
    const certificate = clientAuth === 'none' ? undefined : socket.getPeerX509Certificate();
    if (certificate !== undefined && !socket.authorized) {
      socket.destroy();
      return;
    }
    accept({ socket, subject: certificate === undefined ? null : subjectOf(certificate.raw) });
  };
  return {
    createServer(accept, mayConnect) {
      const server = createServer({ ...options, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, (socket) =>
        takeIn(socket, accept),
      );
      // Before TLS listens: what is refused never gets as far as a handshake.
      server.prependListener('connection', (socket) => {
        if (!mayConnect(socket)) {
          socket.destroy();
        }
      });
      return server;
    },
    createDetector({ plain, secure }) {
      // A server that does not listen takes over sockets that another one accepted.
      const server = createServer({ ...options, handshakeTimeout: HANDSHAKE_TIMEOUT_MS }, (socket) =>
        takeIn(socket, secure),
      );
      return (socket) => {
        const timer = clock.setTimeout(() => socket.destroy(), values['ssl.handshakeDetectionTimeoutMillis']);
        socket.on('error', () => undefined);
        socket.once('close', () => clock.clearTimeout(timer));
        socket.once('data', (chunk: Buffer) => {
          clock.clearTimeout(timer);
          socket.pause();
          socket.unshift(chunk);
          if (chunk[0] === TLS_HANDSHAKE) {
            server.emit('connection', socket);
          } else {
            plain(socket);
            socket.resume();
          }
        });
      };
    },
  };
}

function clientAuthOf(values: SettingValues, given: SandboxTls | undefined): 'need' | 'want' | 'none' {
  return given !== undefined && given.clientCa === undefined ? 'none' : values['ssl.clientAuth'];
}

function tlsOptions(values: SettingValues, given: SandboxTls | undefined): TlsOptions {
  const { clientCa, ...keys } = readKeyMaterial(values, given);
  const clientAuth = clientAuthOf(values, given);
  const options: TlsOptions = {
    ...keys,
    ...(clientCa === null ? {} : { ca: clientCa }),
    ...versions(values),
    ...ciphers(values['ssl.ciphersuites']),
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'need',
  };
  try {
    return { ...options, secureContext: createSecureContext(options) };
  } catch (error) {
    throw new LocalError(`the key or certificate for TLS cannot be used: ${(error as Error).message}`, {
      why: 'A wrong password, a key that does not belong to the certificate, or a file of another kind.',
      hint: 'See ssl.keyStore.location and ssl.keyStore.password.',
      cause: error,
    });
  }
}

type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/** A stock server on today's Java offers TLS 1.3 only. */
function versions(values: SettingValues): { minVersion: TlsVersion; maxVersion: TlsVersion } {
  const names = (values['ssl.enabledProtocols'] ?? values['ssl.protocol'] ?? 'TLSv1.3')
    .split(',')
    .map((name) => name.trim());
  const known = names.filter((name): name is TlsVersion => name === 'TLSv1.2' || name === 'TLSv1.3').sort();
  const [minVersion] = known;
  const maxVersion = known.at(-1);
  if (minVersion === undefined || maxVersion === undefined) {
    throw new LocalError(`ssl.enabledProtocols=${names.join(',')}: neither TLSv1.2 nor TLSv1.3`);
  }
  return { minVersion, maxVersion };
}

/** OpenSSL's names; those of TLS 1.3 are IANA's in both. Others of IANA are rewritten. */
function ciphers(list: string | null): { ciphers?: string } {
  if (list === null) {
    return {};
  }
  const names = list.split(',').map((name) => {
    const iana = /^TLS_(\w+)_WITH_(\w+?)(?:_(SHA\d*))?$/.exec(name.trim());
    return iana === null
      ? name.trim()
      : [
          iana[1],
          iana[2]?.replace(/^AES_(\d+)_(GCM|CBC)$/, (_, bits, mode) => `AES${bits}${mode === 'GCM' ? '-GCM' : ''}`),
          iana[3],
        ]
          .filter((part) => part !== undefined)
          .join('-')
          .replaceAll('_', '-');
  });
  return { ciphers: names.join(':') };
}
