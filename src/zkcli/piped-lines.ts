/**
 * Lines from a pipe as JLine's dumb terminal reads them: CR and LF each end one, Ctrl-G rings and is dropped, every other
 * control character is data, and what has no end at the end of the input is no line.
 */
import { decodeUtf8 } from './java-text.js';

const BELL = 0x07;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export interface PipedLine {
  /** null: the input has ended. */
  readonly text: string | null;
  /** How often Ctrl-G was met. */
  readonly bellsCount: number;
}

export async function* pipedLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<PipedLine> {
  let rest: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] === LINE_FEED || chunk[at] === CARRIAGE_RETURN) {
        yield toLine([...rest, chunk.subarray(from, at)]);
        rest = [];
        from = at + 1;
      }
    }
    rest.push(chunk.subarray(from));
  }
  yield { text: null, bellsCount: toLine(rest).bellsCount };
}

function toLine(parts: readonly Buffer[]): PipedLine {
  const bytes = parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
  const kept = bytes.includes(BELL) ? bytes.filter((byte) => byte !== BELL) : bytes;
  return { text: decodeUtf8(Buffer.from(kept)), bellsCount: bytes.length - kept.length };
}

/** LineReaderImpl.finish: every backslash that none protects goes. */
export function withoutBackslashes(line: string): string {
  return line.replace(/\\(.?)/gs, (_, character: string) => (character === '\n' ? '' : character));
}
