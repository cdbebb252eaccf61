/** What the quota verbs refuse, and why. */
import { KeeperError, UsageError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { isWithin, type ZnodePath } from '../protocol/path.js';
import type { QuotaPlace } from './quota-layout.js';

export function noQuota(path: ZnodePath, ancestor: string | null): KeeperError {
  return new KeeperError('NONODE', 'no quota', {
    op: 'listquota',
    path,
    ...(ancestor === null ? {} : { why: `It counts for that of ${ancestor}.`, hint: `See it: listquota ${ancestor}` }),
  });
}

export function quotaConflict(path: ZnodePath, why: string, hint: string): KeeperError {
  return new KeeperError('QUOTACONFLICT', errorEntry('QUOTACONFLICT').what, { op: 'setquota', path, why, hint });
}

/** @throws UsageError for znodes that can have none; a server is stopped by a quota on its root */
export function refuseQuotaPath(path: ZnodePath, { znode }: QuotaPlace): void {
  if (znode === '/' || isWithin(znode, '/zookeeper')) {
    throw new UsageError(
      znode === '/' ? 'the root cannot have a quota' : 'what belongs to ZooKeeper cannot have a quota',
      {
        path,
        why: 'Name the znodes whose subtrees are to be limited.',
      },
    );
  }
}
