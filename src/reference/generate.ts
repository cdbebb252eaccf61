/** Writes every generated file below a folder, or tells which of them are stale. The process's side is main.ts. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GENERATED_FILES, type GeneratedFile } from './generated-files.js';

export interface Outcome {
  /** Their paths below the folder. */
  readonly stale: readonly string[];
}

/** Names the stale files; `write` makes them anew. */
export function generate(root: string, write: boolean): Outcome {
  const stale = GENERATED_FILES.filter((file) => read(root, file) !== file.text(read(root, file)));
  if (write) {
    for (const file of stale) {
      mkdirSync(dirname(join(root, file.path)), { recursive: true });
      writeFileSync(join(root, file.path), file.text(read(root, file)));
    }
  }
  return { stale: stale.map(({ path }) => path) };
}

/** '' where it does not exist. */
function read(root: string, { path }: GeneratedFile): string {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw error;
  }
}
