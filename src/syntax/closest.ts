/** "Did you mean": the name nearest to what was typed. */

/** Restricted Damerau-Levenshtein; null where nothing is near enough to be a slip of the fingers. */
export function closest(typed: string, names: readonly string[]): string | null {
  const wanted = typed.toLowerCase();
  let best: string | null = null;
  let bestDistance = Math.min(2, Math.floor(wanted.length / 3) + 1) + 1;
  for (const name of names) {
    const distance = editDistance(wanted, name.toLowerCase());
    if (distance < bestDistance && distance < name.length) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
}

/** Lengths that differ by more than three are not compared: their distance is of no interest. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) {
    return Number.POSITIVE_INFINITY;
  }
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(previous, j - 1) + (same ? 0 : 1), at(previous, j) + 1, at(row, j - 1) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(before, j - 2) + 1);
      }
      row.push(cost);
    }
    before = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] as number;
}
