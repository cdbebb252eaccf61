/** An export read once before anything is done with it: that it is whole, how much it is, and in which order. */
import type { ExportHeader, ExportTrailer } from '../../protocol/znode-lines.js';
import { comparePaths } from '../order.js';
import type { ExportInput } from './export-input.js';

export interface Survey {
  readonly header: ExportHeader | null;
  readonly trailer: ExportTrailer | null;
  readonly recordsCount: number;
  readonly checksum: string;
  /** Where a path does not come behind the one before it in tree order: its number, from 1. null: all do. */
  readonly disorderAt: number | null;
}

/** Yields how many records were seen, now and then; returns the survey. @throws LocalError with file and line */
export async function* surveyExport(input: ExportInput): AsyncGenerator<number, Survey> {
  let recordsCount = 0;
  let disorderAt: number | null = null;
  let previous: string | null = null;
  for await (const records of input.batches()) {
    for (const { path } of records) {
      recordsCount += 1;
      if (disorderAt === null && previous !== null && comparePaths(previous, path) >= 0) {
        disorderAt = recordsCount;
      }
      previous = path;
    }
    yield recordsCount;
  }
  const { header, trailer } = input;
  return { header, trailer, recordsCount, checksum: input.checksum(), disorderAt };
}
