/** What further settings change: SASL, credentials that are demanded, limits, reconfig. */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { OPEN } from '../requests.js';
import { firstRule, rule, section } from '../rules.js';
import { Session } from '../session.js';
import { DEMANDING_DIGEST, DEMANDING_SASL, RECONFIG, SASL, SMALL_FRAMES, TIMEOUTS } from './setups.js';

const AUTH_FAILED = -115;
const DEMANDED = { err: -124, zxid: 0, zxids: 0 };

/** What a client of DIGEST-MD5 answers to `challenge` (RFC 2831). */
function digestMd5(challenge: string, user: string, password: string): { response: string; proof: string } {
  const read = (key: string): string => new RegExp(`${key}="([^"]*)"`).exec(challenge)?.[1] ?? '';
  const [realm, nonce, cnonce, uri] = [read('realm'), read('nonce'), 'abcdef', 'zookeeper/zk-sasl-md5'];
  const md5 = (text: string | Buffer): Buffer => createHash('md5').update(text).digest();
  const first = Buffer.concat([md5(`${user}:${realm}:${password}`), Buffer.from(`:${nonce}:${cnonce}`)]);
  const hex = (method: string): string =>
    md5(
      `${md5(first).toString('hex')}:${nonce}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`).toString('hex')}`,
    ).toString('hex');
  const response =
    `charset=utf-8,username="${user}",realm="${realm}",nonce="${nonce}",nc=00000001,cnonce="${cnonce}",` +
    `digest-uri="${uri}",maxbuf=65536,response=${hex('AUTHENTICATE')},qop=auth`;
  return { response, proof: `rspauth=${hex('')}` };
}

async function logIn(session: Session, user: string, password: string): Promise<void> {
  const challenge = (await session.sasl(Buffer.alloc(0)))?.toString() ?? '';
  const { response, proof } = digestMd5(challenge, user, password);
  expect((await session.sasl(Buffer.from(response)))?.toString()).toBe(proof);
}

export const saslLogin = section('sasl', SASL, [
  rule(252, 'DIGEST-MD5: challenge, answer, identity', async ({ a, b }) => {
    const challenge = (await a.sasl(Buffer.alloc(0)))?.toString() ?? '';
    expect(challenge).toMatch(/^realm="zk-sasl-md5",nonce="[^"]+",charset=utf-8,algorithm=md5-sess$/);
    const { response, proof } = digestMd5(challenge, 'bob', 'secret');
    expect((await a.sasl(Buffer.from(response)))?.toString()).toBe(proof);
    expect(await a.whoAmI()).toEqual(['sasl:bob', 'ip:127.0.0.1']);
    await a.create('/t/x', { acl: [[31, 'auth', '']], stored: [[31, 'sasl', 'bob']] });
    await a.getData('/t/x');
    await a.getACL('/t/x');
    await b.getData('/t/x', { err: -102 });
    await logIn(b, 'bob', 'secret');
    await b.getData('/t/x');
  }),
  rule(253, 'a wrong password, and an unknown user', async ({ scene, a, b }) => {
    for (const [session, user, password] of [
      [a, 'bob', 'wrong'],
      [b, 'nobody', 'secret'],
    ] as const) {
      // 3.8 lets users in that it does not know, if the password is one of those it knows.
      if (scene.target.is38 && user === 'nobody') continue;
      const challenge = (await session.sasl(Buffer.alloc(0)))?.toString() ?? '';
      const { response } = digestMd5(challenge, user, password);
      await session.sasl(Buffer.from(response), { err: AUTH_FAILED, body: 'ffffffff' });
      await session.ends();
    }
    await (await scene.reattach(a)).exists('/t');
  }),
  rule('253b', 'a token that is no answer', async ({ a }) => {
    await a.sasl(Buffer.alloc(0));
    await a.sasl(Buffer.from('garbage'), { err: AUTH_FAILED, body: 'ffffffff' });
    await a.ends();
  }),
  rule('8.6', 'ids of scheme sasl', async ({ a }) => {
    for (const [index, id] of ['bob', 'a@b', 'a/b@c', '@', '', 'a/b', 'a b'].entries()) {
      await a.create(`/t/${index}`, { acl: [[31, 'sasl', id], ...OPEN] });
    }
    for (const id of ['a@b@c', 'a/b/c@d']) await a.create('/t/x', { acl: [[31, 'sasl', id]], err: -114 });
    await a.auth('sasl', 'bob', { err: AUTH_FAILED });
    await a.ends();
  }),
]);

export const demands = section('sasl', DEMANDING_SASL, [
  firstRule(250, 'where a login is demanded, nothing is answered before', async (scene) => {
    const asks: ((session: Session) => Promise<unknown>)[] = [
      (session) => session.exists('/', DEMANDED),
      (session) => session.ping(DEMANDED),
      (session) => session.raw('closeSession', undefined, DEMANDED),
      (session) => session.create('/x', DEMANDED),
      (session) => session.raw('multi', undefined, DEMANDED),
      (session) => session.raw(99, undefined, DEMANDED),
    ];
    for (const ask of asks) {
      const c = scene.track(await Session.open('C', scene.target, null));
      await ask(c);
      await c.ends();
    }
    const d = scene.track(await Session.open('D', scene.target, null));
    await d.auth('digest', 'u:p');
    await logIn(d, 'bob', 'secret');
    await d.exists('/');
  }),
]);

export const digestDemands = section('enforced auth', DEMANDING_DIGEST, [
  firstRule('2.7', 'a scheme that is demanded may be digest', async (scene) => {
    const c = scene.track(await Session.open('C', scene.target, null));
    await c.exists('/', DEMANDED);
    await c.ends();
    const d = scene.track(await Session.open('D', scene.target, null));
    await d.auth('digest', 'u:p');
    await d.exists('/');
  }),
]);

export const reconfigs = section('reconfig', RECONFIG, [
  rule(271, 'a server of its own cannot be reconfigured, even where it may', async ({ a }) => {
    await a.reconfig({ err: -6 });
    await a.auth('digest', 'super:secret');
    await a.reconfig({ err: -6 });
    await a.exists('/t');
  }),
]);

export const frameLimits = section('jute.maxbuffer', SMALL_FRAMES, [
  rule('1.3', 'another limit of frames', async ({ scene, a, b }) => {
    await a.setData('/t', Buffer.alloc(10_000 - 22));
    await a.getData('/t');
    await a
      .setData('/t', Buffer.alloc(10_000 - 21))
      .catch((error: Error) => expect(error.message).toContain('hung up'));
    await a.ends();
    await (await scene.reattach(a)).getData('/t');
    await Promise.all(Array.from({ length: 30 }, (_, index) => b.create(`/t/${'n'.repeat(900)}${index}`)));
    await b.getChildren('/t');
  }),
]);

export const timeouts = section('time-outs', TIMEOUTS, [
  rule('2.3', 'bounds of time-outs may be set', async ({ scene }) => {
    expect((await scene.open('C', { sessionTimeoutMs: 1 })).sessionTimeoutMs).toBe(3_000);
    expect((await scene.open('D', { sessionTimeoutMs: 1_000_000 })).sessionTimeoutMs).toBe(30_000);
    expect((await scene.open('E', { sessionTimeoutMs: 3_001 })).sessionTimeoutMs).toBe(3_001);
  }),
]);
