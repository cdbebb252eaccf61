/** The description that plan and apply are given: its file, and how its own words are read. */
import { UsageError } from '../errors.js';
import type { ZnodePath } from '../protocol/path.js';
import { readDescription, type WantedZnode } from '../tree/description.js';
import type { CommandContext } from './context.js';
import { readDuration } from './duration.js';

/**
 * @param file `-` is stdin
 * @throws UsageError with file and line; LocalError a file that cannot be read
 */
export async function readDescriptionFile(
  { io }: CommandContext,
  file: string,
  root: ZnodePath,
): Promise<readonly WantedZnode[]> {
  const bytes = await io.readData(file === '-' ? { from: 'stdin' } : { from: 'file', file });
  const source = file === '-' ? 'stdin' : file;
  return readDescription(decode(bytes ?? Buffer.alloc(0), source), {
    root,
    source,
    readDuration(text) {
      const ms = readDuration(text);
      return typeof ms === 'number' ? ms : null;
    },
    async readFile(name) {
      return (await io.readData({ from: 'file', file: besides(file, name) })) ?? Buffer.alloc(0);
    },
  });
}

/** `name`, seen from the folder in which `file` is. */
function besides(file: string, name: string): string {
  const folder = file.slice(0, file.lastIndexOf('/') + 1);
  return name.startsWith('/') ? name : `${folder}${name}`;
}

function decode(bytes: Buffer, source: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${source} is not UTF-8`, {
      why: 'A description is text; binary data go into it as base64: or file:.',
      hint: '',
    });
  }
}
