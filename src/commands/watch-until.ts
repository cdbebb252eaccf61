/** What --until of watch waits for: a thing that happens, or a state that may be there already. */
import { isWithin, type ZnodePath } from '../protocol/path.js';
import type { Armed, ZnodeTold } from '../tree/follow/follow.js';

export const UNTIL = ['created', 'deleted', 'changed', 'exists'] as const;
export type Until = (typeof UNTIL)[number];

export interface UntilCheck {
  /** Nothing more is waited for. */
  isMetBy(told: Armed | ZnodeTold): boolean;
}

/** Each path must have been so once; with -R what is below it counts, but for `exists`. */
export function createUntil(paths: readonly ZnodePath[], until: Until | undefined, recursive: boolean): UntilCheck {
  const open = new Set(paths);
  const isMet = (path: ZnodePath, told: Armed | ZnodeTold): boolean => {
    if (told.kind === 'armed') {
      return until === (told.found.has(path) ? 'exists' : 'deleted');
    }
    if (until === 'exists') {
      return told.path === path && told.event !== 'deleted';
    }
    const isAbout = recursive ? isWithin(told.path, path) : told.path === path;
    return isAbout && (told.event === until || (until === 'deleted' && told.isRecreated));
  };
  return {
    isMetBy(told) {
      for (const path of [...open].filter((each) => isMet(each, told))) {
        open.delete(path);
      }
      return open.size === 0;
    },
  };
}
