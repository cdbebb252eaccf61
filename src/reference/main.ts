/** `npm run gen` writes every generated file; `npm run gen -- --check` fails, naming each that is stale. */
import { fileURLToPath } from 'node:url';
import { generate } from './generate.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

process.exitCode = main(process.argv.slice(2));

function main(words: readonly string[]): number {
  const [word, ...more] = words;
  if (more.length > 0 || (word !== undefined && word !== '--check')) {
    process.stderr.write('usage: npm run gen [-- --check]\n');
    return 2;
  }
  const { stale } = generate(ROOT, word === undefined);
  if (word === undefined) {
    process.stdout.write(stale.map((path) => `${path}\n`).join(''));
    return 0;
  }
  for (const path of stale) {
    process.stderr.write(`stale: ${path} (to write it anew: npm run gen)\n`);
  }
  return stale.length > 0 ? 1 : 0;
}
