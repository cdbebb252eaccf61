/**
 * Work that reads many znodes, whole processes on one real server and the same trees: zkCli.sh, a client that asks one by
 * one, the ceiling of a bare socket (raw-walk.cjs), and zksh. Contestants alternate; ratios are medians of the rounds'.
 */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Session } from '../../src/client/api.js';
import { startFaultProxy } from '../helpers/fault-proxy.js';
import { runZkCli } from '../helpers/zkcli.js';
import { heading, median, note, row } from './report.js';

const ZNODES = 100_000;
const DATA_BYTES = 100;
const ROUNDS = 7;
/** Zookeeper is warm after so many walks; a cold one is slow for everybody. */
const WARM_UPS = 3;
const SEQUENTIAL_MS = 3_000;
const DELAY_MS = 20;
const LARGE_ZNODES = 1_000_000;
const LARGE_ROUNDS = 3;
const MEMORY_MB = 200;
const LARGE_DATA = { znodes: 10_000, bytes: 10_000 };

const SHAPES = ['wide', 'deep', 'mixed'] as const;
const CEILING = resolve('test/bench/raw-walk.cjs');

interface Run {
  readonly seconds: number;
  readonly peakMb: number;
}

/** What a limit is set for, and against which ceiling. */
const VERBS: readonly (readonly [name: string, words: (root: string) => readonly string[]])[] = [
  ['find', (root) => ['find', root, '--size', '+1k']],
  ['du', (root) => ['du', '-s', root]],
  ['grep', (root) => ['grep', 'no such text', root]],
  ['export', (root) => ['export', '--no-acl', root, '-']],
];

export async function benchTreeReads(address: string, session: Session, isLong: boolean): Promise<void> {
  for (const shape of SHAPES) {
    const root = `/bench-${shape}`;
    await zksh(address, 'fill', root, '--znodes', String(ZNODES), '--size', String(DATA_BYTES), '--shape', shape);
    await benchShape(address, root, shape);
  }
  await benchOthers(address, session, '/bench-mixed', isLong);
  await benchDelay(address, '/bench-mixed');
  for (const shape of SHAPES) await zksh(address, 'deleteall', `/bench-${shape}`);
  await benchLargeData(address, isLong ? LARGE_DATA.znodes * 10 : LARGE_DATA.znodes);
  if (isLong) await benchLarge(address);
  else note('a million znodes, and zkCli.sh over all of 100,000: npm run bench -- long');
}

async function benchShape(address: string, root: string, shape: string): Promise<void> {
  heading(
    `${ZNODES.toLocaleString('en')} znodes of ${DATA_BYTES} bytes, ${shape}, whole processes, median of ${ROUNDS}`,
  );
  const contestants: readonly (readonly [name: string, run: () => Promise<Run>])[] = [
    ['names', () => ceiling(address, root, 'children')],
    ['data', () => ceiling(address, root, 'data')],
    ['ls -R', () => zksh(address, 'ls', '-R', root)],
    ...VERBS.map(([name, words]) => [name, () => zksh(address, ...words(root))] as const),
  ];
  const runs = new Map(contestants.map(([name]) => [name, [] as Run[]]));
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const [name, run] of contestants) {
      const result = await run();
      if (round >= 0) runs.get(name)?.push(result);
    }
  }
  const of = (name: string): readonly Run[] => runs.get(name) ?? [];
  row({ name: 'the ceiling: names by multiRead', figure: seconds(of('names')) });
  compare('ls -R', of('ls -R'), of('names'), 'that', 1.6);
  row({ name: 'the ceiling: data by multiRead', figure: seconds(of('data')) });
  for (const [name] of VERBS) compare(name, of(name), of('data'), 'that', 2.5);
}

function compare(name: string, ours: readonly Run[], theirs: readonly Run[], to: string, limit: number): void {
  row({
    name: `zksh ${name} (${peak(ours)} MB)`,
    figure: seconds(ours),
    ratio: median(ours.map((run, index) => run.seconds / (theirs[index]?.seconds ?? Number.NaN))),
    to,
    limit: { kind: 'at most', value: limit },
  });
}

/** What people have today. */
async function benchOthers(address: string, session: Session, root: string, isLong: boolean): Promise<void> {
  heading(`The same by others, mixed, ${isLong ? 'all of it' : 'a sample'}`);
  const startMs = performance.now();
  let count = 0;
  for (const waiting = [root]; waiting.length > 0 && performance.now() - startMs < SEQUENTIAL_MS; count++) {
    const path = waiting.pop() as string;
    for (const name of (await session.getChildren(path)).children) waiting.push(`${path}/${name}`);
  }
  const perSecond = (count * 1_000) / (performance.now() - startMs);
  row({ name: 'one request after the other, this client', figure: `${(ZNODES / perSecond).toFixed(1)} s` });
  const ours = (await zksh(address, 'ls', '-R', root)).seconds;
  if (isLong) {
    const cliMs = performance.now();
    await runZkCli(['-server', address, 'ls', '-R', root]);
    const theirs = (performance.now() - cliMs) / 1_000;
    row({ name: 'zkCli.sh ls -R', figure: `${theirs.toFixed(1)} s` });
    row({ name: 'zksh ls -R', figure: `${ours.toFixed(2)} s`, ratio: theirs / ours, to: 'as fast' });
  } else {
    row({ name: 'zksh ls -R', figure: `${ours.toFixed(2)} s`, ratio: ZNODES / perSecond / ours, to: 'as fast' });
  }
}

async function benchDelay(address: string, root: string): Promise<void> {
  heading(`${DELAY_MS} ms of delay in each direction, ${ZNODES.toLocaleString('en')} znodes, mixed`);
  const proxy = await startFaultProxy(address);
  proxy.delayMs = DELAY_MS;
  try {
    for (const words of [['ls', '-R', root], ...VERBS.map(([, wordsOf]) => wordsOf(root))]) {
      const run = await zksh(proxy.address, ...words);
      row({
        name: `zksh ${words[0]}${words[0] === 'ls' ? ' -R' : ''}`,
        figure: `${run.seconds.toFixed(2)} s`,
        ratio: run.seconds,
        to: '1 s',
        ...(words[0] === 'ls' ? { limit: { kind: 'at most', value: 5 } as const } : {}),
      });
    }
  } finally {
    await proxy.stop();
  }
}

async function benchLargeData(address: string, znodes: number): Promise<void> {
  const root = '/bench-heavy';
  const { bytes } = LARGE_DATA;
  heading(`${znodes.toLocaleString('en')} znodes of ${bytes.toLocaleString('en')} bytes, median of ${LARGE_ROUNDS}`);
  await zksh(address, 'fill', root, '--znodes', String(znodes), '--size', String(bytes), '--shape', 'mixed');
  const names = ['data', ...VERBS.map(([name]) => name)];
  const runs = new Map(names.map((name) => [name, [] as Run[]]));
  for (let round = 0; round < LARGE_ROUNDS; round++) {
    runs.get('data')?.push(await ceiling(address, root, 'data', 100));
    for (const [name, words] of VERBS) runs.get(name)?.push(await zksh(address, ...words(root)));
  }
  row({ name: 'the ceiling: data by multiRead, 100 each', figure: seconds(runs.get('data') ?? []) });
  for (const [name] of VERBS) {
    const ours = runs.get(name) ?? [];
    compare(name, ours, runs.get('data') ?? [], 'that', 2.5);
    memory(name, ours);
  }
  await zksh(address, 'deleteall', root);
}

/** Ten times as many znodes: ten times the time, and no more memory than anybody has. */
async function benchLarge(address: string): Promise<void> {
  for (const shape of SHAPES) {
    heading(`${LARGE_ZNODES.toLocaleString('en')} znodes, ${shape}, beside ${ZNODES.toLocaleString('en')}`);
    const small = '/bench-small';
    const large = '/bench-large';
    await zksh(address, 'fill', small, '--znodes', String(ZNODES), '--size', String(DATA_BYTES), '--shape', shape);
    await zksh(
      address,
      'fill',
      large,
      '--znodes',
      String(LARGE_ZNODES),
      '--size',
      String(DATA_BYTES),
      '--shape',
      shape,
    );
    for (const [name, words] of [['ls -R', (root: string) => ['ls', '-R', root]] as const, ...VERBS]) {
      const few: Run[] = [];
      const many: Run[] = [];
      for (let round = 0; round < LARGE_ROUNDS; round++) {
        few.push(await zksh(address, ...words(small)));
        many.push(await zksh(address, ...words(large)));
      }
      row({
        name: `zksh ${name}`,
        figure: seconds(many),
        ratio: median(many.map((run, index) => run.seconds / (few[index]?.seconds ?? Number.NaN) / 10)),
        to: 'a tenth of it',
        limit: { kind: 'at most', value: 1.3 },
      });
      memory(name, many);
    }
    await zksh(address, 'deleteall', small, large);
  }
}

function memory(name: string, runs: readonly Run[]): void {
  const mb = Number(peak(runs));
  row({
    name: `  memory of ${name}`,
    figure: `${mb} MB`,
    ratio: mb / MEMORY_MB,
    to: `${MEMORY_MB} MB`,
    limit: { kind: 'at most', value: 1 },
  });
}

/** `batch`: znodes in one request. */
function ceiling(address: string, root: string, mode: 'children' | 'data', batch = 1_000): Promise<Run> {
  return timeProcess([CEILING, address, root, mode, String(batch)]);
}

function zksh(address: string, ...words: readonly string[]): Promise<Run> {
  return timeProcess([resolve('bin/zksh.js'), '-s', address, '-y', ...words]);
}

/** A whole process, not waited for synchronously: a proxy in this one must go on. */
function timeProcess(words: readonly string[]): Promise<Run> {
  const startMs = performance.now();
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, ['--require', resolve('test/bench/peak-memory.cjs'), ...words], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    child.on('error', failed);
    child.on('close', (status) => {
      const peakKb = Number(/peak (\d+) kB/.exec(stderr)?.[1] ?? Number.NaN);
      // grep found nothing: its status, not a failure.
      if (status === 0 || (status === 1 && words.includes('grep'))) {
        done({ seconds: (performance.now() - startMs) / 1_000, peakMb: peakKb / 1_000 });
      } else {
        failed(new Error(`${words.join(' ')}: status ${status}: ${stderr}`));
      }
    });
  });
}

function seconds(runs: readonly Run[]): string {
  return `${median(runs.map((run) => run.seconds)).toFixed(2)} s`;
}

function peak(runs: readonly Run[]): string {
  return String(Math.round(Math.max(...runs.map(({ peakMb }) => peakMb))));
}
