/**
 * ACL entries and their text, `scheme:id:perms[,…]`. What a server makes of them (fix-up, matching) is not here.
 * Follows AclParser of ZooKeeper 3.9 (first and last colon delimit the id), but refuses what that drops with a warning.
 */
import { createHash } from 'node:crypto';
import { UsageError } from '../errors.js';

export interface AclEntry {
  /** Bits of PERMISSIONS; any int is stored as it is. */
  readonly perms: number;
  readonly scheme: string;
  readonly id: string;
}

/** In the order in which they are written: cdrwa. */
export const PERMISSIONS = { c: 4, d: 8, r: 1, w: 2, a: 16 } as const;

export const ALL_PERMISSIONS = 31;

export const OPEN_ACL: readonly AclEntry[] = [{ perms: ALL_PERMISSIONS, scheme: 'world', id: 'anyone' }];

/** `user:base64(sha1(user:password))`, the id of scheme digest. */
export function digestId(user: string, password: string): string {
  return `${user}:${createHash('sha1').update(`${user}:${password}`, 'utf8').digest('base64')}`;
}

/**
 * Letters in the order cdrwa. Bits that have no letter, and no bits at all, are written as the hex of the
 * 32-bit word (`0x0`, `0xffffffff`), which parseAcl takes back.
 */
export function formatPermissions(perms: number): string {
  if (perms <= 0 || perms > ALL_PERMISSIONS) {
    return `0x${(perms >>> 0).toString(16)}`;
  }
  return Object.entries(PERMISSIONS)
    .filter(([, bit]) => (perms & bit) !== 0)
    .map(([letter]) => letter)
    .join('');
}

/** `scheme:id:perms` as parseAcl takes it back: commas, quotes and backslashes of the id behind a backslash. */
export function formatAclEntry(entry: AclEntry): string {
  return `${entry.scheme}:${entry.id.replace(/[\\,"']/g, '\\$&')}:${formatPermissions(entry.perms)}`;
}

/**
 * The entries of `scheme:id:perms[,scheme:id:perms…]`.
 * A comma inside an id is written `\,`, or the id stands in quotes; an x509 id may also have plain commas.
 * @throws UsageError with the right spelling
 */
export function parseAcl(text: string): AclEntry[] {
  throw new UsageError(`not yet: ${text}`);
}
