/**
 * Checkpoints of long runs as files: one a job, named by what the job is, written beside it and renamed, so that it is whole
 * whenever the process ends. Nothing of the data is in it.
 */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Checkpoint, CheckpointState } from '../tree/write/checkpoint.js';
import { explainFileError } from './file-errors.js';

interface Kept {
  /** Whoever changes what is in it changes this: an older one is none. */
  readonly version: 1;
  readonly job: readonly string[];
  readonly state: CheckpointState;
}

/** @param folder null: nothing can be kept, and nothing is found */
export function createCheckpoint(job: readonly string[], folder: string | null): Checkpoint {
  if (folder === null) {
    return { load: async () => null, save: async () => {}, clear: async () => {} };
  }
  const resumeFolder = join(folder, 'resume');
  const naming = fileName(job);
  return {
    async load() {
      const file = join(resumeFolder, await naming);
      const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') {
          return '';
        }
        throw explainFileError(error, file, 'read');
      });
      return stateIn(text, job);
    },
    async save(state) {
      const kept: Kept = { version: 1, job, state };
      const file = join(resumeFolder, await naming);
      const fresh = `${file}.${process.pid}`;
      try {
        await mkdir(resumeFolder, { recursive: true, mode: 0o700 });
        const handle = await open(fresh, 'w', 0o600);
        try {
          await handle.writeFile(`${JSON.stringify(kept)}\n`);
          await handle.sync();
        } finally {
          await handle.close();
        }
        await rename(fresh, file);
      } catch (error) {
        await rm(fresh, { force: true });
        throw explainFileError(error, file, 'write');
      }
    },
    async clear() {
      await rm(join(resumeFolder, await naming), { force: true });
    },
  };
}

async function fileName(job: readonly string[]): Promise<string> {
  // Few commands need it, and every start would pay for it.
  const { createHash } = await import('node:crypto');
  return `${createHash('sha256').update(JSON.stringify(job)).digest('hex').slice(0, NAME_DIGITS)}.json`;
}

/** Enough for as many jobs as a machine will ever see. */
const NAME_DIGITS = 24;

/** null for what is no checkpoint of this job: torn, older, of another one. */
function stateIn(text: string, job: readonly string[]): CheckpointState | null {
  try {
    const kept = JSON.parse(text) as Partial<Kept>;
    return kept.version === 1 && JSON.stringify(kept.job) === JSON.stringify(job) ? (kept.state ?? null) : null;
  } catch {
    return null;
  }
}
