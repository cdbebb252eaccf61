/** TLS with ZooKeeper 3.9.5: who is let in, as whom, and what is said to the others. */
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { TlsOptions } from '../../src/client/api.js';
import { systemClock } from '../../src/client/clock.js';
import { openSession } from '../../src/client/session.js';
import { createTlsConnector, explainPlainToTlsPort } from '../../src/client/tls.js';
import type { ConnectionError } from '../../src/errors.js';
import { type Issued, issue, pkcs12 } from '../helpers/certificates.js';
import { eventually } from '../helpers/eventually.js';
import { startFaultProxy } from '../helpers/fault-proxy.js';
import { whoAmI } from '../helpers/raw-session.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithOwnZooKeeper, describeWithRealZooKeeper, haveRealZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';

const ca = issue({
  subject: [
    ['O', 'Acme'],
    ['CN', 'Test CA'],
  ],
  isCa: true,
});
const otherCa = issue({ subject: [['CN', 'Other CA']], isCa: true });
const own = issue({ subject: [['CN', 'zk1']], issuer: ca, names: ['localhost'] });
const alice = issue({
  subject: [
    ['C', 'CN'],
    ['O', 'Acme, Inc.'],
    ['OU', 'Data + Ops'],
    ['CN', 'José'],
    ['emailAddress', 'alice@acme.test'],
  ],
  issuer: ca,
});
const mallory = issue({ subject: [['CN', 'mallory']], issuer: otherCa });

const PASSWORD = 'store-password';
const pem = (text: string): Buffer => Buffer.from(text);
const trusting: TlsOptions = { ca: pem(ca.cert) };
const as = ({ cert, key }: Issued): TlsOptions => ({ ...trusting, cert: pem(cert), key: pem(key) });

const folder = temporaryFolder('key-stores');
afterAll(() => folder.remove());

function file(name: string, contents: string | Buffer): string {
  const path = join(folder.path, name);
  writeFileSync(path, contents);
  return path;
}

describeWithOwnZooKeeper('a server with PEM stores that wants client certificates', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await startZooKeeper({
      tls: true,
      config: {
        'ssl.keyStore.location': file('server.pem', own.key + own.cert + ca.cert),
        'ssl.trustStore.location': file('ca.pem', ca.cert),
      },
    });
  });
  afterAll(() => server?.stop());

  test('knows us by our certificate, in the spelling of Java', async () => {
    const ids = await identify(server, 'localhost', as(alice));
    const email = '1.2.840.113549.1.9.1=#160f616c6963654061636d652e74657374';
    expect(ids).toContain(`x509:${email},CN=José,OU=Data \\+ Ops,O=Acme\\, Inc.,C=CN`);
  });

  test('takes the same certificate out of PKCS12, whose CA is trusted, too', async () => {
    const options: TlsOptions = { pkcs12: pkcs12(alice, [ca], PASSWORD), passphrase: PASSWORD };
    expect((await identify(server, 'localhost', options)).join()).toContain('CN=José,OU=Data');
  });

  test('refuses who has none, after the handshake', async () => {
    const message = await refusal(server, 'localhost', trusting);
    expect(message).toMatch(/the server wants a client certificate, and none was sent.*--tls-cert/s);
  });

  // Node hangs up on such a certificate without saying why.
  test.runIf(haveRealZooKeeper())('refuses a certificate of another CA, and we say whose it was', async () => {
    const message = await refusal(server, 'localhost', as(mallory));
    expect(message).toMatch(/refused our client certificate \(CN=mallory\).*trust store/s);
  });

  test('is refused when reached by an address that its certificate lacks', async () => {
    const message = await refusal(server, '127.0.0.1', as(alice));
    expect(message).toMatch(/is not for 127\.0\.0\.1.*DNS:localhost.*--tls-server-name localhost/s);
    const named = { ...as(alice), serverName: 'localhost' };
    expect(await identify(server, '127.0.0.1', named)).toHaveLength(2);
  });

  test('is refused when another CA was given', async () => {
    const message = await refusal(server, 'localhost', { ...as(alice), ca: pem(otherCa.cert) });
    expect(message).toMatch(/not trusted here: CN=Test CA,O=Acme.*CN=Other CA/s);
  });

  test('names its TLS port to a plain client, and its plain port to a TLS client', async () => {
    const plain = connect({ host: '127.0.0.1', port: server.securePort ?? 0 });
    await expect(whoAmI(plain)).rejects.toThrow();
    const hint = await explainPlainToTlsPort({ host: '127.0.0.1', port: server.securePort ?? 0 }, systemClock);
    expect(hint?.message).toContain('this port speaks TLS');
    expect(await refusal({ ...server, securePort: server.port }, '127.0.0.1', trusting)).toMatch(
      /a plain ZooKeeper answers there/,
    );
    expect(await explainPlainToTlsPort({ host: '127.0.0.1', port: server.port }, systemClock)).toBeNull();
  });
});

describeWithOwnZooKeeper('a session over TLS', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await startZooKeeper({
      tls: true,
      config: {
        'ssl.keyStore.location': file('session.pem', own.key + own.cert),
        'ssl.trustStore.location': file('session-ca.pem', ca.cert),
      },
    });
  });
  afterAll(() => server?.stop());

  test('stands, works, and comes back as the same after a cut, with the same identity', async () => {
    const proxy = await startFaultProxy(`127.0.0.1:${server.securePort}`);
    onTestFinished(() => proxy.stop());
    const session = await openSession({ servers: `localhost:${proxy.port}`, tls: as(alice) });
    onTestFinished(() => session.close());
    await session.create('/secured', Buffer.alloc(300_000, 'secret'));
    expect((await session.getData('/secured')).data?.length).toBe(300_000);
    expect((await session.whoAmI()).map(({ scheme }) => scheme).sort()).toEqual(['ip', 'x509']);
    const { sessionId } = session;
    const events: string[] = [];
    session.onEvent(({ type }) => events.push(type));
    proxy.cut('reset');
    await eventually(() => events.includes('connected'), { what: 'the next connection' });
    expect(session.sessionId).toBe(sessionId);
    expect((await session.whoAmI()).map(({ scheme }) => scheme).sort()).toEqual(['ip', 'x509']);
  });

  const strangerRow: Refusal = [
    'another CA vouches for us',
    () => `localhost:${server.securePort}`,
    as(mallory),
    /refused our client certificate/,
  ];
  test.each<Refusal>([
    ['nobody vouches for us', () => `localhost:${server.securePort}`, trusting, /wants a client certificate/],
    ...(haveRealZooKeeper() ? [strangerRow] : []),
    ['the name is another', () => `127.0.0.1:${server.securePort}`, as(alice), /is not for 127\.0\.0\.1/],
    ['the port is plain', () => `127.0.0.1:${server.port}`, as(alice), /a plain ZooKeeper answers there/],
    ['we are plain', () => `127.0.0.1:${server.securePort}`, undefined, /this port speaks TLS/],
  ])('is refused at once with the reason when %s', async (_, servers, tls, message) => {
    const opening = openSession({
      servers: servers(),
      connectTimeoutMs: 60_000,
      ...(tls === undefined ? {} : { tls }),
    });
    await expect(opening).rejects.toMatchObject({ kind: 'connection', code: 'TLS', sessionOver: true });
    await expect(opening).rejects.toThrow(message);
  });
});

describeWithOwnZooKeeper('a server with PKCS12 stores, TLS 1.2 and OpenSSL inside', () => {
  let server: ZooKeeperServer;
  beforeAll(async () => {
    server = await startZooKeeper({
      tls: true,
      config: {
        'ssl.keyStore.location': file('server.p12', pkcs12(own, [ca], PASSWORD)),
        'ssl.keyStore.password': PASSWORD,
        'ssl.trustStore.location': file('trust.pem', ca.cert),
        'ssl.enabledProtocols': 'TLSv1.2',
        'ssl.sslProvider': 'OPENSSL',
      },
    });
  });
  afterAll(() => server?.stop());

  test('knows us by our certificate', async () => {
    expect((await identify(server, 'localhost', as(alice))).join()).toContain('CN=José');
  });

  test('refuses who has none', async () => {
    expect(await refusal(server, 'localhost', trusting)).toMatch(/client certificate/i);
  });
});

describeWithRealZooKeeper('a server whose key store does not open', () => {
  test('is said to have a broken key store', async () => {
    const server = await startZooKeeper({
      tls: true,
      config: {
        'ssl.keyStore.location': file('broken.p12', pkcs12(own, [ca], PASSWORD)),
        'ssl.keyStore.password': 'wrong',
        'ssl.trustStore.location': file('trust.pem', ca.cert),
      },
    });
    expect(await refusal(server, 'localhost', trusting)).toMatch(/cut the connection.*key store or trust store/s);
    const log = () => readFileSync(join(server.folder, 'log'), 'utf8');
    await eventually(() => log().includes('Failed to initialize a channel'), { what: 'the complaint in the log' });
    await server.stop();
  });
});

/** Why, where to, with what, and the sentence. */
type Refusal = [string, () => string, TlsOptions | undefined, RegExp];

async function identify(server: ZooKeeperServer, host: string, options: TlsOptions): Promise<string[]> {
  const socket = createTlsConnector(options, systemClock).connect({ host, port: server.securePort ?? 0 });
  await once(socket, 'secureConnect');
  return whoAmI(socket);
}

/** What is said of the failure, wherever on the way to the first answer it comes. */
async function refusal(server: ZooKeeperServer, host: string, options: TlsOptions): Promise<string> {
  const address = { host, port: server.securePort ?? 0 };
  const connector = createTlsConnector(options, systemClock);
  const socket = connector.connect(address);
  const failure = await new Promise<Error>((resolve) => {
    socket.once('error', resolve);
    socket.once('secureConnect', () => whoAmI(socket).then(() => resolve(new Error('it was let in')), resolve));
  });
  const error: ConnectionError | null = await connector.explain(failure, address, socket);
  return `${error?.message}\n${error?.why}\n${error?.hint}`;
}
