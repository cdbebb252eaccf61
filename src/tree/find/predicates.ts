/** What can be asked of a znode when one is looked for. Pure: of what a walk has read, and how much it must read for that. */
import { nameOf, type ZnodePath } from '../../protocol/path.js';
import type { Stat } from '../../protocol/stat.js';
import { type FieldQuestion, fieldMatches } from './json-field.js';
import type { Matcher } from './patterns.js';

/** A znode as a walk brings it. What was not read is null, and then no question about it is answered with yes. */
export interface Candidate {
  readonly path: ZnodePath;
  readonly stat: Stat | null;
  /** Of its data: known with the stat, and cheaper. */
  readonly dataLength: number | null;
  readonly data: Buffer | null;
  readonly childrenCount: number | null;
}

/** What a walk has to bring, the cheapest first. */
export const NEEDS = ['names', 'stat', 'data'] as const;
export type Need = (typeof NEEDS)[number];

export interface Predicate {
  readonly needs: Need;
  /** Of a znode that may not be read: null, where it depends on what was not read. */
  readonly test: (znode: Candidate) => boolean;
}

export interface Span {
  readonly min: number;
  readonly max: number;
}

/** Numbers of a stat that may be asked for. */
export type StatNumber = 'version' | 'ctime' | 'mtime';

export function sizeIs({ min, max }: Span): Predicate {
  return {
    needs: 'stat',
    test: ({ dataLength }) => dataLength !== null && dataLength >= min && dataLength <= max,
  };
}

export function nameIs(matches: Matcher): Predicate {
  return { needs: 'names', test: ({ path }) => matches(nameOf(path)) };
}

export function pathIs(matches: Matcher): Predicate {
  return { needs: 'names', test: ({ path }) => matches(path) };
}

export function statIs(field: StatNumber, { min, max }: Span): Predicate {
  return {
    needs: 'stat',
    test: ({ stat }) => stat !== null && stat[field] >= min && stat[field] <= max,
  };
}

/** @param fromStat a walk for names does not know it of the znodes at its end */
export function childrenAre({ min, max }: Span, fromStat: boolean): Predicate {
  return {
    needs: fromStat ? 'stat' : 'names',
    test: ({ childrenCount }) => childrenCount !== null && childrenCount >= min && childrenCount <= max,
  };
}

/** Neither children nor data: null data are none, too. */
export const isEmpty: Predicate = {
  needs: 'stat',
  test: ({ dataLength, childrenCount }) => dataLength === 0 && childrenCount === 0,
};

export function ownerIs(sessionId: bigint): Predicate {
  return { needs: 'stat', test: ({ stat }) => stat !== null && stat.ephemeralOwner === sessionId };
}

export function ephemeralIs(wanted: boolean): Predicate {
  return { needs: 'stat', test: ({ stat }) => stat !== null && (stat.ephemeralOwner !== 0n) === wanted };
}

/** As UTF-8; bytes that are none are U+FFFD. Null data hold nothing. */
export function dataIs(matches: Matcher): Predicate {
  return {
    needs: 'data',
    test: ({ data, dataLength }) => dataLength !== null && matches(data === null ? '' : data.toString('utf8')),
  };
}

export function fieldIs(question: FieldQuestion): Predicate {
  return { needs: 'data', test: ({ data }) => data !== null && fieldMatches(data, question) };
}

/** Of a znode that could not be read neither the question nor its opposite is true. */
export function not({ needs, test }: Predicate): Predicate {
  return { needs, test: (znode) => (needs === 'names' || znode.dataLength !== null) && !test(znode) };
}

/** The cheap questions first; true where there is none. */
export function allOf(predicates: readonly Predicate[]): Predicate {
  const sorted = [...predicates].sort((left, right) => NEEDS.indexOf(left.needs) - NEEDS.indexOf(right.needs));
  return { needs: needOf(predicates), test: (znode) => sorted.every(({ test }) => test(znode)) };
}

export function anyOf(predicates: readonly Predicate[]): Predicate {
  return { needs: needOf(predicates), test: (znode) => predicates.some(({ test }) => test(znode)) };
}

/** What has to be read so that all of them can be answered. */
export function needOf(predicates: readonly { readonly needs: Need }[]): Need {
  return predicates.reduce<Need>(
    (most, { needs }) => (NEEDS.indexOf(needs) > NEEDS.indexOf(most) ? needs : most),
    'names',
  );
}
