/** docs/sandbox.md: its programs run, and print what the page says. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/sandbox.md'), 'utf8');
const PROGRAMS = [...PAGE.matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => onSources(program));
const run = promisify(execFile);

/** The package's own names, as they are before it is built. */
function onSources(program: string): string {
  return program
    .replace("'zksh'", JSON.stringify(join(ROOT, 'src/index.ts')))
    .replace("'zksh/sandbox'", JSON.stringify(join(ROOT, 'src/sandbox/index.ts')));
}

/** In a folder of its own, below the repository where vitest finds its packages. */
async function inFolder<T>(parent: string, name: string, text: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(parent, 'zksh-docs-'));
  try {
    writeFileSync(join(folder, name), text);
    return await use(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('the program runs as it stands there, and prints what it says there', async () => {
  const [, printed = ''] = /It prints:\n\n```\n(.*?)```/s.exec(PAGE) ?? [];
  expect(printed).not.toBe('');
  const { stdout } = await inFolder(tmpdir(), 'example.mts', PROGRAMS[0] ?? '', (file) =>
    run(process.execPath, ['--import', 'tsx', file], { cwd: ROOT }),
  );
  expect(stdout).toBe(printed);
});

test('the tests of the page pass in vitest', async () => {
  const { stdout } = await inFolder(join(ROOT, 'node_modules'), 'page.test.ts', PROGRAMS[1] ?? '', (file) => {
    const folder = dirname(file);
    writeFileSync(
      join(folder, 'vitest.config.mjs'),
      "export default { test: { include: ['*.test.ts'], exclude: [] } };",
    );
    return run(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--root', folder], {
      cwd: ROOT,
      env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
    });
  });
  expect(stdout).toMatch(/Tests +1 passed/);
});
