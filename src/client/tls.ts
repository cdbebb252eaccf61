/**
 * TLS to a ZooKeeper server: sockets, and what their errors mean. The port decides (there is no STARTTLS), nothing
 * falls back to plain text, and the server's name is checked as Node checks it. Reads no files: tls-material.ts checks
 * their contents, tls-errors.ts has the sentences.
 */
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { ConnectionError } from '../errors.js';
import type { Clock, ServerAddress, TlsOptions } from './api.js';
import { formatServer } from './connect-string.js';
import { explainTlsError, type OurCertificate } from './tls-errors.js';
import { loadTlsMaterial } from './tls-material.js';
import { fetchServerCertificate, speaksPlain, speaksTls } from './tls-probe.js';

export interface TlsConnector {
  /** Begins a connection. Its event `secureConnect` says that the server is who it should be. */
  connect(server: ServerAddress, more?: ConnectionOptions): TLSSocket;
  /**
   * What an error of such a socket means, when it came before the session stood. May ask the server once more, for
   * 2 s at most. null: it has nothing to do with TLS (refused, unknown host …).
   */
  explain(error: Error, server: ServerAddress, socket: TLSSocket): Promise<ConnectionError | null>;
}

/** @throws LocalError what is wrong with a certificate, key or passphrase, and what to do */
export function createTlsConnector(options: TlsOptions, clock: Clock): TlsConnector {
  const material = loadTlsMaterial(options);
  const ours = new WeakMap<TLSSocket, OurCertificate>();
  const secured = new WeakSet<TLSSocket>();
  return {
    connect(server, more = {}) {
      const socket = connect({
        ...more,
        host: server.host,
        port: server.port,
        secureContext: material.context,
        rejectUnauthorized: options.insecure !== true,
        ...(options.anyServerName === true ? { checkServerIdentity: () => undefined } : {}),
        ...nameToCheck(server.host, options.serverName),
      });
      socket.once('secureConnect', () => {
        secured.add(socket);
        // Only now, and not any more once it is destroyed, does the socket know what was sent.
        const sent = socket.getCertificate() as OurCertificate | null;
        if (sent !== null && Object.keys(sent).length > 0) ours.set(socket, sent);
      });
      return socket;
    },
    explain: (error, server, socket) =>
      explainTlsError(error, {
        server: formatServer(server),
        host: server.host,
        options,
        isSecured: secured.has(socket),
        ours: ours.get(socket) ?? material.certificate,
        trusted: material.trusted,
        serverCertificate: () => fetchServerCertificate(server, options, clock),
        speaksPlain: () => speaksPlain(server, clock),
      }),
  };
}

/** SNI is for names only; a name of the user's own is sent and checked also where the connect string has an address. */
function nameToCheck(host: string, serverName: string | undefined): { servername?: string } {
  if (serverName !== undefined) return { servername: serverName };
  return isIP(host) === 0 ? { servername: host } : {};
}

/**
 * For a plain connection that a server closed without a byte: is it a TLS port?
 * null: it is not, or does not say.
 */
export async function explainPlainToTlsPort(server: ServerAddress, clock: Clock): Promise<ConnectionError | null> {
  if (!(await speaksTls(server, clock))) return null;
  const name = formatServer(server);
  return new ConnectionError('TLS', `${name}: this port speaks TLS, and the connection was plain`, {
    server: name,
    sessionOver: true,
    why: 'The server closes a connection that does not begin with a TLS handshake.',
    hint: 'Turn TLS on: zksh --tls --tls-ca ca.pem, or take the port for plain connections.',
  });
}
