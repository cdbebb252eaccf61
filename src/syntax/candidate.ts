/** A suggestion before it is quoted, and what those who make them are given. */
import type { CommandSpec } from '../commands/spec.js';

/** Where names come from that are not in the spec. */
export interface CompletionSources {
  /** Names of the children, any order. May reject: then there are no candidates. */
  listChildren(path: string): Promise<readonly string[]>;
  /** The same on another ensemble. */
  listChildrenAt?(servers: string, path: string): Promise<readonly string[]>;
  /** Entries of a folder of this machine; names of folders end in `/`. */
  listFiles?(folder: string): Promise<readonly string[]>;
}

export interface RawCandidate {
  /** The whole word. */
  readonly text: string;
  readonly display: string;
  readonly summary: string;
  readonly more: boolean;
}

export interface SuggestContext extends CompletionSources {
  readonly cwd: string;
  readonly commands: readonly CommandSpec[];
  /** Options of the process stand before the verb, and those of the whole run are allowed behind it. */
  readonly atStart: boolean;
}

/** Those that begin with what was typed; where there are none, in any letter case. */
export function matching<T>(items: readonly T[], typed: string, nameOf: (item: T) => string): T[] {
  const exact = items.filter((item) => nameOf(item).startsWith(typed));
  const folded = typed.toLowerCase();
  return exact.length > 0 ? exact : items.filter((item) => nameOf(item).toLowerCase().startsWith(folded));
}
