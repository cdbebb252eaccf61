/** TLS against a server of Node's own: who is let in, and what is said to the others. */
import { once } from 'node:events';
import { type AddressInfo, createServer as createPlainServer, type Server } from 'node:net';
import { createServer, type TlsOptions as ServerOptions } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import type { TlsOptions } from '../../src/client/api.js';
import { systemClock } from '../../src/client/clock.js';
import { createTlsConnector, explainPlainToTlsPort } from '../../src/client/tls.js';
import type { ConnectionError } from '../../src/errors.js';
import { type Issued, issue, pkcs12 } from '../helpers/certificates.js';

const DAY_MS = 86_400_000;
const ca = issue({
  subject: [
    ['O', 'Acme'],
    ['CN', 'Test CA'],
  ],
  isCa: true,
});
const otherCa = issue({ subject: [['CN', 'Other CA']], isCa: true });
const server = issue({ subject: [['CN', 'zk1']], issuer: ca, names: ['localhost', '127.0.0.1'] });
const elsewhere = issue({ subject: [['CN', 'zk9']], issuer: ca, names: ['zk9.example.com', 'zk9'] });
const nameless = issue({ subject: [['CN', 'localhost']], issuer: ca });
const lonely = issue({ subject: [['CN', 'lonely']], names: ['localhost', '127.0.0.1'] });
const expired = issue({
  subject: [['CN', 'zk1']],
  issuer: ca,
  names: ['localhost', '127.0.0.1'],
  validFrom: new Date(Date.now() - 30 * DAY_MS),
  validTo: new Date(Date.now() - 10 * DAY_MS),
});
const early = issue({
  subject: [['CN', 'zk1']],
  issuer: ca,
  names: ['localhost'],
  validFrom: new Date(Date.now() + 5 * DAY_MS),
});
const alice = issue({ subject: [['CN', 'alice']], issuer: ca });

const pem = (text: string): Buffer => Buffer.from(text);
const trusting: TlsOptions = { ca: pem(ca.cert) };

const running: Server[] = [];
afterEach(() => {
  for (const one of running.splice(0)) one.close();
});

describe('a server is trusted', () => {
  test.each<[string, string, Issued, TlsOptions]>([
    ['by a name of its certificate', 'localhost', server, trusting],
    ['by an address of its certificate', '127.0.0.1', server, trusting],
    ['by its common name, where it has no other names', 'localhost', nameless, trusting],
    ['by the name given, when reached by address', '127.0.0.1', elsewhere, { ...trusting, serverName: 'zk9' }],
    ['by the name given, when reached by another name', 'localhost', elsewhere, { ...trusting, serverName: 'zk9' }],
    ['itself, when its own certificate is the CA', 'localhost', lonely, { ca: pem(lonely.cert) }],
    ['by the CA of a PKCS12 file', 'localhost', server, { pkcs12: pkcs12(alice, [ca], 'x'), passphrase: 'x' }],
    ['whatever it shows, when told so', '127.0.0.1', elsewhere, { insecure: true }],
  ])('%s', async (_, host, shown, options) => {
    const port = await listen({ key: shown.key, cert: shown.cert });
    expect(await connectOnce(host, port, options)).toBe('secured');
  });

  test('and learns the name that was asked for, but never an address', async () => {
    const names: (string | false)[] = [];
    const port = await listen({ key: server.key, cert: server.cert }, (name) => names.push(name));
    await connectOnce('localhost', port, trusting);
    await connectOnce('127.0.0.1', port, trusting);
    expect(names).toEqual(['localhost', false]);
  });

  test('and gets our certificate, from PEM and from PKCS12', async () => {
    const subjects: string[] = [];
    const port = await listen({ ...mutual, key: server.key, cert: server.cert }, (_, subject) =>
      subjects.push(subject),
    );
    const fromPem = { ...trusting, cert: pem(alice.cert), key: pem(alice.key) };
    expect(await connectOnce('localhost', port, fromPem)).toBe('secured');
    expect(await connectOnce('localhost', port, { pkcs12: pkcs12(alice, [ca], 'x'), passphrase: 'x' })).toBe('secured');
    expect(subjects).toEqual(['alice', 'alice']);
  });
});

const mutual: ServerOptions = { ca: ca.cert, requestCert: true, rejectUnauthorized: true };

describe('a server is refused, and the message says why', () => {
  test.each<[string, string, string, TlsOptions, RegExp]>([
    [
      'another CA, the server sends its leaf only',
      'localhost',
      server.cert,
      { ca: pem(otherCa.cert) },
      /\(CN=zk1\) is issued by a CA that is not trusted here: CN=Test CA,O=Acme.*The CA given is another one: CN=Other CA.*--tls-ca/s,
    ],
    [
      'another CA, the server sends its chain',
      'localhost',
      server.cert + ca.cert,
      { ca: pem(otherCa.cert) },
      /not trusted here: CN=Test CA,O=Acme.*CN=Other CA/s,
    ],
    ['no CA', 'localhost', server.cert, {}, /not trusted here: CN=Test CA.*No CA was given, so only public ones/s],
    ['self-signed', 'localhost', lonely.cert, trusting, /self-signed \(CN=lonely\).*openssl s_client.*--tls-ca/s],
    ['expired', 'localhost', expired.cert, trusting, /has expired.*valid from .* to .*GMT.*date -u/s],
    ['not yet valid', 'localhost', early.cert, trusting, /is not valid yet.*valid from .* to .*clock/s],
    [
      'another name',
      'localhost',
      elsewhere.cert,
      trusting,
      /is not for localhost.*DNS:zk9\.example\.com, DNS:zk9\..*--tls-server-name zk9\.example\.com/s,
    ],
    ['an address that is not in it', '127.0.0.1', elsewhere.cert, trusting, /is not for 127\.0\.0\.1.*DNS:zk9/s],
    ['a common name does not stand for an address', '127.0.0.1', nameless.cert, trusting, /CN localhost/],
    ['not the name given', 'localhost', server.cert, { ...trusting, serverName: 'zk7' }, /is not for zk7/],
  ])('%s', async (_, host, cert, options, message) => {
    const key =
      [server, elsewhere, nameless, lonely, expired, early].find((one) => cert.startsWith(one.cert))?.key ?? '';
    const port = await listen({ key, cert });
    const error = await explained(host, port, options);
    expect(error.code).toBe('TLS');
    expect(error.server).toBe(`${host}:${port}`);
    expect(text(error)).toMatch(message);
  });

  test('a server that wants a certificate we do not send, after the handshake in TLS 1.3', async () => {
    const port = await listen({ ...mutual, key: server.key, cert: server.cert });
    expect(text(await explained('localhost', port, trusting))).toMatch(/wants a client certificate.*--tls-cert/s);
  });

  test('the same in TLS 1.2, during the handshake', async () => {
    const port = await listen({ ...mutual, key: server.key, cert: server.cert, maxVersion: 'TLSv1.2' });
    expect(text(await explained('localhost', port, trusting))).toMatch(/no client certificate|client certificate/i);
  });

  test('only old versions of TLS', async () => {
    const options: ServerOptions = { key: server.key, cert: server.cert, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' };
    const port = await listen({ ...options, ciphers: 'DEFAULT@SECLEVEL=0' });
    expect(text(await explained('localhost', port, trusting))).toMatch(/no version of TLS that we speak/);
  });

  test('no common cipher', async () => {
    const port = await listen({
      key: server.key,
      cert: server.cert,
      maxVersion: 'TLSv1.2',
      ciphers: 'CAMELLIA256-SHA',
    });
    expect(text(await explained('localhost', port, trusting))).toMatch(/no cipher/);
  });
});

describe('the wrong kind of port is named', () => {
  test('a plain ZooKeeper, which closes at the first byte of TLS', async () => {
    const port = await listenPlain((socket) => {
      socket.once('data', (bytes) => {
        if (bytes.toString().startsWith('srvr')) socket.end('Zookeeper version: 3.9.5\nMode: standalone\n');
        else socket.destroy();
      });
    });
    expect(text(await explained('127.0.0.1', port, trusting))).toMatch(
      /a plain ZooKeeper answers there.*secureClientPort/s,
    );
  });

  test('a plain ZooKeeper that knows no srvr', async () => {
    const port = await listenPlain((socket) => {
      socket.once('data', (bytes) => {
        if (bytes.toString().startsWith('srvr'))
          socket.end('srvr is not executed because it is not in the whitelist.\n');
        else socket.end();
      });
    });
    expect(text(await explained('127.0.0.1', port, trusting))).toMatch(/a plain ZooKeeper answers there/);
  });

  test('an HTTP server', async () => {
    const port = await listenPlain((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    expect(text(await explained('127.0.0.1', port, trusting))).toMatch(/does not speak TLS.*AdminServer/s);
  });

  test('a ZooKeeper whose key store is broken, which resets every connection', async () => {
    const port = await listenPlain((socket) => socket.resetAndDestroy());
    expect(text(await explained('127.0.0.1', port, trusting))).toMatch(/cut the connection.*key store or trust store/s);
  });

  test('TLS where plain was meant, also when it wants a certificate', async () => {
    const port = await listen({ ...mutual, key: server.key, cert: server.cert });
    const error = await explainPlainToTlsPort({ host: '127.0.0.1', port }, systemClock);
    expect(text(error as ConnectionError)).toMatch(/this port speaks TLS.*--tls/s);
  });

  test('but not without a sign: silence, a reset and nobody say nothing', async () => {
    const reset = await listenPlain((socket) => socket.resetAndDestroy());
    expect(await explainPlainToTlsPort({ host: '127.0.0.1', port: reset }, systemClock)).toBeNull();
    const mute = await listenPlain(() => {});
    const noPatience = { ...systemClock, setTimeout: (callback: () => void) => setTimeout(callback, 50) };
    expect(await explainPlainToTlsPort({ host: '127.0.0.1', port: mute }, noPatience)).toBeNull();
    expect(await explainPlainToTlsPort({ host: '127.0.0.1', port: await closedPort() }, systemClock)).toBeNull();
  });
});

test('an error that is not about TLS is left to others', async () => {
  expect(await failOnce('127.0.0.1', await closedPort(), trusting)).toBeNull();
  expect(await failOnce('no-such-host.invalid', 2281, trusting)).toBeNull();
});

function text(error: ConnectionError): string {
  return `${error.message}\n${error.why}\n${error.hint}`;
}

async function explained(host: string, port: number, options: TlsOptions): Promise<ConnectionError> {
  const error = await failOnce(host, port, options);
  if (error === null) throw new Error('it was not taken for a matter of TLS');
  return error;
}

/** The explanation of the error that ends a connection; a test server never sends a ConnectResponse. */
async function failOnce(host: string, port: number, options: TlsOptions): Promise<ConnectionError | null> {
  const connector = createTlsConnector(options, systemClock);
  const socket = connector.connect({ host, port });
  const [error] = (await once(socket.resume(), 'error')) as [Error];
  return connector.explain(error, { host, port }, socket);
}

function connectOnce(host: string, port: number, options: TlsOptions): Promise<'secured'> {
  return new Promise((resolve, reject) => {
    const socket = createTlsConnector(options, systemClock).connect({ host, port });
    // The server's greeting proves that its side has accepted us, too.
    socket.once('data', () => {
      socket.destroy();
      resolve('secured');
    });
    socket.once('error', reject);
  });
}

async function listen(
  options: ServerOptions,
  seen: (name: string | false, subject: string) => void = () => {},
): Promise<number> {
  const one = createServer(options, (socket) => {
    seen(
      (socket as unknown as { servername: string | false }).servername,
      String(socket.getPeerCertificate()?.subject?.CN ?? ''),
    );
    socket.on('error', () => {});
    socket.write('hello');
  });
  return start(one);
}

function listenPlain(greet: (socket: import('node:net').Socket) => void): Promise<number> {
  const one = createPlainServer((socket) => {
    socket.on('error', () => {});
    greet(socket);
  });
  return start(one);
}

async function start(one: Server): Promise<number> {
  running.push(one);
  one.listen(0, '127.0.0.1');
  await once(one, 'listening');
  return (one.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const one = createPlainServer();
  const port = await start(one);
  running.splice(running.indexOf(one), 1);
  await new Promise((resolve) => one.close(resolve));
  return port;
}
