/** Finds a verb by what was typed: any letter case, hyphens ignored, aliases too. */
import type { CommandSpec } from './spec.js';

export function findIn(commands: readonly CommandSpec[], word: string): CommandSpec | undefined {
  const wanted = fold(word);
  return commands.find((spec) => [spec.name, ...(spec.aliases ?? [])].some((name) => fold(name) === wanted));
}

/** `get-acl`, `getacl` and `getAcl` are one; a word of hyphens only is none. */
function fold(word: string): string {
  return word.replaceAll('-', '').toLowerCase();
}
