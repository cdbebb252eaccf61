/**
 * The order in which a server enumerates who a connection is: seen in whoAmI, and in the entries that `auth` in an ACL becomes.
 * Follows ServerCnxn.authInfo (3.9.5), a set on a ConcurrentHashMap, and Id.hashCode.
 */
import type { Identity } from './peer.js';

/** What the map begins with; it doubles when three quarters are reached. */
const TABLE_SIZE_MIN = 16;

/** Those of one bucket stay as they came. */
export function inServerOrder(identities: readonly Identity[]): Identity[] {
  let tableSize = TABLE_SIZE_MIN;
  while (identities.length >= tableSize * 0.75) {
    tableSize *= 2;
  }
  const bucketOf = (identity: Identity): number => spread(hashOf(identity)) & (tableSize - 1);
  return [...identities].sort((one, other) => bucketOf(one) - bucketOf(other));
}

function hashOf({ scheme, id }: Identity): number {
  return (Math.imul(37, (Math.imul(37, 17) + textHash(scheme)) | 0) + textHash(id)) | 0;
}

function spread(hash: number): number {
  return (hash ^ (hash >>> 16)) & 0x7fff_ffff;
}

/** String.hashCode */
function textHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  }
  return hash;
}
