/**
 * The only owner of the standard streams. Writes wait while the reader is slow; a reader that has gone (`| head -1`) is no
 * failure. Knows bytes only, not what they say.
 */
import type { Readable, Writable } from 'node:stream';
import { LocalError } from '../errors.js';

/** The process's three streams, or a test's. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

export type OutputStream = Writable & { readonly isTTY?: boolean; readonly columns?: number };
export type OutputName = 'stdout' | 'stderr';

export interface Io {
  readonly streams: Streams;
  /** Aborted when nobody reads stdout any more, or it cannot be written. */
  readonly closed: AbortSignal;
  /** What keeps stdout from being written: a full disk. A reader that has gone is none. */
  readonly failure: LocalError | null;
  /** Resolves when more may be written: at once, but for a slow reader. `until` ends that wait. */
  write(text: string | Buffer, to: OutputName, until?: AbortSignal): Promise<void>;
  /** Shows one row on stderr, in place of the last one, until something else is to be seen. Nothing where that is no terminal. */
  note(row: string): void;
  /** Resolves when all that was written has left the process, or cannot. Takes the note away. */
  flush(): Promise<void>;
  /** All of stdin, at most once. @throws LocalError the second time, and for what is too long to be data */
  readStdin(): Promise<Buffer>;
  /** stdin as it comes, at most once. */
  stdinChunks(): AsyncIterable<Buffer>;
  /** Whether stdin was given to either of these. */
  readonly isStdinTaken: boolean;
}

/** No server takes as much; more is read neither from stdin nor from a file. */
export const DATA_BYTES_MAX = 64 * 1024 * 1024;

const ERASE_ROW = '\r\x1b[K';

/** The reader has gone, or the terminal has. */
const READER_GONE: ReadonlySet<string | undefined> = new Set([
  'EPIPE',
  'ECONNRESET',
  'EIO',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

export function createIo(streams: Streams): Io {
  const closed = new AbortController();
  const opened = new Map<OutputName, OutputStream>();
  let failure: LocalError | null = null;
  let isStdinTaken = false;
  let isNoted = false;

  function eraseNote(): void {
    if (isNoted) {
      isNoted = false;
      open('stderr').write(ERASE_ROW);
    }
  }

  /** Streams are touched at first need: making them costs a start some milliseconds. */
  function open(name: OutputName): OutputStream {
    const known = opened.get(name);
    if (known !== undefined) {
      return known;
    }
    const stream = streams[name];
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Nobody can be told that stderr is broken, and nothing depends on it.
      if (name === 'stdout') {
        failure ??= READER_GONE.has(error.code) ? null : cannotWrite(error);
        closed.abort(failure);
      }
    });
    opened.set(name, stream);
    return stream;
  }

  function takeStdin(): void {
    if (isStdinTaken) {
      throw new LocalError('stdin was read to its end already', {
        hint: 'Only one value can come from stdin; take files for the others: @FILE',
      });
    }
    isStdinTaken = true;
  }

  return {
    streams,
    closed: closed.signal,
    get failure() {
      return failure;
    },
    get isStdinTaken() {
      return isStdinTaken;
    },
    async write(text, to, until) {
      if (text.length === 0 || (to === 'stdout' && closed.signal.aborted)) {
        return;
      }
      const stream = open(to);
      if (stream.isTTY === true) {
        eraseNote();
      }
      if (!stream.write(text)) {
        await drained(stream, to === 'stdout' ? closed.signal : undefined, until);
      }
    },
    note(row) {
      const stream = open('stderr');
      // A terminal that takes nothing for the moment gets the next one.
      if (stream.isTTY === true && stream.writableLength === 0) {
        stream.write(`${isNoted ? ERASE_ROW : ''}${row}`);
        isNoted = true;
      }
    },
    async flush() {
      eraseNote();
      for (const [name, stream] of opened) {
        if (!(name === 'stdout' && closed.signal.aborted) && stream.writableLength > 0) {
          await written(stream);
        }
      }
    },
    async readStdin() {
      takeStdin();
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of streams.stdin) {
        const bytes = Buffer.from(chunk);
        length += bytes.length;
        if (length > DATA_BYTES_MAX) {
          throw new LocalError(`stdin has more than ${DATA_BYTES_MAX / 1024 / 1024} MiB`, {
            why: 'No znode holds as much.',
          });
        }
        chunks.push(bytes);
      }
      return Buffer.concat(chunks);
    },
    async *stdinChunks() {
      takeStdin();
      for await (const chunk of streams.stdin) {
        yield Buffer.from(chunk);
      }
    },
  };
}

function cannotWrite(error: NodeJS.ErrnoException): LocalError {
  const why = error.code === 'ENOSPC' ? 'no space is left on the device' : error.message;
  return new LocalError(`cannot write the output: ${why}`, { cause: error });
}

/** Until the stream takes more, or one of the signals is aborted. */
function drained(stream: OutputStream, ...signals: readonly (AbortSignal | undefined)[]): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done);
      for (const signal of signals) {
        signal?.removeEventListener('abort', done);
      }
      resolve();
    };
    stream.once('drain', done);
    for (const signal of signals) {
      signal?.addEventListener('abort', done, { once: true });
      if (signal?.aborted) {
        done();
      }
    }
  });
}

/** An empty write comes behind all others; it fails when they cannot be written. */
function written(stream: OutputStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
