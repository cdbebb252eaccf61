/** What diff compares, as one stream each in tree order, whatever it comes from: znodes of a session, or an export. */
import type { Session } from '../../client/api.js';
import { LocalError, type ZkshError } from '../../errors.js';
import { parentOf, type ZnodePath } from '../../protocol/path.js';
import type { ZnodeRecord } from '../../protocol/znode-line.js';
import { createPathMap } from '../copy/path-map.js';
import type { ExportInput } from '../export/export-input.js';
import { type SnapshotOptions, snapshot } from '../export/snapshot.js';
import { comparePaths } from '../order.js';

/** One znode of one side. */
export interface SideEntry {
  /** Below the root of the side, which is `/`. */
  readonly path: ZnodePath;
  /** null: it was seen, and nothing can be said of it (`unreadable`: nor of what is below it) or is wanted (`ignored`). */
  readonly record: ZnodeRecord | null;
  readonly state: 'read' | 'ignored' | 'unreadable';
  /** For `unreadable`. */
  readonly error: ZkshError | null;
}

export interface Side {
  /** Container and TTL znodes are told from persistent ones. */
  readonly seesKinds: boolean;
  entries(): AsyncGenerator<readonly SideEntry[]>;
  /** The path there of what is `path` here. */
  place(path: ZnodePath): string;
}

export function sessionSide(session: Session, root: ZnodePath, options: SnapshotOptions): Side {
  const inside = createPathMap([{ from: root, to: '/' }]);
  const outside = createPathMap([{ from: '/', to: root }]);
  return {
    seesKinds: false,
    place: (path) => outside(path) ?? path,
    async *entries() {
      for await (const { records, skipped } of snapshot(session, root, options)) {
        const read = records.map((record) => entryOf(inside(record.path), record));
        const others = skipped
          .filter(({ reason }) => reason !== 'vanished')
          .map(({ path, error }): SideEntry => {
            const state = error === null ? 'ignored' : 'unreadable';
            return { path: inside(path) ?? path, record: null, state, error };
          });
        const all = others.length === 0 ? read : [...read, ...others];
        yield others.length === 0 ? all : all.sort((left, right) => comparePaths(left.path, right.path));
      }
    },
  };
}

export interface ExportSideOptions {
  readonly ephemerals: 'include' | 'skip';
  readonly depthMax: number | undefined;
  readonly isExcluded: (path: string) => boolean;
}

/** @param root of the export: its header's, or `/` */
export function exportSide(input: ExportInput, name: string, root: string, options: ExportSideOptions): Side {
  const inside = createPathMap([{ from: root, to: '/' }]);
  const outside = createPathMap([{ from: '/', to: root }]);
  return {
    seesKinds: true,
    place: (path) => outside(path) ?? path,
    async *entries() {
      let previous: string | null = null;
      for await (const records of input.batches()) {
        const entries: SideEntry[] = [];
        for (const record of records) {
          const path = inside(record.path);
          if (path === null) {
            throw new LocalError(`${name}: ${record.path} is not below the root of the export, ${root}`);
          }
          if (previous !== null && comparePaths(previous, path) >= 0) {
            throw new LocalError(`${name} is not in tree order: ${record.path}`, {
              why: 'A parent stands before what is below it, siblings by code point; export writes it so.',
            });
          }
          previous = path;
          if (depthOf(path) > (options.depthMax ?? Number.POSITIVE_INFINITY) || isCovered(record.path, options)) {
            continue;
          }
          const isIgnored = record.kind === 'ephemeral' && options.ephemerals === 'skip';
          entries.push(isIgnored ? { path, record: null, state: 'ignored', error: null } : entryOf(path, record));
        }
        yield entries;
      }
    },
  };
}

function entryOf(path: ZnodePath | null, record: ZnodeRecord): SideEntry {
  return { path: path ?? (record.path as ZnodePath), record, state: 'read', error: null };
}

function depthOf(path: string): number {
  return path === '/' ? 0 : path.split('/').length - 1;
}

/** It or something above it is left out. */
function isCovered(path: string, { isExcluded }: ExportSideOptions): boolean {
  for (let at = path; ; at = parentOf(at)) {
    if (isExcluded(at)) {
      return true;
    }
    if (at === '/') {
      return false;
    }
  }
}
