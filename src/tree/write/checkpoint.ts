/** Where a long run stands, so that another process can go on with it. Who keeps it, and where, is not known here. */
import type { Clock } from '../../client/api.js';

/** Anything that JSON holds. */
export type CheckpointState = Readonly<Record<string, unknown>>;

export interface Checkpoint {
  /** As it was last saved; null where there is none for this very job. */
  load(): Promise<CheckpointState | null>;
  /** Whole or not at all, whenever the process ends. */
  save(state: CheckpointState): Promise<void>;
  /** The job is done: nothing is kept. */
  clear(): Promise<void>;
}

/** Between two saves: what a run that was killed does again, at most. */
const SAVE_MS = 1_000;

/** Calls `checkpoint.save` no more often than is worth it. */
export function createSaver(
  checkpoint: Checkpoint,
  clock: Pick<Clock, 'now'>,
): (state: () => CheckpointState) => Promise<void> {
  let savedMs = clock.now() - SAVE_MS;
  return async (state) => {
    const nowMs = clock.now();
    if (nowMs - savedMs >= SAVE_MS) {
      savedMs = nowMs;
      await checkpoint.save(state());
    }
  };
}
