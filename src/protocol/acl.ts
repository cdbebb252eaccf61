/** ACL entries and their text, `scheme:id:perms`. */

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
