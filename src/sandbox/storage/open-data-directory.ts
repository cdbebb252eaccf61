/** Opens a data directory: locks it, and puts recovery, journal, snapshots and purge together. */
import type { DataDirectory, StorageOptions } from './data-directory.js';

/**
 * Makes the directory if need be and locks it against others.
 * @throws LocalError somebody else uses it; it cannot be made or written to
 */
export declare function openDataDirectory(options: StorageOptions): Promise<DataDirectory>;
