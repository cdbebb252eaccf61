/** create, delete, setData, setACL: in which order they look at things (PrepRequestProcessor.pRequest2Txn). */
import { expect } from 'vitest';
import {
  ADMIN,
  body,
  CREATE,
  DELETE,
  EPHEMERAL,
  EPHEMERAL_SEQUENTIAL,
  NO_READ,
  OPEN,
  READ,
  SEQUENTIAL,
  WRITE,
} from '../requests.js';
import { PLAIN, rule, section } from '../rules.js';

const FOO = [[31, 'foo', 'bar']] as const;
const world = (perms: number) => [[perms, 'world', 'anyone']] as const;

export const writes = section('writes', PLAIN, [
  rule('70–72', 'create: flags, the path, the ACL, the parent', async ({ a }) => {
    await a.create('/t/x/y', { acl: FOO, err: -114 });
    await a.create('zz', { acl: FOO, err: -8 });
    await a.create('/t/q', { flags: 9, acl: FOO, err: -8 });
    await a.create('/t/q', { flags: -1, err: -8 });
    await a.create('/t/q', { flags: 7, err: -8 });
    await a.create('/t/q', { as: 'create2', flags: 2 ** 31 - 1, err: -8 });
    await a.create('/t/q', { as: 'createContainer', flags: 8, err: -8 });
  }),
  rule(73, 'create: the ACL before the right to create, that before the name', async ({ a }) => {
    await a.create('/t/ro', { acl: world(READ) });
    await a.create('/t/ro/y', { acl: FOO, err: -114 });
    await a.create('/t/ro/x', { err: -102 });
    await a.create('/t/ro/..', { err: -102 });
    await a.create('/t/ro/', { err: -102 });
  }),
  rule('73b', 'create: a znode that is there beats the missing right only where creating is allowed', async ({ a }) => {
    await a.create('/t/p');
    await a.create('/t/p/k');
    await a.setACL('/t/p', world(READ));
    await a.create('/t/p/k', { err: -102 });
    await a.setACL('/t', world(CREATE));
    await a.create('/t/p', { err: -110 });
  }),
  rule(74, 'an ephemeral has no children', async ({ a, b }) => {
    await a.create('/t/e', { flags: EPHEMERAL });
    for (const flags of [0, 1, 2, 3, 4]) await a.create('/t/e/x', { flags, err: -108 });
    await a.create('/t/e/x', { as: 'createContainer', flags: 4, err: -108 });
    await a.create('/t/e/x', { as: 'createTTL', flags: 5, ttl: 1000n, err: -108 });
    await a.create('/t/e/.', { err: -8 });
    await b.create('/t/e/x', { err: -108 });
  }),
  rule(75, 'a znode is created once', async ({ a, b }) => {
    await a.create('/t/a');
    await a.create('/t/a', { err: -110 });
    await b.create('/t/a', { flags: EPHEMERAL, err: -110 });
    await b.create('/t/a', { as: 'createContainer', flags: 4, err: -110 });
    await b.create('/t/a', { flags: SEQUENTIAL });
  }),
  rule(76, 'an ACL needs entries', async ({ a }) => {
    await a.create('/t/a', { acl: [], err: -114 });
    await a.create('/t/a', { acl: null, err: -114 });
    await a.setACL('/t', [], { err: -114 });
    await a.setACL('/t', null, { err: -114 });
  }),
  rule(77, 'perms are stored as they are', async ({ a }) => {
    for (const [index, perms] of [0, -1, 64, 2 ** 31 - 1].entries()) {
      await a.create(`/t/a${index}`, { acl: world(perms) });
    }
    await a.getACL('/t/a0', { err: -102 });
    await a.getACL('/t/a1');
    await a.getACL('/t/a2', { err: -102 });
    await a.getACL('/t/a3');
  }),
  rule(78, 'delete: the right of the parent before the znode', async ({ a }) => {
    await a.create('/t/np');
    await a.create('/t/np/k');
    await a.setACL('/t/np', world(READ | ADMIN));
    await a.delete('/t/np/none', { err: -102 });
    await a.delete('/t/np/k', { version: 7, err: -102 });
    await a.delete('/t/none/k', { err: -101 });
    await a.setACL('/t/np', world(DELETE | ADMIN));
    await a.delete('/t/np/none', { err: -101 });
    await a.delete('/t/np/k');
  }),
  rule(79, 'delete: the version before the children', async ({ a }) => {
    await a.create('/t/k');
    await a.create('/t/k/child');
    await a.delete('/t/k', { version: 77, err: -103 });
    await a.delete('/t/k', { err: -111 });
    await a.delete('/t/k', { version: 0, err: -111 });
    await a.delete('/t/k', { version: -2, err: -103 });
    await a.delete('/t/k/child', { version: 0 });
    await a.delete('/t/k', { version: 0 });
  }),
  rule(80, "a znode's own ACL does not keep it", async ({ a, b }) => {
    await a.create('/t/k', { acl: world(0) });
    await b.delete('/t/k');
  }),
  rule(81, 'the znodes of the system stay', async ({ a }) => {
    for (const path of ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']) {
      await a.delete(path, { err: -8 });
      await a.delete(path, { version: 77, err: -8 });
    }
  }),
  rule(82, 'the right to write before the version', async ({ a }) => {
    await a.create('/t/n', { acl: world(READ) });
    await a.setData('/t/n', 'x', { version: 7, err: -102 });
    await a.setACL('/t/n', OPEN, { version: 7, err: -102 });
    await a.setData('/t/none', 'x', { version: 7, err: -101 });
  }),
  rule(83, 'setACL: the path, the list, the znode', async ({ a }) => {
    await a.setACL('/t/missing', [[31, 'foo', 'x']], { err: -114 });
    await a.setACL('/t/missing/', [[31, 'foo', 'x']], { err: -8 });
    await a.setACL('/t/missing', OPEN, { err: -101 });
  }),
  rule(84, 'only -1 is any version', async ({ a }) => {
    await a.create('/t/a');
    for (const version of [-2, 1, 2 ** 31 - 1, -(2 ** 31)]) {
      await a.setData('/t/a', 'x', { version, err: -103 });
      await a.setACL('/t/a', OPEN, { version, err: -103 });
      await a.delete('/t/a', { version, err: -103 });
    }
    await a.setData('/t/a', 'x', { version: 0 });
    await a.setData('/t/a', 'x', { version: 0, err: -103 });
    await a.setData('/t/a', 'x', { version: 1 });
    await a.setACL('/t/a', OPEN, { version: 0 });
    await a.delete('/t/a', { version: 2 });
  }),
  rule(85, 'null and no data are different', async ({ a }) => {
    await a.create('/t/a');
    await a.setData('/t/a', null);
    expect((await a.getData('/t/a')).data).toBe(null);
    await a.setData('/t/a', '');
    expect((await a.getData('/t/a')).data).toEqual(Buffer.alloc(0));
  }),
  rule(86, 'the same data are a new version', async ({ a }) => {
    await a.create('/t/a');
    await a.setData('/t/a', 'same');
    expect((await a.setData('/t/a', 'same')).version).toBe(2);
  }),
  rule('87–88', 'the root and /zookeeper may be written, its config not', async ({ a }) => {
    await a.setData('/', 'root');
    await a.getData('/');
    await a.setData('/', '');
    await a.setData('/zookeeper', 'x');
    await a.setData('/zookeeper', '');
    await a.setData('/zookeeper/quota', 'x');
    await a.setData('/zookeeper/quota', '');
    await a.setData('/zookeeper/config', 'x', { err: -102 });
  }),
  rule('89–90', 'below /zookeeper may be created, below its config not', async ({ a }) => {
    await a.create('/zookeeper/x1');
    await a.delete('/zookeeper/x1');
    await a.create('/zookeeper/quota/x2');
    await a.delete('/zookeeper/quota/x2');
    await a.create('/zookeeper/config/x', { err: -102 });
    await a.setACL('/zookeeper/config', OPEN, { err: -102 });
    await a.getACL('/zookeeper/config');
  }),
  rule('90b', 'the super user may do what is left', async ({ a }) => {
    await a.auth('digest', 'super:secret');
    await a.setData('/zookeeper/config', 'x');
    await a.setData('/zookeeper/config', '');
    await a.create('/zookeeper/config/x');
    await a.delete('/zookeeper/config/x');
    await a.delete('/zookeeper/config', { err: -8 });
  }),
  rule(91, 'an ephemeral belongs to a session, and to nobody', async ({ a, b }) => {
    await a.create('/t/e', { flags: EPHEMERAL });
    await b.setData('/t/e');
    await b.create('/t/e', { flags: EPHEMERAL, err: -110 });
    await b.delete('/t/e');
    await a.getEphemerals('');
    await b.create('/t/e', { flags: EPHEMERAL });
    await a.getEphemerals('');
    await b.getEphemerals('');
  }),
  rule(92, 'requests sent at once see each other', async ({ a }) => {
    const path = '/t/q';
    const sent = [
      a.create(path),
      a.send(1, body.create({ path: `${path}/b` }).done(), undefined, (reply) => reply.err),
      a.send(2, body.pathVersion(path, -1).done(), undefined, (reply) => reply.err),
      a.send(5, body.setData(`${path}/b`, 'x', 0).done(), undefined, (reply) => reply.err),
      a.send(5, body.setData(`${path}/b`, 'x', 0).done(), undefined, (reply) => reply.err),
      a.send(2, body.pathVersion(`${path}/b`, 1).done(), undefined, (reply) => reply.err),
      a.send(2, body.pathVersion(path, -1).done(), undefined, (reply) => reply.zxid),
    ];
    const answers = await Promise.all(sent);
    expect(answers.slice(1, 6)).toEqual([0, -111, 0, -103, 0]);
    const last = answers[6] as number;
    expect(last).toBe(a.ledger!.zxid + 6);
    a.ledger!.deleted(path, last);
    a.ledger!.zxid = last;
    await a.exists(path, { err: -101 });
    await a.exists('/t');
  }),
  rule('92b', 'what READ does not give does not matter to writes', async ({ a }) => {
    await a.create('/t/n', { acl: NO_READ });
    await a.setData('/t/n', 'y');
    await a.create('/t/n/k');
    await a.delete('/t/n/k');
    await a.getData('/t/n', { err: -102 });
    await a.setACL('/t/n', world(WRITE | EPHEMERAL_SEQUENTIAL), { version: 0 });
  }),
]);
