/** Paths of znodes: what is legal (PathUtils.validatePath, 3.9), parent, name, join, resolve. Text only, no server. */
import { UsageError } from '../errors.js';

declare const znodePath: unique symbol;
/** A legal, absolute path as the user knows it (below the chroot). */
export type ZnodePath = string & { readonly [znodePath]: true };

declare const serverPath: unique symbol;
/** A path as the server knows it (chroot in front). */
export type ServerPath = string & { readonly [serverPath]: true };

export const ROOT = '/' as ZnodePath;

export interface PathRules {
  /** The path of a sequential create, to whose end the server puts digits: it may end in `/`, `/.` or `/..`. */
  readonly sequential?: boolean;
}

/** What is wrong with an absolute path, as a clause that follows the path ("it ends with /"); null where nothing is. */
export function validatePath(path: string, rules: PathRules = {}): string | null {
  if (path === '') {
    return 'it is empty';
  }
  if (path[0] !== '/') {
    return 'it does not start with /';
  }
  if (path === '/') {
    return null;
  }
  return findFault(path, rules) ?? findDots(path, rules);
}

/**
 * The absolute path that `text` means in `cwd`: `.` and `..` are resolved, `..` of the root is the root.
 * @throws UsageError what is wrong, and where in `text`
 */
export function resolvePath(cwd: string, text: string, rules: PathRules = {}): ZnodePath {
  const fault = text === '' ? 'it is empty' : text === '/' ? null : findFault(text, rules);
  if (fault !== null) {
    throw new UsageError(`not a path: ${quoted(text)}: ${fault}`);
  }
  const names: string[] = [];
  for (const name of text[0] === '/' ? text.split('/') : [...cwd.split('/'), ...text.split('/')]) {
    if (name === '..') {
      names.pop();
    } else if (name !== '' && name !== '.') {
      names.push(name);
    }
  }
  const path = `/${names.join('/')}`;
  // Only a sequential create gets here with a slash at the end: the server puts the number behind it.
  return (text.endsWith('/') && path !== '/' ? `${path}/` : path) as ZnodePath;
}

/** `/` is its own parent. */
export function parentOf(path: string): ZnodePath {
  const slash = path.lastIndexOf('/');
  return (slash <= 0 ? '/' : path.slice(0, slash)) as ZnodePath;
}

/** The last component; `''` for the root. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `name` may have several components. Nothing is resolved or checked. */
export function joinPath(parent: string, name: string): ZnodePath {
  return (parent === '/' ? `/${name}` : `${parent}/${name}`) as ZnodePath;
}

/** `path` itself, or somewhere below it. */
export function isWithin(path: string, ancestor: string): boolean {
  return ancestor === '/' || path === ancestor || path.startsWith(`${ancestor}/`);
}

/** Empty components, a slash at the end, characters no server takes. Positions count characters from 1. */
function findFault(path: string, rules: PathRules): string | null {
  const empty = path.indexOf('//');
  if (empty >= 0) {
    return `the component at position ${empty + 1} is empty (//)`;
  }
  if (path.endsWith('/') && rules.sequential !== true) {
    return 'it ends with /';
  }
  for (let index = 0; index < path.length; index++) {
    const unit = path.charCodeAt(index);
    if (isIllegal(unit)) {
      return `${nameCharacter(path, index)} at position ${index + 1} is not allowed`;
    }
  }
  return null;
}

function findDots(path: string, rules: PathRules): string | null {
  // Nearly every path: this is on the way of each request.
  if (!path.includes('/.')) {
    return null;
  }
  const names = path.split('/');
  let position = 2;
  for (let index = 1; index < names.length; index++) {
    const name = names[index] as string;
    const numbered = rules.sequential === true && index === names.length - 1;
    if ((name === '.' || name === '..') && !numbered) {
      return `the component at position ${position} is ${name}, which a server does not resolve`;
    }
    position += name.length + 1;
  }
  return null;
}

/** UTF-16 units. Surrogates are among them, so nothing outside the basic plane is legal. */
function isIllegal(unit: number): boolean {
  return (
    unit < 0x20 ||
    (unit >= 0x7f && unit <= 0x9f) ||
    (unit >= 0xd800 && unit <= 0xf8ff) ||
    (unit >= 0xfff0 && unit <= 0xffff)
  );
}

function nameCharacter(path: string, index: number): string {
  const point = path.codePointAt(index) ?? 0;
  const number = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`;
  if (point > 0xffff) {
    return `the character ${String.fromCodePoint(point)} (${number}, beyond the basic plane)`;
  }
  return point < 0x20 || (point >= 0x7f && point <= 0x9f)
    ? `the control character ${number}`
    : `the character ${number}`;
}

/** As it was typed, with whatever a terminal would not show made visible. */
function quoted(text: string): string {
  return text === '' ? "''" : text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (control) => escapeControl(control));
}

function escapeControl(control: string): string {
  return `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
