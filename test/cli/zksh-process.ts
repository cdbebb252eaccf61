/** zksh as its users run it: a process with pipes, and an environment without our own settings. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from '../helpers/eventually.js';
import { temporaryFolder } from '../helpers/reaper.js';

export const ZKSH = resolve('bin/zksh.js');

export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface ProcessOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** What stdin gives before it ends. Default: it is empty. */
  readonly stdin?: string | Buffer;
  readonly cwd?: string;
  /** Another copy of bin/zksh.js. */
  readonly program?: string;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly outcome: Promise<Outcome>;
  /** So far. */
  readonly stdout: () => Buffer;
  readonly stderr: () => string;
  /** Until stderr holds `text`. */
  saysOnStderr(text: string | RegExp): Promise<void>;
  saysOnStdout(text: string): Promise<void>;
}

/** stdin stays open. Killed at the end of the test. */
export function startZksh(words: readonly string[], options: ProcessOptions = {}): Running {
  const { PATH = '' } = process.env;
  const home = temporaryFolder('home');
  const child = spawn(process.execPath, [options.program ?? ZKSH, ...words], {
    cwd: options.cwd,
    env: { PATH, HOME: home.path, LANG: 'C.UTF-8', ...options.environment },
  });
  const out: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdin.on('error', () => {});
  const stdout = () => Buffer.concat(out);
  const stderr = () => Buffer.concat(errors).toString();
  const outcome = new Promise<Outcome>((done) => {
    child.on('close', (status, signal) => done({ status, signal, stdout: stdout(), stderr: stderr() }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await outcome;
    home.remove();
  });
  const says = (text: string | RegExp, look: () => string) =>
    eventually(() => (typeof text === 'string' ? look().includes(text) : text.test(look())), {
      what: `${text} from zksh ${words.join(' ')}; it said ${stdout()}${stderr()}`,
    });
  return {
    child,
    outcome,
    stdout,
    stderr,
    saysOnStderr: async (text) => void (await says(text, stderr)),
    saysOnStdout: async (text) => void (await says(text, () => stdout().toString('latin1'))),
  };
}

export function runZksh(words: readonly string[], options: ProcessOptions = {}): Promise<Outcome> {
  const { child, outcome } = startZksh(words, options);
  child.stdin.end(options.stdin ?? '');
  return outcome;
}

/** The session that `--debug` told of, as `dump` writes it. */
export function sessionIn(stderr: string): string {
  const id = /session 0x0*([0-9a-f]+) for/.exec(stderr)?.[1];
  if (id === undefined) throw new Error(`no session in ${stderr}`);
  return `0x${id}`;
}
