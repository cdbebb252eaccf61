/** The one order of names: by Unicode code point. UTF-16 units, JavaScript's own order, put U+10000 before U+E000. */

export function compareNames(left: string, right: string): number {
  if (left === right) {
    return 0;
  }
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) {
      return rank(a) - rank(b);
    }
  }
  return left.length - right.length;
}

/** Surrogates stand for code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Paths in tree order: a parent before what is below it, siblings by name, a subtree in one piece. */
export function comparePaths(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    const a = left.charCodeAt(index);
    const b = right.charCodeAt(index);
    if (a !== b) {
      return (a === SLASH ? -1 : rank(a)) - (b === SLASH ? -1 : rank(b));
    }
  }
  return left.length - right.length;
}

const SLASH = 0x2f;
