/** --dry-run: what a write would meet, asked beforehand. It promises nothing: others may be faster, and ACLs are not tried. */
import type { RequestOptions, Session } from '../client/api.js';
import { KeeperError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { ANY_VERSION, type Stat } from '../protocol/stat.js';
import { type Asked, existing, explained } from './explained.js';

/**
 * The stat of the znode that the write would change.
 * @throws KeeperError NONODE, BADVERSION, as the write would
 */
export async function statBeforeWrite(session: Session, asked: Asked, options: RequestOptions): Promise<Stat> {
  const { op, path, expectedVersion = ANY_VERSION } = asked;
  const stat = await explained(session, existing(session, path, options), { op: 'exists', path }, options);
  const actualVersion = op === 'setACL' ? stat.aversion : stat.version;
  if (expectedVersion !== ANY_VERSION && expectedVersion !== actualVersion) {
    throw new KeeperError('BADVERSION', errorEntry('BADVERSION').what, { op, path, expectedVersion, actualVersion });
  }
  return stat;
}
