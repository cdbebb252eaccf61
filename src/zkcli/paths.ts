/** PathUtils.validatePath (3.9) and its messages. protocol/path.ts knows the same rules in zksh's words. */
import { Refusal } from './crash.js';

/** The message of its IllegalArgumentException; null where the path is legal. */
export function pathFault(path: string, isSequential = false): string | null {
  const text = isSequential ? `${path}1` : path;
  if (text === '') {
    return 'Path length must be > 0';
  }
  if (text[0] !== '/') {
    return 'Path must start with / character';
  }
  if (text === '/') {
    return null;
  }
  if (text.endsWith('/')) {
    return 'Path must not end with / character';
  }
  const reason = characterFault(text);
  return reason === null ? null : `Invalid path string "${text}" caused by ${reason}`;
}

/** What most commands make of it. @throws Refusal */
export function checkPath(path: string, isSequential = false): void {
  const fault = pathFault(path, isSequential);
  if (fault !== null) {
    throw new Refusal(fault);
  }
}

function characterFault(path: string): string | null {
  for (let at = 1; at < path.length; at++) {
    const [unit, last] = [path.charCodeAt(at), path[at - 1]];
    const isEnd = at + 1 === path.length || path[at + 1] === '/';
    if (unit === 0) {
      return `null character not allowed @${at}`;
    }
    if (unit === SLASH) {
      if (last === '/') {
        return `empty node name specified @${at}`;
      }
    } else if (unit === DOT) {
      const isName = last === '/' || (last === '.' && path[at - 2] === '/');
      if (isName && isEnd) {
        return `relative paths not allowed @${at}`;
      }
    } else if (isIllegal(unit)) {
      return `invalid character @${at}`;
    }
  }
  return null;
}

const SLASH = 0x2f;
const DOT = 0x2e;

function isIllegal(unit: number): boolean {
  return (
    unit <= 0x1f ||
    (unit >= 0x7f && unit <= 0x9f) ||
    (unit >= 0xd800 && unit <= 0xf8ff) ||
    (unit >= 0xfff0 && unit <= 0xffff)
  );
}
