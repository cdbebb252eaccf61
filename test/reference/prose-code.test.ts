/** The TypeScript in README.md and CONTRIBUTING.md compiles against the sources as they are. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

test.for([
  ['README.md', "'zksh'", 'src/index.js'],
  ['CONTRIBUTING.md', "'./spec.js'", 'src/commands/spec.js'],
] as const)('the code in %s compiles', ([file, imported, source]) => {
  const [, block = ''] = /^ *```ts\n([\s\S]*?)^ *```$/m.exec(readFileSync(file, 'utf8')) ?? [];
  expect(block).toContain(imported);
  const folder = mkdtempSync(join(tmpdir(), 'zksh-prose-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'code.ts'), block.replaceAll(imported, `'${resolve(source)}'`));
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: resolve('tsconfig.json'),
        compilerOptions: { typeRoots: [resolve('node_modules/@types')] },
        // The engine's library brings no types of its own.
        include: ['code.ts', resolve('src/client/node-zookeeper-client.d.ts')],
      }),
    );
    const run = spawnSync(resolve('node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' });
    expect([run.stdout, run.status]).toEqual(['', 0]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
