/** What changed in the data of a znode, line by line. */
import { decodeText } from './data-text.js';
import type { Hunk } from './results.js';

/** More changes than this nobody reads, and finding them takes long. */
const EDITS_MAX = 5_000;
const CONTEXT_LINES = 3;

/** null: one of them is no text, or they have next to nothing in common. */
export async function textHunks(left: Buffer, right: Buffer): Promise<readonly Hunk[] | null> {
  const [from, to] = [decodeText(left), decodeText(right)];
  if (from === null || to === null) {
    return null;
  }
  const { structuredPatch } = await import('diff');
  const patch = structuredPatch('', '', from, to, undefined, undefined, {
    context: CONTEXT_LINES,
    maxEditLength: EDITS_MAX,
  });
  return (
    patch?.hunks.map(({ oldStart, oldLines, newStart, newLines, lines }) => ({
      oldStart,
      oldLines,
      newStart,
      newLines,
      lines,
    })) ?? null
  );
}
