/**
 * Text of any size to the terminal, beside Ink: in pieces, waiting for the terminal between them, so that keys (Ctrl-C)
 * are heard while 100,000 lines run by. stdout and stderr keep their order. Knows no results and no frames.
 */

export interface Output {
  /** Resolves when more may be written. */
  write(text: string | Uint8Array, stream?: 'stdout' | 'stderr'): Promise<void>;
  /** Resolves when everything is on the terminal, or forgotten. */
  flush(): Promise<void>;
  /** Forgets what is not on the terminal yet, and begins a new line where it broke off. */
  cut(): void;
  /** Shows `text`, one row, in place of the last note, until something else is written. Only where the cursor can be moved. */
  note(text: string): void;
  /** A note is on the terminal. */
  readonly isNoted: boolean;
  /** Pieces written so far. */
  readonly writesCount: number;
}

export interface OutputStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Small enough that even a slow terminal takes one in no time. */
const PIECE_BYTES = 16 * 1024;
const WAITING_BYTES_MAX = 64 * 1024;
const NEWLINE = 0x0a;
const ERASE_LINE = '\r\x1b[K';

export function createOutput(streams: OutputStreams): Output {
  let waiting: { readonly bytes: Buffer; readonly stream: 'stdout' | 'stderr' }[] = [];
  let waitingBytes = 0;
  let pumping: Promise<void> | null = null;
  let isAtLineStart = true;
  let isNoted = false;
  let writesCount = 0;

  async function pump(): Promise<void> {
    // What a verb yields at one go leaves in one write.
    await turn();
    while (waiting.length > 0) {
      const { stream, bytes } = takePiece();
      isAtLineStart = bytes[bytes.length - 1] === NEWLINE;
      writesCount += 1;
      await new Promise<void>((resolve) => streams[stream].write(bytes, () => resolve()));
      // A terminal is written to synchronously: without this turn no key would be read before the end.
      await turn();
    }
    pumping = null;
  }

  function takePiece(): { stream: 'stdout' | 'stderr'; bytes: Buffer } {
    const stream = waiting[0]?.stream ?? 'stdout';
    const parts: Buffer[] = [];
    let size = 0;
    let taken = 0;
    for (const part of waiting) {
      if (part.stream !== stream || size >= PIECE_BYTES) {
        break;
      }
      const rest = part.bytes.subarray(0, PIECE_BYTES - size);
      parts.push(rest);
      size += rest.length;
      if (rest.length < part.bytes.length) {
        waiting[taken] = { stream, bytes: part.bytes.subarray(rest.length) };
        break;
      }
      taken += 1;
    }
    waiting.splice(0, taken);
    waitingBytes -= size;
    return { stream, bytes: parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts) };
  }

  function push(text: string | Uint8Array, stream: 'stdout' | 'stderr'): void {
    const bytes = Buffer.from(text as string);
    waiting.push({ bytes, stream });
    waitingBytes += bytes.length;
  }

  const output: Output = {
    async write(text, stream = 'stdout') {
      if (text.length === 0) {
        return;
      }
      if (isNoted) {
        isNoted = false;
        push(ERASE_LINE, 'stdout');
      }
      push(text, stream);
      pumping ??= pump();
      if (waitingBytes > WAITING_BYTES_MAX) {
        await pumping;
      }
    },
    async flush() {
      if (isNoted) {
        isNoted = false;
        push(ERASE_LINE, 'stdout');
        pumping ??= pump();
      }
      while (pumping !== null) {
        await pumping;
      }
    },
    cut() {
      waiting = [];
      waitingBytes = 0;
      if (!isAtLineStart && !isNoted) {
        streams.stdout.write('\n');
        isAtLineStart = true;
      }
    },
    note(text) {
      if (isAtLineStart && waiting.length === 0) {
        streams.stdout.write(isNoted ? ERASE_LINE + text : text);
        isNoted = true;
      }
    },
    get isNoted() {
      return isNoted;
    },
    get writesCount() {
      return writesCount;
    },
  };
  return output;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
