/** --tls and its like, each seen working, through a TLS server in front of the real one. */
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer, type Server, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issue, pkcs12 } from '../helpers/certificates.js';
import { temporaryFolder } from '../helpers/reaper.js';
import { describeWithZooKeeper } from '../helpers/skip.js';
import { runInside } from './inside.js';

const ca = issue({ subject: [['CN', 'Test CA']], isCa: true });
const local = issue({ subject: [['CN', 'zk']], issuer: ca, names: ['127.0.0.1'] });
const elsewhere = issue({ subject: [['CN', 'zk']], issuer: ca, names: ['zk.example'] });
const client = issue({ subject: [['CN', 'ann']], issuer: ca });

const folder = temporaryFolder('tls-options');
const file = (name: string, content: string | Buffer): string => {
  const path = join(folder.path, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};
const caFile = file('ca.pem', ca.cert);
const certFile = file('ann.pem', client.cert);
const keyFile = file('ann.key', client.key);
const p12File = file('ann.p12', pkcs12(client, [ca], 'a pass phrase'));
const passphraseFile = file('passphrase', 'a pass phrase\n');
afterAll(() => folder.remove());

describeWithZooKeeper('a server that speaks TLS', (server) => {
  const running: Server[] = [];
  /** A TLS port that passes everything on to the real server. */
  async function startTls(options: TlsOptions): Promise<string> {
    const port = Number(server.split(':')[1]);
    const tls = createServer(options, (secure) => {
      const plain: Socket = connect(port, '127.0.0.1');
      secure.pipe(plain).pipe(secure);
      plain.on('error', () => secure.destroy());
      secure.on('error', () => plain.destroy());
    });
    tls.on('tlsClientError', () => {});
    await new Promise<void>((done) => tls.listen(0, '127.0.0.1', done));
    running.push(tls);
    return `127.0.0.1:${(tls.address() as { port: number }).port}`;
  }
  let open: string;
  let misnamed: string;
  let mutual: string;
  beforeAll(async () => {
    open = await startTls({ cert: local.cert, key: local.key });
    misnamed = await startTls({ cert: elsewhere.cert, key: elsewhere.key });
    mutual = await startTls({
      cert: local.cert,
      key: local.key,
      ca: ca.cert,
      requestCert: true,
      rejectUnauthorized: true,
    });
  });
  afterAll(() => {
    for (const tls of running) tls.close();
  });

  const cases = (): readonly (readonly [
    name: string,
    address: string,
    words: readonly string[],
    environment: Record<string, string>,
  ])[] => [
    ['--tls-ca', open, ['--tls-ca', caFile], { ZKSH_TLS_CA: caFile }],
    ['--tls-insecure', open, ['--tls-insecure'], { ZKSH_TLS_INSECURE: '1' }],
    ['--tls with --tls-insecure', open, ['--tls', '--tls-insecure'], { ZKSH_TLS: '1', ZKSH_TLS_INSECURE: '1' }],
    [
      '--tls-server-name',
      misnamed,
      ['--tls-ca', caFile, '--tls-server-name', 'zk.example'],
      { ZKSH_TLS_CA: caFile, ZKSH_TLS_SERVER_NAME: 'zk.example' },
    ],
    [
      '--tls-cert and --tls-key',
      mutual,
      ['--tls-ca', caFile, '--tls-cert', certFile, '--tls-key', keyFile],
      { ZKSH_TLS_CA: caFile, ZKSH_TLS_CERT: certFile, ZKSH_TLS_KEY: keyFile },
    ],
    [
      '--tls-p12 and --tls-passphrase-file',
      mutual,
      ['--tls-ca', caFile, '--tls-p12', p12File, '--tls-passphrase-file', passphraseFile],
      { ZKSH_TLS_CA: caFile, ZKSH_TLS_P12: p12File, ZKSH_TLS_PASSPHRASE_FILE: passphraseFile },
    ],
  ];
  test.each([0, 1, 2, 3, 4, 5])('case %i opens a session, as options and as variables', async (index) => {
    const [, address, words, environment] = cases()[index]!;
    const outcomes = [
      await runInside(['-s', address, ...words, 'exists', '/']),
      await runInside(['exists', '/'], { environment: { ZKSH_SERVER: address, ...environment } }),
    ];
    expect(outcomes.map(({ status, stderr }) => ({ status, stderr }))).toEqual([
      { status: 0, stderr: '' },
      { status: 0, stderr: '' },
    ]);
  });

  test('without what it takes each of them is refused, with status 6 and the reason', async () => {
    const refusals: readonly (readonly [string, readonly string[], RegExp])[] = [
      [open, ['--tls'], /trust/i],
      [misnamed, ['--tls-ca', caFile], /zk\.example/],
      [mutual, ['--tls-ca', caFile], /certificate/i],
      [server, ['--tls-insecure'], /TLS/],
    ];
    for (const [address, words, reason] of refusals) {
      const { status, stderr } = await runInside(['-s', address, '--connect-timeout', '5s', ...words, 'exists', '/']);
      expect([status, reason.test(stderr)], stderr).toEqual([6, true]);
    }
  });
});

describe('files that are wrong', () => {
  test.each([['--tls-ca'], ['--tls-cert'], ['--tls-key'], ['--tls-p12'], ['--tls-passphrase-file'], ['--auth-file']])(
    '%s names the file and the option',
    async (option) => {
      const { status, stderr } = await runInside([option, '/none/such', 'ls', '/']);
      expect([status, stderr]).toEqual([1, `zksh: cannot read /none/such (${option}): there is no such file\n`]);
    },
  );

  test('a credentials file that makes no sense is refused without showing what is in it', async () => {
    const { status, stderr } = await runInside(['--auth-file', file('bad', 'hunter2\n'), 'ls', '/']);
    expect(status).toBe(2);
    expect(stderr).toContain('SCHEME:CREDENTIAL');
    expect(stderr).not.toContain('hunter2');
  });

  test('a certificate without its key says so', async () => {
    const { status, stderr } = await runInside(['--tls-cert', certFile, 'ls', '/']);
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/key/);
  });
});
