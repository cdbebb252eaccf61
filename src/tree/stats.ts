/** Stats of many znodes, pipelined. */
import type { Session } from '../client/api.js';
import { isKeeperError } from '../errors.js';
import type { Stat } from '../protocol/stat.js';

/** Requests sent before the first is answered. */
const AHEAD_MAX = 1_000;

/** In the order of `paths`. `gone`: it does not exist; null: it may not be read. */
export async function readStats(
  session: Session,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<(Stat | null | 'gone')[]> {
  const stats = new Array<Stat | null | 'gone'>(paths.length).fill('gone');
  let next = 0;
  async function readOn(): Promise<void> {
    for (let index = next++; index < paths.length; index = next++) {
      stats[index] = await statOf(session, paths[index] as string, signal);
    }
  }
  await Promise.all(Array.from({ length: Math.min(AHEAD_MAX, paths.length) }, readOn));
  return stats;
}

async function statOf(session: Session, path: string, signal: AbortSignal): Promise<Stat | null | 'gone'> {
  try {
    return (await session.exists(path, { signal })) ?? 'gone';
  } catch (error) {
    if (isKeeperError(error, 'NOAUTH')) {
      return null;
    }
    throw error;
  }
}
