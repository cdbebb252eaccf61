/** The secure port: with Node's TLS, with our own client's material, and with the real zkCli.sh. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import { Wire } from '../../contract/wire.js';
import { type Issued, issue, pkcs12 } from '../../helpers/certificates.js';
import { askWord } from '../../helpers/four-letter-word.js';
import { temporaryFolder } from '../../helpers/reaper.js';
import { describeWithRealZooKeeper } from '../../helpers/skip.js';
import { runZkCli } from '../../helpers/zkcli.js';
import { open, start } from './scene.js';

const ca = issue({ subject: [['CN', 'Test CA']], isCa: true });
const own = issue({ subject: [['CN', 'localhost']], issuer: ca, names: ['localhost', '127.0.0.1'] });
const alice = issue({
  subject: [
    ['C', 'CN'],
    ['ST', 'Zhe Jiang'],
    ['O', 'Acme, Inc.'],
    ['OU', 'Data + Ops'],
    ['CN', ' José #1 '],
    ['emailAddress', 'alice@acme.test'],
  ],
  issuer: ca,
});
const mallory = issue({ subject: [['CN', 'mallory']], issuer: issue({ subject: [['CN', 'Other']], isCa: true }) });
const ALICE =
  '1.2.840.113549.1.9.1=#160f616c6963654061636d652e74657374,CN=\\ José \\#1\\ ,OU=Data \\+ Ops,O=Acme\\, Inc.,ST=Zhe Jiang,C=CN';

const folder = temporaryFolder('sandbox-tls');
afterAll(() => folder.remove());

function file(name: string, contents: string | Buffer): string {
  const path = join(folder.path, name);
  writeFileSync(path, contents);
  return path;
}

const keyStore = file('server.pem', own.key + own.cert);
const trustStore = file('ca.pem', ca.cert);
const settings = {
  secureClientPort: 0,
  'ssl.keyStore.location': keyStore,
  'ssl.trustStore.location': trustStore,
};

const securePort = (sandbox: Sandbox): number => Number(sandbox.secureAddress?.split(':').at(-1));

/** How Node shows a certificate. */
const as = ({ cert, key }: Issued) => ({ cert, key, ca: ca.cert });

describe('the secure port', () => {
  test('knows its clients by their certificates, in the spelling of Java', async () => {
    const sandbox = await start({ settings });
    const session = await open(sandbox, { port: securePort(sandbox), tls: as(alice) });
    expect((await session.whoAmI()).sort()).toEqual(['ip:127.0.0.1', `x509:${ALICE}`]);
    await session.create('/hers', { acl: [[31, 'auth', '']] });
    expect(sandbox.tree.get('/hers')?.acl).toEqual([{ perms: 31, scheme: 'x509', id: ALICE }]);
    await (await open(sandbox)).getData('/hers', { err: -102 });
  });

  test('and each port lists its own connections', async () => {
    const sandbox = await start({ settings: { ...settings, 'ssl.clientAuth': 'none' } });
    const session = await open(sandbox, { port: securePort(sandbox), tls: { ca: ca.cert } });
    const cons = await askWord(securePort(sandbox), 'cons', { tls: true });
    expect(cons).toContain(`sid=0x${session.sessionId.toString(16)},`);
    expect(await askWord(sandbox.port, 'cons')).not.toContain('sid=');
    expect(await askWord(sandbox.port, 'conf')).toContain(`secureClientPort=${securePort(sandbox)}\n`);
  });

  test('is TLS 1.3 only, unless told otherwise', async () => {
    const sandbox = await start({ settings: { ...settings, 'ssl.clientAuth': 'none' } });
    const old = { ca: ca.cert, maxVersion: 'TLSv1.2' } as const;
    await expect(Wire.open(securePort(sandbox), old)).rejects.toThrow(/protocol version/i);
    const both = { ...settings, 'ssl.clientAuth': 'none', 'ssl.enabledProtocols': 'TLSv1.3,TLSv1.2' };
    const kinder = await start({ settings: both });
    await open(kinder, { port: securePort(kinder), tls: old });
  });

  test.each([
    ['no certificate', undefined],
    ['one of a stranger', mallory],
  ])('refuses who shows %s', async (_, shown) => {
    const sandbox = await start({ settings });
    const tls = shown === undefined ? { ca: ca.cert } : as(shown);
    await expect(open(sandbox, { port: securePort(sandbox), tls })).rejects.toThrow();
    expect(sandbox.sessions).toEqual([]);
  });

  test('with clientAuth want: who shows none comes in, a stranger does not', async () => {
    const sandbox = await start({ settings: { ...settings, 'ssl.clientAuth': 'want' } });
    const session = await open(sandbox, { port: securePort(sandbox), tls: { ca: ca.cert } });
    expect(await session.whoAmI()).toEqual(['ip:127.0.0.1']);
    await expect(open(sandbox, { port: securePort(sandbox), tls: as(mallory) })).rejects.toThrow();
  });

  test('X509AuthenticationProvider.superUser is let in everywhere', async () => {
    const sandbox = await start({ settings: { ...settings, 'X509AuthenticationProvider.superUser': ALICE } });
    const session = await open(sandbox, { port: securePort(sandbox), tls: as(alice) });
    expect((await session.whoAmI()).sort()).toEqual(['ip:127.0.0.1', 'super:', `x509:${ALICE}`]);
  });

  test('takes its key from PKCS12, and its password from a file', async () => {
    const sandbox = await start({
      settings: {
        ...settings,
        'ssl.keyStore.location': file('server.p12', pkcs12(own, [ca], 'store password')),
        'ssl.keyStore.passwordPath': file('password', 'store password\n'),
        'ssl.clientAuth': 'none',
      },
    });
    await open(sandbox, { port: securePort(sandbox), tls: { ca: ca.cert } });
  });

  test('takes PEM texts from a program: who gives no CA asks for no certificate', async () => {
    const sandbox = await start({ tls: { cert: own.cert, key: own.key } });
    expect(sandbox.secureAddress).toMatch(/^127\.0\.0\.1:\d+$/);
    await open(sandbox, { port: securePort(sandbox), tls: { ca: ca.cert } });
  });

  test('one port for both, where that is asked for', async () => {
    const { secureClientPort: _, ...rest } = settings;
    const sandbox = await start({ settings: { ...rest, 'client.portUnification': true } });
    expect(sandbox.secureAddress).toBeNull();
    const [plain, secure] = [await open(sandbox), await open(sandbox, { tls: as(alice) })];
    expect(await plain.whoAmI()).toEqual(['ip:127.0.0.1']);
    expect(await secure.whoAmI()).toContain(`x509:${ALICE}`);
    expect(await askWord(sandbox.port, 'ruok')).toBe('imok');
    expect(await askWord(sandbox.port, 'isro', { tls: true }).catch(() => '')).toBe('');
  });

  test('a plain session on it ends, and does no harm', async () => {
    const sandbox = await start({ settings });
    const wire = await Wire.open(securePort(sandbox));
    wire.writeFrame(Buffer.alloc(45));
    await wire.rest();
    await open(sandbox, { port: securePort(sandbox), tls: as(alice) });
  });

  test('a restart keeps its port', async () => {
    const sandbox = await start({ settings });
    const before = sandbox.secureAddress;
    await sandbox.restart();
    expect(sandbox.secureAddress).toBe(before);
    await open(sandbox, { port: securePort(sandbox), tls: as(alice) });
  });

  test.each<[what: string, changed: Record<string, string | number | boolean>, message: RegExp]>([
    ['no key store', { 'ssl.keyStore.location': file('nothing', '') }, /neither PEM nor PKCS12/],
    [
      'a Java key store',
      { 'ssl.keyStore.location': file('own.jks', Buffer.from('feedfeed00000002', 'hex')) },
      /a Java key store \(JKS\)/,
    ],
    ['a file that is not there', { 'ssl.keyStore.location': '/nowhere/x.pem' }, /cannot read \/nowhere\/x\.pem/],
    ['the key of another', { 'ssl.keyStore.location': file('mixed.pem', alice.key + own.cert) }, /cannot be used/],
    [
      'a wrong password',
      { 'ssl.keyStore.location': file('s.p12', pkcs12(own, [], 'a')), 'ssl.keyStore.password': 'b' },
      /cannot be used/,
    ],
    [
      'a PKCS12 trust store',
      { 'ssl.trustStore.location': file('t.p12', pkcs12(own, [], 'a')) },
      /a trust store must be PEM/,
    ],
    ['a protocol that is none', { 'ssl.enabledProtocols': 'SSLv3' }, /neither TLSv1\.2 nor TLSv1\.3/],
  ])('%s: said at the start, and no port is left open', async (_, changed, message) => {
    const wrong = start({ settings: { ...settings, ...changed } });
    await expect(wrong).rejects.toMatchObject({ kind: 'local', message: expect.stringMatching(message) });
  });

  test('without a key store it says which setting is missing', async () => {
    await expect(start({ settings: { secureClientPort: 0 } })).rejects.toThrow('ssl.keyStore.location is not set');
  });
});

describeWithRealZooKeeper("Java's own client", () => {
  test('comes in by TLS, and is known by its certificate', async () => {
    const sandbox = await start({ settings });
    const jvm = [
      '-Dzookeeper.client.secure=true',
      '-Dzookeeper.clientCnxnSocket=org.apache.zookeeper.ClientCnxnSocketNetty',
      `-Dzookeeper.ssl.keyStore.location=${file('alice.pem', alice.key + alice.cert)}`,
      `-Dzookeeper.ssl.trustStore.location=${trustStore}`,
    ];
    const { stdout } = await runZkCli(['-server', sandbox.secureAddress ?? '', 'whoami'], '', { jvm });
    expect(stdout).toContain(`x509: ${ALICE}`);
  });
});

test('a client that breaks off in the middle of its handshake is nothing to worry about', async () => {
  const sandbox = await start({ settings });
  const sockets = Array.from({ length: 20 }, () => connectTls({ port: securePort(sandbox), host: '127.0.0.1' }));
  for (const socket of sockets) {
    socket.on('error', () => {});
    socket.destroy();
  }
  await open(sandbox, { port: securePort(sandbox), tls: as(alice) });
});
