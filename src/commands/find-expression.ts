/** The questions of find, and how they stand together: rows of questions that must all be true, one row or another. */
import { KeeperError, UsageError } from '../errors.js';
import { errorEntry } from '../protocol/error-codes.js';
import { resolvePath } from '../protocol/path.js';
import { parseFieldQuestion } from '../tree/find/json-field.js';
import { compileGlob, compileSearch } from '../tree/find/patterns.js';
import {
  allOf,
  anyOf,
  childrenAre,
  dataIs,
  ephemeralIs,
  fieldIs,
  isEmpty,
  nameIs,
  not,
  ownerIs,
  type Predicate,
  pathIs,
  sizeIs,
  statIs,
} from '../tree/find/predicates.js';
import type { CommandContext } from './context.js';
import { explained } from './explained.js';
import { parseTime, type Range, type TimeRange } from './ranges.js';
import { flag, type GivenOption, option } from './spec.js';

const KINDS = ['persistent', 'ephemeral', 'container', 'ttl'] as const;

/** Their order on the command line counts. */
export const QUESTIONS = {
  name: option('name', null, 'GLOB', 'glob', 'the last name of the path'),
  iname: option('iname', null, 'GLOB', 'glob', 'the same, whatever the letter case'),
  nameRegex: option('name-regex', null, 'REGEX', 'regex', 'a regular expression in the last name'),
  inameRegex: option('iname-regex', null, 'REGEX', 'regex', 'the same, whatever the letter case'),
  path: option('path', null, 'GLOB', 'glob', 'the whole path'),
  ipath: option('ipath', null, 'GLOB', 'glob', 'the same, whatever the letter case'),
  regex: option('regex', null, 'REGEX', 'regex', 'a regular expression in the path'),
  iregex: option('iregex', null, 'REGEX', 'regex', 'the same, whatever the letter case'),
  size: option('size', null, 'SIZE', 'sizeRange', 'bytes of data: +10k, -1M, 0, 1k..64k'),
  children: option('children', null, 'N', 'countRange', 'number of children: +1000, 0'),
  empty: flag('empty', null, 'neither children nor data'),
  version: option('version', null, 'N', 'countRange', 'version of the data: how often it was written'),
  ctime: option('ctime', null, 'AGE', 'timeRange', 'when it was created: +7d, -1h, 1h..2d'),
  mtime: option('mtime', null, 'AGE', 'timeRange', 'when it was last written'),
  newer: option('newer', null, 'PATH|TIME', 'text', 'written after that znode was, or after that time'),
  kind: option('kind', null, 'KIND', 'choice', 'persistent or ephemeral', { choices: KINDS }),
  owner: option('owner', null, 'SESSION', 'sessionId', 'ephemeral, of this session'),
  data: option('data', null, 'REGEX', 'regex', 'a regular expression in the data'),
  idata: option('idata', null, 'REGEX', 'regex', 'the same, whatever the letter case'),
  json: option('json', null, 'FIELD[=VALUE]', 'text', 'JSON with this field (a.b, a[0].b, a[*].b), and this value'),
  and: flag('and', 'a', 'nothing: questions are joined by it anyway'),
  not: flag('not', null, 'turns the next question round'),
  or: flag('or', null, 'begins another row of questions'),
} as const;

type Key = keyof typeof QUESTIONS;
type Reader = (value: never, around: Around) => Predicate | Promise<Predicate>;

interface Around {
  readonly context: CommandContext;
  /** Znodes at the end of the walk are not looked into, so how many children they have must come from their stat. */
  readonly isCut: boolean;
}

const READERS: Readonly<Record<Exclude<Key, 'and' | 'not' | 'or'>, Reader>> = {
  name: (glob: string) => nameIs(compileGlob(glob)),
  iname: (glob: string) => nameIs(compileGlob(glob, { ignoreCase: true })),
  nameRegex: (source: string) => nameIs(compileSearch(source)),
  inameRegex: (source: string) => nameIs(compileSearch(source, { ignoreCase: true })),
  path: (glob: string) => pathIs(compileGlob(glob)),
  ipath: (glob: string) => pathIs(compileGlob(glob, { ignoreCase: true })),
  regex: (source: string) => pathIs(compileSearch(source)),
  iregex: (source: string) => pathIs(compileSearch(source, { ignoreCase: true })),
  size: sizeIs,
  children: (range: Range, { isCut }) => childrenAre(range, isCut),
  empty: () => isEmpty,
  version: (range: Range) => statIs('version', range),
  ctime: (range: TimeRange, { context }) => statIs('ctime', timesOf(range, context.wallClock())),
  mtime: (range: TimeRange, { context }) => statIs('mtime', timesOf(range, context.wallClock())),
  newer: (text: string, { context }) => newerThan(text, context),
  kind: readKind,
  owner: ownerIs,
  data: (source: string) => dataIs(compileSearch(source)),
  idata: (source: string) => dataIs(compileSearch(source, { ignoreCase: true })),
  json: readField,
};

/**
 * @param isCut the walk has an end above the leaves
 * @throws UsageError; KeeperError for a znode that another is compared with
 */
export async function readExpression(
  context: CommandContext,
  given: readonly GivenOption[],
  isCut: boolean,
): Promise<Predicate> {
  const rows: Predicate[][] = [[]];
  let isTurned = false;
  for (const { key, value } of given) {
    const row = rows.at(-1) ?? [];
    if (key === 'not') {
      isTurned = !isTurned;
    } else if (key === 'or') {
      refuseLoose(row, isTurned);
      rows.push([]);
    } else if (key in READERS) {
      const predicate = await READERS[key as keyof typeof READERS](value as never, { context, isCut });
      row.push(isTurned ? not(predicate) : predicate);
      isTurned = false;
    }
  }
  if (rows.length > 1 || isTurned) {
    refuseLoose(rows.at(-1) ?? [], isTurned);
  }
  return rows.length === 1 ? allOf(rows[0] ?? []) : anyOf(rows.map(allOf));
}

/** @throws UsageError where --or or --not has nothing to stand on */
function refuseLoose(row: readonly Predicate[], isTurned: boolean): void {
  if (isTurned || row.length === 0) {
    throw new UsageError(isTurned ? 'a question is missing behind --not' : '--or stands between questions', {
      why: isTurned ? 'It turns the next question round: --not --empty' : "Such as: --name 'a*' --or --empty",
    });
  }
}

/** An age counts back: the oldest is the earliest. */
function timesOf({ of, min, max }: TimeRange, nowMs: number): Range {
  return of === 'time' ? { min, max } : { min: nowMs - max, max: nowMs - min };
}

async function newerThan(text: string, { session, shell, signal }: CommandContext): Promise<Predicate> {
  const time = parseTime(text);
  if (time !== null) {
    return statIs('mtime', { min: time + 1, max: Number.POSITIVE_INFINITY });
  }
  const path = resolvePath(shell.cwd, text);
  const stat = await explained(session, session.exists(path, { signal }), { op: 'exists', path }, { signal });
  if (stat === null) {
    throw new KeeperError('NONODE', errorEntry('NONODE').what, {
      op: 'exists',
      path,
      why: `--newer compares with it, and nothing exists at ${path}.`,
      hint: 'A time would be 2026-11-01T12:00.',
    });
  }
  return statIs('mtime', { min: stat.mtime + 1, max: Number.POSITIVE_INFINITY });
}

function readKind(kind: string): Predicate {
  if (kind === 'container' || kind === 'ttl') {
    throw new UsageError(`--kind ${kind}: no server tells that`, {
      why: 'It keeps to itself which znodes are containers or have a TTL; they look like persistent ones.',
      hint: '--kind persistent',
    });
  }
  return ephemeralIs(kind === 'ephemeral');
}

function readField(text: string): Predicate {
  const question = parseFieldQuestion(text);
  if (question === null) {
    throw new UsageError(`--json ${text}: not a field`, {
      why: 'a.b, a[0].b, a[*].b for any of a list, ["a.b"] for a name with signs in it; =VALUE behind it. More than that: get PATH | jq.',
    });
  }
  return fieldIs(question);
}
