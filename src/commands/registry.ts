/** The one ordered list of verbs: help, completion, man and parsing all read it. A new verb is a file and a line here. */
import { findIn } from './find-command.js';
import { get } from './get.js';
import { pwd } from './pwd.js';
import type { CommandSpec } from './spec.js';
import { stat } from './stat.js';

export const COMMANDS: readonly CommandSpec[] = [get, stat, pwd];

/** The verb that was meant by `word`: any letter case, hyphens ignored, aliases too. */
export function findCommand(word: string): CommandSpec | undefined {
  return findIn(COMMANDS, word);
}
