/** ACLs and credentials (ZooKeeperServer.checkACL, PrepRequestProcessor.fixupACL, the authentication providers). */
import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { build } from '../../helpers/byte-builder.js';
import { type AclTuple, ADMIN, body, CREATE, DELETE, NO_READ, OPEN, part, READ, WRITE } from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';
import type { Session } from '../session.js';
import { SKIPPING_ACL } from './setups.js';

const NO_AUTH = -102;
const INVALID_ACL = -114;
const AUTH_FAILED = -115;
const ALL = 31;
const X = '/t/x';
const world = (perms: number): readonly AclTuple[] => [[perms, 'world', 'anyone']];

/** user:password as scheme digest keeps it. */
function digest(credentials: string): string {
  return `${credentials.split(':')[0]}:${createHash('sha1').update(credentials).digest('base64')}`;
}

const AB = digest('a:b');
const CD = digest('c:d');

async function invalid(a: Session, scheme: string | null, ids: readonly (string | null)[]): Promise<void> {
  for (const id of ids) {
    await a.create(X, { acl: [[ALL, scheme, id]], err: INVALID_ACL });
    await a.setACL('/t', [[ALL, scheme, id]], { err: INVALID_ACL });
  }
}

async function valid(a: Session, scheme: string, ids: readonly string[]): Promise<void> {
  for (const [index, id] of ids.entries()) await a.create(`${X}${index}`, { acl: [[ALL, scheme, id], ...OPEN] });
  for (const index of ids.keys()) await a.getACL(`${X}${index}`);
}

export const acls = section('acl', PLAIN, [
  ...[0, READ, WRITE, CREATE, DELETE, ADMIN].map((perms) =>
    rule(222, `what may be done with perms ${perms}`, async ({ a, b }) => {
      const needs = (...bits: number[]) => ({ err: bits.some((bit) => (perms & bit) !== 0) ? 0 : NO_AUTH });
      await a.auth('digest', 'super:secret');
      await a.create(X);
      await a.create(`${X}/k`);
      await a.setACL(X, world(perms));
      await b.exists(X, needs(READ));
      await b.getData(X, needs(READ));
      await b.getChildren(X, needs(READ));
      await b.getChildren2(X, needs(READ));
      await b.getAllChildrenNumber(X, needs(READ));
      await b.getACL(X, needs(READ, ADMIN));
      await b.multiRead([part.getData(X), part.getChildren(X)], {
        errors: perms === READ ? {} : { 0: NO_AUTH, 1: NO_AUTH },
      });
      await b.multi([part.check(X)], perms === READ ? {} : { fails: { at: 0, err: NO_AUTH } });
      await b.sync(X);
      await b.addWatch(X, 0);
      await b.removeWatches(X, 3);
      await b.setData(X, 'y', needs(WRITE));
      await b.create(`${X}/new`, needs(CREATE));
      await b.create(`${X}/new`, { flags: 2, ...needs(CREATE) });
      await b.create(`${X}/con`, { as: 'createContainer', flags: 4, ...needs(CREATE) });
      await b.create(`${X}/ttl`, { as: 'createTTL', flags: 5, ttl: 100_000n, ...needs(CREATE) });
      await b.delete(`${X}/k`, needs(DELETE));
      await b.setACL(X, OPEN, needs(ADMIN));
    }),
  ),
  rule(223, 'schemes and ids that are none', async ({ a }) => {
    await invalid(a, 'world', ['other', '', 'Anyone']);
    await invalid(a, 'super', ['x', '']);
    await invalid(a, 'WORLD', ['anyone']);
    await invalid(a, 'host', ['x']);
    await invalid(a, 'sasl', ['bob']);
    await invalid(a, 'x509', ['CN=a']);
    await invalid(a, '', ['']);
    await invalid(a, 'ensemble', ['x']);
    await invalid(a, null, ['x']);
  }),
  rule('223b', 'a null id', async ({ scene, a }) => {
    for (const scheme of ['world', 'digest', 'ip']) {
      const zxids = scene.differs({ '3.8': 1, '3.9': 1 });
      await a.create(X, { acl: [[ALL, scheme, null]], err: -5, zxids });
    }
    await a.exists('/t');
  }),
  rule('224–225', 'the same entry twice is stored once, entries of other perms stay', async ({ a }) => {
    await a.create(`${X}1`, { acl: [...OPEN, ...OPEN], stored: OPEN });
    await a.getACL(`${X}1`);
    await a.create(`${X}2`, {
      acl: [...world(READ), ...world(WRITE), ...world(READ)],
      stored: [...world(READ), ...world(WRITE)],
    });
    await a.getACL(`${X}2`);
    await a.setData(`${X}2`);
  }),
  rule('226–227', 'ids of scheme digest', async ({ a }) => {
    await invalid(a, 'digest', ['a', 'a:', ':', '::', 'a:b:c', '']);
    await valid(a, 'digest', ['a:b', ':b', 'a:b:', 'a b:c']);
  }),
  rule(228, 'ids of scheme ip', async ({ a }) => {
    await valid(a, 'ip', ['127.0.0.1', '127.0.0.0/8', '127.0.0.1/0', '127.0.0.01', '+1.0.0.1', '127.0.0.1/32']);
  }),
  rule(229, 'ids that are none of scheme ip', async ({ a }) => {
    await invalid(a, 'ip', [
      '127.0.0.1/33',
      '127.0.0.1/-1',
      '127.0.0.1/',
      '127.0.0',
      '127.0.0.256',
      'localhost',
      '',
      '/8',
      '127.0.0.1/8/8',
      '127.0.0.1 ',
      '1.2.3.4.5',
      '-1.0.0.1',
      '127.0.0.1/x',
    ]);
  }),
  rule('230–231', 'IPv6 in scheme ip', async ({ scene, a }) => {
    const six = ['::1', 'fe80::/10', '1:2:3:4:5:6:7:8', '::', '::/0', '::1/128'];
    if (scene.target.is38) await invalid(a, 'ip', six);
    else await valid(a, 'ip', six);
    await invalid(a, 'ip', ['::1/129', '1:2:3', '::ffff:127.0.0.1', '1::2::3', '1:2:3:4:5:6:7:8:9', '12345::', 'g::']);
  }),
  rule('230b', 'scheme ip matches by its bits', async ({ a, b }) => {
    for (const [index, [id, may]] of [
      ['127.0.0.1', true],
      ['127.0.0.2', false],
      ['127.0.0.0/8', true],
      ['127.0.0.2/30', true],
      ['127.0.0.4/30', false],
      ['10.0.0.1/0', true],
      ['126.0.0.0/8', false],
      ['126.0.0.0/7', true],
    ].entries() as IterableIterator<[number, [string, boolean]]>) {
      await a.create(`${X}${index}`, { acl: [[READ, 'ip', id]] });
      await b.getData(`${X}${index}`, { err: may ? 0 : NO_AUTH });
    }
  }),
  rule(232, 'auth needs credentials', async ({ a }) => {
    await a.create(X, { acl: [[ALL, 'auth', '']], err: INVALID_ACL });
    await a.create(X, { acl: [[ALL, 'auth', 'digest:x']], err: INVALID_ACL });
    await a.setACL('/t', [[ALL, 'auth', '']], { err: INVALID_ACL });
  }),
  rule(233, 'auth becomes an entry for each credential', async ({ a, b }) => {
    await a.auth('digest', 'a:b');
    await a.auth('digest', 'c:d');
    await a.create(X, { acl: [[ALL, 'auth', 'ignored']], stored: null });
    const acl = await a.getACL(X);
    expect(acl).toEqual([
      [ALL, 'digest', AB],
      [ALL, 'digest', CD],
    ]);
    await b.getData(X, { err: NO_AUTH });
    await b.auth('digest', 'c:d');
    await b.getData(X);
    await a.setACL(X, [...world(READ), [ALL, 'auth', '']], { stored: null });
    expect(await a.getACL(X)).toHaveLength(3);
  }),
  rule(234, 'the same credential twice is one identity', async ({ a }) => {
    await a.auth('digest', 'a:b');
    await a.auth('digest', 'a:b');
    expect(await a.whoAmI()).toEqual(['digest:a', 'ip:127.0.0.1']);
    await a.auth('digest', 'a:c');
    expect(await a.whoAmI()).toEqual(['digest:a', 'digest:a', 'ip:127.0.0.1']);
  }),
  ...['nocolon', '', 'x:', ':y', 'x:y:z', 'ü:ß', 'a b:c d'].map((credentials) =>
    rule(235, `credentials ${JSON.stringify(credentials)}`, async ({ a }) => {
      await a.auth('digest', credentials);
      const id = digest(credentials);
      expect(await a.whoAmI()).toEqual([`digest:${id.split(':')[0]}`, 'ip:127.0.0.1']);
      await a.create(X, { acl: [[ALL, 'auth', '']], stored: [[ALL, 'digest', id]] });
      await a.getACL(X);
    }),
  ),
  ...(
    [
      ['digest', null],
      ['foo', 'x'],
      ['world', 'anyone'],
      ['sasl', 'x'],
      ['x509', 'x'],
      ['super', 'x'],
      ['', ''],
      ['auth', 'x'],
      [null, 'x'],
      ['DIGEST', 'a:b'],
    ] as const
  ).map(([scheme, credentials]) =>
    rule(
      236,
      `credentials of scheme ${scheme}${credentials === null ? ', null' : ''} end the connection`,
      async ({ scene, a }) => {
        await a.auth(scheme, credentials, { err: AUTH_FAILED });
        await a.ends();
        await (await scene.reattach(a)).exists('/t');
      },
    ),
  ),
  rule('236b', 'auth: the type is not looked at, and the xid is echoed', async ({ a }) => {
    await a.raw('auth', build().int(99).string('digest').buffer(Buffer.from('a:b')), { zxid: 0, xid: 12 });
    expect(await a.whoAmI()).toEqual(['digest:a', 'ip:127.0.0.1']);
  }),
  rule(
    '5.17',
    'identities come in the order of a table of hashes, as do the entries that auth becomes',
    async ({ a }) => {
      const all = ['a:b', 'c:d', 'nocolon', 'e:1', 'f:2', 'g:3', 'h:4', 'i:5', 'j:6', 'k:7', 'l:8', 'm:9', 'n:10'];
      for (const [index, credentials] of all.entries()) {
        await a.auth('digest', credentials);
        const known = all.slice(0, index + 1).map((text): AclTuple => [ALL, 'digest', digest(text)]);
        const order = inServerOrder([...known, [ALL, 'ip', '127.0.0.1']]);
        expect(await a.whoAmI()).toEqual(order.map(([, scheme, id]) => `${scheme}:${id?.split(':')[0]}`));
        const stored = order.filter(([, scheme]) => scheme === 'digest');
        await a.create(`${X}${index}`, { acl: [[ALL, 'auth', '']], stored });
        await a.getACL(`${X}${index}`);
      }
    },
  ),
  rule(237, 'scheme ip adds nothing but the address', async ({ a }) => {
    await a.auth('ip', '1.2.3.4');
    await a.auth('ip', '');
    expect(await a.whoAmI()).toEqual(['ip:127.0.0.1']);
    await a.create(X, { acl: [[ALL, 'auth', '']], err: INVALID_ACL });
  }),
  rule('238–239', 'getACL hides hashes from those who may not change the list', async ({ a, b }) => {
    const acl: AclTuple[] = [
      [READ, 'world', 'anyone'],
      [ADMIN, 'digest', AB],
      [ALL, 'digest', 'u:v:'],
      [ALL, 'ip', '1.2.3.4'],
    ];
    await a.create(X, { acl });
    await b.getACL(X, { shown: [acl[0]!, [ADMIN, 'digest', 'a:x'], [ALL, 'digest', 'u:x'], acl[3]!] });
    await b.auth('digest', 'a:b');
    await b.getACL(X);
  }),
  rule(240, 'from the creator too', async ({ a }) => {
    await a.auth('digest', 'a:b');
    await a.create(X, { acl: [[READ, 'auth', '']], stored: [[READ, 'digest', AB]] });
    await a.getACL(X, { shown: [[READ, 'digest', 'a:x']] });
  }),
  rule(241, 'getACL without any right', async ({ a }) => {
    await a.create(X, { acl: world(WRITE | CREATE | DELETE) });
    await a.getACL(X, { err: NO_AUTH });
  }),
  rule(242, 'credentials end with the connection', async ({ scene, a }) => {
    await a.auth('digest', 'a:b');
    await a.create(X, { acl: [[ALL, 'auth', '']], stored: [[ALL, 'digest', AB]] });
    const again = await scene.reattach(a);
    await again.getData(X, { err: NO_AUTH });
    expect(await again.whoAmI()).toEqual(['ip:127.0.0.1']);
    await again.auth('digest', 'a:b');
    await again.getData(X);
  }),
  rule('242b', 'credentials count for requests behind them in the stream', async ({ a, b }) => {
    await b.create(X, { acl: [[ALL, 'digest', AB]] });
    await Promise.all([a.auth('digest', 'a:b'), a.getData(X), a.setData(X)]);
  }),
  rule(243, 'the super user', async ({ a, b }) => {
    await b.create(X, { acl: [[0, 'digest', AB]] });
    await a.auth('digest', 'super:secret');
    expect(await a.whoAmI()).toEqual(['super:', 'digest:super', 'ip:127.0.0.1']);
    await a.exists(X);
    await a.getData(X);
    await a.getACL(X);
    await a.setData(X, 'y');
    await a.create(`${X}/k`);
    await a.delete(`${X}/k`);
    await a.setACL(X, [[ALL, 'auth', '']], { stored: [[ALL, 'digest', digest('super:secret')]] });
    await a.getACL(X);
    await a.delete('/zookeeper/config', { err: -8 });
    await a.create(`${X}/k`, { acl: [[ALL, 'foo', '']], err: INVALID_ACL });
  }),
  rule(244, 'a wrong password makes no super user', async ({ a, b }) => {
    await b.create(X, { acl: [[0, 'digest', AB]] });
    await a.auth('digest', 'super:wrong');
    expect(await a.whoAmI()).toEqual(['ip:127.0.0.1', 'digest:super']);
    await a.getData(X, { err: NO_AUTH });
  }),
  rule(245, 'who may not read a new znode does not hear of it, and loses the watch', async ({ a, b }) => {
    await a.exists(X, { watch: true, err: -101 });
    await b.create(X, { acl: NO_READ });
    await a.saw();
    await b.setACL(X, OPEN, { err: 0 });
    await b.setData(X);
    await a.saw();
    await a.checkWatches(X, 3, { err: -121 });
  }),
  rule(246, 'nor of a change of what it may no longer read', async ({ a, b }) => {
    await b.create(X);
    await a.getData(X, { watch: true });
    await b.setACL(X, NO_READ);
    await b.setData(X);
    await a.saw();
    await b.setACL(X, OPEN);
    await b.setData(X);
    await a.saw();
  }),
  rule(247, 'nor of the children of what it may no longer read', async ({ a, b }) => {
    await b.create(X);
    await a.getChildren(X, { watch: true });
    await b.setACL(X, NO_READ);
    await b.create(`${X}/1`);
    await b.setACL(X, OPEN);
    await b.create(`${X}/2`);
    await a.saw();
  }),
  rule('248–249', 'a recursive watch hears of what may be read', async ({ scene, a, b }) => {
    const c = await scene.open('C');
    await a.addWatch('/t', 1);
    await b.create('/t/s', { acl: NO_READ });
    await b.setData('/t/s');
    await b.create('/t/s/k');
    await b.delete('/t/s/k');
    await b.delete('/t/s');
    await a.saw('C /t/s/k', 'D /t/s/k');
    await b.create(X, { acl: NO_READ });
    await c.addWatch(X, 1);
    await b.create(`${X}/k`);
    await b.setData(X);
    await c.saw(`C ${X}/k`);
    await a.saw(`C ${X}/k`);
  }),
  rule(
    '248b',
    'deletes and children are filtered by the ACL of the znode and of the parent',
    async ({ scene, a, b }) => {
      const c = await scene.open('C');
      await c.auth('digest', 'a:b');
      await b.create(X, { acl: [[READ, 'digest', AB], ...world(ALL & ~READ)] });
      for (const session of [a, c]) {
        await session.addWatch(X, 0);
        await session.addWatch('/t', 0);
      }
      await b.create(`${X}/k`);
      await b.delete(`${X}/k`);
      await b.setData(X);
      await b.delete(X);
      await c.saw(`K ${X}`, `K ${X}`, `S ${X}`, `D ${X}`, 'K /t');
      await a.saw('K /t');
    },
  ),
  rule('248c', 'exists without READ leaves no watch', async ({ a, b }) => {
    await b.create(X, { acl: NO_READ });
    await a.exists(X, { watch: true, err: NO_AUTH });
    await a.getData(X, { watch: true, err: NO_AUTH });
    await a.getChildren(X, { watch: true, err: NO_AUTH });
    await b.setACL(X, OPEN);
    await b.setData(X);
    await b.create(`${X}/k`);
    await a.saw();
    await a.checkWatches(X, 3, { err: -121 });
  }),
  rule('249b', 'setACL needs ADMIN and takes no WRITE', async ({ a }) => {
    await a.create(X, { acl: world(ADMIN) });
    await a.setACL(X, world(READ));
    await a.setACL(X, world(ALL), { err: NO_AUTH });
  }),
  rule('249c', 'perms of several entries add up', async ({ a, b }) => {
    await a.create(X, {
      acl: [
        [READ, 'world', 'anyone'],
        [WRITE, 'ip', '127.0.0.1'],
        [ADMIN, 'digest', AB],
      ],
    });
    await b.getData(X);
    await b.setData(X);
    await b.setACL(X, OPEN, { err: NO_AUTH });
    await b.auth('digest', 'a:b');
    await b.setACL(X, OPEN);
  }),
  rule(251, 'without accounts a SASL token is answered with none', async ({ a }) => {
    expect(await a.sasl(Buffer.alloc(0))).toBe(null);
    expect(await a.sasl(Buffer.from('x'))).toBe(null);
    expect(await a.whoAmI()).toEqual(['ip:127.0.0.1']);
  }),
  rule('251b', 'whoAmI ignores its body', async ({ a }) => {
    const bytes = await a.raw('whoAmI', body.path('x'));
    expect(bytes.toString('hex')).toBe(build().int(1).string('ip').string('127.0.0.1').done().toString('hex'));
  }),
]);

export const skippedAcls = section('acl', SKIPPING_ACL, [
  rule('8.1', 'skipACL: no list is asked, and still each must be one', async ({ a }) => {
    await a.create(X, { acl: world(0) });
    await a.getData(X);
    await a.setData(X);
    await a.create(`${X}/k`);
    await a.delete(`${X}/k`);
    await a.getACL(X);
    await a.setACL(X, world(READ));
    await a.create(`${X}/k`, { acl: [[ALL, 'foo', '']], err: INVALID_ACL });
    await a.create(`${X}/k`, { acl: [], err: INVALID_ACL });
  }),
]);

/** Of a ConcurrentHashMap with the hashes of the record Id. */
function inServerOrder(entries: readonly AclTuple[]): AclTuple[] {
  const hash = (text: string): number =>
    [...text].reduce((sum, one) => (Math.imul(31, sum) + one.charCodeAt(0)) | 0, 0);
  const size = entries.length < 12 ? 16 : 32;
  const bucket = ([, scheme, id]: AclTuple): number => {
    const mixed = (Math.imul(37, (37 * 17 + hash(scheme ?? '')) | 0) + hash(id ?? '')) | 0;
    return (mixed ^ (mixed >>> 16)) & (size - 1);
  };
  return [...entries].sort((one, other) => bucket(one) - bucket(other));
}
