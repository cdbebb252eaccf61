/**
 * Names of znodes as names of folders that no file system chokes on or confuses: none but small ASCII letters, digits and
 * signs that are legal everywhere, so that neither letter case nor Unicode forms can make two of them one. Documented in
 * docs/export-format.md; stable.
 */
import { createHash } from 'node:crypto';

/** Longer ones are cut; 255 bytes is what file systems allow. */
const NAME_CHARS_MAX = 150;
const HEAD_CHARS = 100;
const HASH_CHARS = 40;
/** Stands before the hash of a name that was cut; no other name has it. */
const CUT_SIGN = '%-';

const LITERAL = /^[a-z0-9_\-.=,+@~]$/;
/** Names of devices on Windows, whatever stands behind a dot. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;

/**
 * A capital stands behind a `^`, everything that is not literal is `%xx` for each of its UTF-8 bytes. What is too long is
 * cut, with a hash of the name behind it: then only metadata tell the name.
 */
export function folderNameOf(name: string): string {
  const pieces = [...name].map((char) =>
    LITERAL.test(char) ? char : /^[A-Z]$/.test(char) ? `^${char}` : escaped(char),
  );
  const [first = ''] = pieces;
  const last = pieces.length - 1;
  if (first === '.' || first === '@' || first === '~' || RESERVED.test(pieces.join(''))) {
    pieces[0] = escaped(first);
  }
  if (pieces[last] === '.' && last > 0) {
    pieces[last] = escaped('.');
  }
  const whole = pieces.join('');
  return whole.length <= NAME_CHARS_MAX ? whole : `${headOf(pieces)}${CUT_SIGN}${hashOf(name)}`;
}

/** null: it was cut, and the name stands in the metadata; also for what is no name at all. */
export function nameOfFolder(folderName: string): string | null {
  if (folderName.includes(CUT_SIGN)) {
    return null;
  }
  const capitals = folderName.replace(/\^(.)/gu, (_, letter: string) => letter.toUpperCase());
  try {
    return decodeURIComponent(capitals);
  } catch {
    return null;
  }
}

/** Enough of the hash of `text` that two never share it. */
export function hashOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, HASH_CHARS);
}

function headOf(pieces: readonly string[]): string {
  let head = '';
  for (const piece of pieces) {
    if (head.length + piece.length > HEAD_CHARS) {
      break;
    }
    head += piece;
  }
  return head;
}

function escaped(char: string): string {
  return Buffer.from(char, 'utf8').toString('hex').replace(/../g, '%$&');
}
