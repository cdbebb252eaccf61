/**
 * A program called zksh that answers `__complete` from a table and records what it is run with. For the tests of the
 * scripts alone: names that no server would keep, and runs without Node's start-up time.
 */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeZksh {
  /** The folder with the program. */
  readonly folder: string;
  /** From now on each request is answered so: lines TEXT<TAB>end|more<TAB>SUMMARY. */
  answer(lines: readonly string[]): void;
  /** The arguments of the last run that was no request; null where there was none since `forget`. */
  lastRun(): string[] | null;
  /** The arguments of the last request, and the environment variable ZKSH_SERVER it saw. */
  lastRequest(): string[] | null;
  forget(): void;
  remove(): void;
}

export function makeFakeZksh(): FakeZksh {
  const folder = mkdtempSync(join(tmpdir(), 'zksh-fake-'));
  const at = (name: string) => join(folder, name);
  writeFileSync(
    at('zksh'),
    `#!/bin/sh
if [ "$1" = __complete ]; then
  printf '%s\\0' "$@" >'${at('request')}'
  cat '${at('answer')}'
  echo 'an error nobody should see' >&2
else
  printf '%s\\0' "$@" >'${at('run')}'
fi
`,
  );
  chmodSync(at('zksh'), 0o755);
  const words = (name: string) =>
    existsSync(at(name)) ? readFileSync(at(name), 'utf8').split('\0').slice(0, -1) : null;
  const fake: FakeZksh = {
    folder,
    answer: (lines) => writeFileSync(at('answer'), lines.map((line) => `${line}\n`).join('')),
    lastRun: () => words('run'),
    lastRequest: () => words('request'),
    forget: () => {
      rmSync(at('run'), { force: true });
      rmSync(at('request'), { force: true });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  fake.answer([]);
  return fake;
}

/** As a name stands in an answer (and in plain output). */
export function escapeName(name: string): string {
  return name.replace(/[\\\x00-\x1f\x7f]/g, (character) => {
    const named: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };
    return named[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
