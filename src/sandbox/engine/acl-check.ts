/** Whether a connection may do something to a znode. Follows ZooKeeperServer.checkACL (3.9.5). */
import type { AclList } from '../tree/acl-lists.js';
import { findScheme } from './acl-schemes.js';
import type { EngineSettings } from './engine.js';
import type { Peer } from './peer.js';

/** @param perms bits of PERMISSIONS; one of them is enough */
export function isAllowed(acl: AclList, perms: number, peer: Peer, settings: EngineSettings): boolean {
  if ((acl.worldPerms & perms) !== 0 || settings.skipACL || acl.entries.length === 0) {
    return true;
  }
  return (
    peer.identities.some(({ scheme }) => scheme === 'super') ||
    acl.entries.some((entry) => {
      const scheme = (entry.perms & perms) === 0 ? undefined : findScheme(entry.scheme, settings);
      return (
        scheme !== undefined &&
        peer.identities.some((each) => each.scheme === entry.scheme && scheme.matches(each.id, entry.id, settings))
      );
    })
  );
}
