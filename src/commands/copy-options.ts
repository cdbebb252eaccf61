/** The options that cp and mv have in common, and what they come to. */
import { UsageError } from '../errors.js';
import type { IfExists } from '../tree/write/planned-write.js';
import type { CopyOptions } from './copying.js';
import { MAP_OPTION, readMap } from './map-option.js';
import { flag, option } from './spec.js';
import { KIND_OPTION, readKinds } from './znode-kinds.js';

export const COPY_OPTIONS = {
  parents: flag('parents', 'p', 'create missing parents of DST too'),
  skipExisting: flag('skip-existing', null, 'leave znodes that are there as they are', { conflicts: ['overwrite'] }),
  overwrite: flag('overwrite', null, 'make data and ACL of znodes that are there as at the source'),
  noAcl: flag('no-acl', null, 'leave ACLs aside: world:anyone:cdrwa'),
  kind: KIND_OPTION,
  map: MAP_OPTION,
  rate: option('rate', null, 'N', 'count', 'znodes written a second, at most'),
  resume: flag('resume', null, 'go on where the same command was cut short'),
} as const;

export interface CopyValues {
  readonly parents: boolean;
  readonly skipExisting: boolean;
  readonly overwrite: boolean;
  readonly noAcl: boolean;
  readonly kind: readonly string[] | undefined;
  readonly map: readonly string[] | undefined;
  readonly rate: number | undefined;
  readonly resume: boolean;
}

/** @throws UsageError */
export function readCopyOptions(
  values: CopyValues,
  {
    cwd,
    isDeep,
    ephemerals,
  }: { readonly cwd: string; readonly isDeep: boolean; readonly ephemerals: 'skip' | 'persistent' },
): CopyOptions {
  if (values.rate === 0) {
    throw new UsageError('--rate: at least 1');
  }
  return {
    isDeep,
    ephemerals,
    withAcl: !values.noAcl,
    ifExists: ifExistsOf(values),
    kindOf: readKinds(values.kind),
    map: readMap(values.map, cwd),
    rate: values.rate,
  };
}

function ifExistsOf({ overwrite, skipExisting, resume }: CopyValues): IfExists {
  if (overwrite || skipExisting) {
    return overwrite ? 'overwrite' : 'skip';
  }
  // What an earlier run has made is there with the same data.
  return resume ? 'same' : 'refuse';
}

/** What else tells one job from another. */
export function jobOptions({ noAcl, kind = [], map = [] }: CopyValues, more: object): string {
  return JSON.stringify({ noAcl, kind, map, ...more });
}
