/** A line of the REPL into words, as ZooKeeperMain.MyCommandOptions.parseCommand (3.9) does it with its two patterns. */

/** Java's `\s` and `\S` know ASCII only: blank, TAB, LF, VT, FF, CR. */
const WORD = /[ \t\n\v\f\r]*([^"'][^ \t\n\v\f\r]*|"[^"]*"|'[^']*')[ \t\n\v\f\r]*/g;

/** `.` of Java's QUOTED_PATTERN stops at these, so a word with one of them keeps its quotes. */
const QUOTED = /^(["'])([^\n\r\u0085\u2028\u2029]*)\1$/;

/** No word at all: the caller's last command stands. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(WORD)].map(([, word = '']) => (isQuoted(word) ? word.slice(1, -1) : word));
}

function isQuoted(word: string): boolean {
  return word.length > 1 && QUOTED.test(word);
}
