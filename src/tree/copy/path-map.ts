/** Where znodes go: a subtree to another place, and parts of it to places of their own. Text only. */
import { isWithin, type ZnodePath } from '../../protocol/path.js';

export interface PathRule {
  readonly from: string;
  readonly to: string;
}

/** The place of each path; the rule with the longest `from` at or above it decides. null: no rule has it. */
export type PathMap = (path: string) => ZnodePath | null;

export function createPathMap(rules: readonly PathRule[]): PathMap {
  const longestFirst = [...rules].sort((left, right) => right.from.length - left.from.length);
  return (path) => {
    const rule = longestFirst.find(({ from }) => isWithin(path, from));
    return rule === undefined ? null : moved(path, rule);
  };
}

function moved(path: string, { from, to }: PathRule): ZnodePath {
  const below = from === '/' ? (path === '/' ? '' : path) : path.slice(from.length);
  const whole = to === '/' ? below : `${to}${below}`;
  return (whole === '' ? '/' : whole) as ZnodePath;
}
