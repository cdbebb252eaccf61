/** How far a word is from others, to say which was meant. */

/** `words` with those closest to `word` first. Case counts little, and what holds the word whole is close. */
export function sortByDistance(word: string, words: readonly string[]): string[] {
  return words
    .map((each) => ({ each, distance: distanceOf(word.toLowerCase(), each.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || a.each.localeCompare(b.each))
    .map(({ each }) => each);
}

function distanceOf(word: string, other: string): number {
  const edits = editsBetween(word, other);
  return other.includes(word) || word.includes(other) ? edits / 8 : edits;
}

/** Letters to put in, take out or change (Levenshtein). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
