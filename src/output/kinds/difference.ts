/** A difference that diff found: a line of its own; for people, and where it was asked for, with what changed. */
import type { DifferenceResult, Hunk } from '../../commands/results.js';
import { type AclEntry, formatAclEntry } from '../../protocol/acl.js';
import { formatZxid } from '../../protocol/ids.js';
import type { Stat } from '../../protocol/stat.js';
import { decodeUtf8, escapeName, visibleData, visibleName, visibleText } from '../escape.js';
import type { Form, KindForms } from '../forms.js';
import { type Paint, paintFor } from '../paint.js';
import { isoTime } from '../time.js';

const SIGNS = { added: '+', removed: '-', data: '~', acl: '~', kind: '~', stat: '~' } as const;
/** Longer data, or data of several lines, are told by their size. */
const SHOWN_CHARS_MAX = 60;

const plain: Form<DifferenceResult> = (result, options) => {
  const path = options.terminal ? visibleName(placeOf(result)) : escapeName(placeOf(result));
  const server = result.server === null ? '' : `\t${escapeName(result.server)}`;
  const detail = result.detail === 'always' ? patchOf(result, options.terminal) : '';
  return `${result.what}\t${path}${server}\n${detail}`;
};

const human: Form<DifferenceResult> = (result, options) => {
  const paint = paintFor(options);
  const brush = { '+': paint.good, '-': paint.bad, '~': paint.warning }[SIGNS[result.what]];
  const server = result.server === null ? '' : `  ${paint.faint(`on ${visibleName(result.server)}`)}`;
  const head = `${brush(SIGNS[result.what])} ${visibleName(placeOf(result))}  ${paint.faint(wordOf(result))}${server}\n`;
  return result.detail === 'none' ? head : `${head}${detailLines(result, paint)}`;
};

export const difference: KindForms<DifferenceResult> = { human, plain, zkcli: human };

/** On the first side; for what only the other has, there. */
function placeOf({ left, right }: DifferenceResult): string {
  return left?.place ?? right?.place ?? '';
}

function wordOf({ what, left, right }: DifferenceResult): string {
  const kind = (left ?? right)?.record.kind ?? 'persistent';
  const ofKind = kind === 'persistent' ? '' : ` ${kind}`;
  switch (what) {
    case 'added':
      return `added${ofKind}`;
    case 'removed':
      return `removed${ofKind}`;
    case 'kind':
      return `kind: ${left?.record.kind} → ${right?.record.kind}`;
    default:
      return what;
  }
}

function detailLines(result: DifferenceResult, paint: Paint): string {
  const { what, left, right, hunks } = result;
  if (what === 'acl') {
    return aclLines(left?.record.acl ?? [], right?.record.acl ?? [], paint);
  }
  if (what === 'stat') {
    return result.fields
      .map((field) => `  ${field}: ${fieldText(left?.record.stat, field)} → ${fieldText(right?.record.stat, field)}\n`)
      .join('');
  }
  if (what !== 'data') {
    return '';
  }
  const [from, to] = [left?.record.data ?? null, right?.record.data ?? null];
  return hunks === null || (isShort(from) && isShort(to))
    ? `  ${shownData(from)} → ${shownData(to)}\n`
    : hunks.map((hunk) => hunkLines(withoutNotes(hunk), { terminal: true, paint, indent: '  ' })).join('');
}

/** Data of znodes rarely end in a newline, and nobody wants to be told each time. */
function withoutNotes(hunk: Hunk): Hunk {
  return { ...hunk, lines: hunk.lines.filter((line) => !line.startsWith('\\')) };
}

function aclLines(from: readonly AclEntry[], to: readonly AclEntry[], paint: Paint): string {
  const [before, after] = [from.map(formatAclEntry), to.map(formatAclEntry)];
  const gone = before.filter((entry) => !after.includes(entry));
  const fresh = after.filter((entry) => !before.includes(entry));
  return [
    ...gone.map((entry) => `  ${paint.bad(`-${visibleText(entry)}`)}\n`),
    ...fresh.map((entry) => `  ${paint.good(`+${visibleText(entry)}`)}\n`),
  ].join('');
}

function fieldText(stat: Stat | null | undefined, field: keyof Stat): string {
  const value = stat?.[field];
  if (typeof value === 'bigint') {
    return formatZxid(value);
  }
  return field === 'ctime' || field === 'mtime' ? isoTime(value ?? 0) : String(value);
}

function isShort(data: Buffer | null): boolean {
  const text = data === null ? '' : decodeUtf8(data);
  return text !== null && !text.includes('\n') && text.length <= SHOWN_CHARS_MAX;
}

function shownData(data: Buffer | null): string {
  if (data === null) {
    return 'no data';
  }
  return isShort(data) ? `'${visibleData(data)}'` : `${data.length} bytes`;
}

/** As `diff -u` and `patch` have it. */
function patchOf({ what, left, right, hunks }: DifferenceResult, terminal: boolean): string {
  if (what !== 'data' || left === null || right === null) {
    return '';
  }
  if (hunks === null) {
    return `Data ${escapeName(left.place)} and ${escapeName(right.place)} differ\n`;
  }
  const lines = hunks.map((hunk) => hunkLines(hunk, { terminal, paint: null, indent: '' })).join('');
  return `--- ${escapeName(left.place)}\n+++ ${escapeName(right.place)}\n${lines}`;
}

/** What json has as `patch`; null where there is none. */
export function patchText(result: DifferenceResult): string | null {
  return result.hunks === null || result.what !== 'data' ? null : patchOf(result, false);
}

interface HunkLook {
  readonly terminal: boolean;
  readonly paint: Paint | null;
  readonly indent: string;
}

function hunkLines(
  { oldStart, oldLines, newStart, newLines, lines }: Hunk,
  { terminal, paint, indent }: HunkLook,
): string {
  const head = `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`;
  const painted = lines.map((line) => {
    const text = terminal ? visibleText(line) : line;
    const brush = line.startsWith('+') ? paint?.good : line.startsWith('-') ? paint?.bad : undefined;
    return `${indent}${brush?.(text) ?? text}\n`;
  });
  return `${indent}${paint?.faint(head) ?? head}\n${painted.join('')}`;
}
