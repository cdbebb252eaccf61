/** Everything that is generated, by file: from the spec, but for files of which only a part is. */
import { readFileSync } from 'node:fs';
import { COMMANDS } from '../commands/registry.js';
import { GLOBAL_OPTIONS } from '../syntax/global-options.js';
import { bashScript } from './bash.js';
import { comingFromZkCli } from './coming-from-zkcli.js';
import { completionModel } from './completion-model.js';
import { fishScript } from './fish.js';
import { manPage } from './man.js';
import { withTables } from './markdown.js';
import { latestRelease } from './release.js';
import { zshScript } from './zsh.js';

export interface GeneratedFile {
  /** Below the project's folder. */
  readonly path: string;
  /** What it should hold; `current` is what it holds now, '' where it does not exist. */
  text(current: string): string;
}

const SOURCES = { commands: COMMANDS, globalOptions: GLOBAL_OPTIONS };
const MODEL = completionModel(COMMANDS, GLOBAL_OPTIONS);

export const GENERATED_FILES: readonly GeneratedFile[] = [
  { path: 'completions/zksh.bash', text: () => bashScript(MODEL) },
  { path: 'completions/_zksh', text: () => zshScript(MODEL) },
  { path: 'completions/zksh.fish', text: () => fishScript(MODEL) },
  {
    path: 'man/zksh.1',
    text: () =>
      manPage({
        ...SOURCES,
        release: latestRelease(readFileSync(new URL('../../CHANGELOG.md', import.meta.url), 'utf8')),
      }),
  },
  { path: 'docs/coming-from-zkcli.md', text: () => comingFromZkCli(COMMANDS) },
  { path: 'README.md', text: (current) => withTables(current, SOURCES) },
];
