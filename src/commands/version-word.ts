/** What zkCli.sh's users type behind a path and mean as a version. */
export function isInteger(word: string): boolean {
  return /^-?\d+$/.test(word);
}
