/** What words and the AdminServer ask of where a server keeps its data. */

/** Paths and sizes; in memory there are no files, and sizes are 0. */
export interface StorageFigures {
  /** `<dataDir>/version-2`, or a name for nothing. */
  readonly dataDir: string;
  readonly dataLogDir: string;
  dataDirSize(): Promise<number>;
  logDirSize(): Promise<number>;
  /** null: there is none. */
  lastSnapshot(): Promise<{ readonly zxid: number; readonly timeMs: number } | null>;
}

export const IN_MEMORY: StorageFigures = {
  dataDir: '(memory)/version-2',
  dataLogDir: '(memory)/version-2',
  dataDirSize: async () => 0,
  logDirSize: async () => 0,
  lastSnapshot: async () => null,
};
