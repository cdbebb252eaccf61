import { describe, expect, test } from 'vitest';
import { digestId, formatAclEntry, formatPermissions, parseAcl } from '../../src/protocol/acl.js';

const HASH = '3OptnM09ILoVSfbZtd3mB0IViII=';
const DN = 'CN=alice,OU=Data \\+ Ops,O=Acme\\, Inc.,C=CN';

describe('digest ids', () => {
  test.each([
    ['a', 'b', 'a:3OptnM09ILoVSfbZtd3mB0IViII='],
    ['super', 'secret', 'super:lK75jTNcA+U9vtVEw5vB51mj/w4='],
  ])('of %s:%s', (user, password, id) => {
    expect(digestId(user, password)).toBe(id);
  });

  test('are made of the UTF-8 of the password', () => {
    // printf 'ü:é' | openssl sha1 -binary | base64
    expect(digestId('ü', 'é')).toBe('ü:bWpS2Ha8OYJqPRUYT4h1iRa2nIY=');
  });
});

describe('one entry', () => {
  test.each([
    ['world:anyone:r', { scheme: 'world', id: 'anyone', perms: 1 }],
    ['world:anyone:cdrwa', { scheme: 'world', id: 'anyone', perms: 31 }],
    ['world:anyone:awrdc', { scheme: 'world', id: 'anyone', perms: 31 }],
    ['world:anyone:wr', { scheme: 'world', id: 'anyone', perms: 3 }],
    ['auth:', { scheme: 'auth', id: '', perms: 31 }],
    ['auth::cdrwa', { scheme: 'auth', id: '', perms: 31 }],
    ['auth:a:b:r', { scheme: 'auth', id: 'a:b', perms: 1 }],
    [`digest:a:${HASH}:cdrwa`, { scheme: 'digest', id: `a:${HASH}`, perms: 31 }],
    ['ip:10.0.0.0/8:r', { scheme: 'ip', id: '10.0.0.0/8', perms: 1 }],
    ['ip:fe80::1:r', { scheme: 'ip', id: 'fe80::1', perms: 1 }],
    ['ip:::1:rw', { scheme: 'ip', id: '::1', perms: 3 }],
    ['ip:10.0.0.1:0x1', { scheme: 'ip', id: '10.0.0.1', perms: 1 }],
    ['ip:1:2:3:4:5:6:7:8:a', { scheme: 'ip', id: '1:2:3:4:5:6:7:8', perms: 16 }],
    ['ip:1:::r', { scheme: 'ip', id: '1::', perms: 1 }],
    ['ip:2001:db8::/32:a', { scheme: 'ip', id: '2001:db8::/32', perms: 16 }],
    ['sasl:alice@REALM:cdrwa', { scheme: 'sasl', id: 'alice@REALM', perms: 31 }],
    ['sasl:DOMAIN\\bob:r', { scheme: 'sasl', id: 'DOMAIN\\bob', perms: 1 }],
    ["sasl:O'Brien:r", { scheme: 'sasl', id: "O'Brien", perms: 1 }],
    ['x509:CN=a\\,O=b:r', { scheme: 'x509', id: 'CN=a,O=b', perms: 1 }],
    ['x509:"CN=a,O=b":r', { scheme: 'x509', id: 'CN=a,O=b', perms: 1 }],
    [`x509:'${DN}':r`, { scheme: 'x509', id: DN, perms: 1 }],
    ['x509:CN=a,O=b,C=CN:cdrwa', { scheme: 'x509', id: 'CN=a,O=b,C=CN', perms: 31 }],
    ['  world:anyone:r ', { scheme: 'world', id: 'anyone', perms: 1 }],
    ['world:anyone:0x0', { scheme: 'world', id: 'anyone', perms: 0 }],
    ['world:anyone:0x40', { scheme: 'world', id: 'anyone', perms: 64 }],
    ['world:anyone:0xFFFFFFFF', { scheme: 'world', id: 'anyone', perms: -1 }],
  ])('%s', (text, entry) => {
    expect(parseAcl(text)).toEqual([entry]);
  });
});

describe('several entries', () => {
  test.each([
    ['world:anyone:r,auth::cdrwa', ['world:anyone:r', 'auth::cdrwa']],
    ['world:anyone:r, ip:::1:w', ['world:anyone:r', 'ip:::1:w']],
    ['x509:CN=a,O=b:r,world:anyone:r', ['x509:CN=a\\,O=b:r', 'world:anyone:r']],
    ['x509:CN=a,O=b:r,x509:CN=c,O=d:cdrwa', ['x509:CN=a\\,O=b:r', 'x509:CN=c\\,O=d:cdrwa']],
    ['world:anyone:r,x509:"CN=a,O=b":r,auth:', ['world:anyone:r', 'x509:CN=a\\,O=b:r', 'auth::cdrwa']],
  ])('%s', (text, entries) => {
    expect(parseAcl(text).map(formatAclEntry)).toEqual(entries);
  });
});

describe('what is wrong is refused, with the right spelling', () => {
  test.each([
    ['', 'an ACL has at least one entry: scheme:id:perms, such as world:anyone:r'],
    ['  ', 'an ACL has at least one entry: scheme:id:perms, such as world:anyone:r'],
    ['world', 'not an ACL entry: world: write world:anyone:cdrwa'],
    ['world:anyone', 'not an ACL entry: world:anyone: write world:anyone:cdrwa'],
    ['auth', 'not an ACL entry: auth: write auth::cdrwa'],
    ['ip:10.0.0.1', 'not an ACL entry: ip:10.0.0.1: write ip:10.0.0.1:cdrwa'],
    ['rubbish', 'not an ACL entry: rubbish: write scheme:id:perms, such as world:anyone:r'],
    [':a:r', 'not an ACL entry: :a:r: write scheme:id:perms, such as world:anyone:r'],
    ['world:anyone:r,', 'not an ACL entry: nothing between two commas: write scheme:id:perms, such as world:anyone:r'],
    [
      'world:anyone:',
      'not an ACL entry: world:anyone:: no permissions at the end; the permissions are letters of cdrwa (create, delete, read, write, admin). For an entry that grants nothing: 0x0',
    ],
    [
      'world:anyone:rx',
      'not an ACL entry: world:anyone:rx: rx has x in it; the permissions are letters of cdrwa (create, delete, read, write, admin)',
    ],
    [
      'world:anyone:rr',
      'not an ACL entry: world:anyone:rr: a permission twice in rr; the permissions are letters of cdrwa (create, delete, read, write, admin)',
    ],
    [
      'world:anyone:CDRWA',
      'not an ACL entry: world:anyone:CDRWA: CDRWA has C in it; the permissions are letters of cdrwa (create, delete, read, write, admin)',
    ],
    ['ip:fe80::1', 'not an ACL entry: ip:fe80::1: no permissions at the end; write ip:fe80::1:cdrwa'],
    ['ip:fe80::a', 'not an ACL entry: ip:fe80::a: no permissions at the end; write ip:fe80::a:cdrwa'],
    ['ip:::1', 'not an ACL entry: ip:::1: no permissions at the end; write ip:::1:cdrwa'],
    [
      'ip:1:2:3:4:5:6:7:8',
      'not an ACL entry: ip:1:2:3:4:5:6:7:8: no permissions at the end; write ip:1:2:3:4:5:6:7:8:cdrwa',
    ],
    ['digest:a:b', `not an ACL entry: digest:a:b: no permissions at the end; write digest:a:${HASH}:cdrwa`],
    [`digest:a:${HASH}`, `not an ACL entry: digest:a:${HASH}: no permissions at the end; write digest:a:${HASH}:cdrwa`],
    ['world:bob:r', 'not an ACL entry: world:bob:r: world has one id, write world:anyone:r'],
    [
      'digest:a:b:cdrwa',
      `not an ACL entry: digest:a:b:cdrwa: b is not a hash; for that password write digest:a:${HASH}:cdrwa`,
    ],
    ['digest:a:x:r', 'not an ACL entry: digest:a:x:r: x is what a server shows instead of a hash that you may not see'],
    [
      'digest:a:r',
      'not an ACL entry: digest:a:r: write digest:USER:HASH:perms, where HASH is base64(sha1(USER:PASSWORD))',
    ],
    ['digest:a', 'not an ACL entry: digest:a: write digest:USER:HASH:perms, where HASH is base64(sha1(USER:PASSWORD))'],
    [
      `digest:a:b:${HASH}:r`,
      `not an ACL entry: digest:a:b:${HASH}:r: write digest:USER:HASH:perms, where HASH is base64(sha1(USER:PASSWORD))`,
    ],
  ])('%j', (text, message) => {
    expect(() => parseAcl(text)).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});

describe('what is written is taken back', () => {
  test.each([
    [{ scheme: 'world', id: 'anyone', perms: 31 }, 'world:anyone:cdrwa'],
    [{ scheme: 'world', id: 'anyone', perms: 1 }, 'world:anyone:r'],
    [{ scheme: 'world', id: 'anyone', perms: 0 }, 'world:anyone:0x0'],
    [{ scheme: 'world', id: 'anyone', perms: 64 }, 'world:anyone:0x40'],
    [{ scheme: 'world', id: 'anyone', perms: 95 }, 'world:anyone:0x5f'],
    [{ scheme: 'world', id: 'anyone', perms: -1 }, 'world:anyone:0xffffffff'],
    [{ scheme: 'auth', id: '', perms: 31 }, 'auth::cdrwa'],
    [{ scheme: 'digest', id: `a:${HASH}`, perms: 12 }, `digest:a:${HASH}:cd`],
    [{ scheme: 'ip', id: '::1/128', perms: 18 }, 'ip:::1/128:wa'],
    [{ scheme: 'x509', id: DN, perms: 1 }, 'x509:CN=alice\\,OU=Data \\\\+ Ops\\,O=Acme\\\\\\, Inc.\\,C=CN:r'],
    [{ scheme: 'x509', id: '"quoted",CN', perms: 1 }, 'x509:\\"quoted\\"\\,CN:r'],
    [{ scheme: 'sasl', id: "'", perms: 1 }, "sasl:\\':r"],
    [{ scheme: 'sasl', id: 'ends\\', perms: 1 }, 'sasl:ends\\\\:r'],
  ])('%j', (entry, text) => {
    expect(formatAclEntry(entry)).toBe(text);
    expect(parseAcl(text)).toEqual([entry]);
    expect(parseAcl(`${text},world:anyone:r`)).toEqual([entry, { scheme: 'world', id: 'anyone', perms: 1 }]);
  });

  test('permissions are written in the order cdrwa', () => {
    expect([4, 8, 1, 2, 16, 3, 20, 31].map(formatPermissions)).toEqual(['c', 'd', 'r', 'w', 'a', 'rw', 'ca', 'cdrwa']);
  });
});
