/** What a sandbox begins with unless told otherwise: one small place for each of the things that ZooKeeper is used for. */
import { type AclEntry, ALL_PERMISSIONS, digestId, OPEN_ACL, PERMISSIONS } from '../protocol/acl.js';
import type { CreateMode } from '../protocol/modes.js';
import { QUOTA_ROOT } from '../protocol/quota.js';

/** One create. A sequential path lacks its number. */
export interface Planting {
  readonly path: string;
  readonly data: Buffer | null;
  readonly mode: CreateMode;
  readonly acl: readonly AclEntry[];
  /** For ttl modes. */
  readonly ttlMs: number | null;
}

const WELCOME = `This tree is a sample, and yours to break: it ends with its server.
  ls -R /                              everything there is
  get -s /config/db                    data and stat
  set /config/db 'host=db2' -v 0       only if nobody changed it; again, and it fails
  watch -R / -b                        see what happens while you work
  create -e /members/me                there while your session lives
  create -s /queue/job- 'more'         numbers by the server
  get /vault                           not allowed; addauth digest teacher:chalk, and it is
  deleteall /cache                     away with it
  fault expire                         how it is to lose a session
`;

/** Who may read /vault: addauth digest teacher:chalk. */
const TEACHER: readonly AclEntry[] = [{ perms: ALL_PERMISSIONS, scheme: 'digest', id: digestId('teacher', 'chalk') }];
const READ_ONLY: readonly AclEntry[] = [{ perms: PERMISSIONS.r, scheme: 'world', id: 'anyone' }];
const HOUR_MS = 3_600_000;

/** Parents first. */
export const SAMPLE_TREE: readonly Planting[] = [
  planted('/welcome', WELCOME),
  planted('/config', 'settings: programs read them and watch for changes'),
  planted('/config/app', '{"name":"shop","logLevel":"info","cart":{"itemsMax":50}}'),
  planted('/config/db', 'host=db1'),
  planted('/config/features', null),
  planted('/config/features/dark-mode', 'on'),
  planted('/config/features/search', 'off'),
  planted('/services', 'naming: who serves what, and where'),
  planted('/services/web', null),
  planted('/services/web/node-', '10.0.0.11:8080', { mode: 'persistentSequential' }),
  planted('/services/web/node-', '10.0.0.12:8080', { mode: 'persistentSequential' }),
  planted('/services/mail', null),
  planted('/services/mail/node-', '10.0.0.21:25', { mode: 'persistentSequential' }),
  planted('/members', 'group membership: an ephemeral for each member'),
  planted('/election', 'election: the smallest number leads, the next one watches it'),
  planted('/locks', 'locks: containers go when their last lock went'),
  planted('/locks/printer', null, { mode: 'container' }),
  planted('/queue', 'a queue: the smallest number is next'),
  planted('/queue/job-', 'print invoice 17', { mode: 'persistentSequential' }),
  planted('/queue/job-', 'send the newsletter', { mode: 'persistentSequential' }),
  planted('/queue/job-', Buffer.from('89504e470d0a1a0a0000000d', 'hex'), { mode: 'persistentSequential' }),
  planted('/cache', 'TTL: a znode that nobody changes goes when its time is over'),
  planted('/cache/token', 'f81d4fae', { mode: 'ttl', ttlMs: HOUR_MS }),
  planted('/notice', 'all may read it, nobody may change it', { acl: READ_ONLY }),
  planted('/vault', 'the treasure', { acl: TEACHER }),
  planted('/limits', 'quota: listquota /limits'),
  planted('/limits/used', '12345'),
  ...quotaOn('/limits', 'count=10,bytes=1000'),
];

interface Special {
  readonly mode?: CreateMode;
  readonly acl?: readonly AclEntry[];
  readonly ttlMs?: number;
}

function planted(path: string, data: string | Buffer | null, special: Special = {}): Planting {
  const { mode = 'persistent', acl = OPEN_ACL, ttlMs = null } = special;
  return { path, data: typeof data === 'string' ? Buffer.from(data) : data, mode, acl, ttlMs };
}

function quotaOn(path: string, limits: string): Planting[] {
  const parent = `${QUOTA_ROOT}${path}`;
  return [
    planted(parent, null),
    planted(`${parent}/zookeeper_limits`, limits),
    planted(`${parent}/zookeeper_stats`, 'count=0,bytes=0'),
  ];
}
