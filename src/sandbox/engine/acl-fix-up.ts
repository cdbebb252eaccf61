/** What a server makes of the ACL that a client wants to give. Follows PrepRequestProcessor.fixupACL (3.9.5). */
import { type AclEntry, OPEN_ACL } from '../../protocol/acl.js';
import type { JuteReader } from '../../protocol/jute.js';
import { nullableVector, type ValueOf } from '../../protocol/record.js';
import { UncheckedAcl } from '../../protocol/records.js';
import { findScheme } from './acl-schemes.js';
import type { EngineSettings } from './engine.js';
import { INVALIDACL, MARSHALLINGERROR } from './error-numbers.js';
import type { Peer } from './peer.js';

export type UncheckedEntry = ValueOf<typeof UncheckedAcl>;

const UncheckedAcls = nullableVector(UncheckedAcl);

/** One entry, world:anyone with all permissions: what nearly every create sends. */
const OPEN_BYTES = Buffer.from('\0\0\0\x01\0\0\0\x1f\0\0\0\x05world\0\0\0\x06anyone', 'latin1');

/** OPEN_ACL itself where it is just that. */
export function readAcl(reader: JuteReader): readonly UncheckedEntry[] | null {
  const { bytes, offset } = reader;
  if (reader.remaining >= OPEN_BYTES.length) {
    let index = 0;
    while (index < OPEN_BYTES.length && bytes[offset + index] === OPEN_BYTES[index]) {
      index++;
    }
    if (index === OPEN_BYTES.length) {
      reader.take(index);
      return OPEN_ACL;
    }
  }
  return UncheckedAcls.read(reader);
}

/** What is stored, or an error number. */
export function fixUpAcl(
  acl: readonly UncheckedEntry[] | null,
  peer: Peer,
  settings: EngineSettings,
): readonly AclEntry[] | number {
  if (acl === OPEN_ACL) {
    return OPEN_ACL;
  }
  const unique = withoutDuplicates(acl ?? []);
  if (typeof unique === 'number') {
    return unique;
  }
  const entries: AclEntry[] = [];
  for (const entry of unique) {
    const fixed = fixUpEntry(entry, peer, settings);
    if (typeof fixed === 'number') {
      return fixed;
    }
    entries.push(...fixed);
  }
  return entries.length === 0 ? INVALIDACL : entries;
}

/** Comparing falls over nulls where Java's does: only between entries of the same permissions. */
function withoutDuplicates(acl: readonly UncheckedEntry[]): UncheckedEntry[] | number {
  const unique: UncheckedEntry[] = [];
  for (const entry of acl) {
    let isNew = true;
    for (const other of unique) {
      if (entry.perms !== other.perms) {
        continue;
      }
      if (entry.scheme === null || (entry.scheme === other.scheme && entry.id === null)) {
        return MARSHALLINGERROR;
      }
      if (entry.scheme === other.scheme && entry.id === other.id) {
        isNew = false;
        break;
      }
    }
    if (isNew) {
      unique.push(entry);
    }
  }
  return unique;
}

function fixUpEntry(entry: UncheckedEntry, peer: Peer, settings: EngineSettings): AclEntry[] | number {
  const { perms, scheme, id } = entry;
  if (scheme === null) {
    return INVALIDACL;
  }
  if (scheme === 'auth') {
    const entries = peer.identities
      .filter((identity) => findScheme(identity.scheme, settings)?.isAuthenticated === true)
      .map((identity) => ({ perms, scheme: identity.scheme, id: identity.id }));
    return entries.length === 0 ? INVALIDACL : entries;
  }
  const provider = findScheme(scheme, settings);
  if (id === null) {
    return scheme === 'world' || provider !== undefined ? MARSHALLINGERROR : INVALIDACL;
  }
  const isValid = scheme === 'world' && id === 'anyone' ? true : (provider?.isValid(id) ?? false);
  return isValid ? [{ perms, scheme, id }] : INVALIDACL;
}
