/** A session that makes a server log every kind of transaction that clients can cause, and leaves something of each behind. */
import type { Session } from '../../../src/client/api.js';
import { openSession } from '../../../src/client/session.js';

const READ_ONLY = [{ perms: 1, scheme: 'world', id: 'anyone' }];
const NEVER_DUE_MS = 1_000_000_000;

/** Returns the session that owns the ephemerals: while it lives, so do they. */
export async function makeEveryTransaction(address: string): Promise<Session> {
  const session = await openSession({ servers: address, sessionTimeoutMs: 30_000 });
  await session.addAuth('digest', Buffer.from('user:secret'));
  const bytes = Buffer.from('hi');
  await session.create('/a', bytes);
  await session.create('/a/null', null);
  await session.create('/a/empty', Buffer.alloc(0));
  await session.create('/a/café', Buffer.from([0, 255, 128]));
  await session.create('/a/s-', bytes, { mode: 'persistentSequential' });
  await session.create('/a/e', bytes, { mode: 'ephemeral' });
  await session.create('/a/es-', null, { mode: 'ephemeralSequential' });
  await session.create('/container', bytes, { mode: 'container' });
  await session.create('/container/child', null);
  await session.create('/ttl', bytes, { mode: 'ttl', ttlMs: NEVER_DUE_MS });
  await session.create('/acl', bytes, { acl: [{ perms: 31, scheme: 'auth', id: '' }, ...READ_ONLY] });
  await session.setAcl('/a/null', READ_ONLY);
  await session.setData('/a', Buffer.from('changed'));
  await session.setData('/a', null);
  await session.create('/a/gone', bytes);
  await session.delete('/a/gone');
  await session.delete('/nope').catch(() => undefined);
  await session.multi([
    { op: 'check', path: '/a', version: 2 },
    { op: 'create', path: '/m', data: bytes },
    { op: 'create', path: '/m/e', data: null, mode: 'ephemeral' },
    { op: 'create', path: '/m/t', data: null, mode: 'ttl', ttlMs: NEVER_DUE_MS },
    { op: 'create', path: '/m/c', data: null, mode: 'container' },
    { op: 'setData', path: '/m', data: Buffer.from('twice') },
    { op: 'create', path: '/m/x', data: bytes },
    { op: 'delete', path: '/m/x' },
  ]);
  await session
    .multi([
      { op: 'create', path: '/f', data: bytes },
      { op: 'delete', path: '/nope' },
      { op: 'create', path: '/g', data: bytes },
    ])
    .catch(() => undefined);
  await session.multi([]);
  await makeQuota(session);
  const other = await openSession({ servers: address });
  await other.create('/a/theirs', null, { mode: 'ephemeral' });
  await other.create('/a/theirs-too', null, { mode: 'ephemeral' });
  await other.close();
  return session;
}

async function makeQuota(session: Session): Promise<void> {
  const place = '/zookeeper/quota/a';
  await session.create(place, null);
  await session.create(
    `${place}/zookeeper_limits`,
    Buffer.from('count=100,bytes=-1=;byteHardLimit=-1;countHardLimit=-1'),
  );
  await session.create(`${place}/zookeeper_stats`, Buffer.from('count=0,bytes=0'));
  await session.create('/a/counted', Buffer.from('five!'));
}
