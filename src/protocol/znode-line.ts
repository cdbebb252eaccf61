/**
 * A znode as one line of JSON: what export writes, import and the sandbox's seeds read. Stable: unknown keys may appear
 * later, known ones never change meaning.
 */
import type { AclEntry } from './acl.js';
import type { Stat } from './stat.js';

export type ZnodeKind = 'persistent' | 'ephemeral' | 'container' | 'ttl';

export interface ZnodeRecord {
  /** Of the export, its root being `/` (or as it was, absolute: the header says which). */
  readonly path: string;
  readonly data: Buffer | null;
  /** null: not known; the parent's or world:anyone is taken. */
  readonly acl: readonly AclEntry[] | null;
  readonly kind: ZnodeKind;
  /** For kind ttl. */
  readonly ttlMs: number | null;
  readonly stat: Stat | null;
}
