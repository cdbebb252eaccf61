/** Everything that is generated, by file. A text is made from the spec alone, but for files that are only partly generated. */
import { COMMANDS } from '../commands/registry.js';
import { GLOBAL_OPTIONS } from '../syntax/global-options.js';
import { bashScript } from './bash.js';
import { completionModel } from './completion-model.js';
import { fishScript } from './fish.js';
import { zshScript } from './zsh.js';

export interface GeneratedFile {
  /** Below the project's folder. */
  readonly path: string;
  /** What it should hold; `current` is what it holds now, '' where it does not exist. */
  text(current: string): string;
}

const MODEL = completionModel(COMMANDS, GLOBAL_OPTIONS);

export const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: 'completions/zksh.bash', text: () => bashScript(MODEL) },
  { path: 'completions/_zksh', text: () => zshScript(MODEL) },
  { path: 'completions/zksh.fish', text: () => fishScript(MODEL) },
];
