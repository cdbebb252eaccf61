/** ACLs as znodes share them: equal lists are one object. Follows ReferenceCountedACLCache (3.9). */
import { type AclEntry, ALL_PERMISSIONS, OPEN_ACL } from '../../protocol/acl.js';

export interface AclList {
  readonly entries: readonly AclEntry[];
  /** Permissions of everybody: the union of the entries of world:anyone. */
  readonly worldPerms: number;
  readonly key: string;
  /** Znodes that have it. */
  uses: number;
}

/** What the server gives system znodes; never counted, never dropped. */
export const OPEN_LIST: AclList = { entries: OPEN_ACL, worldPerms: ALL_PERMISSIONS, key: keyOf(OPEN_ACL), uses: 0 };

export class AclLists {
  readonly #byKey = new Map<string, AclList>();

  /** The list of these entries, one use more. */
  take(entries: readonly AclEntry[]): AclList {
    if (entries === OPEN_ACL) {
      return OPEN_LIST;
    }
    const key = keyOf(entries);
    if (key === OPEN_LIST.key) {
      return OPEN_LIST;
    }
    let list = this.#byKey.get(key);
    if (list === undefined) {
      list = { entries, worldPerms: worldPermsOf(entries), key, uses: 0 };
      this.#byKey.set(key, list);
    }
    list.uses++;
    return list;
  }

  /** One use less. */
  drop(list: AclList): void {
    if (list !== OPEN_LIST && --list.uses === 0) {
      this.#byKey.delete(list.key);
    }
  }

  /** Those in use, but for the server's own. */
  *all(): IterableIterator<readonly AclEntry[]> {
    for (const { entries } of this.#byKey.values()) {
      yield entries;
    }
  }

  clear(): void {
    this.#byKey.clear();
  }
}

function keyOf(entries: readonly AclEntry[]): string {
  return JSON.stringify(entries.map(({ perms, scheme, id }) => [perms, scheme, id]));
}

function worldPermsOf(entries: readonly AclEntry[]): number {
  return entries.reduce(
    (perms, entry) => (entry.scheme === 'world' && entry.id === 'anyone' ? perms | entry.perms : perms),
    0,
  );
}
