/** What comes next on the line being typed, as a ghost behind the cursor. Pure; never throws. */
import type { CommandSpec } from '../commands/spec.js';

export interface Hint {
  /** `path [data]`, `<N>`: to be drawn dim behind the line; '' where there is nothing to say. */
  readonly ghost: string;
  /** One line about the verb, option or argument at the cursor; '' where there is nothing to say. */
  readonly summary: string;
}

export function hintFor(line: string, cursor: number, commands?: readonly CommandSpec[]): Hint {
  throw new Error(`not written yet: ${line} ${cursor} ${commands?.length}`);
}
