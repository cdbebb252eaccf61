/** -client-configuration FILE: what of it is done, what is refused, and TLS with a real server. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readClientConfiguration } from '../../src/zkcli/client-configuration.js';
import { issue, pkcs12 } from '../helpers/certificates.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithOwnZooKeeper } from '../helpers/skip.js';
import { startZooKeeper, type ZooKeeperServer } from '../helpers/zookeeper.js';
import { DROP_IN } from './cases.js';

const folder = temporaryFolder('zkcli-configuration');
afterAll(() => folder.remove());

function file(name: string, contents: string | Buffer): string {
  const path = join(folder.path, name);
  writeFileSync(path, contents);
  return path;
}

describe('the properties of a file', () => {
  const read = (text: string, environment = {}) =>
    readClientConfiguration(file('client.properties', text), environment);

  test('without any, a reply may be as long as Java takes it, and there is no TLS', () => {
    expect(readClientConfiguration(null, {})).toEqual({ connect: { replyBytesMax: 0xfffff }, warnings: [] });
  });

  test.each([
    ['jute.maxbuffer=4194304', { replyBytesMax: 4_194_304 }],
    ['jute.maxbuffer = 0x400000', { replyBytesMax: 4_194_304 }],
    ['zookeeper.request.timeout: 1500', { replyBytesMax: 0xfffff, requestTimeoutMs: 1500 }],
    ['zookeeper.client.secure=false\nzookeeper.ssl.keyStore.location=none.jks', { replyBytesMax: 0xfffff }],
    ['ssl.keyStore.location=ignored.jks', { replyBytesMax: 0xfffff }],
    ['zookeeper.client.secure=true', { replyBytesMax: 0xfffff, tls: {} }],
    [
      'zookeeper.client.secure=true\nzookeeper.ssl.hostnameVerification=false',
      { replyBytesMax: 0xfffff, tls: { anyServerName: true } },
    ],
  ])('%s', (text, connect) => {
    expect(read(text).connect).toEqual(connect);
  });

  test('the file wins over -D words, of which the last wins', () => {
    const environment = { CLIENT_JVMFLAGS: '-Xmx1g -Djute.maxbuffer=1000', JVMFLAGS: '-Djute.maxbuffer=2000' };
    expect(readClientConfiguration(null, environment).connect.replyBytesMax).toBe(2000);
    expect(read('jute.maxbuffer=3000', environment).connect.replyBytesMax).toBe(3000);
  });

  test('what has no effect is said', () => {
    const { warnings } = read('zookeeper.client.secure=true\nzookeeper.ssl.ocsp=true\nzookeeper.ssl.crl=false');
    expect(warnings).toEqual(['zkCli.sh (zksh): zookeeper.ssl.ocsp has no effect here']);
  });

  test.each([
    ['jute.maxbuffer=many', 1, /NumberFormatException/],
    ['zookeeper.client.secure=true\nzookeeper.ssl.trustStore.location=a.p12', 1, /a\.p12/],
    [
      'zookeeper.client.secure=true\nzookeeper.ssl.keyStore.location=a.jks',
      1,
      /keytool -importkeystore -srckeystore a\.jks/,
    ],
    ['zookeeper.client.secure=true\nzookeeper.ssl.keyStore.location=a\nzookeeper.ssl.keyStore.type=BCFKS', 1, /BCFKS/],
  ])('%s is refused', (text, status, message) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ status, message: expect.stringMatching(message) }));
  });

  test('a file that is not there ends the run with status 2', () => {
    expect(() => readClientConfiguration('none.properties', {})).toThrow(expect.objectContaining({ status: 2 }));
  });
});

describeWithOwnZooKeeper('TLS by a file of properties', () => {
  const ca = issue({ subject: [['CN', 'Test CA']], isCa: true });
  const own = issue({ subject: [['CN', 'zk1']], issuer: ca, names: ['localhost'] });
  const alice = issue({ subject: [['CN', 'alice']], issuer: ca });
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

  const whoAmI = (host: string, properties: readonly string[]): Promise<string> => {
    const lines = ['zookeeper.client.secure=true', `zookeeper.ssl.trustStore.location=${join(folder.path, 'ca.pem')}`];
    const configuration = file('tls.properties', [...lines, ...properties].join('\n'));
    const args = ['-server', `${host}:${server.securePort}`, '-client-configuration', configuration, 'whoami'];
    return new Promise((resolve) => execFile(DROP_IN, args, (_, stdout, stderr) => resolve(stdout + stderr)));
  };
  const pem = () => [`zookeeper.ssl.keyStore.location=${file('alice.pem', alice.key + alice.cert)}`];

  test('a key store in PEM', async () => {
    expect(await whoAmI('localhost', pem())).toContain('x509: CN=alice\n');
  });

  test('a key store in PKCS12, whose password is in a file', async () => {
    const store = `zookeeper.ssl.keyStore.location=${file('alice.p12', pkcs12(alice, [ca], 'pass word'))}`;
    const password = `zookeeper.ssl.keyStore.passwordPath=${file('password', 'pass word\n')}`;
    expect(await whoAmI('localhost', [store, password])).toContain('x509: CN=alice\n');
  });

  test('another name of the server only where its name is not to be checked', async () => {
    expect(await whoAmI('127.0.0.1', pem())).toBe(`Connecting to 127.0.0.1:${server.securePort}\nAuth scheme: User\n`);
    const unchecked = [...pem(), 'zookeeper.ssl.hostnameVerification=false'];
    expect(await whoAmI('127.0.0.1', unchecked)).toContain('x509: CN=alice\n');
  });
});
