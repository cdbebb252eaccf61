/** The sources as the tidy tests read them: text, and what each file imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

export interface Source {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
  /** Without comments and without the contents of strings. */
  readonly code: string;
  readonly imports: readonly Import[];
}

export interface Import {
  readonly from: string;
  /** A path from the repository's root, for our own; null for packages and Node. */
  readonly file: string | null;
  readonly isTypeOnly: boolean;
  /** `await import()`. */
  readonly isLazy: boolean;
}

const ROOT = process.cwd();

/** All files below `folder`, in order. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

export function readSources(folder: string): Source[] {
  return filesBelow(folder)
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => {
      const text = readFileSync(join(ROOT, path), 'utf8');
      return { path, text, code: codeOf(text), imports: importsOf(path, text) };
    });
}

const STATIC = /^(?:import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|^import\s+'([^']+)'/gm;
const LAZY = /(typeof )?import\('([^']+)'\)/g;

function importsOf(path: string, text: string): Import[] {
  const found: Import[] = [];
  for (const [, type, from, bare] of text.matchAll(STATIC)) {
    found.push(importOf(path, from ?? bare ?? '', { isTypeOnly: type !== undefined, isLazy: false }));
  }
  for (const [, type, from] of text.matchAll(LAZY)) {
    found.push(importOf(path, from ?? '', { isTypeOnly: type !== undefined, isLazy: true }));
  }
  return found;
}

function importOf(path: string, from: string, how: { isTypeOnly: boolean; isLazy: boolean }): Import {
  if (!from.startsWith('.')) {
    return { from, file: null, ...how };
  }
  const target = normalize(join(dirname(path), from)).replace(/\.js$/, '');
  const known = [`${target}.ts`, `${target}.tsx`, `${target}.d.ts`].find((file) => exists(file));
  if (known === undefined) throw new Error(`${path} imports ${from}, which is not there`);
  return { from, file: known, ...how };
}

const cache = new Map<string, boolean>();
function exists(file: string): boolean {
  const seen = cache.get(file) ?? filesBelow(dirname(file)).includes(file);
  cache.set(file, seen);
  return seen;
}

/** Comments become blanks, strings become empty; lines stay where they are. Enough for looking for names. */
export function codeOf(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ' '))
    .replace(/(?<![:'"`\\])\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")
    .replace(/"(?:[^"\\\n]|\\.)*"/g, '""');
}

/** `path:line: what` for each place that matches. */
export function places({ path, code }: Source, pattern: RegExp): string[] {
  return code
    .split('\n')
    .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));
}
