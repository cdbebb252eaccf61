/**
 * Work that writes many znodes, whole processes on one real server: fill and import beside creates one by one, deleteall
 * beside zkCli.sh's own. Each compared pair alternates; ratios are medians.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Session } from '../../src/client/api.js';
import { runZkCli } from '../helpers/zkcli.js';
import { heading, median, row } from './report.js';

const ZNODES = 100_000;
/** One by one it takes a while. */
const SINGLES = 5_000;
const DATA_BYTES = 100;
const ROUNDS = 3;
const SHAPES = [
  ['wide', ['--shape', 'wide']],
  ['mixed', ['--shape', 'mixed']],
  ['deep', ['--shape', 'deep']],
] as const;

export async function benchTreeWrites(address: string, session: Session): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'zksh-bench-'));
  try {
    await benchCreates(address, session, join(folder, 'export.jsonl'));
    await benchDeletes(address);
    benchCopies(address);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function benchCreates(address: string, session: Session, file: string): Promise<void> {
  heading(`Creating ${ZNODES.toLocaleString('en')} znodes of ${DATA_BYTES} bytes, median of ${ROUNDS}`);
  const singles: number[] = [];
  const fills: number[] = [];
  const imports: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    singles.push(await singleCreates(session));
    fills.push(ZNODES / zksh(address, 'fill', '/bench-fill', '--znodes', String(ZNODES)).seconds);
    if (round === 0) {
      zksh(address, 'export', '/bench-fill', file);
    }
    zksh(address, 'deleteall', '/bench-fill');
    imports.push(ZNODES / zksh(address, 'import', file, '/bench-import').seconds);
    zksh(address, 'deleteall', '/bench-import');
  }
  const lines = Array.from(
    { length: SINGLES },
    (_, index) => `create /bench-cli/n${index} ${'x'.repeat(DATA_BYTES)}\n`,
  );
  const startMs = performance.now();
  await runZkCli(['-server', address], `create /bench-cli\n${lines.join('')}deleteall /bench-cli\nquit\n`);
  row({ name: 'zkCli.sh, lines from a pipe', figure: rate((SINGLES * 1_000) / (performance.now() - startMs)) });
  row({ name: 'one by one, this client', figure: rate(median(singles)) });
  for (const [name, rates] of [
    ['zksh fill', fills],
    [`zksh import (${Math.round(statSync(file).size / 1e6)} MB)`, imports],
  ] as const) {
    const ratio = median(rates.map((each, index) => each / (singles[index] as number)));
    row({ name, figure: rate(median(rates)), ratio, to: 'one by one', limit: { kind: 'at least', value: 10 } });
  }
}

/** A second. */
async function singleCreates(session: Session): Promise<number> {
  const data = Buffer.alloc(DATA_BYTES, 'x');
  await session.create('/bench-single', null);
  const startMs = performance.now();
  for (let index = 0; index < SINGLES; index++) {
    await session.create(`/bench-single/n${index}`, data);
  }
  const ms = performance.now() - startMs;
  await Promise.all(Array.from({ length: SINGLES }, (_, index) => session.delete(`/bench-single/n${index}`)));
  await session.delete('/bench-single');
  return (SINGLES * 1_000) / ms;
}

async function benchDeletes(address: string): Promise<void> {
  for (const [name, words] of SHAPES) {
    heading(`deleteall of ${ZNODES.toLocaleString('en')} znodes, ${name}, whole processes, median of ${ROUNDS}`);
    const theirs: number[] = [];
    const ours: number[] = [];
    const peaks: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      zksh(address, 'fill', '/bench-delete', '--znodes', String(ZNODES), ...words);
      const startMs = performance.now();
      await runZkCli(['-server', address, 'deleteall', '/bench-delete']);
      theirs.push((performance.now() - startMs) / 1_000);
      zksh(address, 'fill', '/bench-delete', '--znodes', String(ZNODES), ...words);
      const { seconds, peakMb } = zksh(address, 'deleteall', '/bench-delete');
      ours.push(seconds);
      peaks.push(peakMb);
    }
    row({ name: 'zkCli.sh', figure: `${median(theirs).toFixed(1)} s` });
    row({
      name: `zksh (${Math.round(median(peaks))} MB)`,
      figure: `${median(ours).toFixed(1)} s`,
      ratio: median(theirs.map((each, index) => each / (ours[index] as number))),
      to: 'as fast',
      limit: { kind: 'at least', value: 3 },
    });
  }
}

function benchCopies(address: string): void {
  heading(`Other writes of ${ZNODES.toLocaleString('en')} znodes, once`);
  zksh(address, 'fill', '/bench-copy', '--znodes', String(ZNODES));
  const runs: readonly (readonly [name: string, words: readonly string[]])[] = [
    ['cp -r', ['cp', '-r', '/bench-copy', '/bench-copied']],
    ['cp -r --no-acl', ['cp', '-r', '--no-acl', '/bench-copy', '/bench-copied2']],
    ['mv', ['mv', '/bench-copied', '/bench-moved']],
  ];
  for (const [name, words] of runs) {
    const { seconds, peakMb } = zksh(address, ...words);
    row({ name: `zksh ${name} (${Math.round(peakMb)} MB)`, figure: rate(ZNODES / seconds) });
  }
  zksh(address, 'deleteall', '/bench-copy', '/bench-copied2', '/bench-moved');
}

/** As a whole process, with its peak of memory. */
function zksh(address: string, ...words: readonly string[]): { readonly seconds: number; readonly peakMb: number } {
  const startMs = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', resolve('test/bench/peak-memory.cjs'), resolve('bin/zksh.js'), '-s', address, '-y', ...words],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const seconds = (performance.now() - startMs) / 1_000;
  const text = stderr.toString();
  if (status !== 0) {
    throw new Error(`zksh ${words.join(' ')}: status ${status}: ${text}`);
  }
  return { seconds, peakMb: Number(/peak (\d+) kB/.exec(text)?.[1] ?? Number.NaN) / 1_000 };
}

function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s`;
}
