/** What a start loads: neither Ink, React nor a sandbox in a one-shot, and few of Node's own modules. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, unknown>>; readonly bytes: number }>
  >;
}
const PROGRAM = resolve('bin/zksh.js');
const { oneShot, modules } = JSON.parse(readFileSync(resolve('dist/meta.json'), 'utf8')) as Record<string, Metafile>;
const SHELL_ONLY =
  /node_modules\/(ink|react|react-reconciler|yoga-layout|scheduler)\/|^src\/(shell|sandbox|reference)\//;

test('the one-shot bundle holds nothing of the shell', () => {
  const inputs = Object.keys(oneShot?.inputs ?? {});
  expect(inputs).toContain('src/cli/entry.ts');
  expect(inputs.filter((file) => SHELL_ONLY.test(file))).toEqual([]);
});

test('the other bundle does, so that this test can fail', () => {
  expect(Object.keys(modules?.inputs ?? {}).some((file) => SHELL_ONLY.test(file))).toBe(true);
});

test('the library holds neither the shell nor verbs nor commander', () => {
  const index = Object.entries(modules?.outputs ?? {}).find(([file]) => /(^|\/)index\.js$/.test(file))?.[1];
  expect(Object.keys(index?.inputs ?? {})).toContain('src/index.ts');
  const chunks = reachable('index.js');
  const inputs = chunks.flatMap((file) => Object.keys(modules?.outputs[file]?.inputs ?? {}));
  expect(
    inputs.filter((file) => SHELL_ONLY.test(file) || /^src\/(commands|syntax|output|cli)\/|commander/.test(file)),
  ).toEqual([]);
});

/** Output files that one imports statically. */
function reachable(name: string): string[] {
  const outputs = (modules?.outputs ?? {}) as Record<
    string,
    { imports?: { path: string; kind: string; external?: boolean }[] }
  >;
  const first = Object.keys(outputs).find((file) => file.endsWith(`/${name}`)) ?? '';
  const found = new Set([first]);
  for (const file of found) {
    for (const { path, kind, external } of outputs[file]?.imports ?? []) {
      if (kind === 'import-statement' && external !== true) found.add(path);
    }
  }
  return [...found];
}

/** Modules of Node that a run has loaded by its end, and files. */
function loadedBy(words: readonly string[]): { readonly builtins: string[]; readonly files: string[] } {
  const script = `
    const Module = require('node:module');
    const { writeSync } = require('node:fs');
    const builtins = new Set();
    const load = Module._load;
    Module._load = function (name, ...rest) { if (Module.isBuiltin(name)) builtins.add(name.replace('node:', '')); return load.call(this, name, ...rest); };
    process.on('exit', () => writeSync(3, JSON.stringify({ builtins: [...builtins], files: Object.keys(require.cache) })));
    process.argv.splice(1, 1);
    require(process.argv[1]);
  `;
  const { output } = spawnSync(process.execPath, ['-e', script, 'x', PROGRAM, ...words], {
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    env: { PATH: process.env.PATH ?? '', NODE_DISABLE_COMPILE_CACHE: '1' },
  });
  return JSON.parse(String(output[3]));
}

test('at run time a one-shot loads one file, and what costs a start much not at all', () => {
  const { builtins, files } = loadedBy(['-s', '127.0.0.1:1', 'help']);
  expect(files.filter((file) => /dist/.test(file))).toEqual([resolve('dist/zksh.cjs')]);
  expect(builtins).not.toContain('nothing');
  const costly = ['crypto', 'tls', 'child_process', 'fs/promises', 'readline', 'http', 'inspector', 'perf_hooks'];
  expect(builtins.filter((name) => costly.includes(name))).toEqual([]);
});
