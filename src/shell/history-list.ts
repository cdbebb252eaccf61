/** Going through the lines of before: by prefix (up, down) and by search (C-r). Pure; the file is history-file.ts. */

/** Oldest first. */
export type HistoryLines = readonly string[];

/** Where one stands while going through the history with up and down. */
export interface HistoryWalk {
  /** Index of the line shown; the length of the history: the line being typed. */
  readonly index: number;
  /** Only lines that begin so. */
  readonly prefix: string;
  /** The line being typed when the walk began. */
  readonly draft: string;
}

/** The next line in that direction that begins with the prefix and differs from the one shown; null where there is none. */
export function walkHistory(lines: HistoryLines, walk: HistoryWalk, direction: -1 | 1): HistoryWalk | null {
  const shown = lineAt(lines, walk);
  for (let index = walk.index + direction; index >= 0 && index < lines.length; index += direction) {
    const line = lines[index] ?? '';
    if (line.startsWith(walk.prefix) && line !== shown) {
      return { ...walk, index };
    }
  }
  return direction === 1 && walk.index < lines.length ? { ...walk, index: lines.length } : null;
}

export function lineAt(lines: HistoryLines, { index, draft }: HistoryWalk): string {
  return lines[index] ?? draft;
}

export interface SearchState {
  readonly query: string;
  /** The line found; null: none, or nothing was asked for yet. */
  readonly index: number | null;
}

export const EMPTY_SEARCH: SearchState = { query: '', index: null };

/** Asks for something else: the newest line that contains it. */
export function searchFor(lines: HistoryLines, query: string): SearchState {
  return { query, index: query === '' ? null : findBefore(lines, query, lines.length, null) };
}

/** Further back, to another line; stays where there is none. */
export function searchOlder(lines: HistoryLines, search: SearchState): SearchState {
  const { query, index } = search;
  if (query === '' || index === null) {
    return search;
  }
  return { query, index: findBefore(lines, query, index, lines[index] ?? null) ?? index };
}

function findBefore(lines: HistoryLines, query: string, before: number, not: string | null): number | null {
  // A query in small letters finds both, as in less and vim.
  const ignoresCase = query === query.toLowerCase();
  for (let index = before - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? '';
    if (line !== not && (ignoresCase ? line.toLowerCase() : line).includes(query)) {
      return index;
    }
  }
  return null;
}
