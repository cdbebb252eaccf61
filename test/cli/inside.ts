/** zksh inside the test's own process: the same main with streams in memory. Faster than a process, and terminals can be played. */
import { EventEmitter } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { main } from '../../src/cli/main.js';

export interface InsideOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer | Readable;
  /** stdout and stderr are terminals. */
  readonly terminal?: boolean;
}

export interface InsideOutcome {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Signals that are still listened to. */
  readonly listenersCount: number;
}

/** @param signals emit `SIGINT` on it; a second one must not come, there is no process to end */
export async function runInside(
  words: readonly string[],
  options: InsideOptions = {},
  signals = new EventEmitter(),
): Promise<InsideOutcome> {
  const { stdin = '', terminal = false, environment = {} } = options;
  const stdout = collector(terminal);
  const stderr = collector(terminal);
  const input = stdin instanceof Readable ? stdin : Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]);
  const host = {
    on: (name: string, listener: () => void) => signals.on(name, listener),
    off: (name: string, listener: () => void) => signals.off(name, listener),
    exit() {
      throw new Error('forced to end');
    },
    startedAtMs: null,
  };
  const status = await main(words, environment, { stdin: input, stdout: stdout.stream, stderr: stderr.stream }, host);
  const listenersCount = signals.eventNames().length;
  return { status, stdout: stdout.bytes(), stderr: stderr.bytes().toString(), listenersCount };
}

function collector(isTTY: boolean): { stream: PassThrough & { isTTY?: boolean; columns?: number }; bytes(): Buffer } {
  const chunks: Buffer[] = [];
  const stream = Object.assign(new PassThrough(), isTTY ? { isTTY: true, columns: 80 } : {});
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, bytes: () => Buffer.concat(chunks) };
}
