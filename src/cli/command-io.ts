/** What a verb may ask of this machine: bytes of files and of stdin, a command of the user's, a secret. */
import { readFileSync, statSync } from 'node:fs';
import { constants } from 'node:os';
import { Writable } from 'node:stream';
import type { CommandIo } from '../commands/context.js';
import type { DataSource } from '../commands/spec.js';
import { ConnectionError, isZkshError, LocalError, UsageError } from '../errors.js';
import { parseOperations } from '../syntax/invocation.js';
import { createCheckpoint } from './checkpoint-file.js';
import { explainFileError } from './file-errors.js';
import { createFiles } from './files.js';
import { DATA_BYTES_MAX, type Io } from './io.js';

/** @param folder for checkpoints (state-folder.ts) */
export function createCommandIo(io: Io, folder: string | null): CommandIo {
  return {
    readData: (source) => readData(source, io),
    runCommand: (commandLine, environment, signal) => runUserCommand(commandLine, environment, signal, io),
    runProgram: (words, environment, signal) => runUserProgram(words, environment, signal, io),
    readSecret: (prompt) => readSecret(prompt, io),
    canAsk: () => canAsk(io),
    readAnswer: (prompt) => readAnswer(prompt, io),
    checkpoint: (job) => createCheckpoint(job, folder),
    files: createFiles(io),
    readOperations: (text, cwd) => parseOperations(text, { cwd, source: 'script' }),
  };
}

async function readData(source: DataSource, io: Io): Promise<Buffer | null> {
  switch (source.from) {
    case 'text':
      return Buffer.from(source.text, 'utf8');
    case 'bytes':
      return source.bytes;
    case 'file':
      return readDataFile(source.file);
    case 'stdin':
      return io.readStdin();
    case 'null':
      return null;
  }
}

/** @throws LocalError with the file's name */
function readDataFile(file: string): Buffer {
  try {
    // A pipe or a device (`@<(cmd)`, /dev/stdin) has no size of its own and is read to its end.
    if (statSync(file).size <= DATA_BYTES_MAX) {
      return readFileSync(file);
    }
  } catch (error) {
    throw explainFileError(error, file, 'read');
  }
  throw new LocalError(`${file} has more than ${DATA_BYTES_MAX / 1024 / 1024} MiB`, { why: 'No znode holds as much.' });
}

/** A line for the shell. */
async function runUserCommand(
  commandLine: string,
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
  io: Io,
): Promise<number> {
  return run('/bin/sh', ['-c', commandLine], { environment, signal, io });
}

/** Words for a program, which the user named himself: that there is none is his mistake, and has the status of one. */
async function runUserProgram(
  [program = '', ...words]: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
  io: Io,
): Promise<number> {
  try {
    return await run(program, words, { environment, signal, io });
  } catch (error) {
    if (isZkshError(error) && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') {
      throw new UsageError(`there is no program ${program}`, { unknownCommand: true, hint: '' });
    }
    throw error;
  }
}

interface Surroundings {
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly io: Io;
}

/** Its status, or 128 and the number of the signal that ended it, as a shell would say. */
async function run(file: string, words: readonly string[], { environment, signal, io }: Surroundings): Promise<number> {
  // What we have written comes before what the command writes.
  await io.flush();
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const child = spawn(file, words, {
      env: { ...process.env, ...environment },
      // Where stdin is a script or data, it is not the command's to read.
      stdio: [io.isStdinTaken ? 'ignore' : 'inherit', 'inherit', 'inherit'],
    });
    const end = () => child.kill('SIGTERM');
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) {
      end();
    }
    child.once('error', (error) => {
      signal.removeEventListener('abort', end);
      reject(explainFileError(error, file, 'run'));
    });
    child.once('close', (status, killedBy) => {
      signal.removeEventListener('abort', end);
      resolve(status ?? 128 + (killedBy === null ? 0 : constants.signals[killedBy]));
    });
  });
}

/** null where there is no terminal to ask on. @throws ConnectionError INTERRUPTED on Ctrl-C */
function readSecret(prompt: string, io: Io): Promise<string | null> {
  return ask(prompt, false, io);
}

/** As readSecret, with echo. */
function readAnswer(prompt: string, io: Io): Promise<string | null> {
  return ask(prompt, true, io);
}

function canAsk(io: Io): boolean {
  const { stdin, stderr } = io.streams;
  return stdin.isTTY === true && stderr.isTTY === true && !io.isStdinTaken;
}

async function ask(prompt: string, echoes: boolean, io: Io): Promise<string | null> {
  if (!canAsk(io)) {
    return null;
  }
  const { stdin } = io.streams;
  const { createInterface } = await import('node:readline');
  await io.write(prompt, 'stderr');
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  // The terminal echoes by itself where readline does not take it over.
  const lines = createInterface({ input: stdin, output: nowhere, terminal: !echoes, historySize: 0 });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('close', () => reject(new ConnectionError('INTERRUPTED', 'interrupted at the prompt')));
    });
  } finally {
    lines.close();
    await io.write(echoes ? '' : '\n', 'stderr');
  }
}
