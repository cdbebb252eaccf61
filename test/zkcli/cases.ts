/** The recorded cases of fixtures/: what they are (README.md there), and how one is run. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const FIXTURES = fileURLToPath(new URL('./fixtures/', import.meta.url));
export const DROP_IN = fileURLToPath(new URL('../../bin/zkCli.sh', import.meta.url));

type Bytes = string | { readonly hex: string };

export interface Case {
  readonly name: string;
  readonly about: string;
  readonly args?: readonly string[];
  readonly stdin?: Bytes;
  readonly launch?: readonly string[];
  readonly argv?: readonly string[];
  readonly setup?: readonly (readonly [string, string, ...unknown[]])[];
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly nodes?: false;
  readonly needs?: 'ensemble' | 'readonly';
  readonly alone?: true;
  readonly tags?: readonly string[];
}

export interface Outcome {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Golden extends Outcome {
  readonly tree: readonly (readonly unknown[])[] | null;
}

interface GoldenFile {
  readonly exit: number;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly tree?: readonly (readonly unknown[])[];
}

export function readCases(): Case[] {
  const files = readdirSync(join(FIXTURES, 'corpus'));
  return files.flatMap((file) => JSON.parse(readFileSync(join(FIXTURES, 'corpus', file), 'utf8')) as Case[]);
}

/** Any of them is right. */
export function readGolden(name: string): Golden[] {
  const file = JSON.parse(readFileSync(join(FIXTURES, 'golden', `${name}.json`), 'utf8')) as
    | GoldenFile
    | { alternatives: GoldenFile[] };
  const alternatives = 'alternatives' in file ? file.alternatives : [file];
  return alternatives.map(({ exit, stdout, stderr, tree }) => ({
    exit,
    stdout: stdout.join(''),
    stderr: stderr.join(''),
    tree: tree ?? null,
  }));
}

export interface Place {
  readonly server: string;
  /** Nobody listens there. */
  readonly down: string;
}

/** Runs `program` as the case says, and puts the names of the golden files for what differs from run to run. */
export async function runCase(each: Case, program: readonly string[], place: Place): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'zkcli-case-'));
  const fill = (text: string) =>
    text
      .replaceAll('$SERVER', place.server)
      .replaceAll('$DOWN', place.down)
      .replaceAll('$X120000', 'x'.repeat(120_000));
  try {
    for (const [name, text] of Object.entries(each.files ?? {})) {
      writeFileSync(join(folder, name), fill(text));
    }
    const args = each.argv ?? ['-server', '$SERVER', ...(each.launch ?? []), ...(each.args ?? [])];
    const stdin = typeof each.stdin === 'object' ? Buffer.from(each.stdin.hex, 'hex') : fill(each.stdin ?? '');
    const outcome = await run([...program, ...args.map(fill)], stdin, folder, each.env ?? {});
    return { ...outcome, ...normalise(outcome, place, folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  command: readonly string[],
  stdin: string | Buffer,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const [program = '', ...args] = command;
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, TZ: 'UTC', TERM: 'dumb', ...env },
      stdio: 'pipe',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (exit) =>
      resolve({ exit, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}

/** zxids, times, ids and addresses by the names that the golden files have for them. */
export function normalise(
  { stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>,
  { server, down }: Place,
  folder: string,
): { stdout: string; stderr: string } {
  const zxids = new Set<bigint>();
  for (const [, , number = ''] of `${stdout}${stderr}`.matchAll(ZXID)) {
    if (BigInt(number) > 0n) {
      zxids.add(BigInt(number));
    }
  }
  const rising = [...zxids].sort((a, b) => (a < b ? -1 : 1));
  const sessions: string[] = [];
  const nameSession = (id: string) => {
    if (!sessions.includes(id)) {
      sessions.push(id);
    }
    return `SESSION${sessions.indexOf(id) + 1}`;
  };
  const replace = (text: string) =>
    text
      .replace(/^(server\.\d+=).*:\d+:\d+:participant;.*:\d+$/gm, '$1HOST:P:P:participant;HOST:P')
      .replaceAll(server, 'SERVER')
      .replaceAll(down, 'DOWN')
      .replaceAll(folder, 'WORK')
      .replace(ZXID, (whole, label: string, number: string) =>
        BigInt(number) > 0n ? `${label}Z${rising.indexOf(BigInt(number)) + 1}` : whole,
      )
      .replace(/^([cm]time = )(?!.* 1970$).*$/gm, '$1DATE')
      .replace(/^(ephemeralOwner = )(0x(?!0$).*)$/gm, (_, label: string, id: string) => label + nameSession(id))
      .replace(/(ZooKeeper CLI version: ).*/g, '$1VERSION')
      .replace(/^version=[0-9a-f]+$/gm, 'version=CONFIG')
      .replace(/(.)\1{999,}/g, (whole, character: string) => `<${whole.length} x ${character}>`);
  return { stdout: replace(stdout), stderr: replace(stderr) };
}

const ZXID = /([cmp]Zxid = |zxid: )(0x[0-9a-f]+|\d+)/g;
