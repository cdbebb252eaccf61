/** Patterns over names, paths and text: globs as in shells, and regular expressions. The only importer of picomatch. */
import picomatch from 'picomatch';

export type Matcher = (text: string) => boolean;

/**
 * `*` and `?` stay within one name, `**` goes through any number of levels; `[a-z]`, `{a,b}`, `!(x)` as in bash. A leading
 * dot is a letter like any other.
 */
export function compileGlob(pattern: string, { ignoreCase = false } = {}): Matcher {
  if (!ignoreCase && !GLOB_SIGNS.test(pattern)) {
    return (text) => text === pattern;
  }
  const options = { dot: true, nonegate: true, posix: true, strictSlashes: true, windows: false } as const;
  // The type of the third argument's answer is left out of the package's types: the source, not the expression.
  const source = picomatch.makeRe(pattern, options, true) as unknown as string;
  // Strict expressions, in which a character is one whatever its width, do not know this escape.
  const regex = compileRegex(`^(?:${source.replaceAll('\\-', '\\x2d')})$`, ignoreCase ? 'is' : 's');
  return (text) => regex.test(text);
}

const GLOB_SIGNS = /[\\*?[\]{}()!+@|]/;

/** JavaScript's. Strict where it can be: then a character is one, whatever its width in UTF-16. @throws SyntaxError */
export function compileRegex(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, `${flags}u`);
  } catch {
    // Escapes that other dialects allow (`\-`) are none in the strict one.
    return new RegExp(source, flags);
  }
}

/** Found anywhere; `^` and `$` tie it down. @throws SyntaxError */
export function compileSearch(source: string, { ignoreCase = false } = {}): Matcher {
  const regex = compileRegex(source, ignoreCase ? 'i' : '');
  return (text) => regex.test(text);
}
