/** `npm run gen` writes every generated file; `npm run gen -- --check` fails, naming each that is stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GENERATED_FILES, type GeneratedFile } from './generated-files.js';

const ROOT = new URL('../../', import.meta.url);

process.exitCode = main(process.argv.slice(2));

function main(words: readonly string[]): number {
  if (words.length > 1 || (words.length === 1 && words[0] !== '--check')) {
    process.stderr.write('usage: npm run gen [-- --check]\n');
    return 2;
  }
  const stale = GENERATED_FILES.filter((file) => read(file) !== file.text(read(file)));
  if (words[0] === '--check') {
    for (const { path } of stale) {
      process.stderr.write(`stale: ${path}\n`);
    }
    if (stale.length > 0) {
      process.stderr.write('To write them anew: npm run gen\n');
    }
    return stale.length > 0 ? 1 : 0;
  }
  for (const file of stale) {
    writeFileSync(new URL(file.path, ROOT), file.text(read(file)));
    process.stdout.write(`${file.path}\n`);
  }
  return 0;
}

function read({ path }: GeneratedFile): string {
  try {
    return readFileSync(new URL(path, ROOT), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return '';
    }
    throw new Error(`cannot read ${fileURLToPath(new URL(path, ROOT))}`, { cause: error });
  }
}
