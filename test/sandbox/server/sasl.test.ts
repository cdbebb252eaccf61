/** SASL DIGEST-MD5: with an answer worked out here, and with the real zkCli.sh. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.js';
import type { Session } from '../../contract/session.js';
import { temporaryFolder } from '../../helpers/reaper.js';
import { describeWithRealZooKeeper } from '../../helpers/skip.js';
import { runZkCli } from '../../helpers/zkcli.js';
import { open, start } from './scene.js';

const md5 = (bytes: Buffer | string): Buffer => createHash('md5').update(bytes).digest();
const hex = (bytes: Buffer | string): string => md5(bytes).toString('hex');

/** By RFC 2831, in one go. */
function answerOf(
  challenge: Buffer | null,
  user: string,
  password: string,
  changes: Record<string, string | null> = {},
): Buffer {
  const nonce = /nonce="([^"]*)"/.exec(String(challenge))?.[1] ?? '';
  const [realm, cnonce, uri] = ['zk-sasl-md5', 'mine', 'zookeeper/zk-sasl-md5'];
  const charset = /^[\u0000-\u00ff]*$/.test(user + password) ? 'latin1' : 'utf8';
  const secret = md5(Buffer.from(`${user}:${realm}:${password}`, charset));
  const a1 = hex(Buffer.concat([secret, Buffer.from(`:${nonce}:${cnonce}`)]));
  const response = hex(`${a1}:${nonce}:00000001:${cnonce}:auth:${hex(`AUTHENTICATE:${uri}`)}`);
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  const fields: Record<string, string | null> = {
    charset: 'utf-8',
    username: quoted(user),
    realm: `"${realm}"`,
    nonce: `"${nonce}"`,
    nc: '00000001',
    cnonce: `"${cnonce}"`,
    'digest-uri': `"${uri}"`,
    maxbuf: '65536',
    response,
    qop: 'auth',
    ...changes,
  };
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  return Buffer.from(given.map(([name, value]) => `${name}=${value}`).join(','), 'utf8');
}

async function login(session: Session, user: string, password: string): Promise<void> {
  const challenge = await session.sasl(Buffer.alloc(0));
  expect(String(challenge)).toMatch(/^realm="zk-sasl-md5",nonce="[A-Za-z0-9+/]{40}",charset=utf-8,algorithm=md5-sess$/);
  expect(String(await session.sasl(answerOf(challenge, user, password)))).toMatch(/^rspauth=[0-9a-f]{32}$/);
}

describe('SASL', () => {
  test.each([
    ['alice', 'secret'],
    ['b"ob=,\\x', 'with "quotes", commas'],
    ['josé', 'pässwörd'],
    ['李', '密码'],
    ['c@EX', ''],
  ])('%s logs in', async (user, password) => {
    const sandbox = await start({ saslUsers: { [user]: password } });
    const session = await open(sandbox);
    await login(session, user, password);
    expect((await session.whoAmI()).sort()).toEqual(['ip:127.0.0.1', `sasl:${user}`]);
  });

  test.each<[what: string, user: string, password: string, changes: Record<string, string | null>]>([
    ['a wrong password', 'alice', 'wrong', {}],
    ['an unknown user', 'mallory', 'secret', {}],
    ['another host', 'alice', 'secret', { 'digest-uri': '"zookeeper/zk1"' }],
    ['another realm', 'alice', 'secret', { realm: '"other"' }],
    ['no realm', 'alice', 'secret', { realm: null }],
    ['a second use of the nonce', 'alice', 'secret', { nc: '00000002' }],
    ['a protected layer', 'alice', 'secret', { qop: 'auth-int' }],
    ['a nonce of its own', 'alice', 'secret', { nonce: '"abc"' }],
    ['no user', 'alice', 'secret', { username: null }],
    ['a name twice', 'alice', 'secret', { 'nc,nc': null, 'x,nc': '1' }],
  ])('%s is refused with -115, and the connection ends', async (_, user, password, changes) => {
    const session = await open(await start({ saslUsers: { alice: 'secret' } }));
    const challenge = await session.sasl(Buffer.alloc(0));
    await session.sasl(answerOf(challenge, user, password, changes), { err: -115, body: 'ffffffff' });
    await session.ends();
  });

  test('what may be left out may be left out', async () => {
    const session = await open(await start({ saslUsers: { alice: 'secret' } }));
    const challenge = await session.sasl(Buffer.from('hello'));
    const changes = { nc: null, qop: null, maxbuf: null, authzid: null };
    expect(String(await session.sasl(answerOf(challenge, 'alice', 'secret', changes)))).toContain('rspauth=');
  });

  test('a null token, and one behind a success, end the connection without a word', async () => {
    const sandbox = await start({ saslUsers: { alice: 'secret' } });
    for (const isLoggedIn of [false, true]) {
      const session = await open(sandbox);
      if (isLoggedIn) await login(session, 'alice', 'secret');
      const last = session.sasl(isLoggedIn ? Buffer.alloc(0) : null).catch((error: Error) => error.message);
      await session.ends();
      expect(await last).toContain('hung up');
    }
  });

  test('without accounts nothing happens, and the connection goes on', async () => {
    const session = await open(await start());
    expect(await session.sasl(Buffer.alloc(0))).toBeNull();
    expect(await session.whoAmI()).toEqual(['ip:127.0.0.1']);
  });

  test('an id of scheme sasl guards what it owns; superUser is let in everywhere', async () => {
    const sandbox = await start({ saslUsers: { alice: 'a', root: 'r' }, settings: { 'superUser.1': 'root' } });
    const [alice, root, stranger] = [await open(sandbox), await open(sandbox), await open(sandbox)];
    await login(alice, 'alice', 'a');
    await login(root, 'root', 'r');
    await alice.create('/hers', { acl: [[31, 'auth', '']] });
    await stranger.getData('/hers', { err: -102 });
    await root.getData('/hers');
    expect((await root.whoAmI()).sort()).toEqual(['ip:127.0.0.1', 'sasl:root', 'super:']);
    expect(sandbox.tree.get('/hers')?.acl).toEqual([{ perms: 31, scheme: 'sasl', id: 'alice' }]);
  });

  test('where it is required, everything else is refused with -124, and the session lives on', async () => {
    const sandbox = await start({ saslUsers: { alice: 'a' }, settings: { sessionRequireClientSASLAuth: true } });
    for (const ask of [
      (session: Session) => session.exists('/', { err: -124, zxid: 0 }),
      (session: Session) => session.raw('closeSession', undefined, { err: -124, zxid: 0 }),
    ]) {
      const session = await open(sandbox);
      await ask(session);
      await session.ends();
    }
    expect(sandbox.sessions).toHaveLength(2);
    const session = await open(sandbox);
    await login(session, 'alice', 'a');
    await session.exists('/');
    const other = await open(sandbox);
    const challenge = await other.sasl(Buffer.alloc(0));
    await other.sasl(answerOf(challenge, 'alice', 'b'), { err: -124, body: 'ffffffff' });
    await other.ends();
  });

  test('allowSaslFailedClients: who fails is served, without the id', async () => {
    const session = await open(await start({ saslUsers: { alice: 'a' }, settings: { allowSaslFailedClients: true } }));
    const challenge = await session.sasl(Buffer.alloc(0));
    expect(await session.sasl(answerOf(challenge, 'alice', 'wrong'))).toBeNull();
    expect(await session.whoAmI()).toEqual(['ip:127.0.0.1']);
  });

  test('enforce.auth: one of the schemes is enough, and they must be there', async () => {
    const settings = { 'enforce.auth.enabled': true, 'enforce.auth.schemes': 'digest' };
    const session = await open(await start({ settings }));
    await session.auth('digest', 'a:b');
    await session.exists('/');
    await expect(start({ settings: { 'enforce.auth.enabled': true } })).rejects.toThrow(
      'enforce.auth.schemes must be set',
    );
    await expect(start({ settings: { ...settings, 'enforce.auth.schemes': 'sasl' } })).rejects.toThrow(
      'the scheme sasl is not available',
    );
  });
});

describeWithRealZooKeeper("Java's own client", () => {
  test('logs in by SASL, and is who it says', async () => {
    const sandbox = await start({ saslUsers: { alice: 'pass word' } });
    expect((await zkCli(sandbox, 'alice', 'pass word')).stdout).toContain('sasl: alice');
  });
});

async function zkCli(sandbox: Sandbox, user: string, password: string): Promise<{ stdout: string }> {
  const folder = temporaryFolder('jaas');
  try {
    const jaas = join(folder.path, 'jaas.conf');
    const login = `org.apache.zookeeper.server.auth.DigestLoginModule required username="${user}" password="${password}"`;
    writeFileSync(jaas, `Client { ${login}; };\n`);
    const jvm = ['-Dzookeeper.fips-mode=false', `-Djava.security.auth.login.config=${jaas}`];
    return await runZkCli(['-server', sandbox.address, 'whoami'], '', { jvm });
  } finally {
    folder.remove();
  }
}
