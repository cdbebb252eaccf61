/** --map OLD=NEW: parts of a subtree that go elsewhere. Shared by the verbs that put znodes at other places. */
import { UsageError } from '../errors.js';
import { resolvePath } from '../protocol/path.js';
import type { PathRule } from '../tree/copy/path-map.js';
import { repeatedOption } from './spec.js';

export const MAP_OPTION = repeatedOption(
  'map',
  null,
  'OLD=NEW',
  'text',
  'what is at or below OLD goes to NEW instead; the longest OLD counts',
);

/** @throws UsageError */
export function readMap(texts: readonly string[] | undefined, cwd: string): PathRule[] {
  return (texts ?? []).map((text) => {
    const sign = text.indexOf('=/') < 0 ? text.indexOf('=') : text.indexOf('=/');
    if (sign <= 0 || sign === text.length - 1) {
      throw new UsageError(`--map: ${text} is not OLD=NEW`, { hint: 'For example: --map /config/old=/config/new' });
    }
    return { from: resolvePath(cwd, text.slice(0, sign)), to: resolvePath(cwd, text.slice(sign + 1)) };
  });
}
